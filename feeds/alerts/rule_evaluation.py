"""Evaluates an alert rule: its figure, its bound, and whether its sources still send. Pure;
feeds/alerts/alert_watch.py reads the inputs.

The figures are the ones that the engine published, so that an alert and a tile never differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from feeds.alerts import alert_rules
from feeds.alerts.alert_rules import Change, Completeness, NoData, Overdue, Signal, Threshold, Wall
from feeds.alerts.lifecycle import UNKNOWN, Evaluation, Verdict
from feeds.city.profile import Profile
from feeds.figures import freshness, topics, trends
from feeds.health.completeness import LastSeen
from feeds.kpis import CATALOGUE, Kpi
from feeds.screens import heartbeats
from feeds.screens.heartbeats import Screen

STALE_MS = 120_000  # an engine publishes every topic at least each 30 s
Topic = Mapping[str, Any]


@dataclass(frozen=True)
class Inputs:
    """What rules are evaluated on at a moment: topics by name as they were published, the newest
    event of every town, need and source, the walls as they were last seen, and the names of those
    that are paired.
    """

    profile: Profile
    now_ms: int
    topics: Mapping[str, Topic]
    last_seen: Sequence[LastSeen]
    walls: Sequence[Screen] = ()
    paired: frozenset[str] = frozenset()

    def topic(self, area: str, period: str) -> Topic | None:
        """A topic that is whole and of now."""
        found = self.topics.get(f"{area}/{period}")
        return (
            found
            if found
            and not found.get("behind")
            and abs(self.now_ms - int(found["now"])) <= STALE_MS
            else None
        )

    def value(self, kpi: str, area: str, period: str) -> float | None:
        """A figure of an area; a town's also from the city's topic, which holds most of them."""
        if mine := self.topic(area, period):
            found: float | None = mine["set"].get(kpi)
            return found
        city = self.topic(self.profile.code, period)
        towns: Mapping[str, float | None] = (city or {}).get("series", {}).get(f"towns:{kpi}") or {}
        return towns.get(area)


def wanted(rules: Iterable[alert_rules.AnyRule], profile: Profile) -> set[str]:
    """The topics that the rules need: the city's, and a town's own where the city's topic lacks its
    value.
    """
    found = {f"{profile.code}/today"}
    for rule in rules:
        period = period_of(rule)
        found.add(f"{profile.code}/{period}")
        if isinstance(rule, Change | Signal) or (rule.figure and rule.figure not in topics.BY_TOWN):
            found |= {
                f"{area}/{period}"
                for area in alert_rules.places(rule, profile.code, profile.town_by_code)
            }
    return found


def period_of(rule: alert_rules.AnyRule) -> str:
    """The period of the topic that a rule looks at."""
    return rule.period if isinstance(rule, Threshold | Change) else "today"


def evaluate(rule: alert_rules.AnyRule, area: str, inputs: Inputs) -> Evaluation:
    """Evaluate a rule in an area now; unknown where the engine is behind or silent, or every source
    of the figure is late.
    """
    if isinstance(rule, Wall):
        return _walls(rule, inputs)
    if inputs.topic(inputs.profile.code, "today") is None:
        return UNKNOWN
    match rule:
        case Completeness():
            return _completeness(rule, inputs)
        case NoData():
            return _no_data(rule, area, inputs)
    kpi = CATALOGUE[rule.kpi]
    at, lost = speaking(kpi, area, inputs)
    if _state(kpi, area, at, inputs) != "live":
        return UNKNOWN
    if isinstance(rule, Signal):
        return _signal(rule, area, inputs, at, lost)
    value = _value(rule, kpi, area, inputs)
    return UNKNOWN if value is None else _judged(rule, value, inputs, at, lost)


def speaking(kpi: Kpi, area: str, inputs: Inputs) -> tuple[int, int]:
    """The newest event of the sources behind a figure in an area, and when the last of the silent
    ones fell silent (0: none is).

    A source must meet the cadence of the towns it sends for, and so must each of those towns.
    """
    city, towns = inputs.profile.code, len(inputs.profile.towns)
    mine = [one for one in inputs.last_seen if one.need in kpi.needs and area in (city, one.town)]
    spoken: dict[tuple[str, str], list[LastSeen]] = {}
    for one in mine:
        for key in ((one.source, ""), (one.source, one.town)):
            spoken.setdefault(key, []).append(one)
    silent = [0]
    for (_, town), last_seen in spoken.items():
        of = len({one.town for one in last_seen}) if not town else (towns if town == city else 1)
        live_ms = freshness.LATE_AFTER * kpi.cadence_s * max(1, round(towns / of)) * 1000
        newest = max(one.at for one in last_seen)
        if inputs.now_ms - newest > live_ms:
            silent.append(newest + live_ms)
    return max((one.at for one in mine), default=0), max(silent)


def _state(kpi: Kpi, area: str, at: int, inputs: Inputs) -> freshness.State:
    cadence = freshness.cadence_s(
        kpi.cadence_s, area == inputs.profile.code, len(inputs.profile.towns)
    )
    return freshness.state(cadence, at or None, inputs.now_ms)


def _value(rule: Threshold | Change | Overdue, kpi: Kpi, area: str, inputs: Inputs) -> float | None:
    if isinstance(rule, Change):
        return _change(rule, area, inputs)
    value = inputs.value(kpi.id, area, period_of(rule))
    if value is not None and isinstance(rule, Overdue) and rule.open:
        cases = inputs.value(rule.open, area, "today")
        return value / cases if cases else None
    return value


def _change(rule: Change, area: str, inputs: Inputs) -> float | None:
    topic = inputs.topic(area, rule.period)
    if topic is None or (topic["set"].get(rule.kpi) or 0) < rule.least:
        return None
    on_year, on_period = topic["change"].get(rule.kpi) or (None, None)
    found: float | None = on_year if rule.against == "year" else on_period
    return found


def _judged(
    rule: alert_rules.AnyRule, value: float, inputs: Inputs, at: int, lost: int
) -> Evaluation:
    """A number between where the alert begins and where it ends changes nothing."""
    bound, clear, more_is_worse = alert_rules.bounds(rule, inputs.profile)
    assert bound is not None
    assert clear is not None
    sign = 1 if more_is_worse else -1
    verdict: Verdict = (
        "breach"
        if sign * (value - bound) > 0
        else "clear"
        if sign * (value - clear) <= 0
        else "between"
    )
    return Evaluation(verdict, value, bound, at, lost)


def _completeness(rule: Completeness, inputs: Inputs) -> Evaluation:
    topic = inputs.topic(inputs.profile.code, "today")
    n, of = (topic or {}).get("towns_reporting") or (0, 0)
    if topic is None or not of or not topic["at"]:
        return UNKNOWN
    return _judged(rule, n / of, inputs, int(topic["at"]), 0)


def _no_data(rule: NoData, area: str, inputs: Inputs) -> Evaluation:
    """The value is the age of the newest event in hours."""
    kpi = CATALOGUE[rule.kpi]
    at, _ = speaking(kpi, area, inputs)
    if not at:
        return UNKNOWN
    state: Literal["live", "late", "nodata"] = _state(kpi, area, at, inputs)
    times = freshness.LATE_AFTER if rule.state == "late" else freshness.NODATA_AFTER
    cadence = freshness.cadence_s(
        kpi.cadence_s, area == inputs.profile.code, len(inputs.profile.towns)
    )
    verdict: Verdict = (
        "clear" if state == "live" else "breach" if rule.state in ("late", state) else "between"
    )
    return Evaluation(verdict, (inputs.now_ms - at) / 3_600_000, times * cadence / 3600, at, 0)


def _signal(rule: Signal, area: str, inputs: Inputs, at: int, lost: int) -> Evaluation:
    """The value is the last completed point's, the bound the limit on its side. What lies between
    two events has neither, because it is not in the figure's unit.
    """
    topic = inputs.topic(area, "today")
    trend = trends.decode(topic["trends"].get(rule.kpi)) if topic else None
    if trend is None or trend.variation == "none" or trend.points[-1] is None or trend.mean is None:
        return UNKNOWN
    value = trend.points[-1]
    verdict: Verdict = "breach" if trend.variation in rule.when else "clear"
    if trend.is_between:
        return Evaluation(verdict, at=at, lost=lost)
    bound = trend.upper if value >= trend.mean else trend.lower
    return Evaluation(verdict, value, bound, at, lost)


def _walls(rule: Wall, inputs: Inputs) -> Evaluation:
    """The number of walls that are frozen or gone.

    A paired wall without a record keeps the result from being clear. A wall that said goodbye does
    not end the alert of a missing one; a wall that was taken down does. An unpaired browser whose
    page nobody sees does not count as a wall, nor does one whose pairing was revoked.
    """
    oldest_first = sorted(inputs.walls, key=lambda wall: wall.last_seen)
    named = {wall.name: wall for wall in oldest_first if wall.name}
    paired = (
        inputs.paired or named.keys()
    )  # an engine apart from the data folder knows of no pairing
    mine = [wall for name, wall in named.items() if name in paired]
    mine += [wall for wall in inputs.walls if not wall.name and not wall.hidden]
    stand = [
        heartbeats.how(
            wall.last_seen,
            wall.last_seen - wall.painted_ago_ms,
            inputs.now_ms,
            left=wall.left,
            still_ms=1000 * rule.still_s,
        )
        for wall in mine
    ]
    bad = sum(one in ("frozen", "gone") for one in stand)
    at = max((max(wall.last_seen, wall.down) for wall in mine), default=0)
    if bad:
        return Evaluation("breach", bad, None, at)
    is_told = "shown" in stand or any(wall.down for wall in mine)
    return Evaluation("clear", 0, None, at) if is_told and named.keys() >= paired else UNKNOWN
