"""Which revision of the tables a database has, and the making of the newest in an empty one: once,
under a lock, however many processes start together. Upgrading an older one is feeds/migrations.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, inspect, select
from sqlalchemy.engine import make_url

from feeds.city.words import Text, Worded
from feeds.history import append_only, tables

REVISION = "0003"  # the newest of feeds/migrations/versions
FIRST = "0001"  # of histories that have no revision: they are older than revisions
_LOCK = 7_305_802  # of PostgreSQL

metadata = MetaData()
versions = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))


class OtherRevision(Worded):
    """The database has tables of another version of the board; the message has the remedy."""


class Outdated(OtherRevision):
    """Those of an older version."""


class TooNew(OtherRevision):
    """Those of a newer one."""


def found(connection: Connection) -> str | None:
    """The revision of a database's tables; None where there are none."""
    names = set(inspect(connection).get_table_names())
    if versions.name in names:
        return connection.execute(select(versions.c.version_num)).scalar()
    return FIRST if tables.events.name in names else None


def prepare(engine: Engine, features: Sequence[MetaData]) -> None:
    """Make the tables of an empty database. Raises Outdated or TooNew where there are others, or a
    database error.
    """
    with engine.connect() as connection:
        revision = found(connection)
    if revision is None:
        with alone(engine) as connection:
            revision = found(connection)  # another process may have made them meanwhile
            if revision is None:
                _make(connection, features)
                return
    check(revision)


def _make(connection: Connection, features: Sequence[MetaData]) -> None:
    for one in (tables.metadata, *features, metadata):
        one.create_all(connection)
    for one in features:
        append_only.enforce(connection, one)
    connection.execute(insert(versions).values(version_num=REVISION))


def check(revision: str) -> None:
    """Raises Outdated or TooNew where these are not the tables of this version."""
    if revision == REVISION:
        return
    if revision < REVISION:
        raise Outdated(
            Text(
                f"这份历史由较早版本的看板建立（表结构 {revision}，现为 {REVISION}）；"
                "请先运行 board upgrade，它会先备份",
                f"this history was made by an older version of the board (tables {revision}, now "
                f"{REVISION}); run board upgrade first, which makes a backup before",
            )
        )
    raise TooNew(
        Text(
            f"这份历史已由较新版本的看板升级（表结构 {revision}，本版为 {REVISION}）；"
            "请安装那个版本，或恢复升级前的备份",
            f"a newer version of the board has upgraded this history (tables {revision}, here "
            f"{REVISION}); install that version, or restore the backup made before the upgrade",
        )
    )


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes tables, while no other process does."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield connection


@contextmanager
def opening(url: str) -> Iterator[None]:
    """While a file of SQLite is opened and perhaps made: one process at a time. Its mode can't be
    set while another process writes to it.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        yield
        return
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # the database says itself why it can't be made there
            path = Path(f"{address.database}.opening")
            lock = held.enter_context(path.open("a", encoding="utf-8"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
