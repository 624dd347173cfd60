"""Random histories through log, ingest and engine: everything that a board publishes and stores is what
its facts say. HISTORIES in the environment says how many are tried.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import history
from feeds.audit import audit, sources
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.events import decoding

CITY, TOWN = "320282", "320282112"
TOPICS = [f"{area}/{period}" for area in (CITY, TOWN) for period in periods.PERIODS]
COUNT = int(os.environ.get("HISTORIES", "10"))


@settings(max_examples=COUNT, suppress_health_check=[*HealthCheck])
@given(data=st.data())
@pytest.mark.timeout(60 + 30 * COUNT)
def test_a_board_says_what_its_facts_say(
    data: Any, histories: Any, redis: Any, pipelines: Any, yixing: Profile, tmp_path: Path
) -> None:
    now, events = data.draw(histories(60))
    known = data.draw(st.integers(0, len(events)))
    redis.flushall()
    path = tmp_path / "board.db"
    path.unlink(missing_ok=True)
    database = history.open_database(f"sqlite:///{path}")
    try:
        through = pipelines(redis, database, yixing, now)
        for part in (events[:known], events[known:]):
            through.log.append(part)
            through.run()
        through.publish(*TOPICS)
        snapshots = sources.Snapshots(redis)
        board = audit.Board(database, snapshots, yixing, through.log, clock=through.clock, move_s=0)
        report = audit.audit(board, [CITY, TOWN])
    finally:
        database.dispose()
    assert [str(difference) for difference in report.differences] == []
    assert report.values > 10_000
    assert not events or through.now_ms + decoding.AHEAD_MS >= max(e.at for e in events)
