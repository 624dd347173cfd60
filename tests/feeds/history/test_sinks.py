"""Sinks get what a commit counted, in its transaction: all of them, or none."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from dashboard.processes import core
from feeds.history import event_store
from feeds.history.ingest import Ingest
from feeds.history.sinks import Counted

TOWN = "320282112"
DATA = {"category": "neighbour", "severity": 1, "channel": "app"}


class Notes:
    """A sink that keeps what it is given; `fails` makes it refuse, once it has written."""

    def __init__(self) -> None:
        self.got: list[Counted] = []
        self.fails, self.forgotten = False, 0

    def add(self, connection: Any, counted: Counted) -> None:
        self.got.append(counted)
        connection.execute(text("INSERT INTO notes VALUES (1)"))
        if self.fails:
            raise RuntimeError("no room")

    def forget(self) -> None:
        self.forgotten += 1

    def shrink(self) -> None:
        """Nothing is remembered."""


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def through(pipeline: Any, database: Database, yixing: Any, notes: Notes) -> Any:
    p = pipeline()
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE notes (n INTEGER)"))
    p.ingest = Ingest(p.log, database, yixing, (*core.make_sinks(database, yixing), notes))
    return p


def rows(database: Database, table: str) -> int:
    with database.connect() as connection:
        return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


def test_a_sink_gets_sums_by_day_and_the_cases_that_moved(
    through: Any, notes: Notes, event: Any
) -> None:
    through.send(
        event("incident.reported", "2026-09-29T10:00:00+08:00", TOWN, case="c1", **DATA),
        event("incident.reported", "2026-09-29T11:00:00+08:00", TOWN, case="c2", **DATA),
        event("incident.closed", "2026-09-30T12:00:00+08:00", TOWN, case="c1", outcome="done"),
    )
    through.run()
    opened = [
        (town, day.day, sums["incident.opened"], cells["incident.opened"])
        for counted in notes.got
        for (town, day), (sums, cells) in counted.days.items()
        if "incident.opened" in sums
    ]
    assert opened == [(TOWN, "2026-09-29", {"neighbour": 2}, {("neighbour", "app", "", ""): 2})]
    moved = [(one.family, one.after.outcome) for counted in notes.got for one in counted.cases]
    assert sorted(moved) == [("incident", ""), ("incident", "done")]


def test_what_one_sink_refuses_is_in_none_and_counted_once_when_it_takes_it(
    through: Any, notes: Notes, database: Database, event: Any
) -> None:
    through.send(event("incident.reported", "2026-09-30T10:00:00+08:00", TOWN, case="c1", **DATA))
    through.ingest.load_positions()
    notes.fails, before = True, notes.forgotten
    with pytest.raises(RuntimeError, match="no room"):
        through.ingest.step()
    assert notes.forgotten == before + 1
    tables = ("events", "cases", "rollups", "cube", "cube_months", "newest", "notes")
    assert {table: rows(database, table) for table in tables} == dict.fromkeys(tables, 0)
    with database.connect() as connection:
        assert set(event_store.positions(connection).values()) == {"0-0"}
    notes.fails = False
    assert through.run() == 1
    assert through.value("incidents.reported") == 1
    assert rows(database, "notes") == 1
