"""The verdict on a figure as codes: how it compares with its target and its references, and why it
may have no value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from feeds.city.profile import Profile
from feeds.figures.freshness import State
from feeds.kpis import CATALOGUE, DAY_S, Better, Kpi, Unit, targets
from feeds.kpis.formulas import Gauge

Assurance = Literal["met", "near", "missed"]
Trend = Literal["better", "worse", "neutral", "flat"]
SLOW_S = 7 * DAY_S


class Verdict(NamedTuple):
    """The codes of one figure, in the order in which they travel.

    `kind` is what it is compared with: the same part of last year, else the previous period.
    `way` is empty without a comparison, and none where the change may be chance. `empty` says why
    there is no value: 0 of 0 cases, or no data. `period` is the one that a report was for, where
    the report's date doesn't say it.
    """

    target: Assurance | Literal["none"]
    kind: Literal["year", "period"]
    way: Literal["up", "down", "none", ""]
    trend: Trend
    empty: Literal["", "cases", "data"]
    period: str


# What a code reads as while its figure is in a state: a figure without data is not judged.
SILENCED: Mapping[State, Mapping[str, Mapping[str, Any]]] = {
    "live": {},
    "late": {},
    "nodata": {
        "target": {"met": "none", "near": "none", "missed": "none"},
        "way": {"up": "none", "down": "none"},
        "trend": {"better": "flat", "worse": "flat", "neutral": "flat"},
        "empty": {"cases": "data"},
    },
}


def seen(verdict: Verdict, state: State) -> Verdict:
    """The verdict as a figure in this state shows it."""
    silenced = SILENCED[state]
    if not silenced:
        return verdict
    codes = verdict._asdict()
    for field, others in silenced.items():
        codes[field] = others.get(codes[field], codes[field])
    return Verdict(**codes)


def of(
    kpi: Kpi,
    value: float | None,
    denominator: float | None,
    changes: tuple[float | None, float | None],
    target: float | None,
    period: str = "",
) -> Verdict:
    """The verdict of one figure; `changes` are those on the year and on the previous period."""
    kind, difference = compared(changes)
    trended: Trend = "flat"
    way: Literal["up", "down", "none", ""] = ""
    if difference is not None:
        trended = trend(value, denominator, difference, kpi.unit, kpi.better)
        way = "none" if trended == "flat" else "up" if difference > 0 else "down"
    assured: Assurance | Literal["none"] = "none"
    empty: Literal["", "cases", "data"] = ""
    if value is None:
        empty = "cases" if denominator == 0 else "data"
    elif target is not None:
        assured = assurance(value, denominator, target, kpi.unit, kpi.better)
    return Verdict(assured, kind, way, trended, empty, period)


def of_topic(
    profile: Profile, period: str, state: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> dict[str, Verdict]:
    """The verdict of every figure of a topic over a period. `before` is the state that the topic
    had: what is the same as in it keeps its verdict, because the engine asks four times a second.
    """
    is_short = period in targets.SHORT
    known: Mapping[str, Verdict] = before["verdicts"] if before else {}
    found = {}
    for id, kpi in CATALOGUE.items():
        if before and id in known and not is_dated(kpi) and _is_same(id, state, before):
            found[id] = known[id]
            continue
        changes = state["change"].get(id) or (None, None)
        found[id] = of(
            kpi,
            state["set"].get(id),
            (state["parts"].get(id) or (None, None))[1],
            (changes[0], changes[1]),
            targets.within(profile, id, is_short=is_short),
            reported(kpi, state["newest"], state["periods"], profile.tz),
        )
    return found


def _is_same(id: str, state: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    return bool(
        state["set"].get(id) == before["set"].get(id)
        and state["parts"].get(id) == before["parts"].get(id)
        and state["change"].get(id) == before["change"].get(id)
    )


def compared(
    changes: tuple[float | None, float | None],
) -> tuple[Literal["year", "period"], float | None]:
    """The change that is shown: on the same part of last year, else on the previous period."""
    on_year, on_period = changes
    return ("period", on_period) if on_year is None and on_period is not None else ("year", on_year)


def is_dated(kpi: Kpi) -> bool:
    """Whether a figure is reported by month, quarter or year: then its date says more than its
    age.
    """
    return isinstance(kpi.formula, Gauge) and kpi.cadence_s >= SLOW_S


def reported(kpi: Kpi, newest: Mapping[str, int], periods: Mapping[str, str], tz: ZoneInfo) -> str:
    """The period that a figure's newest report was for (2026Q3); empty where the report named none,
    or where its date begins with it.
    """
    if not is_dated(kpi):
        return ""
    at, period = newest.get(kpi.needs[0]), periods.get(kpi.needs[0], "")
    if not at or not period:
        return ""
    day = f"{datetime.fromtimestamp(at / 1000, tz):%Y-%m-%d}"
    return "" if day.startswith(period) else period


def trend(
    value: float | None, of: float | None, difference: float, unit: Unit, better: Better
) -> Trend:
    """Whether a change is for the better or the worse, and flat where it may be chance; `of` is the
    denominator.
    """
    if value is None or _by_chance(value, of, difference, unit):
        return "flat"
    if better == "neutral":
        return "neutral"
    return "better" if (difference > 0) == (better == "up") else "worse"


def assurance(
    value: float, of: float | None, target: float, unit: Unit, better: Better
) -> Assurance:
    """Whether a target is met, missed, or short of by no more than chance."""
    short = target - value if better == "up" else value - target
    if short <= 0:
        return "met"
    by_chance = unit == "share" and of and short < 2 * math.sqrt(target * (1 - target) / of)
    return "near" if by_chance else "missed"


def _by_chance(value: float, of: float | None, difference: float, unit: Unit) -> bool:
    """Two standard errors of a count or a share; of sums and durations a tenth, or few cases."""
    size = abs(difference)
    if unit == "count":
        if difference <= -1:
            return True
        before = value / (1 + difference)
        return abs(value - before) < 2 * math.sqrt(value + before)
    if unit == "share":
        middle = min(max(value - difference / 2, 0), 1)
        if size < 0.01:
            return True
        return bool(of and of > 0) and size < 2 * math.sqrt(2 * middle * (1 - middle) / (of or 1))
    return size < 0.1 or (of is not None and of < 20)
