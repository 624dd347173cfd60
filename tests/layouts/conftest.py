"""Realistic states of a topic (full, empty, late, broken) and views of them; nothing here reads a
store.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from feeds import kpis
from feeds.accounts.roles import RIGHTS, Rights
from feeds.alerts.lifecycle import Alert, Silence
from feeds.cases import chain
from feeds.cases.query import Asked, Counts, Entry, Page
from feeds.city import named_periods, profile
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.events import eventtypes
from feeds.figures import topics, trends, verdicts
from feeds.health import completeness
from feeds.health.completeness import Hour, LastSeen
from feeds.history import stage_durations
from feeds.kpis import Kpi, splits
from feeds.kpis.formulas import Gauge, Level
from feeds.review import briefs, review_values, signals
from feeds.statistics import xmr
from layouts.alerts.page_values import Alarms, Life, Undelivered
from layouts.health.page_values import (
    Completeness,
    HealthPage,
    IntakeCounts,
    Pipeline,
    Reason,
    Reject,
    Rejects,
    Screen,
    Worker,
)
from layouts.parts import case_list, chains
from layouts.parts.forms import Editor
from layouts.review import brief_values
from layouts.review.page_values import ReviewPage
from layouts.view import Theme, View
from tests.layouts import agendas
from tests.layouts.wall import rooms

ZONE = ZoneInfo("Asia/Shanghai")
NOW_MS = int(datetime(2026, 9, 30, 15, 42, 7, tzinfo=ZONE).timestamp() * 1000)
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
PART_OF_YEAR = {
    "today": 0.65 / 365,
    "week": 2.65 / 365,
    "28d": 27.65 / 365,
    "month": 29.65 / 365,
    "quarter": 0.247,
    "year": 0.746,
}
YEARLY = {
    "incidents.reported": 68200,
    "incidents.handled": 65800,
    "incidents.closed": 65100,
    "incidents.joint": 7652,
    "incidents.patrol_visits": 288000,
    "disputes.accepted": 9400,
    "disputes.settled": 8900,
    "disputes.failed": 108,
    "disputes.accident_settled": 2100,
    "traffic.accidents": 2900,
    "traffic.deaths": 44,
    "traffic.injuries": 2350,
    "traffic.hazards_found": 4320,
    "traffic.hazards_rectified": 4010,
    "fraud.warnings": 49000,
    "fraud.dissuaded": 930,
    "fraud.loss_averted": 18_000_000,
    "fraud.leaflets": 300_000,
    "safety.hazards_found": 455,
    "safety.hazards_rectified": 408,
    "safety.inspections": 5200,
    "safety.cases": 21,
    "sensing.records": 200_000_000,
    "exchange.records": 41_000_000,
    "handoffs.sent": 3100,
    "risks.raised": 640,
    "assessments.completed": 58,
    "tasks.completed": 84,
    "services.requests": 412_000,
    "services.completed": 409_000,
    "justice.diverted": 1900,
    "justice.served": 7400,
    "governance.activities": 3600,
    "training.posts": 88_000,
    "order.calls": 61_000,
    "order.filed": 3900,
    "order.cleared": 3100,
    "handoffs.accepted": 3060,
    "disputes.accident_accepted": 2250,
    "order.criminal": 1200,
    "governance.legal_events": 860,
    "governance.participants": 252_000,
    "training.monthly": 9_700,
    "training.quarterly": 4_300,
    "risks.assigned": 632,
    "risks.supervised": 190,
    "risks.closed": 621,
    "assessments.due": 66,
    "tasks.set": 105,
    "commitments.made": 144,
    "commitments.closed": 101,
}
STANDING = {
    "incidents.open": 1268,
    "incidents.overdue": 37,
    "disputes.open": 214,
    "disputes.overdue": 9,
    "traffic.hazards_overdue": 12,
    "safety.hazards_overdue": 3,
    "safety.key_units": 1812,
    "handoffs.open": 26,
    "risks.open": 18,
    "tasks.open": 21,
    "tasks.unfinished": 21,
    "governance.rooms": 310,
    "governance.volunteers": 360_000,
    "governance.teams": 1170,
    "governance.model_units": 186,
    "handoffs.overdue": 4,
    "disputes.accident_open": 61,
    "sensing.devices": 6312,
    "services.open": 640,
    "services.overdue": 22,
    "training.households": 401_000,
    "risks.overdue": 2,
    "assessments.open": 7,
    "assessments.overdue": 0,
    "tasks.overdue": 2,
    "commitments.open": 39,
    "commitments.overdue": 1,
}
SHARES = {
    "incidents.closure_rate": 0.963,
    "incidents.joint_closure_rate": 0.991,
    "disputes.success_rate": 0.9881,
    "disputes.village_rooms": 0.95,
    "disputes.accident_one_visit": 0.872,
    "fraud.dissuasion_rate": 0.0192,
    "sensing.online_rate": 0.9741,
    "risks.on_time": 0.962,
    "assessments.on_time": 1.0,
    "tasks.on_time": 0.943,
    "services.at_once_share": 0.618,
    "training.staff_rate": 0.912,
    "training.groups_covered": 0.984,
    "commitments.kept": 0.9,
    "handoffs.on_time": 0.958,
    "order.clearance_rate": 0.612,
    "order.homicide_clearance": 1.0,
    "services.online_share": 0.214,
    "services.one_visit_share": 0.112,
    "services.nearby_share": 0.056,
    "assessments.passed": 0.914,
    "tasks.progress": 0.8,
}
DURATIONS = {
    "incidents.median_hours": 19.4,
    "incidents.p90_hours": 96.2,
    "disputes.median_days": 6.3,
    "disputes.accident_median_days": 4.8,
    "services.median_hours": 0.42,
    "services.p90_hours": 38.5,
}
CHANGES = {
    "traffic.accidents": -0.101,
    "traffic.deaths": -0.214,
    "incidents.overdue": 0.94,
    "disputes.open": 0.21,
    "disputes.success_rate": 0.004,
}
FORMS = ("full", "empty", "late", "broken")

EVERYTHING = Rights(frozenset(RIGHTS))


def state(city: Profile, area: str, period: str, form: str = "full") -> dict[str, Any] | None:
    """The snapshot of a topic: `full`; `empty` (a new engine without events); `late` (sources fell
    silent); `broken` (none).
    """
    if form == "broken":
        return None
    frame = {
        "topic": f"{area}/{period}",
        "epoch": "k3f9",
        "build": "0.1.0",
        "now": NOW_MS,
        "demo": True,
        "axes": _axes(),
    }
    if form == "empty":
        return frame | {
            "at": 0,
            "seq": 0,
            "set": {},
            "parts": {},
            "change": {},
            "newest": {},
            "periods": {},
            "series": {},
            "towns_reporting": [0, len(city.towns)],
        }
    topic = f"{area}/{period}"
    share = 1.0 if area == city.code else 0.08
    newest = _newest(topic, form)
    values = {k: _value(k, period, share, _own(topic, k)) for k in kpis.CATALOGUE}
    parts = {k: _parts(kpis.CATALOGUE[k], v, period, share) for k, v in values.items()}
    return frame | {
        "at": max(newest.values()),
        "seq": 4711,
        "set": values,
        "parts": parts,
        "change": {k: _change(k, _own(topic, k, "change")) for k in values},
        "newest": newest,
        "periods": {need: "2026Q3" for need in newest if need.startswith("indicator:")},
        "series": _series(city, area, values, period, share),
        "towns_reporting": [len(city.towns) - 1, len(city.towns)],
    }


def told(view: View, **parts: dict[str, Any]) -> View:
    """The view of a topic in which some entries are others, judged again."""
    assert view.topic
    topic = {**view.topic, **{name: {**view.topic[name], **new} for name, new in parts.items()}}
    return judged(replace(view, topic=topic))


def without_alerts(view: View) -> View:
    """The view of a topic in which no alert fires, judged again."""
    assert view.topic
    return judged(replace(view, topic={**view.topic, "alerts": []}))


def judged(view: View) -> View:
    """The view with the verdicts that its topic gives."""
    assert view.topic
    found = verdicts.of_topic(view.profile, view.area, view.period, view.topic)
    return replace(view, topic={**view.topic, "verdicts": found})


def _own(*names: str) -> random.Random:
    """Random numbers of one figure's own: another KPI changes nobody else's."""
    return random.Random("/".join(names))


def _change(kpi: str, rng: random.Random) -> list[float]:
    on_year = CHANGES.get(kpi, round(rng.gauss(0.01, 0.02), 4))
    return [on_year, round(rng.gauss(0, 0.1), 4)]


def _axes() -> dict[str, Any]:
    day = datetime.fromtimestamp(NOW_MS / 1000, ZONE).date() - timedelta(29)
    return {"hours": NOW_MS // HOUR_MS * HOUR_MS - 23 * HOUR_MS, "days": day.isoformat()}


def _value(kpi: str, period: str, share: float, rng: random.Random) -> float | None:
    """A figure that could be the city's; of a KPI that the tables above don't know, any."""
    declared = kpis.CATALOGUE[kpi]
    if kpi == "commitments.kept":
        return None
    if declared.unit == "share":
        return SHARES.get(kpi, round(rng.uniform(0.6, 0.99), 3))
    if declared.unit in ("hours", "days"):
        return DURATIONS.get(kpi, round(rng.uniform(1, 60), 1))
    if isinstance(declared.formula, Level | Gauge):
        return round(STANDING.get(kpi, rng.randrange(10, 900)) * share)
    whole = YEARLY.get(kpi, rng.randrange(100, 9_000)) * PART_OF_YEAR[period] * share
    found = whole * rng.uniform(0.95, 1.05)
    return round(found, 2) if declared.unit == "yuan" else round(found)


def _parts(kpi: Kpi, value: float | None, period: str, share: float) -> list[float | None]:
    if value is None:
        return [0, 0]
    if kpi.unit in ("share", "hours", "days"):
        of = max(round(20_000 * PART_OF_YEAR[period] * share), 1)
        return [round(value * of) if kpi.unit == "share" else None, of]
    return [value, None]


def _newest(topic: str, form: str) -> dict[str, int]:
    """Late: disputes silent for three times their cadence in Yixing (late), fraud for days (no
    data), the rest alive.
    """
    needs = {need for kpi in kpis.CATALOGUE.values() for need in kpi.needs}
    newest = {
        need: NOW_MS - _own(topic, need).randrange(5_000, 40 * MINUTE_MS) for need in sorted(needs)
    }
    if form == "late":
        newest |= {need: NOW_MS - 30 * HOUR_MS for need in needs if need.startswith("dispute.")}
        newest |= {need: NOW_MS - 12 * 24 * HOUR_MS for need in needs if need.startswith("fraud.")}
    return newest


def _series(
    city: Profile,
    area: str,
    values: Mapping[str, float | None],
    period: str,
    share: float,
) -> dict[str, Any]:
    topic = f"{area}/{period}"
    series: dict[str, Any] = {
        f"days:{k}": _wave(v, 30, _own(topic, k, "days")) for k, v in values.items()
    }
    for k in topics.BY_HOUR:
        rng = _own(topic, k, "hours")
        day = YEARLY.get(k, 3_650) / 365 * share
        series |= {f"hours:{k}": _day(day, rng), f"hours_last_year:{k}": _day(day * 1.04, rng)}
        series |= {f"days:{k}": _week(day, rng), f"days_last_year:{k}": _week(day * 1.04, rng)}
    for k in topics.BY_DAY:
        rng = _own(topic, k, "days_last_year")
        series |= {f"days_last_year:{k}": _week((values[k] or 0) / 12, rng)}
    for name, split in splits.SPLITS.items():
        for k in split.kpis:
            series[f"by_{name}:{k}"] = dict.fromkeys(
                [*split.values(city), "unknown"], round(values[k] or 0, 2)
            )
            if kpis.CATALOGUE[k].unit == "share":
                series[f"by_{name}_of:{k}"] = dict.fromkeys(series[f"by_{name}:{k}"], 12)
    for k in topics.BY_CATEGORY:
        codes = list(_categories(k))
        rng = _own(topic, k, "categories")
        series[f"categories:{k}"] = dict(
            zip(
                codes,
                _split(values[k] or 0, [1 / (i + 1.4) for i in range(len(codes))], rng),
                strict=True,
            )
        )
    if area == city.code:
        sizes = [max(t.villages, 1) for t in city.towns]
        for k in topics.BY_TOWN:
            adds_up = kpis.CATALOGUE[k].unit in ("count", "yuan")
            rng = _own(topic, k, "towns")
            cells = (
                _split((values[k] or 0) * 0.98, sizes, rng)
                if adds_up
                else [(values[k] or 0) * rng.uniform(0.96, 1.01) for _ in sizes]
            )
            series[f"towns:{k}"] = dict(zip(city.town_by_code, cells, strict=True))
        for k in topics.SHARES_BY_TOWN:
            series[f"towns_of:{k}"] = dict.fromkeys(city.town_by_code, 40)
    return series


def _categories(kpi: str) -> list[str]:
    declared = eventtypes.TYPES[kpis.CATALOGUE[kpi].needs[0]]
    named = next(f for f in declared.fields if f.name == declared.by)
    return [*(named.choices or {})] + (["unknown"] if kpi == "incidents.reported" else [])


def _wave(value: float | None, n: int, rng: random.Random) -> list[float | None]:
    return [None if value is None else value * (1 + rng.gauss(0, 0.03)) for _ in range(n)]


def _day(total: float, rng: random.Random) -> list[float | None]:
    """24 hours up to now with the rhythm of a working day; the last has just begun."""
    hour = datetime.fromtimestamp(NOW_MS / 1000, ZONE).hour
    weights = [
        0.12
        + math.exp(-(((hour - 23 + i) % 24 - 10.5) ** 2) / 14)
        + 0.5 * math.exp(-(((hour - 23 + i) % 24 - 16) ** 2) / 8)
        for i in range(24)
    ]
    counts = [_poisson(total * w / sum(weights), rng) for w in weights]
    return [*counts[:-1], counts[-1] * 0.6 // 1]


def _week(day: float, rng: random.Random) -> list[float | None]:
    first = datetime.fromtimestamp(NOW_MS / 1000, ZONE).date() - timedelta(29)
    days = [
        float(_poisson(day * (0.7 if (first + timedelta(i)).weekday() > 4 else 1.1), rng))
        for i in range(30)
    ]
    return [*days[:-1], round(days[-1] * 0.65)]


def _poisson(mean: float, rng: random.Random) -> int:
    return max(0, round(rng.gauss(mean, math.sqrt(mean))))


def _split(total: float, weights: list[float] | list[int], rng: random.Random) -> list[float]:
    noisy = [w * rng.uniform(0.7, 1.3) for w in weights]
    return [round(total * w / sum(noisy)) for w in noisy]


@pytest.fixture(scope="session")
def city() -> Profile:
    return profile.load("yixing")


@cache
def trend(kpi: Kpi) -> trends.Trend:
    """Twenty weeks or months that vary a little, and no more."""
    base = (
        SHARES.get(kpi.id)
        or DURATIONS.get(kpi.id)
        or STANDING.get(kpi.id)
        or YEARLY.get(kpi.id, 100) / 52
    )
    points = tuple(round(base * (1 + 0.002 * (-1) ** i), 6) for i in range(20))
    found = xmr.limits(np.array(points))
    first = date(2026, 5, 11) if kpi.step == "week" else date(2025, 1, 1)
    assured = xmr.assurance(found, kpi.target, kpi.better)
    return trends.Trend(
        kpi.step,
        first,
        points,
        found.mean,
        found.lower,
        found.upper,
        "common",
        assured,
        "common",
        20,
        0,
        marks="." * 20,
    )


def town_parts(city: Profile) -> dict[str, Any]:
    """Of each share 9 in 10 of ever more cases, of anything else a count."""
    towns = list(city.town_by_code)
    shares = {t: [9 * (n + 1), 10 * (n + 1)] for n, t in enumerate(towns)}
    counts = {t: [10 + n, None] for n, t in enumerate(towns)}
    return {k: shares if kpi.unit == "share" else counts for k, kpi in kpis.CATALOGUE.items()}


def review_page(city: Profile, form: str) -> ReviewPage | None:
    """A frozen quarter, revised, with commitments (`full`; `late`: a town is incomplete); a history
    without one (`empty`).
    """
    if form in ("empty", "broken"):
        return ReviewPage(None, ()) if form == "empty" else None
    rng, days, figures, found = random.Random(2), (92, 91, 92), [], {}
    for k in (
        "incidents.reported",
        "incidents.closure_rate",
        "disputes.success_rate",
        "traffic.accidents",
        "incidents.open",
    ):
        kpi = kpis.CATALOGUE[k]
        found[k] = {
            t: review_values.Three(*(_reading(kpi, n, rng) for _ in range(3)))
            for n, t in enumerate(city.town_by_code)
        }
        found[k][city.code] = review_values.Three(
            *(_together([three[i] for three in found[k].values()]) for i in range(3))
        )
        figures.append(signals.figure(kpi, kpi.target, city, found[k], days))
    lessons = signals.lessons(figures, found, city.code, days)
    whole = tuple(
        review_values.Completeness(
            a, 1000, 60 if form == "late" and a == "320282113" else 92, 92, 9, 9, 80, NOW_MS
        )
        for a in city.areas
    )
    areas = tuple(review_values.Area(a, city.name_of(a).zh, city.name_of(a).en) for a in city.areas)
    made = review_values.Freeze(
        "2026Q3-1A2B3", "2026Q3", NOW_MS, "ab" * 32, "0.1.0", "d1", "d2", "d3", "d4", "ops"
    )
    was, now = review_values.Reading(0.9, 90, 100), review_values.Reading(0.91, 91, 100)
    changed = (review_values.Changed("2026Q3", "disputes.success_rate", "320282112", was, now, 3),)
    kept = review_values.Commitment(
        "c1", "320282112", "disputes.success_rate", "2026-09-30", 0.9, "2026Q2", "ops", NOW_MS, was
    )
    judged = replace(
        kept,
        outcome="met",
        judged_on="2026Q3",
        reading=now,
        lower=0.83,
        upper=0.95,
        change=signals.change("share", now, was),
    )
    return ReviewPage(
        review_values.Review(
            "2026Q3",
            NOW_MS,
            areas,
            whole,
            tuple(figures),
            lessons,
            made,
            changed,
            3,
            (kept, judged),
            True,
            agenda=agendas.of(city, figures, whole),
        ),
        ("2026Q3", "2026Q2", "2026Q1"),
    )


def brief(city: Profile, form: str) -> brief_values.BriefPage | None:
    """The day before NOW_MS: a day with more fraud warnings than usual, a figure off its target, a
    town with too much overdue, two alerts, a commitment that falls due; as known then and with a
    silent town (`late`); `empty`: there is no history.
    """
    shown = brief_values.BriefPage(
        None, named_periods.Day(date(2026, 9, 29)), named_periods.Month(date(2026, 8, 1)), "over"
    )
    if form in ("empty", "broken"):
        return shown if form == "empty" else None
    return shown._replace(brief=a_brief(city, form), refused="", is_fixed=form == "late")


def a_brief(city: Profile, form: str = "full") -> briefs.Brief:
    topic = state(city, city.code, "28d", "full")
    assert topic
    topic["set"]["handoffs.on_time"] = 0.9
    topic["parts"]["handoffs.on_time"] = [900, 1000]
    topic |= {"trends": {k: trends.encode(trend(kpi)) for k, kpi in kpis.CATALOGUE.items()}}
    topic |= {"verdicts": verdicts.of_topic(city, city.code, "28d", topic)}
    rows = (
        briefs.Row("incidents.reported", 182, 152.4, 110.2, 194.8),
        briefs.Row("traffic.accidents", 6, 6.1, 0, 13.4, beside=0),
        briefs.Row("fraud.warnings", 161, 123.1, 90.2, 160.7, 1),
        briefs.Row("order.calls", 4, None),
    )
    late = tuple(
        briefs.Late("320282003", "dispute", "labour", 42 - n, is_handled=n > 4) for n in range(8)
    )
    kinds = (briefs.Kind("incident", 64), briefs.Kind("dispute", 20), briefs.Kind("risk", 2))
    beyond = briefs.Beyond("320282112", 28, 13.9, (briefs.Kind("incident", 28),))
    fired = tuple(
        briefs.Fired("incidents-overdue", city.code, "warning", NOW_MS - 9 * HOUR_MS, over)
        for over in (None, NOW_MS)
    )
    was = review_values.Reading(0.9, 90, 100)
    kept = review_values.Commitment(
        "c1", "320282112", "disputes.success_rate", "2026-10-02", 0.95, "2026Q2", "ops", 0, was
    )
    end_ms = round(datetime(2026, 9, 30, tzinfo=ZONE).timestamp() * 1000)
    silent = ("320282113",) if form == "late" else ()
    overdue = briefs.Overdue(86, kinds, late, (beyond,), is_compared=True)
    return briefs.Brief(
        city,
        "2026-09-29",
        end_ms + 8 * HOUR_MS,
        end_ms,
        is_yesterday=True,
        is_demo=True,
        events=1476,
        newest_ms=end_ms - 60_000,
        silent=silent,
        rows=rows,
        state=topic,
        overdue=overdue,
        fired=fired,
        commitments=(kept,),
        due_soon=2,
    )


def _reading(kpi: Kpi, n: int, rng: random.Random) -> review_values.Reading:
    of = 40 + 60 * n
    if kpi.unit == "share":
        x = sum(rng.random() < (0.7 if n == 8 else 0.95) for _ in range(of))
        return review_values.Reading(x / of, x, of)
    count = _poisson(of, rng) * (2 if n == 5 and rng.random() < 0.5 else 1)
    return review_values.Reading(count, count)


def _together(readings: list[review_values.Reading]) -> review_values.Reading:
    n, of = (sum(getattr(r, name) or 0 for r in readings) for name in ("n", "of"))
    return review_values.Reading(n / of, n, of) if of else review_values.Reading(n, n)


def health_page(city: Profile, form: str) -> HealthPage | None:
    """How a board stands: `full` all is well; `empty` nothing came yet; `late` a town, a source and
    a wall are silent, events were refused; `broken` neither Redis nor the database can be reached.
    """
    last_seen = [
        LastSeen(t, need, f"urn:{n[0]}", NOW_MS - MINUTE_MS)
        for t in city.town_by_code
        for n in completeness.systems().values()
        for need in n
    ]
    midnight = NOW_MS // 86_400_000 * 86_400_000
    if form == "late":
        last_seen = [
            h._replace(at=NOW_MS - 5 * 86_400_000)
            if h.town == "320282113" or "fraud" in h.source
            else h
            for h in last_seen
        ]
    hours = [Hour(h.source, 1, h.at, h.at) for h in last_seen]
    if form in ("empty", "broken"):
        last_seen, hours = [], []
    judged = completeness.sources(
        city,
        last_seen,
        hours,
        begin_ms=midnight - 7 * 86_400_000,
        midnight_ms=midnight,
        now_ms=NOW_MS,
    )
    known = Completeness(
        completeness.rows(city, last_seen, NOW_MS), judged, midnight - 7 * 86_400_000, midnight
    )
    if form == "broken":
        down = Pipeline(
            "refused",
            "no such file",
            None,
            None,
            None,
            None,
            0,
            None,
            {},
            ("redis: refused", "database: no such file", "hub: away"),
        )
        return HealthPage(NOW_MS, None, down, None, None, None)
    pipeline = Pipeline(
        None, None, 0.0, 1.0, 0.5, 50 * 2**20, 0, 3, {"0": (10, 0.0), "1": (7, 0.0)}, ()
    )
    if form == "empty":
        return HealthPage(NOW_MS, known, pipeline, Rejects((), (), ()), (), ())
    rejects = Rejects(
        (IntakeCounts("http", 10, 2, 1200, 7),),
        (Reason("http", "future", 2, 7),),
        (_reject("urn:a"), _reject("")),
    )
    hub = {"clients": 3, "topics": 2, "sent": 40_000, "skipped": 1, "connected": 1}
    walls = [
        _screen("/wall"),
        _screen("/wall", build="0.0.9"),
        _screen("/wall", painted=NOW_MS - 200_000),
        _screen("/fraud"),
    ]
    lost = [_screen("/wall", last_seen=NOW_MS - 10 * MINUTE_MS)] if form == "late" else []
    return HealthPage(
        NOW_MS,
        known,
        pipeline,
        rejects,
        (Worker("77-ab", "0.1.0", NOW_MS, 110, hub),),
        (*walls, *lost),
    )


def _reject(source: str) -> Reject:
    return Reject(
        NOW_MS - 5_000,
        "http",
        source,
        "incident.reported" if source else "unknown",
        "time",
        "future",
    )


def _screen(
    path: str, build: str = "0.1.0", last_seen: int = NOW_MS - 4_000, painted: int = NOW_MS - 4_500
) -> Screen:
    return Screen(
        path,
        "320282",
        "zh",
        1920,
        1080,
        build,
        NOW_MS - 86_400_000,
        last_seen,
        painted,
        1,
        0,
        0,
        None,
    )


def cases_of(city: Profile, area: str) -> case_list.Listing:
    """Everything overdue: of ever more days, of many kinds, one over thirty days."""
    towns = list(city.town_by_code) if area == city.code else [area]
    kinds = (("incident", "environment"), ("dispute", "labour"), ("service", "housing"))
    entries = []
    for n in range(20, 0, -1):
        family, category = kinds[n % len(kinds)]
        due = NOW_MS - 2 * n * 24 * HOUR_MS
        entries.append(
            Entry(
                towns[n % len(towns)],
                f"c-2026-{n:05d}",
                category,
                "",
                "",
                due - 7 * 24 * HOUR_MS,
                due,
                None,
                None,
                "",
                "opened",
                True,
                family,
            )
        )
    by_family = {"incident": 7, "dispute": 7, "service": 6}
    oldest = dict.fromkeys(by_family, NOW_MS - 40 * 24 * HOUR_MS)
    counts = Counts(by_family, oldest, {"incident": 2, "dispute": 2, "service": 1})
    asked = Asked("", area, "overdue")
    return case_list.Listing(asked, Page(entries, len(entries), ""), counts)


def chains_of(city: Profile, path: str, area: str, form: str) -> dict[str, chain.Chain]:
    """Forty cases a place, of which some stand and some are late; none of an empty board."""
    places = list(city.town_by_code) if area == city.code else ["order", "traffic", "unknown"]
    cases = [] if form == "empty" else [_case(place, n) for place in places for n in range(40)]
    return {name: _chain_of(of, cases) for name, of in chains.SHOWN[path].items()}


def _chain_of(of: chain.Of, cases: list[tuple[str, int, int | None, int | None]]) -> chain.Chain:
    marks = (
        cell[3]
        for _, *steps in cases
        for _, cell in stage_durations.of_case(*steps, of.track or "all")
    )
    rows = [
        chain.Row(place, opened, opened + 72 * HOUR_MS, handled)
        for place, opened, handled, closed in cases
        if closed is None
    ]
    return chain.count(of, Counter(marks), rows, NOW_MS)


def _case(place: str, n: int) -> tuple[str, int, int | None, int | None]:
    opened = NOW_MS - (n + len(place)) * 5 * HOUR_MS
    return (
        place,
        opened,
        opened + 3 * HOUR_MS if n % 3 else None,
        opened + 30 * HOUR_MS if n % 4 else None,
    )


def alarms(form: str) -> Alarms | None:
    """How alerts stand: `full` one of each kind; `empty` none; `late` the watch is silent; `broken`
    not to be read.
    """
    if form == "broken":
        return None
    if form == "empty":
        return Alarms(NOW_MS, (), (), (), (), ())
    hour = NOW_MS - HOUR_MS
    fired = Alert(
        "a1",
        "traffic-deaths",
        "320282",
        "critical",
        "firing",
        hour,
        hour,
        hour,
        0.31,
        0.2,
        hour,
        hour,
    )
    seen = Alert(
        "a2",
        "incidents-overdue",
        "320282",
        "warning",
        "acknowledged",
        hour,
        hour,
        hour,
        0.44,
        0.4,
        hour,
        hour,
        by="City centre",
    )
    silent = Alert(
        "a3",
        "incidents-silent",
        "320282",
        "critical",
        "firing",
        hour,
        hour,
        hour,
        12.0,
        10.0,
        hour,
        silent_since=hour,
    )
    waits = Alert(
        "a4",
        "incidents-overdue-town",
        "320282112",
        "notice",
        "pending",
        hour,
        hour,
        0,
        61,
        60,
        hour,
    )
    over = Alert(
        "a5",
        "towns-reporting",
        "320282",
        "warning",
        "resolved",
        hour,
        hour - HOUR_MS,
        hour - HOUR_MS,
        0.95,
        0.9,
        hour,
    )
    gone = Alert("a6", "no-longer-declared", "320282112", "notice", "retired", hour, hour, hour)
    quiet = Silence(
        "s1", "incidents-overdue", "320282", NOW_MS + HOUR_MS, "New system", "City centre", hour
    )
    lives = tuple(Life(a, a.by, hour if a.by else 0) for a in (fired, seen, silent, gone))
    breach = msgspec.structs.replace(over, state="firing", since=over.fired, value=0.85)
    lives = (*lives, Life(over, "", 0, breach))
    failed = Undelivered(
        "group", "a1", 1, "traffic-deaths", "320282", hour, "93000 invalid webhook url", 8, None
    )
    return Alarms(
        None if form == "late" else NOW_MS,
        (fired, seen, silent, waits),
        (quiet,),
        lives,
        (failed,),
        ("group",),
    )


def strip(city: Profile) -> list[dict[str, Any]]:
    """Five alerts as the engine sends them to screens, one of each severity first."""
    made = {
        "area": city.code,
        "state": "firing",
        "fired": NOW_MS - HOUR_MS,
        "place": ["宜兴市", "Yixing"],
        "silent": False,
        "kpi": "disputes.success_rate",
    }
    words = {"title": ["超期事件偏多", "Many incidents overdue"], "said": ["52", "52"]}
    severities = ("critical", "warning", "notice", "notice", "notice")
    return [
        {**made, **words, "id": f"a{n}", "severity": severity}
        for n, severity in enumerate(severities)
    ]


@pytest.fixture(scope="session")
def make_view(city: Profile) -> Callable[..., View]:
    """A view of a page in one of FORMS."""
    review = cache(partial(review_page, city))
    health = cache(partial(health_page, city))
    of_the_day = cache(partial(brief, city))
    stands = cache(partial(state, city))
    parts = town_parts(city)
    known = {k: trends.encode(trend(kpi)) for k, kpi in kpis.CATALOGUE.items()}

    def make(
        path: str = "/",
        *,
        lang: Lang = "zh",
        area: str = "",
        period: str = "today",
        form: str = "full",
        theme: Theme = "dark",
    ) -> View:
        area = area or city.code
        others = {p: snapshot for p in ("year",) if (snapshot := stands(area, p, form))}
        filters = {"kpi": "disputes.success_rate"} if path == "/kpi" else {}
        facts: dict[str, Any] = {
            "towns": dict.fromkeys((period, "year"), parts) if form in ("full", "late") else None,
            "health": health(form),
            "review": review(form),
            "brief": of_the_day(form),
        }
        if path in chains.SHOWN and form != "broken":
            facts["chains"] = chains_of(city, path, area, form)
        if path == "/cases" and form in ("full", "late"):
            facts["cases"] = cases_of(city, area)
        facts |= {
            "alarms": alarms(form),
            "editor": Editor("City centre", EVERYTHING, "0" * 64)
            if (path, form) in (("/alerts", "full"), ("/health", "late"))
            else None,
        }
        found = stands(area, period, form)
        topic = None if found is None else dict(found)
        if path == "/wall" and form != "broken":
            facts["room"] = rooms.room(city, NOW_MS)
        if topic and form == "full":
            topic |= {"alerts": strip(city)}
        if topic and form in ("full", "late"):
            topic |= {"trends": known}
        if topic:
            topic |= {"verdicts": verdicts.of_topic(city, area, period, topic)}
        return View(
            city,
            lang,
            area,
            period,
            topic,
            NOW_MS,
            "0.1.0",
            path,
            theme,
            others,
            filters=filters,
            page_data=facts,
        )

    return make
