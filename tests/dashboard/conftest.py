"""A history of its own for each test, and events sent to it through the real intake and ingest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client

from dashboard import services
from dashboard.processes import core
from dashboard.services import Services
from dashboard.settings import Settings
from feeds.events import decoding, intake

MakeEvent = Callable[..., dict[str, Any]]


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    found = services.open_services(Settings(data=tmp_path, redis=redis_server))
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def tell(opened: Services) -> Callable[..., None]:
    """Events through the door and ingest into the history."""
    events_in = intake.Intake(opened.log, decoding.Decoder(), name="test")
    worker = core.make_ingest(opened.log, opened.database, opened.profile)

    def tell(*events: dict[str, Any]) -> None:
        assert events_in.take(events).rejected == []
        while worker.step(10):
            pass

    return tell


@pytest.fixture
def incident(event: MakeEvent) -> Callable[..., dict[str, Any]]:
    count = iter(range(10_000))

    def make(
        grid: str,
        category: str = "order",
        time: str = "2026-08-10T10:00:00+08:00",
        channel: str = "app",
    ) -> dict[str, Any]:
        return event(
            "incident.reported",
            time,
            grid,
            case=f"c{next(count)}",
            category=category,
            severity=3,
            channel=channel,
        )

    return make
