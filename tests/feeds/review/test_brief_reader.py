"""A brief judges a day by the same weekdays, names a town by its exact tail alone, and is what was
known at its moment; its figures and control charts are those of every page.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from feeds.city.named_periods import Day, Month
from feeds.city.profile import Profile
from feeds.events.event import Event
from feeds.figures import past
from feeds.figures.gauges import Gauges
from feeds.figures.known_at import Known
from feeds.history import storage
from feeds.review import brief_reader, brief_wording
from feeds.review.briefs import Brief
from feeds.trends import completed_steps
from feeds.trends.completed_steps import Steps
from tests.feeds.review.conftest import Tell

TOWNS = ("320282112", "320282001", "320282106")
FIRST, WEEKS = date(2026, 6, 1), 17  # the first Monday
DAY = Day(FIRST + timedelta(7 * WEEKS))
DAY_MS, SOON_MS = 86_400_000, 1_200_000


def ms(day: date, zone: Any, hours: float = 0) -> int:
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    return round(start.timestamp() * 1000) + round(hours * 3_600_000)


def event(name: str, town: str, at: int, recorded: int | None = None, **data: Any) -> Event:
    id = f"{name}-{town}-{at}-{data.get('case', '')}"
    return Event(name, "urn:test", id, town, at, at if recorded is None else recorded, data)


def opened(town: str, at: int, case: str, recorded: int | None = None) -> Event:
    more = {"category": "order", "severity": 2, "channel": "patrol"}
    return event("incident.reported", town, at, recorded, case=case, **more)


def closed(town: str, at: int, case: str) -> Event:
    return event("incident.closed", town, at, case=case, outcome="done")


def history(city: Profile, last: int) -> list[Event]:
    """Some 24 incidents a day in three towns, closed within minutes; `last` on the last day."""
    draw, found = random.Random(7), list[Event]()
    for n in range(7 * WEEKS + 1):
        day = FIRST + timedelta(n)
        count = last if day == DAY.start else 24 + draw.choice((-2, -1, 0, 1, 2))
        for k in range(count):
            at, town = ms(day, city.tz, 1 + 22.5 * k / (count - 1)), TOWNS[k % 3]
            found.append(opened(town, at, f"{n}-{k}"))
            found.append(closed(town, at + SOON_MS, f"{n}-{k}"))
    return found


def read(database: Database, city: Profile, day: Day | Month = DAY, known: int = 0) -> Brief:
    with storage.snapshot(database) as connection:
        return brief_reader.read(connection, city, day, known or ms(day.end, city.tz, 7.5))


@pytest.mark.parametrize(
    ("last", "side", "said"),
    [(24, 0, "昨日有数据的各项平稳"), (60, 1, "昨日事件上报、"), (3, -1, "昨日事件上报、")],
)
def test_a_day_is_judged_by_its_weekday(
    last: int, side: int, said: str, database: Database, yixing: Profile, tell: Tell
) -> None:
    tell(history(yixing, last))
    found = read(database, yixing)
    row = next(row for row in found.rows if row.kpi == "incidents.reported")
    assert (row.value, row.side) == (last, side)
    assert found.is_yesterday
    headline = brief_wording.headline(found, yixing, "zh").text
    assert headline.startswith(said)
    assert ("多于通常" in headline, "少于通常" in headline) == (side > 0, side < 0)


def test_a_day_of_a_young_history_is_not_judged(
    database: Database, yixing: Profile, tell: Tell
) -> None:
    tell(history(yixing, 24))
    for day in (FIRST, FIRST + timedelta(7 * 11)):
        found = read(database, yixing, Day(day))
        assert [(row.low, row.high, row.side) for row in found.rows] == [(None, None, 0)] * len(
            found.rows
        )
        headline = brief_wording.headline(found, yixing, "zh")
        assert f"收到 {found.events} 件事件" in headline.text
        assert "平稳" not in headline.text


def test_figures_and_charts_are_those_of_every_page(
    database: Database, yixing: Profile, tell: Tell
) -> None:
    """What the engine reads block by block, and what `at` shows of the last moment of the day."""
    tell(history(yixing, 24))
    end = ms(DAY.end, yixing.tz)
    found = read(database, yixing, known=end + DAY_MS)
    with storage.snapshot(database) as connection:
        page = past.state(connection, yixing, yixing.code, "28d", end - 1)
        steps = Steps(yixing, yixing.code, DAY.end, completed_steps.months(connection))
        for _ in steps.read(connection):
            pass
        known = Steps(yixing, yixing.code, DAY.end, completed_steps.months(connection))
        known.read_known(connection, Known(recorded=end + DAY_MS))
    assert {k: found.state[k] for k in ("set", "parts", "change")} == {
        k: page[k] for k in ("set", "parts", "change")
    }
    gauges = Gauges(yixing)
    assert known.lines(gauges) == steps.lines(gauges)
    assert found.state["trends"]["incidents.reported"][2]


def test_what_was_recorded_later_is_not_in_it(
    database: Database, yixing: Profile, tell: Tell
) -> None:
    tell(history(yixing, 24))
    end = ms(DAY.end, yixing.tz)
    before = read(database, yixing)
    later = end + 9 * 3_600_000
    tell(opened(TOWNS[0], ms(FIRST, yixing.tz, 3), f"late-{n}", later) for n in range(40))
    tell(opened(TOWNS[0], end - 1000 - n, f"new-{n}", later) for n in range(40))
    assert read(database, yixing) == before
    now = read(database, yixing, known=later)
    assert now.rows[0].value == before.rows[0].value + 40  # type: ignore[operator]
    assert now.overdue.total == before.overdue.total + 40


def test_a_town_is_named_by_its_exact_tail_alone(
    database: Database, yixing: Profile, tell: Tell
) -> None:
    """Three towns of equal workload: 8, 7 and 9 overdue are alike; 30 more are not."""
    tell(history(yixing, 24))
    start = ms(FIRST, yixing.tz, 2)
    some = [(TOWNS[0], 8), (TOWNS[1], 7), (TOWNS[2], 9)]
    tell(opened(town, start + n, f"left-{n}") for town, many in some for n in range(many))
    alike = read(database, yixing).overdue
    assert (alike.total, alike.beyond, alike.is_compared) == (24, (), True)
    assert alike.oldest[0].days > 100
    tell(opened(TOWNS[1], start + n, f"more-{n}") for n in range(30))
    found = read(database, yixing)
    (town,) = found.overdue.beyond
    assert (town.town, town.n) == (TOWNS[1], 37)
    assert 15 < town.expected < 21
    assert "要督办的是" in brief_wording.headline(found, yixing, "zh").text


def test_a_quiet_town_is_not_silent(database: Database, yixing: Profile, tell: Tell) -> None:
    """Two towns without an event on the day: one has some twice a week, the other each day."""
    quiet = yixing.town_by_code["320282100"].code
    day = DAY.start
    its = [event for event in history(yixing, 24) if not _is(event, TOWNS[2], day, yixing)]
    rare = [opened(quiet, ms(day - timedelta(n), yixing.tz, 9), f"q-{n}") for n in range(1, 28, 3)]
    tell(its + rare)
    found = read(database, yixing)
    assert TOWNS[2] in found.silent
    assert quiet not in found.silent
    assert TOWNS[0] not in found.silent


def _is(event: Event, town: str, day: date, city: Profile) -> bool:
    return event.area == town and event.at >= ms(day, city.tz)


def test_a_month_is_beside_the_month_before(
    database: Database, yixing: Profile, tell: Tell
) -> None:
    tell(history(yixing, 24))
    month = read(database, yixing, Month(date(2026, 8, 1)))
    row = month.rows[0]
    assert row.kpi == "incidents.reported"
    assert row.value == pytest.approx(24 * 31, abs=31)
    assert row.mean == pytest.approx(24, abs=1)
    assert row.previous == pytest.approx(24 * 31, abs=31)
    assert row.last_year is None
    assert not row.side
    first = read(database, yixing, Month(date(2026, 6, 1)))
    assert (first.rows[0].previous, first.rows[0].last_year) == (None, None)


def test_a_day_whose_data_end_early_is_not_judged(
    database: Database, yixing: Profile, tell: Tell
) -> None:
    """Everything after noon is missing: half as much came, which is not fewer than usual."""
    noon = ms(DAY.start, yixing.tz, 12)
    tell(event for event in history(yixing, 24) if event.at < noon)
    found = read(database, yixing)
    row = next(row for row in found.rows if row.kpi == "incidents.reported")
    assert row.low is not None
    assert row.value is not None
    assert row.value < row.low
    assert (row.is_late, row.side) == (True, 0)
    headline = brief_wording.headline(found, yixing, "zh").text
    assert headline.startswith("昨日的数据只到 11:")
    assert "项没有新数据，不作判断" in headline
    assert not found.unusual
    assert {row.is_late for row in found.rows} == {True}, "also what is seldom told of"
    assert brief_wording.whole(found, yixing, "en").startswith("data only until 11:")
