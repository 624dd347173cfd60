"""THE reader: the sums of areas over any windows of time, as known now or at any moment.

`read` answers once; `load` fills accumulators that the caller keeps (feeds/figures/live_sums.py).
Whole days come from rollups. Days that a window begins or ends within come from their events and
cases. What was not known at a past moment is subtracted (feeds/figures/known_at.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection

from feeds.city import periods
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import intraday, known_at, rollups
from feeds.figures.accumulators import Accumulator
from feeds.figures.gauges import Gauges
from feeds.figures.known_at import Known, Late, TooManyLate
from feeds.figures.windows import HOUR_MS, Window
from feeds.history.contribution import Contribution
from feeds.history.counting import Counting
from feeds.kpis import measures as declared
from feeds.kpis.formulas import GaugeLevel, Sums, total

NOW = Known()
DAY_MS = 86_400_000
MANY_LATE = 50_000
Hours = Mapping[int, Accumulator]


class Readings:
    """What was read: the sums of each area over each window."""

    def __init__(
        self,
        flows: Mapping[Window, Accumulator],
        levels: Mapping[int, Accumulator],
        ever: Accumulator | None,
        gauges: Gauges,
    ) -> None:
        self._flows, self._levels, self._ever, self.gauges = flows, levels, ever, gauges

    def of(self, area: str, window: Window) -> Sums:
        """What a formula reads. Without levels asked for, there are none."""
        levels = self._levels.get(window.until)
        gauge = partial(self._gauge, area, window.until - 1)
        flows = self._flows[window].of(area)
        return Sums(window.first_day, flows, levels.of(area) if levels else {}, gauge)

    def has_counted(self, area: str, stored: Iterable[str]) -> bool:
        """Whether any of some measures, which were asked for as `ever`, counted anything before the
        end of the last window.
        """
        counters = self._ever.of(area) if self._ever else {}
        return any(total(counters, name) for name in stored)

    def _gauge(self, area: str, at_ms: int, indicator: str) -> GaugeLevel | None:
        return self.gauges.level(area, indicator, at_ms)


def read(
    connection: Connection,
    profile: Profile,
    windows: Iterable[Window],
    *,
    area: str | None = None,
    by_town: Collection[Window] | None = None,
    wanted: Collection[str] | None = None,
    as_known: Known = NOW,
    levels: bool = True,
    ever: Collection[str] = (),
    gauges: Collection[str] | None = None,
) -> Readings:
    """The sums of every area over some windows; with `area`, of that area alone, except for the
    windows `by_town`.

    `wanted` are stored measures, `gauges` indicators (None: all). `levels`: whether open cases are
    needed too, which reads the whole history. `ever`: Readings.has_counted. Raises a database
    error.
    """
    asked = list(dict.fromkeys(windows))
    end = max((window.end for window in asked), default=0)
    named = profile.code if area is None else area
    town = None if named == profile.code else named
    split = {*asked} if area is None else {*(by_town or ())}
    until_split = {window.until for window in split}
    flows = {window: Accumulator(named, window, by_town=window in split) for window in asked}
    level_sums: dict[int, Accumulator] = {}
    for until in sorted({window.until for window in asked}) if levels else ():
        before = Window(0, until, until)
        level_sums[until] = Accumulator(
            named, before, by_town=until in until_split, only=declared.is_level
        )
    counted = None
    if ever:
        only = frozenset(ever).__contains__
        counted = Accumulator(named, Window(0, end, end), by_town=area is None, only=only)
    everything = [*flows.values(), *level_sums.values(), *([counted] if counted else [])]
    late = _late(connection, as_known, end)
    if late is None:
        found = known_at.contributions(connection, Counting(profile), as_known, end)
        apply(everything, found, town)
    else:
        load(
            connection,
            profile,
            everything,
            town=town,
            wanted=wanted,
            happened_ms=as_known.happened,
        )
        if as_known != NOW:
            measures = Counting(profile)
            corrections = known_at.corrections(connection, profile, measures, as_known, late)
            apply(everything, corrections.contributions, town)
    reported = Gauges(profile)
    if gauges is None or gauges:
        towns = {*profile.areas, UNKNOWN} if town is None else {town}
        moments = {window.until - 1 for window in asked}
        reported.load_at(connection, towns, moments, as_known.recorded, gauges)
    return Readings(flows, level_sums, counted, reported)


def _late(connection: Connection, as_known: Known, end: int) -> list[Late] | None:
    """What is to be taken back. None where that is so much that it is quicker to count what was
    known from nothing.
    """
    try:
        return known_at.late(connection, as_known, end, MANY_LATE)
    except TooManyLate:
        if known_at.is_mostly_late(connection, as_known, end):
            return None
        return known_at.late(connection, as_known, end)


def apply(
    accumulators: Sequence[Accumulator],
    contributions: Iterable[Contribution],
    town: str | None = None,
) -> None:
    """Add contributions wherever in time they belong."""
    for place, at, measure, dim, n, _ in contributions:
        if town is None or place == town:
            for accumulator in accumulators:
                accumulator.take(at, place, measure, dim, n)


def load(
    connection: Connection,
    profile: Profile,
    accumulators: Sequence[Accumulator],
    *,
    measures: Counting | None = None,
    hours: Hours | None = None,
    town: str | None = None,
    wanted: Collection[str] | None = None,
    happened_ms: int | None = None,
) -> None:
    """Fill accumulators, and those of single hours. With `happened_ms`, nothing that happened later
    on that day is counted; that of later days is not asked for.
    """
    last = None if happened_ms is None else periods.day_of(happened_ms, profile.tz)
    spans = [(one, _span(one, profile, last)) for one in accumulators]
    _load_days(connection, spans, town, wanted)
    for one in accumulators:
        one.sum_up()
    parts: dict[date, list[Accumulator]] = {}
    for one, span in spans:
        for day in span.cut:
            parts.setdefault(day, []).append(one)
    for start in hours or {}:
        parts.setdefault(periods.day_of(start, profile.tz), [])
    if parts and measures is None:
        measures = Counting(profile)
    for day, its in parts.items():
        assert measures is not None
        cut = happened_ms if day == last else None
        found = intraday.contributions(connection, profile, measures, day, cut)
        start = periods.day_start_ms(day, profile.tz)
        sums = _by_hour(_of(found, town, wanted), start, its)
        for (place, at, measure, dim), n in sums.items():
            for one in its:
                one.take(at, place, measure, dim, n)
            hour = hours.get(_hour(at, start)) if hours else None
            if hour is not None:
                hour.add(place, measure, dim, n)


def _of(
    found: Iterable[Contribution], town: str | None, wanted: Collection[str] | None
) -> Iterator[Contribution]:
    """The contributions of one town, and of some measures."""
    for one in found:
        if (town is None or one[0] == town) and (wanted is None or one[2] in wanted):
            yield one


class _Span(NamedTuple):
    """The days of an accumulator: whole ones from `first` up to, not including, `after`, and those
    that it begins or ends within.
    """

    first: date
    after: date
    cut: frozenset[date]


def _span(one: Accumulator, profile: Profile, last: date | None) -> _Span:
    """`last` is a day of which not everything is to be counted: it is never taken as a whole."""
    start = one.window.start
    until = one.until
    tz = profile.tz
    first, after = periods.day_of(start, tz), periods.day_of(until, tz)
    cut = set()
    if start and periods.day_start_ms(first, tz) != start:
        cut.add(first)
        first += timedelta(1)
    if periods.day_start_ms(after, tz) != until:
        cut.add(after)
    if last is not None and first <= last < after:
        cut.add(last)
        after = last
    return _Span(first, after, frozenset(cut))


def _load_days(
    connection: Connection,
    spans: Sequence[tuple[Accumulator, _Span]],
    town: str | None,
    wanted: Collection[str] | None,
) -> None:
    """Whole days from the rollups, each row read once. Levels continue from edge to edge, so that
    the earlier history is added up once for all.
    """
    by_bin: dict[str, list[Accumulator]] = {}
    edges: dict[date, list[Accumulator]] = {}
    begin = rollups.first_month(connection) if _is_from_start(spans) else date.max
    for one, (first, after, _) in spans:
        if one.only is declared.is_level:
            edges.setdefault(after, []).append(one)
            continue
        for name in rollups.bins(first if one.window.start else begin, after):
            by_bin.setdefault(name, []).append(one)
    levels = rollups.Levels(begin, edges)
    for place, name, counters in rollups.read(
        connection, by_bin.keys() | levels.names, town, wanted
    ):
        for one in by_bin.get(name, ()):
            one.fill(place, counters)
        levels.take(place, name, counters)
    for edge, before in levels.before():
        for one in edges[edge]:
            for place, cells in before.items():
                one.fill(place, cells)


def _is_from_start(spans: Iterable[tuple[Accumulator, _Span]]) -> bool:
    return any(one.window.start == 0 for one, _ in spans)


def _by_hour(
    found: Iterable[Contribution], start: int, accumulators: Iterable[Accumulator]
) -> dict[tuple[str, int, str, str], int]:
    """A day's contributions added up by hour, as far as every accumulator takes whole hours alike;
    by the millisecond from there on. A day with a million of them is loaded sooner so.
    """
    whole_until = min((one.until for one in accumulators), default=start + DAY_MS)
    last = _hour(whole_until, start)
    sums: dict[tuple[str, int, str, str], int] = {}
    held = sums.get
    for town, at, measure, dim, n, _ in found:
        key = (town, _hour(at, start) if at < last else at, measure, dim)
        sums[key] = held(key, 0) + n
    return sums


def _hour(at: int, start: int) -> int:
    """The start of the hour that a moment is in, of a day that begins at `start`."""
    return at - (at - start) % HOUR_MS
