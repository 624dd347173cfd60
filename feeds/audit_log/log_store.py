"""Writes entries of the audit log in the transaction that is open, one writer at a time; reads
them, and removes those that are too old.

The caller's act and its entry are committed together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, and_, delete, func, insert, select, text

from feeds.audit_log import entries
from feeds.audit_log.audit_log_tables import REMOVED
from feeds.audit_log.audit_log_tables import audit_log as table
from feeds.audit_log.entries import BOARD, NOTHING, START, Act, Entry, Outcome, Root, Vouched, Who

NAMES = tuple(column.name for column in table.columns)
_LOCK = 7_305_804  # of PostgreSQL: whoever writes the log
_CHUNK = 1_000
DAY_MS = 86_400_000


class Wanted(NamedTuple):
    """Which entries are asked for; what is empty is not asked for. `before`: only those with a
    smaller number.
    """

    act: str = ""
    actor: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    before: int | None = None


ALL = Wanted()


def write(
    connection: Connection,
    at_ms: int,
    who: Who,
    act: Act,
    subject: str = "",
    outcome: Outcome = "done",
    vouched: Vouched = NOTHING,
) -> Entry:
    """An entry of an act. `vouched` is the row that it wrote, where the log vouches for it."""
    hold(connection)
    before = newest(connection) or Root(0, START)
    made = entries.entry(before, at_ms, who, act, subject, outcome, vouched)
    connection.execute(insert(table).values(made._asdict()))
    return made


def record(
    connection: Connection, at_ms: int, who: Who, act: Act, subject: str, row_of: Table, *key: Any
) -> Entry:
    """An entry of an act that added a row: its hash stands in the log. The row is read back, as the
    database keeps it.
    """
    found = connection.execute(select(row_of).where(_key(row_of, key))).one()
    vouched = Vouched(name_of(row_of, found), content_of(found))
    return write(connection, at_ms, who, act, subject, vouched=vouched)


def name_of(row_of: Table, row: Row[Any]) -> str:
    """How the log names a row: its table and its key."""
    key = (str(row._mapping[column.name]) for column in row_of.primary_key.columns)
    return "/".join([row_of.name, *key])


def content_of(row: Row[Any]) -> str:
    """The hash of a row as it is now."""
    return entries.content_of({str(name): value for name, value in row._mapping.items()})


def is_as_recorded(connection: Connection, row_of: Table, *key: Any) -> bool:
    """Whether a row is the one that the log vouches for."""
    found = connection.execute(select(row_of).where(_key(row_of, key))).one()
    query = select(table.c.content).where(table.c.record == name_of(row_of, found))
    said = connection.execute(query.order_by(table.c.n.desc()).limit(1)).scalar()
    return said == content_of(found)


def begin(connection: Connection, at_ms: int, vouched: Iterable[Table]) -> None:
    """The first entries of a history without a log: that it begins, and the rows that are there
    already. Does nothing where there is a log.
    """
    if newest(connection) is not None:
        return
    hold(connection)
    if newest(connection) is not None:
        return
    write(connection, at_ms, BOARD, "begin")
    for row_of in vouched:
        for row in connection.execute(select(row_of)).all():
            kept = Vouched(name_of(row_of, row), content_of(row))
            write(connection, at_ms, BOARD, "begin", row_of.name, "kept", kept)


def newest(connection: Connection) -> Root | None:
    """The root of the whole log; None before its first entry."""
    row = connection.execute(
        select(table.c.n, table.c.hash).order_by(table.c.n.desc()).limit(1)
    ).first()
    return Root(*row) if row else None


def newest_of(connection: Connection, act: Act) -> Entry | None:
    """The newest entry of an act."""
    query = select(table).where(table.c.act == act).order_by(table.c.n.desc()).limit(1)
    row = connection.execute(query).first()
    return Entry(*row) if row else None


def read(connection: Connection, wanted: Wanted, most: int) -> list[Entry]:
    """The newest entries of those that are wanted, the newest first."""
    query = select(table).where(_where(wanted)).order_by(table.c.n.desc()).limit(most)
    return [Entry(*row) for row in connection.execute(query)]


def count(connection: Connection, wanted: Wanted) -> int:
    """How many entries are wanted."""
    query = select(func.count()).select_from(table).where(_where(wanted))
    return int(connection.execute(query).scalar_one())


def actors(connection: Connection) -> list[str]:
    """Everyone who acted, by name: a step along the index for each, however many entries there
    are.
    """
    found = list[str]()
    least = select(func.min(table.c.actor))
    name = connection.execute(least).scalar()
    while name is not None:
        found.append(name)
        name = connection.execute(least.where(table.c.actor > name)).scalar()
    return found


def every(connection: Connection, wanted: Wanted = ALL) -> Iterator[Entry]:
    """All entries that are wanted, the oldest first."""
    after = 0
    while found := chunk(connection, wanted, after):
        yield from found
        after = found[-1].n


def chunk(connection: Connection, wanted: Wanted, after: int) -> list[Entry]:
    """The next thousand of the entries that are wanted, the oldest first; none at the end."""
    query = select(table).where(_where(wanted), table.c.n > after).order_by(table.c.n)
    return [Entry(*row) for row in connection.execute(query.limit(_CHUNK))]


def remove_before(connection: Connection, before_ms: int, now_ms: int) -> int:
    """Remove the oldest entries up to a moment, and write down up to which. How many went.

    What they say of rows that the log vouches for is said again first.
    """
    oldest = connection.execute(select(func.min(table.c.at))).scalar()
    if oldest is None or oldest >= before_ms:
        return 0
    hold(connection)
    first_kept = select(func.min(table.c.n)).where(table.c.at >= before_ms)
    kept = connection.execute(first_kept).scalar()
    last = newest(connection)
    if last is None:
        return 0
    upto = (kept if kept is not None else last.n + 1) - 1
    gone = connection.execute(select(table).where(table.c.n == upto)).first()
    if gone is None:
        return 0
    for one in _vouching_only_before(connection, upto):
        who, vouched = Who(one.actor, one.address), Vouched(one.record, one.content)
        write(connection, now_ms, who, _act(one.act), one.subject, "kept", vouched)
    removed = Vouched(f"{REMOVED}{upto}", gone.hash)
    write(connection, now_ms, BOARD, "remove", f"1–{upto}", vouched=removed)
    return connection.execute(delete(table).where(table.c.n <= upto)).rowcount


def _vouching_only_before(connection: Connection, upto: int) -> list[Entry]:
    later = select(table.c.record).where(table.c.n > upto)
    query = select(table).where(
        table.c.n <= upto,
        table.c.record != "",
        table.c.act != "remove",
        table.c.record.not_in(later),
    )
    found = {row.record: Entry(*row) for row in connection.execute(query.order_by(table.c.n))}
    return list(found.values())


def _act(name: str) -> Act:
    return next(act for act in entries.ACTS if act == name)


def hold(connection: Connection) -> None:
    """Until the transaction ends, nobody else writes an entry. On SQLite that is whoever writes at
    all: a transaction that has not written yet takes the lock here.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    elif connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _key(row_of: Table, key: tuple[Any, ...]) -> Any:
    return and_(*(c == value for c, value in zip(row_of.primary_key.columns, key, strict=True)))


def _where(wanted: Wanted) -> Any:
    c = table.c
    asked = [c.n > 0]
    if wanted.act:
        asked.append(c.act == wanted.act)
    if wanted.actor:
        asked.append(c.actor == wanted.actor)
    if wanted.since_ms is not None:
        asked.append(c.at >= wanted.since_ms)
    if wanted.until_ms is not None:
        asked.append(c.at < wanted.until_ms)
    if wanted.before is not None:
        asked.append(c.n < wanted.before)
    return and_(*asked)
