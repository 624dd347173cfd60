"""What was known of a quarter at a moment: equal to what the raw events known then say, before and
after 200 late events, to the hash.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine as Database

from feeds import kpis
from feeds.audit import readings, sources
from feeds.audit.facts import Area, Facts
from feeds.city import periods, quarters
from feeds.city.named_periods import Day, Month, NamedPeriod
from feeds.city.profile import UNKNOWN, Profile
from feeds.city.quarters import Quarter
from feeds.events.event import Event
from feeds.figures import known_at
from feeds.history import storage
from feeds.kpis.formulas import Quantile
from feeds.review import freezes, known_figures, review_assembly, review_values
from feeds.review.review_values import Review
from tests.feeds.review.conftest import Tell

QUARTER = Quarter(2026, 3)
TOWNS = ("320282112", "320282001", "320282106")
FIRST = "2025-06-20T00:00:00+08:00"
DAY_MS = 86_400_000
EXACT = {k for k, kpi in kpis.CATALOGUE.items() if not isinstance(kpi.formula, Quantile)}


def events(
    seed: int, count: int, start_ms: int, end_ms: int, recorded_ms: int | None, prefix: str
) -> list[Event]:
    """Cases, counts and reports of three towns; recorded as they happen, or all at one moment. Some
    cases belong to an earlier batch.
    """
    draw, found = random.Random(seed), list[Event]()

    def add(name: str, at: float, town: str, **data: Any) -> None:
        id = f"{prefix}-{len(found)}"
        found.append(
            Event(
                name,
                "urn:test",
                id,
                town,
                int(at),
                int(at) if recorded_ms is None else recorded_ms,
                data,
            )
        )

    for n in range(count):
        town, at = draw.choice(TOWNS), draw.uniform(start_ms, end_ms)
        case = f"k{draw.randrange(400)}" if n % 3 == 0 else f"{prefix}{n}"
        match n % 6:
            case 0:
                add(
                    "incident.reported",
                    at,
                    town,
                    case=case,
                    category="order",
                    severity=2,
                    channel="patrol",
                )
                add(
                    "incident.closed",
                    at + draw.uniform(-1, 14) * DAY_MS,
                    town,
                    case=case,
                    outcome="done",
                )
            case 1:
                add("dispute.accepted", at, town, case=case, category="labour", centre="town")
                add(
                    "dispute.closed",
                    at + draw.uniform(1, 60) * DAY_MS,
                    town,
                    case=case,
                    outcome=draw.choice(("settled", "failed")),
                )
            case 2:
                add("incident.dispatched", at, town, case=case, to="police", joint=n % 4 == 0)
            case 3:
                add(
                    "traffic.accident",
                    at,
                    town,
                    severity="slight",
                    deaths=0,
                    injuries=draw.randrange(3),
                )
            case 4:
                add(
                    "fraud.warning",
                    at,
                    "nowhere" if n % 8 == 0 else town,
                    channel="sms",
                    category="refund",
                )
            case _:
                add(
                    "indicator.reported",
                    at,
                    town,
                    indicator="devices.online",
                    value=draw.randrange(300, 400),
                    total=420,
                )
    return found


@pytest.fixture
def spans(yixing: Profile) -> tuple[int, int, int]:
    """The beginning of the history, the quarter's end, and the moment of knowledge ten days later;
    epoch ms.
    """
    end_ms = periods.day_start_ms(QUARTER.end, yixing.tz)
    return round(pd.Timestamp(FIRST).timestamp() * 1000), end_ms, end_ms + 10 * DAY_MS


@pytest.fixture
def told(tell: Tell, spans: tuple[int, int, int]) -> None:
    start_ms, end_ms, _ = spans
    tell(events(1, 1500, start_ms, end_ms, None, "first"))


def read(database: Database, city: Profile, moment_ms: int) -> Review:
    with storage.snapshot(database) as connection:
        return review_assembly.read(connection, city, QUARTER, moment_ms, freezes.terms(city))


def known_facts(database: Database, city: Profile, moment_ms: int) -> Facts:
    """What the raw events known at the moment say."""
    with storage.snapshot(database) as connection:
        facts = Facts.of_events(city, sources.events(connection))
    with contextlib.closing(facts.database):
        return facts.known(moment_ms)


def expected(
    facts: Facts, city: Profile, area: str, of: NamedPeriod = QUARTER
) -> dict[str, list[tuple[Any, Any, Any]]]:
    """The three stretches of each KPI as the facts have them."""
    found = {}
    for k, kpi in kpis.CATALOGUE.items():
        spans = [
            [periods.day_start_ms(day, city.tz) for day in (q.start, q.end)]
            for q in (of, of.previous, of.last_year)
        ]
        its = [
            readings.read(Area(facts, area), kpi.formula, readings.Span(start, end, end))
            for start, end in spans
        ]
        found[k] = [(r.value, r.numerator, r.denominator) for r in its]
    return found


def check(database: Database, city: Profile, moment_ms: int, of: NamedPeriod = QUARTER) -> None:
    with storage.snapshot(database) as connection:
        known = known_figures.read(connection, city, of, moment_ms)
    facts = known_facts(database, city, moment_ms)
    for area in (city.code, *TOWNS, UNKNOWN):
        counted = expected(facts, city, area, of)
        for k, kpi in kpis.CATALOGUE.items():
            room = 0.02 if isinstance(kpi.formula, Quantile) else 1e-8
            for reading, one in zip(known.readings[k][area], counted[k], strict=True):
                if reading.value is not None:
                    assert reading.value == pytest.approx(one[0], rel=room), (area, k)
                    assert (reading.n, reading.of) == pytest.approx(one[1:]) or isinstance(
                        kpi.formula, Quantile
                    ), (area, k)
    reported = known.readings["incidents.reported"]
    assert all(reported[area][0].value for area in (city.code, *(TOWNS if of is QUARTER else ())))


@pytest.mark.parametrize(
    "of", [Day(date(2026, 9, 16)), Month(date(2026, 8, 1))], ids=lambda of: of.name
)
def test_a_day_and_a_month_too(
    of: Day | Month, told: None, tell: Tell, database: Database, yixing: Profile, spans: Any
) -> None:
    moment_ms = periods.day_start_ms(of.end, yixing.tz) + 8 * 3_600_000
    late = events(
        2, 200, spans[0], periods.day_start_ms(of.end, yixing.tz), moment_ms + DAY_MS, "late"
    )
    check(database, yixing, moment_ms, of)
    tell(late)
    check(database, yixing, moment_ms, of)
    check(database, yixing, moment_ms + 2 * DAY_MS, of)


def revision(
    database: Database,
    city: Profile,
    frozen: Review,
    moments_ms: tuple[int, int],
    late: list[Event],
) -> dict[tuple[str, str, str], tuple[Any, Any, int]]:
    """Every shown figure that the facts have otherwise at two moments: (KPI, area, quarter) → was,
    now, late events of it.
    """
    found, names = (
        dict[tuple[str, str, str], tuple[Any, Any, int]](),
        (QUARTER.name, QUARTER.previous.name, QUARTER.last_year.name),
    )
    told_of = {
        area
        for area in city.areas
        for f in frozen.figures
        if any(r.value is not None for r in review_assembly.readings(f, area))
    }
    before, after = (known_facts(database, city, moment_ms) for moment_ms in moments_ms)
    for area in told_of:  # of the other towns no figure is shown
        old, new = (expected(facts, city, area) for facts in (before, after))
        here = [e for e in late if area in (city.code, city.town_of(e.area))]
        told = Counter(
            f"indicator:{e.data['indicator']}" if e.type == "indicator.reported" else e.type
            for e in here
        )
        for figure in frozen.figures:
            events_of_it = sum(told[need] for need in kpis.CATALOGUE[figure.kpi].needs)
            shown = review_assembly.readings(figure, area)
            for name, was, now, one in zip(
                names, old[figure.kpi], new[figure.kpi], shown, strict=True
            ):
                if was != now and one.value is not None:
                    found[figure.kpi, area, name] = (was, now, events_of_it)
    return found


def test_equal_to_the_facts_of_what_was_known(
    told: None, tell: Tell, database: Database, yixing: Profile, spans: Any
) -> None:
    start_ms, end_ms, moment_ms = spans
    check(database, yixing, moment_ms)
    tell(events(2, 200, start_ms, end_ms, moment_ms + DAY_MS, "late"))
    check(database, yixing, moment_ms)
    check(database, yixing, moment_ms + 2 * DAY_MS)


def test_200_late_events_leave_the_hash_and_are_the_revision(
    told: None, tell: Tell, database: Database, yixing: Profile, spans: Any
) -> None:
    start_ms, end_ms, moment_ms = spans
    frozen = read(database, yixing, moment_ms)
    late = events(3, 200, start_ms, end_ms, moment_ms + DAY_MS, "late")[:200]
    after = events(
        4, 50, end_ms, end_ms + 5 * DAY_MS, moment_ms + DAY_MS, "next"
    )  # of the quarter that follows: no business of this one
    tell([*late, *after])
    again = read(database, yixing, moment_ms)
    assert review_values.content(again) == review_values.content(frozen)
    now = read(database, yixing, moment_ms + 2 * DAY_MS)
    assert review_values.content(now) != review_values.content(frozen)
    with storage.snapshot(database) as connection:
        counts = known_at.count_late(connection, moment_ms, end_ms)
    assert sum(counts.values()) == sum(e.at < end_ms for e in (*late, *after))
    found = {
        (one.kpi, one.town, one.quarter): one
        for one in review_assembly.changed(frozen, now, QUARTER, counts)
    }
    wanted = revision(
        database,
        yixing,
        frozen,
        (moment_ms, moment_ms + 2 * DAY_MS),
        [e for e in (*late, *after) if e.at < end_ms],
    )
    assert {k for k in found if k[0] in EXACT} == {k for k in wanted if k[0] in EXACT}
    assert {
        k
        for k, (was, now, _) in wanted.items()
        if k[0] not in EXACT and now[0] and abs(was[0] / now[0] - 1) > 0.05
    } <= set(found)
    for key, one in found.items():
        old, new, events_of_it = wanted[key]
        assert one.events == events_of_it > 0, key
        for reading, (value, n, of) in ((one.was, old), (one.now, new)):
            assert reading.value == pytest.approx(value, rel=1e-8 if key[0] in EXACT else 0.02), key
            assert key[0] not in EXACT or (reading.n, reading.of) == pytest.approx((n, of)), key


def test_a_town_that_begins_to_report_later_changes_nothing(
    told: None, tell: Tell, database: Database, yixing: Profile, spans: Any
) -> None:
    _, end_ms, moment_ms = spans
    frozen = read(database, yixing, moment_ms)
    new = Event(
        "fraud.leaflets",
        "urn:new",
        "x",
        "320282101",
        end_ms + DAY_MS,
        moment_ms + 9 * DAY_MS,
        {"copies": 5, "channel": "visit"},
    )
    tell([new])
    assert read(database, yixing, moment_ms + 20 * DAY_MS).figures == frozen.figures


def test_completeness_says_what_was_heard(
    told: None, database: Database, yixing: Profile, spans: Any
) -> None:
    found = read(database, yixing, spans[2])
    city, town, silent = (found.complete(area) for area in (yixing.code, TOWNS[0], "320282101"))
    assert city
    assert town
    assert silent
    assert (town.of_days, silent.events, silent.is_lacking, silent.newest_ms) == (92, 0, True, None)
    assert city.events == sum(one.events for one in found.completeness if one.town != yixing.code)
    assert found.completeness[-1].town == UNKNOWN


@pytest.mark.parametrize(
    ("name", "first", "after", "previous"),
    [
        ("2026Q1", "2026-01-01", "2026-04-01", "2025Q4"),
        ("2026Q4", "2026-10-01", "2027-01-01", "2026Q3"),
    ],
)
def test_quarters(name: str, first: str, after: str, previous: str) -> None:
    one = quarters.parse(name)
    assert (one.start.isoformat(), one.end.isoformat(), one.previous.name, one.previous.next) == (
        first,
        after,
        previous,
        one,
    )
    assert one.last_year.name == f"2025{name[4:]}"
    assert quarters.of(one.start) == one
    with pytest.raises(ValueError, match="no quarter"):
        quarters.parse("2026Q5")
