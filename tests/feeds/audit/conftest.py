"""Random histories: events of every type in any order, cases told by any of their steps, late and
repeated events, categories and areas that nobody knows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import strategies as st

from feeds.events import eventtypes
from feeds.events.event import Event, EventType, Field

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
NOWS = (
    "2026-09-16T10:00:00+08:00",
    "2026-03-31T23:59:30+08:00",
    "2026-02-18T08:00:00+08:00",
    "2026-01-01T00:00:05+08:00",
    "2024-02-29T12:00:00+08:00",
)
AREAS = ("320282112", "320282112-g001", "320282001", "320282", "999999", "")
AGO_DAYS = (0, 0, 0, 1, 2, 6, 7, 8, 14, 28, 29, 30, 31, 90, 92, 362, 363, 364, 365, 366, 371, 700)


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")


@st.composite
def _moment(draw: st.DrawFn, now_ms: int) -> int:
    """Now or a little ahead of it, lately, and around the days that now is compared with."""
    days = draw(st.sampled_from(AGO_DAYS))
    off_ms = draw(st.sampled_from((0, 1, -1, HOUR_MS, -HOUR_MS)) | st.integers(-DAY_MS, DAY_MS))
    return min(now_ms - days * DAY_MS + off_ms, now_ms + 240_000)


def _value(draw: st.DrawFn, field: Field, at_ms: int) -> Any:
    match field.kind:
        case "case":
            return f"c{draw(st.integers(0, 5))}"
        case "category":
            return draw(st.sampled_from([*(field.choices or {}), "unheard_of"][-3:]))
        case "choice":
            return draw(st.sampled_from([*(field.choices or {})]))
        case "count":
            return draw(st.integers(0, 4))
        case "amount":
            return draw(st.integers(0, 99_999)) / 100
        case "flag":
            return draw(st.booleans())
        case "time":
            return _time(at_ms + draw(st.integers(-3, 40)) * DAY_MS)
        case "number":
            return draw(st.integers(0, 20)) / draw(st.sampled_from((1, 3)))
        case _:
            return draw(st.sampled_from(("goal-03", "other")))


@st.composite
def _event(draw: st.DrawFn, now_ms: int, n: int) -> Event:
    kind: EventType = draw(st.sampled_from([*eventtypes.TYPES.values()]))
    at_ms = draw(_moment(now_ms))
    data = {
        field.name: _value(draw, field, at_ms)
        for field in kind.fields
        if field.required or (field.kind != "period" and draw(st.booleans()))
    }
    if "indicator" in data:
        data["indicator"] = draw(st.sampled_from([*eventtypes.INDICATORS][:3]))
    late_ms = draw(st.sampled_from((0, 0, 1, HOUR_MS, 40 * DAY_MS)))
    source = draw(st.sampled_from(("urn:a", "urn:B", "urn:_")))
    area = draw(st.sampled_from(AREAS))
    return Event(kind.name, source, f"e{n}", area, at_ms, at_ms + late_ms, data)


@st.composite
def _history(draw: st.DrawFn, most: int) -> tuple[str, list[Event]]:
    """A moment, and events in the order in which they came in; some came twice."""
    now = draw(st.sampled_from(NOWS))
    now_ms = int(datetime.fromisoformat(now).timestamp() * 1000)
    count = draw(st.integers(0, most))
    events = [draw(_event(now_ms, n)) for n in range(count)]
    if events:
        events += draw(st.lists(st.sampled_from(events), max_size=3))
    return now, draw(st.permutations(events))


@pytest.fixture(scope="session")
def histories() -> Any:
    """How to draw a history of at most so many events."""
    return _history
