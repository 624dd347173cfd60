"""Which index serves which question about cases. SQLite keeps no statistics here, so that the
choice is the same on an empty database and on one of many years.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from feeds.cases import listing
from feeds.cases.query import Asked, State
from feeds.city.profile import Profile
from feeds.figures import cells
from feeds.figures.windows import DateRange
from feeds.history import storage

NOW_MS = 1_790_780_400_000
MONTH = DateRange(date(2026, 9, 1), date(2026, 10, 1))


def plans(database: Path, read: Callable[[Connection], Any]) -> list[str]:
    """How the database searches the table of cases for what is read."""
    asked: list[tuple[str, Any]] = []
    engine = storage.open_database(f"sqlite:///{database}")
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _connection, _cursor, text, values, *_: asked.append((text, values)),
    )
    with storage.snapshot(engine) as connection:
        read(connection)
        queries = [(text, values) for text, values in asked if " cases" in text]
        steps = [
            row[3]
            for text, values in queries
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        ]
    return [step for step in steps if "cases" in step]


def test_what_fell_due_is_searched_by_its_due_time(yixing: Profile, tmp_path: Path) -> None:
    found = plans(
        tmp_path / "board.db",
        lambda connection: cells.read(
            connection, yixing, "incidents.closure_rate", yixing.code, MONTH, NOW_MS
        ),
    )
    assert found
    assert all("USING INDEX cases_due (kind=? AND <expr>>? AND <expr><?)" in step for step in found)


@pytest.mark.parametrize("state", ["open", "overdue"])
def test_lists_of_open_cases_search_the_open_ones(
    yixing: Profile, tmp_path: Path, state: State
) -> None:
    asked = Asked("", yixing.code, state)

    def read(connection: Connection) -> None:
        listing.read(connection, yixing, asked, NOW_MS)
        listing.count(connection, yixing, asked, NOW_MS)
        listing.oldest_due(connection, NOW_MS)

    found = plans(tmp_path / "board.db", read)
    assert len(found) == 4
    assert all("cases_open" in step for step in found), found
