"""What the tests of feeds share: tables of events as the specs of tests/feeds/spec write them, made
into events.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from feeds.audit import sources
from feeds.audit.facts import Area, Facts
from feeds.audit.readings import Readings
from feeds.city import profile
from feeds.city.profile import Profile
from feeds.demo import stream
from feeds.events import eventtypes
from feeds.events.event import Event
from feeds.figures import topics
from feeds.history import storage

Row = tuple[str, str, str, dict[str, Any]]


def _event(row: Row) -> Event:
    """A row (time, type, area, data) as an event; required fields that it leaves out come from the
    type's example.
    """
    at, name, area, data = row
    kind = eventtypes.TYPES[name]
    required = {field.name for field in kind.fields if field.required}
    filled = {field: value for field, value in kind.example if field in required} | data
    at_ms = round(datetime.fromisoformat(at).timestamp() * 1000)
    return Event(name, "spec", _id(row), area, at_ms, at_ms, filled)


def _id(row: Row) -> str:
    """Letters that stand for the row, so that equal rows are the same event."""
    return (
        hashlib.sha1(json.dumps(row).encode())
        .hexdigest()
        .translate(str.maketrans("0123456789", "ghijklmnop"))
    )


def _cloud_event(event: Event) -> dict[str, Any]:
    at = datetime.fromtimestamp(event.at / 1000, UTC).isoformat()
    body = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "time": at,
        "data": event.data,
    }
    return body | ({"subject": event.area} if event.area else {})


def _rows(city: Profile, events: Iterable[Event]) -> list[tuple[Any, ...]]:
    """As the history holds them: of one that came twice the first recorded."""
    found: dict[tuple[str, str, str], Event] = {}
    for e in sorted(events, key=lambda e: e.recorded):
        found.setdefault((city.town_of(e.area), e.source, e.id), e)
    return [
        (*key, e.type, e.area, e.at, e.recorded, json.dumps(e.data)) for key, e in found.items()
    ]


@pytest.fixture(scope="session")
def city() -> Profile:
    return profile.load("yixing")


@pytest.fixture(scope="session")
def ten_days(city: Profile) -> list[bytes]:
    """The demo city's events of ten days up to the noon of 2026-09-30."""
    end = int(datetime.fromisoformat("2026-09-30T12:00:00+08:00").timestamp() * 1000)
    return [raw for batch in stream.backfill(city, 1, end - 10 * 86_400_000, end) for raw in batch]


@pytest.fixture
def demo(pipeline: Any, ten_days: list[bytes]) -> Any:
    """A history that holds them."""
    through = pipeline("2026-09-30T15:00:00+08:00")
    through.send(*ten_days)
    through.run()
    return through


@pytest.fixture(scope="session")
def told() -> Callable[[Iterable[Row]], list[Event]]:
    """Events from a table of rows; two equal rows are one event told twice."""
    return lambda rows: [_event(row) for row in rows]


@pytest.fixture
def facts(city: Profile) -> Iterator[Callable[..., Facts]]:
    """What facts.sql makes of events, or of all that a history holds; of another city than the
    shipped one where it is given.
    """
    made: list[Facts] = []

    def make(events: Iterable[Event] | Database, of: Profile = city) -> Facts:
        if isinstance(events, Database):
            with storage.snapshot(events) as connection:
                made.append(Facts.of_events(of, sources.events(connection)))
        else:
            made.append(Facts.of_events(of, _rows(of, events)))
        return made[-1]

    yield make
    for one in made:
        one.database.close()


@pytest.fixture(scope="session")
def ms() -> Callable[[str], int]:
    """A time with offset as epoch milliseconds."""
    return lambda text: round(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.fixture
def facts_readings(facts: Callable[..., Facts]) -> Callable[..., dict[str, tuple[Any, Any, Any]]]:
    """Events counted by the audit's SQL: (events, area, period, now) → {kpi: (value, numerator,
    denominator)}.
    """

    def readings(
        events: Iterable[Event], area: str, period: Any, now: str
    ) -> dict[str, tuple[Any, Any, Any]]:
        now_ms = round(datetime.fromisoformat(now).timestamp() * 1000)
        figures = Readings(Area(facts(events), area), now_ms).figures(period)
        return {kpi: (f.value, f.numerator, f.denominator) for kpi, f in figures.items()}

    return readings


@pytest.fixture
def engine_readings(pipeline: Callable[..., Any]) -> Callable[..., dict[str, tuple[Any, Any, Any]]]:
    """Events through the door, ingest and engine: (events, area, period, now) → {kpi: (value,
    numerator, denominator)}.
    """

    def readings(
        events: Iterable[Event], area: str, period: str, now: str
    ) -> dict[str, tuple[Any, Any, Any]]:
        through = pipeline(now)
        receipt = through.send(*map(_cloud_event, events))
        assert receipt.rejected == []
        through.run()
        state = through.state(area, period)
        return {kpi: (value, *topics.parts_of(state, kpi)) for kpi, value in state["set"].items()}

    return readings
