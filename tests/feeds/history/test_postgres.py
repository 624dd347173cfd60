"""A history in PostgreSQL says what one in SQLite says. Runs where BOARD_TEST_POSTGRES names a
database that a test may write to.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from dashboard.processes import core
from feeds import kpis
from feeds.audit import audit, sources
from feeds.city import periods
from feeds.events import eventtypes
from feeds.figures import series
from feeds.figures.windows import DateRange
from feeds.history import event_store, ingest

CITY, TOWN = "320282", "320282112"
NOW = "2026-09-16T10:00:00+08:00"


def _events(count: int) -> Iterator[dict[str, Any]]:
    """Events of every type, cases told in any order, some twice."""
    dice, now = random.Random(3), datetime.fromisoformat(NOW)
    for n in range(count):
        kind = dice.choice([*eventtypes.TYPES.values()])
        at = now - timedelta(
            days=dice.choice([0, 0, 1, 3, 30, 364, 365, 400]), minutes=dice.randrange(600)
        )
        data = dict(kind.example) | (
            {"case": f"c{dice.randrange(30)}"} if "case" in dict(kind.example) else {}
        )
        body = {
            "specversion": "1.0",
            "id": f"E-{n}",
            "source": dice.choice(["urn:b", "urn:A", "urn:_"]),
            "type": kind.name,
            "data": data,
        }
        yield body | {
            "time": at.astimezone(UTC).isoformat(),
            "subject": dice.choice([TOWN, "320282001", CITY, "999999"]),
        }


@pytest.fixture
def boards(
    redis: Any, database: Database, postgres: Database, city: Any, pipelines: Any
) -> dict[str, Any]:
    """The same events in both, half of them before the engine began."""
    sent, made = [*_events(900)], {}
    for name, where in (("sqlite", database), ("postgres", postgres)):
        redis.flushall()
        board = made[name] = pipelines(redis, where, city, NOW)
        for part in (sent[:450], sent[450:], sent[200:260]):
            board.log.append([board.intake._decoder.decode(event) for event in part])
            board.run()
    return made


def _state(board: Any, area: str, period: str) -> dict[str, Any]:
    found = board.state(area, period)
    return {
        key: part
        for key, part in found.items()
        if key not in ("epoch", "seq", "positions", "as_of")
    }


@pytest.mark.parametrize("restarts", [False, True])
def test_it_publishes_the_same_figures(boards: Any, restarts: bool) -> None:
    for board in boards.values():
        if restarts:
            board.restart()
    for area in (CITY, TOWN):
        for period in periods.PERIODS:
            assert _state(boards["postgres"], area, period) == _state(
                boards["sqlite"], area, period
            )


def test_it_answers_the_same_series(boards: Any) -> None:
    answers = []
    for board in boards.values():
        with board.database.connect() as connection:
            span = (DateRange(date(2026, 8, 1), date(2026, 9, 17)), "day", board.now_ms)
            answers.append(
                {
                    k: series.series(connection, board.profile, k, CITY, *span)
                    for k in kpis.CATALOGUE
                }
            )
    assert answers[0] == answers[1]


def test_the_audit_agrees(boards: Any) -> None:
    board = boards["postgres"]
    for period in periods.PERIODS:
        board.state(TOWN, period)
    found = audit.audit(
        audit.Board(
            board.database,
            sources.Snapshots(board.redis),
            board.profile,
            board.log,
            move_s=0.0,
        ),
        [TOWN],
    )
    assert found.differences == []
    assert found.values > 1_000


def test_a_second_worker_is_fenced_off(
    postgres: Database, redis: Any, city: Any, pipelines: Any
) -> None:
    board = pipelines(redis, postgres, city, NOW)
    first, second = (core.make_ingest(board.log, postgres, city) for _ in range(2))
    second.load_positions()
    board.log.append([board.intake._decoder.decode(event) for event in _events(50)])
    assert first.step() is not None
    with pytest.raises(ingest.Fenced):
        second.step()
    assert second.step() is None
    with postgres.connect() as connection:
        assert event_store.size(connection) == 50
