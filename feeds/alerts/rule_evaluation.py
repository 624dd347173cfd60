"""Evaluates an alert rule: its figure, its bound, and whether its sources still send. Pure;
feeds/alerts/alert_watch.py reads the inputs.

The figures are the ones that the engine published, so that an alert and a tile never differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from feeds.alerts import alert_rules
from feeds.alerts.alert_rules import (
    Change,
    Completeness,
    NoData,
    Oldest,
    Overdue,
    Signal,
    Threshold,
    Wall,
)
from feeds.alerts.lifecycle import UNKNOWN, Evaluation, Verdict
from feeds.cases import query
from feeds.cases.query import DAY_MS
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.events.eventtypes import TYPES
from feeds.figures import freshness, topics, trends
from feeds.health.completeness import LastSeen
from feeds.kpis import CATALOGUE, Kpi, cadences
from feeds.screens import heartbeats
from feeds.screens.heartbeats import Screen

STALE_MS = 120_000  # an engine publishes every topic at least each 30 s
# A source that has been silent for so long was withdrawn: it holds up nothing any more.
WITHDRAWN_MS = 14 * 86_400_000
Topic = Mapping[str, Any]


class Figure(NamedTuple):
    """A value, and the newest event behind it (epoch ms, 0 of none), both of one snapshot. A newer
    event in the history may not be in the value yet, so it is no evidence for it.
    """

    value: float | None
    at: int


NO_FIGURE = Figure(None, 0)


@dataclass(frozen=True)
class Inputs:
    """What rules are evaluated on at a moment: topics by name as they were published, the figures
    of the towns by period, the newest event of every town, need and source, the walls as they were
    last seen, the names of those that are paired, and by area and family since when the oldest
    overdue case is due.
    """

    profile: Profile
    now_ms: int
    topics: Mapping[str, Topic]
    last_seen: Sequence[LastSeen]
    walls: Sequence[Screen] = ()
    paired: frozenset[str] = frozenset()
    towns: Mapping[str, Topic] = field(default_factory=dict)
    oldest_due: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def topic(self, area: str, period: str) -> Topic | None:
        """A topic that is whole and of now."""
        return self._current(self.topics.get(f"{area}/{period}"))

    def figure(self, kpi: Kpi, area: str, period: str) -> Figure:
        """A figure of an area; a town's also from the figures that the engine keeps of all towns
        together.
        """
        if mine := self.topic(area, period):
            return Figure(mine["set"].get(kpi.id), topics.newest_of(kpi, mine["newest"]))
        towns = self._current(self.towns.get(period))
        if towns is None or area not in towns["newest"]:
            return NO_FIGURE
        value = towns["values"].get(kpi.id, {}).get(area)
        return Figure(value, topics.newest_of(kpi, towns["newest"][area]))

    @cached_property
    def last_seen_by_source(self) -> Mapping[str, Sequence[LastSeen]]:
        found: dict[str, list[LastSeen]] = {}
        for one in self.last_seen:
            found.setdefault(one.source, []).append(one)
        return found

    def _current(self, found: Topic | None) -> Topic | None:
        """What was published of a whole history, lately, and on the same day: the counts of
        yesterday are none of today's.
        """
        if not found or found.get("behind"):
            return None
        published_ms, tz = int(found["now"]), self.profile.tz
        is_late = abs(self.now_ms - published_ms) > STALE_MS
        is_other_day = periods.day_of(published_ms, tz) != periods.day_of(self.now_ms, tz)
        return None if is_late or is_other_day else found


def wanted(rules: Iterable[alert_rules.AnyRule], profile: Profile) -> set[str]:
    """The topics that the rules need: the city's, and a town's own for what is compared or drawn
    there.
    """
    found = {f"{profile.code}/today"}
    for rule in rules:
        period = period_of(rule)
        found.add(f"{profile.code}/{period}")
        if isinstance(rule, Change | Signal) or (isinstance(rule, Threshold) and rule.least):
            areas = alert_rules.places(rule, profile.code, profile.town_by_code)
            found |= {f"{area}/{period}" for area in areas}
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
    if isinstance(rule, Oldest):
        return _oldest(rule, area, inputs)
    kpi = CATALOGUE[rule.kpi]
    heard = sources(kpi.needs, cadences.of(inputs.profile, kpi), area, inputs)
    if heard.is_silent:
        return UNKNOWN
    if isinstance(rule, Signal):
        found = _signal(rule, area, inputs, heard)
    else:
        figure = _figure(rule, kpi, area, inputs)
        if figure.value is None:
            return UNKNOWN
        found = _judged(rule, area, figure, inputs, heard)
    return UNKNOWN if found.verdict == "breach" and heard.is_broken else found


class Sources(NamedTuple):
    """The sources behind a figure in an area: whether all of them are silent, or none ever spoke;
    whether one of them fell silent lately, so that the figure may be wrong in either direction; and
    when the last of the silent sources or towns fell silent (epoch ms, 0: none is).
    """

    is_silent: bool
    is_broken: bool
    lost: int


def sources(needs: Sequence[str], cadence_s: float, area: str, inputs: Inputs) -> Sources:
    """Whether the sources behind a figure still send. A source is measured by its own cadence over
    all towns that it sends for: a town where nothing happened is not silent. The city's figure must
    meet its cadence itself.
    """
    city, towns = inputs.profile.code, len(inputs.profile.towns)
    silent, is_any_live, newest_of_all = [0], False, 0
    for rows in inputs.last_seen_by_source.values():
        mine = [one for one in rows if one.need in needs]
        if not any(area in (city, one.town) for one in mine):
            continue
        served = len({one.town for one in mine})
        of_all = towns / served if city not in {one.town for one in mine} else 1
        live_ms = round(freshness.LATE_AFTER * cadence_s * max(1, round(of_all)) * 1000)
        newest = max(one.at for one in mine)
        newest_of_all = max(newest, newest_of_all)
        if inputs.now_ms - newest > live_ms:
            silent.append(newest + live_ms)
        else:
            is_any_live = True
    is_broken = is_any_live and inputs.now_ms - max(silent) < WITHDRAWN_MS
    lost = max(*silent, *_silent_towns(needs, area, inputs), 0)
    is_late = freshness.state(cadence_s, newest_of_all, inputs.now_ms) != "live"
    is_silent = not is_any_live or (area == city and is_late)
    return Sources(is_silent, is_broken, lost)


NOTHING_LOST = Sources(is_silent=False, is_broken=False, lost=0)


def _silent_towns(needs: Sequence[str], area: str, inputs: Inputs) -> list[int]:
    """When the towns behind a figure fell silent from which nothing of any kind comes."""
    city, towns = inputs.profile.code, inputs.profile.town_by_code
    shortest_s = cadences.shortest(inputs.profile)
    live_ms = freshness.LATE_AFTER * shortest_s * len(towns) * 1000
    newest: dict[str, int] = {}
    behind = {one.town for one in inputs.last_seen if one.need in needs}
    for one in inputs.last_seen:
        if one.town in behind & towns.keys() and area in (city, one.town):
            newest[one.town] = max(one.at, newest.get(one.town, 0))
    return [at + live_ms for at in newest.values() if inputs.now_ms - at > live_ms]


def _figure(rule: Threshold | Change | Overdue, kpi: Kpi, area: str, inputs: Inputs) -> Figure:
    if isinstance(rule, Change):
        return _change(rule, kpi, area, inputs)
    figure = inputs.figure(kpi, area, period_of(rule))
    if isinstance(rule, Threshold) and rule.least:
        topic = inputs.topic(area, rule.period)
        cases = topics.parts_of(topic, kpi.id)[1] if topic else None
        return figure if (cases or 0) >= rule.least else NO_FIGURE
    if figure.value is not None and isinstance(rule, Overdue) and rule.open:
        cases = inputs.figure(CATALOGUE[rule.open], area, "today").value
        return figure._replace(value=figure.value / cases if cases else None)
    return figure


def _change(rule: Change, kpi: Kpi, area: str, inputs: Inputs) -> Figure:
    """Comparisons are read less often than values: their evidence is of the same reading."""
    topic = inputs.topic(area, rule.period)
    if topic is None or (topic["set"].get(rule.kpi) or 0) < rule.least:
        return NO_FIGURE
    on_year, on_period = topic["change"].get(rule.kpi) or (None, None)
    newest = topic["as_of"]["change"].get("newest") or {}
    value: float | None = on_year if rule.against == "year" else on_period
    return Figure(value, topics.newest_of(kpi, newest))


def _judged(
    rule: alert_rules.AnyRule, area: str, figure: Figure, inputs: Inputs, heard: Sources
) -> Evaluation:
    """A number between where the alert begins and where it ends changes nothing."""
    bound, clear, more_is_worse = alert_rules.bounds(rule, inputs.profile, area)
    assert figure.value is not None
    assert bound is not None
    assert clear is not None
    sign = 1 if more_is_worse else -1
    verdict: Verdict = "between"
    if sign * (figure.value - bound) > 0:
        verdict = "breach"
    elif sign * (figure.value - clear) <= 0:
        verdict = "clear"
    return Evaluation(verdict, figure.value, bound, figure.at, heard.lost)


def _oldest(rule: Oldest, area: str, inputs: Inputs) -> Evaluation:
    """The value is for how many days the oldest overdue case of the area is over."""
    families = (rule.family,) if rule.family else query.FAMILIES
    needs = [name for name, kind in TYPES.items() if kind.family in families]
    city = inputs.profile.code
    mine = [one for one in inputs.last_seen if one.need in needs and area in (city, one.town)]
    due = [inputs.oldest_due[area, f] for f in families if (area, f) in inputs.oldest_due]
    days = max(0, inputs.now_ms - min(due)) / DAY_MS if due else 0.0
    at = max((one.at for one in mine), default=0)
    if not at:
        return UNKNOWN
    return _judged(rule, area, Figure(days, at), inputs, NOTHING_LOST)


def _completeness(rule: Completeness, inputs: Inputs) -> Evaluation:
    topic = inputs.topic(inputs.profile.code, "today")
    n, of = (topic or {}).get("towns_reporting") or (0, 0)
    if topic is None or not of or not topic["at"]:
        return UNKNOWN
    figure = Figure(n / of, int(topic["at"]))
    return _judged(rule, inputs.profile.code, figure, inputs, NOTHING_LOST)


def _no_data(rule: NoData, area: str, inputs: Inputs) -> Evaluation:
    """The value is the age of the newest event in hours."""
    kpi = CATALOGUE[rule.kpi]
    at = _spoke(kpi, area, inputs)
    if not at:
        return UNKNOWN
    cadence = freshness.cadence_s(inputs.profile, cadences.of(inputs.profile, kpi), area)
    state = freshness.state(cadence, at, inputs.now_ms)
    times = freshness.LATE_AFTER if rule.state == "late" else freshness.NODATA_AFTER
    verdict: Verdict = "between"
    if state == "live":
        verdict = "clear"
    elif rule.state in ("late", state):
        verdict = "breach"
    return Evaluation(verdict, (inputs.now_ms - at) / 3_600_000, times * cadence / 3600, at, 0)


def _spoke(kpi: Kpi, area: str, inputs: Inputs) -> int:
    """The newest event of the figure's kinds from any source that sends for the area, wherever it
    happened: a source that speaks of other towns has not stopped. Epoch ms, 0 of none.
    """
    city, found = inputs.profile.code, 0
    for rows in inputs.last_seen_by_source.values():
        mine = [one for one in rows if one.need in kpi.needs]
        if any(area in (city, one.town) for one in mine):
            found = max(found, *(one.at for one in mine))
    return found


def _signal(rule: Signal, area: str, inputs: Inputs, heard: Sources) -> Evaluation:
    """The value is the last completed point's, the bound the limit on its side. What lies between
    two events has neither, because it is not in the figure's unit.
    """
    topic = inputs.topic(area, "today")
    trend = trends.decode(topic["trends"].get(rule.kpi)) if topic else None
    if topic is None or trend is None or trend.variation == "none":
        return UNKNOWN
    value = trend.points[-1]
    if value is None or trend.mean is None:
        return UNKNOWN
    read = topic["as_of"].get("trends") or {}  # trends are read less often than values
    at = topics.newest_of(CATALOGUE[rule.kpi], read.get("newest") or {})
    verdict: Verdict = "breach" if trend.variation in rule.when else "clear"
    if trend.is_between:
        return Evaluation(verdict, at=at, lost=heard.lost)
    bound = trend.upper if value >= trend.mean else trend.lower
    return Evaluation(verdict, value, bound, at, heard.lost)


def _walls(rule: Wall, inputs: Inputs) -> Evaluation:
    """The number of paired walls that are frozen or gone.

    Only a paired wall can be missed: a preview or a laptop is closed as it is opened. A paired wall
    without a record keeps the result from being clear. A wall that said goodbye does not end the
    alert of a missing one; a wall that was taken down does.
    """
    oldest_first = sorted(inputs.walls, key=lambda wall: wall.last_seen)
    named = {wall.name: wall for wall in oldest_first if wall.name}
    # An engine apart from the data folder knows of no pairing but by the walls' own names.
    paired = inputs.paired or named.keys()
    mine = [wall for name, wall in named.items() if name in paired]
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
