"""What an older build did not count is counted for its history at the next start: the rows are
those of a history that was counted by this build from the start.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from dashboard.processes import core
from feeds.history import event_store, ingest, recounting, tables
from feeds.kpis import measures

Rows = dict[str, dict[tuple[str, str], Any]]
TABLES = {"rollups": "bin", "cube": "day", "cube_months": "month"}


def rows(through: Any) -> Rows:
    """Every row of counters, by table, town and name; an empty one is as none."""
    with through.database.connect() as connection:
        return {
            name: {
                tuple(row[:2]): json.loads(row[2])
                for row in connection.execute(select(tables.metadata.tables[name]))
                if row[2] != "{}"
            }
            for name in TABLES
        }


def change(through: Any, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the counters of every row."""
    with through.database.begin() as connection:
        for name, column in TABLES.items():
            table = tables.metadata.tables[name]
            for town, key, text in connection.execute(select(table)).all():
                counters = json.loads(text)
                edit(counters)
                where = (table.c.town == town, table.c[column] == key)
                connection.execute(
                    update(table).where(*where).values(counters=json.dumps(counters))
                )


def hold(through: Any, digests: dict[str, str] | None) -> None:
    """Have the history say what it was counted by; None: it is of a build that said nothing."""
    where = tables.meta.c.key == recounting.KEY
    with through.database.begin() as connection:
        connection.execute(tables.meta.delete().where(where))
        if digests is not None:
            text = json.dumps(digests)
            connection.execute(insert(tables.meta).values(key=recounting.KEY, value=text))


def restart(through: Any) -> list[tuple[str, float]]:
    """Start ingest again; what it told of its progress."""
    told: list[tuple[str, float]] = []
    through.ingest = ingest.Ingest(
        through.log,
        through.database,
        through.profile,
        core.make_sinks(through.database, through.profile),
        progress=lambda names, share: told.append((names, share)),
    )
    through.ingest.load_positions()
    return told


def is_of(stored: str, name: str) -> bool:
    return name in (stored, stored.rpartition(".")[2])


@pytest.mark.parametrize(
    "name",
    [
        "on_time",
        "joint",
        "same",
        "joint_same",
        "due_caught_up",
        "duration",
        "patrol.completed.visits",
        "chain",
    ],
)
def test_a_measure_that_is_new_is_counted_at_the_next_start(demo: Any, name: str) -> None:
    expected = rows(demo)

    def without(counters: dict[str, Any]) -> None:
        for stored in [stored for stored in counters if is_of(stored, name)]:
            del counters[stored]

    change(demo, without)
    assert rows(demo) != expected
    hold(demo, {key: d for key, d in recounting.digests().items() if key != name})
    told = restart(demo)
    assert rows(demo) == expected
    assert {names for names, _ in told} == {name}
    assert told[-1][1] == 1.0
    assert restart(demo) == []


def test_a_measure_that_is_declared_otherwise_is_counted_anew(demo: Any) -> None:
    expected = rows(demo)

    def twice(counters: dict[str, Any]) -> None:
        for stored, cells in counters.items():
            if is_of(stored, "left_late"):
                counters[stored] = {value: 2 * n for value, n in cells.items()}

    change(demo, twice)
    assert rows(demo) != expected
    hold(demo, recounting.digests() | {"left_late": "another"})
    restart(demo)
    assert rows(demo) == expected


def test_a_history_that_said_nothing_is_taken_for_the_first_build_s(demo: Any) -> None:
    expected = rows(demo)
    hold(demo, None)
    with demo.database.begin() as connection:
        connection.execute(insert(tables.meta).values(key="stays", value="1"))
    told = restart(demo)
    since = (measures.BY_NAME.keys() - recounting.FIRST_CASES.keys()) | CHANGED_SINCE
    assert {name for names, _ in told for name in names.split(", ")} == since
    assert rows(demo) == expected


CHANGED_SINCE = {"same", "joint_same"}  # kept by day since, where the first build had periods


def test_the_digests_of_the_first_build_are_those_of_its_measures() -> None:
    """A change of what one of these counts makes its digest another: then old histories are counted
    anew, and FIRST_CASES keeps the digest that was.
    """
    now = recounting.digests()
    changed = {name for name, digest in recounting.FIRST_CASES.items() if now[name] != digest}
    assert changed == CHANGED_SINCE


def test_what_an_older_build_kept_by_period_is_replaced(demo: Any) -> None:
    expected = rows(demo)

    def older(counters: dict[str, Any]) -> None:
        for stored in [stored for stored in counters if is_of(stored, "same")]:
            del counters[stored]
        counters |= {f"incident.same_{period}": {"": 3} for period in ("today", "week", "year")}
        counters["dispute.same_week"] = {"": 2}

    change(demo, older)
    hold(demo, recounting.digests() | {"same": recounting.FIRST_CASES["same"]})
    restart(demo)
    assert rows(demo) == expected


def test_a_new_history_counts_everything_from_the_start(pipeline: Any) -> None:
    through = pipeline()
    assert restart(through) == []
    with through.database.connect() as connection:
        assert (
            json.loads(event_store.marks(connection, recounting.KEY) or "") == recounting.digests()
        )
