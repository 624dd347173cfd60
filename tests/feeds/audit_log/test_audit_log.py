"""The audit log on every database: one chain whoever writes, what was changed is noticed, what is
old goes as a prefix.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy import Engine as Database
from sqlalchemy.exc import DBAPIError, IntegrityError

from dashboard import history
from feeds.audit_log import audit_log_tables, entries, log_store, verification
from feeds.audit_log.entries import START, Root, Who
from feeds.audit_log.verification import Verified
from feeds.history import storage
from feeds.remarks import remark_tables

OFFICE = Who("指挥中心", "10.0.0.7")
DAY_MS = 86_400_000
log = audit_log_tables.audit_log
remarks = remark_tables.remarks


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'board.db'}"


@pytest.fixture
def kept(url: str) -> Iterator[Database]:
    engine = history.open_database(url)
    yield engine
    engine.dispose()


def remark(connection: Connection, id: str, at: int = 1) -> None:
    """A remark with its entry."""
    row = {
        "id": id,
        "version": 1,
        "kpi": "*",
        "area": "320282",
        "first": "2026-08-01",
        "last": "2026-08-01",
        "kind": "other",
        "text": "暴雨",
        "reason": "",
        "by": OFFICE.actor,
        "at": at,
    }
    connection.execute(insert(remarks).values(row))
    log_store.record(connection, at, OFFICE, "remark", "* 320282", remarks, id, 1)


def write(database: Database, count: int, at: int = 1) -> None:
    for n in range(count):
        with database.begin() as connection:
            log_store.write(connection, at + n, OFFICE, "export", "csv")


def verified(database: Database, root: Root | None = None) -> Verified:
    with storage.snapshot(database) as connection:
        return verification.verify(connection, history.VOUCHED, root)


def broken(database: Database, root: Root | None = None) -> str:
    found = verified(database, root).broken
    assert found is not None
    return found.en


def by_force(connection: Connection, table: str) -> None:
    """Takes the triggers away, as the owner of a database may."""
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE", "REPLACE"):
            connection.execute(text(f"DROP TRIGGER {table}_{verb}"))
    else:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def test_it_begins_with_the_history_and_verifies(kept: Database, url: str) -> None:
    history.open_database(url).dispose()  # a second process begins no second log
    write(kept, 3)
    with kept.begin() as connection:
        remark(connection, "a")
    found = verified(kept)
    assert (found.entries, found.rows, found.broken) == (5, 1, None)


def test_anybody_can_check_an_exported_log(kept: Database) -> None:
    write(kept, 5)
    with kept.connect() as connection:
        lines = [entries.canonical(one._asdict()) for one in log_store.every(connection)]
    before = START
    for line in lines:
        fields = json.loads(line)
        digest = fields.pop("hash")
        plain = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256((before + plain).encode()).hexdigest() == digest
        before = digest


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = ''", "DELETE FROM audit_log"])
def test_the_database_keeps_the_entries(kept: Database, statement: str) -> None:
    write(kept, 2)
    with pytest.raises(DBAPIError, match="stay"), kept.begin() as connection:
        connection.execute(text(statement))


def test_no_second_entry_of_a_number(kept: Database) -> None:
    write(kept, 1)
    with kept.connect() as connection:
        one = next(log_store.every(connection))
    with pytest.raises(IntegrityError), kept.begin() as connection:
        connection.execute(insert(log).values(one._asdict()))


def test_the_act_and_its_entry_are_written_together_or_not_at_all(kept: Database) -> None:
    with kept.connect() as connection:
        remark(connection, "a")
        connection.rollback()
    assert verified(kept)[:2] == (1, 0)


@pytest.mark.parametrize("column", ["at", "actor", "address", "act", "subject", "outcome"])
def test_a_changed_entry_is_named(kept: Database, column: str) -> None:
    write(kept, 4)
    with kept.begin() as connection:
        by_force(connection, "audit_log")
        value: Any = 7 if column == "at" else "other"
        connection.execute(update(log).where(log.c.n == 3).values({column: value}))
    assert broken(kept) == "no. 3 is not what was written: its hash does not fit"


def test_a_missing_entry_is_named(kept: Database) -> None:
    write(kept, 4)
    with kept.begin() as connection:
        by_force(connection, "audit_log")
        connection.execute(delete(log).where(log.c.n == 3))
    assert broken(kept).startswith("entries are missing after no. 2")
    with kept.begin() as connection:
        connection.execute(delete(log).where(log.c.n < 3))
    assert broken(kept).startswith("the entries before no. 4 are gone")


def test_a_root_on_paper_shows_what_the_chain_can_not(kept: Database) -> None:
    write(kept, 4)
    with kept.connect() as connection:
        root = log_store.newest(connection)
    assert root is not None
    assert verified(kept, root).broken is None
    assert verified(kept, Root(root.n, root.hash[:16])).broken is None
    with kept.begin() as connection:
        by_force(connection, "audit_log")
        connection.execute(delete(log).where(log.c.n >= 4))
    assert verified(kept).broken is None, "nobody misses the newest entries without a root"
    assert broken(kept, root).startswith("there is no entry no. 5")
    write(kept, 2, at=99)
    assert "the log was written anew" in broken(kept, root)


def test_a_root_is_read_as_it_is_printed() -> None:
    digest = "0123456789abcdef" * 4
    assert verification.parse_root(f"5:{digest}") == Root(5, digest)
    for wrong in ("5", "x:abc", "5:", f"5:{digest[:8]}", f"-1:{digest}", f"5:{digest}0", ""):
        with pytest.raises(verification.WrongRoot):
            verification.parse_root(wrong)


def test_a_row_of_another_hand_is_named(kept: Database) -> None:
    with kept.begin() as connection:
        remark(connection, "a")
        remark(connection, "b")
        by_force(connection, "remarks")
    with kept.begin() as connection:
        connection.execute(update(remarks).where(remarks.c.id == "b").values(text="晴"))
    assert broken(kept) == "remarks/b/1 was changed: it is not the row that no. 3 wrote down"
    with kept.begin() as connection:
        connection.execute(delete(remarks).where(remarks.c.id == "b"))
    assert broken(kept) == "remarks/b/1 is gone: no. 3 wrote it down"
    with kept.begin() as connection:
        remark(connection, "b")
        row = connection.execute(select(remarks).where(remarks.c.id == "a")).one()
        connection.execute(insert(remarks).values(row._asdict() | {"id": "c"}))
    assert broken(kept) == "remarks/c/1 stands in no entry: the board did not write this row"


def test_what_was_there_before_the_log_is_taken_over_once(kept: Database, url: str) -> None:
    with kept.begin() as connection:
        remark(connection, "a")
        by_force(connection, "audit_log")
        connection.execute(delete(log))  # as in a history that an older build made
    history.open_database(url).dispose()
    assert verified(kept)[:2] == (2, 1)
    assert verified(kept).broken is None
    with kept.begin() as connection:
        row = connection.execute(select(remarks)).one()
        connection.execute(insert(remarks).values(row._asdict() | {"id": "b"}))
    history.open_database(url).dispose()
    assert "stands in no entry" in broken(kept), "nothing is taken over later"


def test_many_write_one_chain(kept: Database) -> None:
    errors = list[BaseException]()

    def act(name: str) -> None:
        try:
            for n in range(24):
                with kept.begin() as connection:
                    if n % 2:
                        remark(connection, f"{name}{n}")
                    else:
                        log_store.write(connection, n, Who(name), "export")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=act, args=(f"t{n}",)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert verified(kept)[:2] == (121, 60)
    assert verified(kept).broken is None


def test_several_processes_write_one_chain(kept: Database, url: str) -> None:
    code = (
        "import sys\n"
        "from dashboard import history\n"
        "from feeds.audit_log import log_store\n"
        "from feeds.audit_log.entries import Who\n"
        "database = history.open_database(sys.argv[1])\n"
        "for n in range(40):\n"
        "    with database.begin() as connection:\n"
        "        log_store.write(connection, n, Who(sys.argv[2]), 'export')\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, url, f"p{n}"]) for n in range(3)]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    assert verified(kept)[:2] == (121, 0)
    assert verified(kept).broken is None


def test_old_entries_go_as_a_prefix_and_the_rest_verifies(kept: Database) -> None:
    with kept.connect() as connection:
        begun = next(log_store.every(connection)).at
    with kept.begin() as connection:
        remark(connection, "a", at=begun)
    write(kept, 3, at=begun)
    later = begun + 10 * DAY_MS
    write(kept, 3, at=later)
    with kept.connect() as connection:
        roots = [one.root for one in log_store.every(connection)]
    with kept.begin() as connection:
        assert log_store.remove_before(connection, begun, later) == 0
    with kept.begin() as connection:
        assert log_store.remove_before(connection, begun + DAY_MS, later) == 5
    found = verified(kept)
    assert (found.rows, found.broken) == (1, None), "the remark is still vouched for"
    with kept.connect() as connection:
        left = list(log_store.every(connection))
    assert [one.n for one in left] == [6, 7, 8, 9, 10]
    assert [(one.act, one.outcome) for one in left[-2:]] == [("remark", "kept"), ("remove", "done")]
    assert verified(kept, roots[-1]).broken is None
    assert "was removed (on " in broken(kept, roots[2])
    with kept.begin() as connection:
        removed = log_store.remove_before(connection, later + DAY_MS, later + DAY_MS)
    assert removed == 5
    assert verified(kept)[:2] == (2, 1)
    assert verified(kept).broken is None


def test_entries_are_found_by_act_actor_and_time(kept: Database) -> None:
    write(kept, 4, at=100)
    with kept.begin() as connection:
        log_store.write(connection, 200, Who("analyst"), "sign_in", "view")
    with kept.connect() as connection:
        wanted = log_store.Wanted(act="export", since_ms=101, until_ms=103)
        assert [one.at for one in log_store.read(connection, wanted, 9)] == [102, 101]
        assert log_store.count(connection, wanted) == 2
        assert [one.act for one in log_store.read(connection, log_store.Wanted(), 2)] == [
            "sign_in",
            "export",
        ]
        older = log_store.Wanted(actor=OFFICE.actor, before=4)
        assert [one.n for one in log_store.read(connection, older, 9)] == [3, 2]
        assert log_store.actors(connection) == ["analyst", "board", OFFICE.actor]
