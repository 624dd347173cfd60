"""Tokens as a process knows them: what another one changes is seen soon, a database that is away
changes nothing, and what an older board kept in a file is taken over once.
"""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from dashboard import history
from dashboard.access import reading, tokens
from dashboard.access.reading import Reading, directly
from dashboard.access.tokens import Tokens
from feeds.accounts.token_store import DAY_MS, Scope, TokenError
from feeds.audit_log import log_store

OLD = [
    {
        "name": "owner",
        "sha256": "1" * 64,
        "created": "2026-08-01T08:00:00+00:00",
        "kind": "ingest",
        "area": "",
        "by": "",
    },
    {"name": "大厅", "sha256": "2" * 64, "created": "2026-08-02T08:00:00+00:00", "kind": "wall",
     "area": "320282001", "by": "指挥中心"},
]  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = history.open_database(f"sqlite:///{tmp_path / 'board.db'}")
    yield made
    made.dispose()


def names(database: Database) -> list[str]:
    return [one.name for one in Tokens(database).all()]


def test_a_new_board_gets_a_first_token_for_its_owner_alone(
    tmp_path: Path, database: Database
) -> None:
    path = tokens.begin(tmp_path, database)
    assert path == tmp_path / "ingest.token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = Tokens(database).known(path.read_text().strip())
    assert found is not None
    assert (found.name, found.kind) == ("owner", "ingest")


def test_a_second_start_changes_nothing(tmp_path: Path, database: Database) -> None:
    before = tokens.begin(tmp_path, database).read_text()
    assert tokens.begin(tmp_path, database).read_text() == before
    Tokens(database).revoke("owner")
    tokens.begin(tmp_path, database)
    assert names(database) == [], "an owner who revoked the first token gets no other"


def test_tokens_of_an_older_board_are_taken_over_once(tmp_path: Path, database: Database) -> None:
    (tmp_path / "tokens.json").write_text(json.dumps(OLD), "utf-8")
    tokens.begin(tmp_path, database)
    assert not (tmp_path / "tokens.json").exists()
    assert json.loads((tmp_path / "tokens.json.taken-over").read_text("utf-8")) == OLD
    first, second = Tokens(database).all()
    assert (first.name, first.sha256, first.created) == ("owner", "1" * 64, 1_785_571_200_000)
    assert (second.kind, second.area, second.by) == ("wall", "320282001", "指挥中心")
    Tokens(database).revoke("owner")
    tokens.begin(tmp_path, database)
    assert names(database) == ["大厅"]
    with database.connect() as connection:
        said = [one.subject for one in log_store.every(connection)][1:]
    assert said == ["take_over 2", "revoke owner ingest"]


def test_another_process_s_changes_are_seen_soon(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Tokens(database), Tokens(database)
    assert here.known("x") is None
    token = there.add("centre")
    found = here.known(token)
    assert found is not None
    assert found.name == "centre"
    there.revoke("centre")
    monkeypatch.setattr(reading, "FRESH_S", 0.0)
    assert here.known(token) is None


def test_own_changes_are_seen_at_once(database: Database) -> None:
    known = Tokens(database)
    old = known.add("centre")
    new = known.rotate("centre")
    assert known.known(new) == known.known(old)
    known.revoke("centre")
    assert known.known(new) is None


def test_what_was_made_just_now_elsewhere_is_known_at_once(database: Database) -> None:
    here, there = Tokens(database), Tokens(database)
    for n in range(5):
        here.all()
        found = here.known(there.add(f"office {n}"))
        assert found is not None


def counted(database: Database) -> tuple[Tokens, list[Callable[..., object]]]:
    """Tokens that were read once, and what was read of them since then and before."""
    reads = list[Callable[..., object]]()

    def run(function: Callable[..., object], *args: object) -> object:
        reads.append(function)
        return function(*args)

    known = Tokens(database, run)  # type: ignore[arg-type]
    known.all()
    return known, reads


def test_junk_does_not_read_the_database_with_every_question(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MISS_S", 0.0)
    known, reads = counted(database)
    for _ in range(100):
        assert known.known("junk") is None
    assert len(reads) == 2, "what is not there is looked for once"
    for n in range(10):
        known.known(f"junk {n}")
    assert len(reads) == 12
    assert known.known(known.add("centre")) is not None


def test_many_who_ask_at_once_share_a_reading(database: Database) -> None:
    known, reads = counted(database)
    threads = [threading.Thread(target=known.known, args=(f"junk {n}",)) for n in range(40)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(reads) < 20


def test_what_was_known_is_kept_while_the_database_is_away() -> None:
    now, is_away, reads = 0.0, False, 0

    def read() -> int:
        nonlocal reads
        reads += 1
        if is_away:
            raise OperationalError("SELECT", {}, Exception("gone"))
        return 7

    kept: Reading[int] = Reading(read, directly, lambda: now)
    assert kept.get() == 7
    is_away, now = True, 100.0
    assert [kept.get(), kept.get()] == [7, 7]
    assert reads == 2, "it is not asked with every question"
    assert kept.find("junk", lambda _: None) is None
    reads = 2
    now += reading.FRESH_S
    assert kept.get() == 7
    assert reads == 3
    with pytest.raises(OperationalError):
        kept.renewed()
    with pytest.raises(OperationalError):
        Reading(read, directly).get()


@pytest.mark.parametrize("wrong", ["", "board_", "é", "\N{PILE OF POO}"])
def test_what_is_no_token_opens_nothing(database: Database, wrong: str) -> None:
    known = Tokens(database)
    right = known.add("a")
    assert known.known(wrong) is None
    assert known.known(right[:-1]) is None


def test_one_that_has_expired_opens_nothing(database: Database) -> None:
    now = 1_790_000_000_000
    known = Tokens(database, clock=lambda: now)
    token = known.add("a", scope=Scope(types=frozenset({"patrol.completed"})), expires=now + DAY_MS)
    assert known.known(token) is not None
    now += DAY_MS
    assert known.known(token) is None


def test_a_name_is_given_once_and_revoked_once(database: Database) -> None:
    known = Tokens(database)
    known.add("a")
    with pytest.raises(TokenError, match="already"):
        known.add("a")
    known.revoke("a")
    with pytest.raises(TokenError, match="no token named 'a'"):
        known.revoke("a")
