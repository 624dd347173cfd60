"""A history filled with events as they were recorded then."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
import redis as redis_client
from sqlalchemy import Engine as Database

from dashboard.processes import core
from feeds.city.profile import Profile
from feeds.events.event import Event
from feeds.events.log import Log

Tell = Callable[[Iterable[Event]], None]


@pytest.fixture
def tell(redis: redis_client.Redis, database: Database, yixing: Profile) -> Tell:
    """Events, with the time they were recorded, through log and ingest into the history."""
    log = Log(redis, yixing)
    worker = core.make_ingest(log, database, yixing)

    def tell(events: Iterable[Event]) -> None:
        log.append(list(events))
        while worker.step(10):
            pass

    return tell
