"""Judges what a quarter has to talk about: towns beyond the limits of chance, figures off their
target, and changes on last year that stand out among all comparisons. Pure.

The arithmetic is that of feeds/statistics. It loads pandas and scipy, so only code that computes a
review imports it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from feeds import kpis
from feeds.city import periods
from feeds.city.profile import UNKNOWN, Profile
from feeds.kpis import Better
from feeds.review import charts, review_values, standings
from feeds.review.agenda_history import SeriesOf
from feeds.review.known_figures import KnownFigures
from feeds.review.review_values import (
    MANY_A_DAY,
    OVERDUE,
    Agenda,
    Change,
    Completeness,
    Control,
    Figure,
    Finding,
    Gap,
    Meaning,
    Part,
    Reading,
    Side,
    Standings,
    TownReading,
)
from feeds.statistics import changes, intervals
from feeds.statistics.changes import FEW

LEAST_COUNT = changes.LEAST_COUNT
MOST_GAPS = 3
_ORDER: Mapping[Meaning, int] = {"worse": 0, "better": 1, "neutral": 2}


class Known(NamedTuple):
    """What an agenda is made from. `series_of` has a figure's past by area and KPI, `oldest` the
    days by town.
    """

    figures: KnownFigures
    last_year: Sequence[Completeness]
    series_of: SeriesOf
    oldest: Mapping[str, int]
    sides: tuple[Side, ...]
    days: tuple[int, int, int]
    start: date


def of(figures: Sequence[Figure], known: Known, profile: Profile) -> Agenda:
    """The agenda of a quarter's figures; nothing of a quarter that was seen in part."""
    if _is_partly_seen(known, profile):
        return Agenda((), (), (), (), known.sides)
    side_by_side = standings.all_of(figures, known.figures, profile)
    of_city = {figure.kpi: known.series_of(profile.code, figure.kpi) for figure in figures}
    controls = tuple(
        charts.of(kpi, profile.code, series)
        for kpi, series in of_city.items()
        if series is not None and len(series.readings) > 1
    )
    compared = tuple(_compared(figures, controls, known, profile))
    made = Agenda((), side_by_side, controls, compared, known.sides)
    findings = [
        *_beyond(made, figures, known, profile),
        *_off(figures, profile),
        *_changed(made, figures, known, profile),
    ]
    own = _own_charts(made, findings, known, profile)
    return replace(made, findings=tuple(findings), controls=(*controls, *own))


def _is_partly_seen(known: Known, profile: Profile) -> bool:
    of_city = (one for one in known.figures.completeness if one.town == profile.code)
    return any(one.is_lacking for one in of_city)


def _own_charts(
    made: Agenda, findings: Sequence[Finding], known: Known, profile: Profile
) -> Iterator[Control]:
    """The charts of the towns beyond the limits, and of the city's overdue work."""
    stocks = [one.kpi for one in made.standings if one.kind == "stock" and one.kpi != OVERDUE]
    wanted = [(OVERDUE, profile.code)] if made.standing(OVERDUE) else []
    wanted += [(one.kpi, one.area) for one in findings if one.group == "beyond"]
    for kpi, area in wanted:
        if kpi == OVERDUE:
            found = [known.series_of(area, stock) for stock in stocks]
            kinds = [series for series in found if series is not None]
            if kinds:
                yield charts.of(OVERDUE, area, charts.added_up(kinds))
        elif (series := known.series_of(area, kpi)) is not None:
            yield charts.of(kpi, area, series)


# Towns beyond the limits


def _beyond(
    made: Agenda, figures: Sequence[Figure], known: Known, profile: Profile
) -> list[Finding]:
    """One finding a town: its overdue work where that is beyond the limit, else the first figure
    that is; what else is beyond is mentioned. None of a town that too little was seen of.
    """
    by_kpi = {figure.kpi: figure for figure in figures}
    found = []
    lacking = {one.town for one in known.figures.completeness if one.is_lacking}
    for town in profile.town_by_code:
        if town in lacking:
            continue
        worse = [one for one in made.standings if _is_worse(one, town)]
        if not worse:
            continue
        worse.sort(key=lambda one: one.kpi != OVERDUE)
        first = worse[0]
        parts = _parts(made, town) if first.kpi == OVERDUE else ()
        part_kpis = {part.kpi for part in parts}
        also = tuple(one.kpi for one in worse[1:] if one.kpi not in part_kpis)
        finding = _stands_out(first, town, by_kpi.get(first.kpi))
        oldest = known.oldest.get(town) if first.kpi == OVERDUE else None
        found.append(replace(finding, also=also, parts=parts, oldest_days=oldest))
    return sorted(found, key=_excess, reverse=True)


def _excess(finding: Finding) -> tuple[bool, float]:
    """Overdue work first, and then the most cases."""
    n = finding.now.n or 0.0
    return finding.kpi == OVERDUE, abs(n - (finding.expected or 0.0))


def _is_worse(field: Standings, town: str) -> bool:
    standing = field.of(town)
    if standing is None:
        return False
    better = better_of(field.kpi) if field.kind != "duration" else "down"
    side = {"above998": "up", "below998": "down"}.get(standing.cls)
    return side is not None and better not in ("neutral", side)


def _stands_out(field: Standings, town: str, figure: Figure | None) -> Finding:
    standing = field.of(town)
    assert standing is not None
    low, high = standings.usual(field, standing)
    own = figure.of(town) if figure else None
    now = Reading(own.value, standing.n, standing.of) if own else Reading(standing.n, standing.n)
    last_year = own.last_year if own else Reading(None)
    target = figure.target if figure else None
    expected = review_values.kept(standing.expected)
    return Finding(
        "beyond",
        field.kpi,
        town,
        "worse",
        now,
        last_year,
        target,
        expected=expected,
        low=low,
        high=high,
    )


def _parts(made: Agenda, town: str) -> tuple[Part, ...]:
    """Of what kinds a town's overdue work is, the most first."""
    found = []
    for field in made.standings:
        standing = field.of(town)
        if field.kind == "stock" and field.kpi != OVERDUE and standing and standing.n:
            found.append(Part(field.kpi, standing.n, review_values.kept(standing.expected)))
    return tuple(sorted(found, key=lambda part: -part.n))


# Figures off their target


def _off(figures: Sequence[Figure], profile: Profile) -> list[Finding]:
    found = [one for figure in figures if (one := _missed(figure, profile)) is not None]
    return sorted(found, key=lambda one: -one.missing)


def _missed(figure: Figure, profile: Profile) -> Finding | None:
    """A figure of the city that is off its target by more than chance; None of any other. What came
    of commitments is told for itself.
    """
    city, target = figure.city, figure.target
    if figure.kpi.startswith("commitments."):
        return None
    if city.value is None or target is None or better_of(figure.kpi) == "neutral":
        return None
    if figure.unit == "share" and city.n is not None and city.of:
        if city.of < kpis.CATALOGUE[figure.kpi].enough or not 0 <= city.n <= city.of:
            return None
        between = intervals.wilson(city.n, city.of)
        if not _is_clear(figure.better, between.low, between.high, target):
            return None
        gaps = _gaps(figure, target)
        missing = _lacking(figure.better, city.n, city.of, target)
        low, high = review_values.kept(between.low), review_values.kept(between.high)
        return _off_target(figure, profile, low, high, missing, gaps)
    relevance = kpis.CATALOGUE[figure.kpi].relevance
    is_off = (
        city.value > target * (1 + relevance)
        if figure.better == "down"
        else city.value < target * (1 - relevance)
    )
    return _off_target(figure, profile, None, None, 0, ()) if is_off else None


def _off_target(
    figure: Figure,
    profile: Profile,
    low: float | None,
    high: float | None,
    missing: int,
    gaps: tuple[Gap, ...],
) -> Finding:
    return Finding(
        "off",
        figure.kpi,
        profile.code,
        "worse",
        figure.city,
        figure.last_year,
        figure.target,
        low=low,
        high=high,
        missing=missing,
        gaps=gaps,
    )


def _is_clear(better: Better, low: float, high: float, target: float) -> bool:
    return low > target if better == "down" else high < target


def _lacking(better: Better, n: float, of: float, target: float) -> int:
    """How many cases lack to a target, at least."""
    short = n - target * of if better == "down" else target * of - n
    return max(0, math.ceil(short - 1e-9))


def _gaps(figure: Figure, target: float) -> tuple[Gap, ...]:
    found = []
    for town in figure.towns:
        if town.n is None or not town.of:
            continue
        missing = _lacking(figure.better, town.n, town.of, target)
        if missing:
            found.append(Gap(town.town, missing, town.n, town.of))
    return tuple(sorted(found, key=lambda gap: -gap.missing)[:MOST_GAPS])


# Changes on last year


class _Pair(NamedTuple):
    """A figure of an area, by how much it differs from what it is compared with, and the chance of
    such a difference.
    """

    kpi: str
    area: str
    change: float
    p: float
    is_large: bool
    is_weeks: bool = False


def _compared(
    figures: Sequence[Figure], controls: Sequence[Control], known: Known, profile: Profile
) -> Iterator[Change]:
    """Every comparison that may be made, judged together: with last year, and of the quarter's
    weeks with two years of the same figure; none unless both quarters are whole.
    """
    pairs: list[_Pair] = []
    if known.sides and all(side.is_whole for side in known.sides):
        pairs = [pair for figure in figures for pair in _pairs(figure, known, profile)]
        years = {pair.kpi: pair.change for pair in pairs if pair.area == profile.code}
        pairs += [
            _weeks(one, known.start, years.get(one.kpi, 0.0)) for one in controls if _is_busy(one)
        ]
    named = changes.benjamini_hochberg([pair.p for pair in pairs])
    for pair, is_rejected in zip(pairs, named.signals, strict=True):
        is_signal = is_rejected and pair.is_large
        change, p = review_values.kept(pair.change), review_values.kept(pair.p)
        yield Change(pair.kpi, pair.area, change, p, is_signal, pair.is_weeks)


def _is_busy(control: Control) -> bool:
    """Whether a week counts so much that its limits are those of chance."""
    is_count = kpis.CATALOGUE[control.kpi].kind in ("workload", "harm")
    is_enough = control.mean is not None and control.mean >= FEW
    return control.step == "week" and is_count and is_enough


def _weeks(control: Control, start: date, of_quarter: float) -> _Pair:
    """A holiday's week is as far from the mean as last year's, and no change; nor is a week that
    the rest of the quarter makes up for.
    """
    of_mean, of_year, p = charts.stretch(control, start)
    is_same_way = (of_mean > 0) == (of_year > 0) == (of_quarter > 0)
    least = min(abs(of_mean), abs(of_year), abs(of_quarter))
    is_large = is_same_way and least >= LEAST_COUNT
    return _Pair(control.kpi, control.area, of_mean, p, is_large, is_weeks=True)


def _pairs(figure: Figure, known: Known, profile: Profile) -> Iterator[_Pair]:
    if figure.form == "value" or _began_since(figure.kpi, known, profile.code):
        return
    lacking = _lacking_towns(known)
    towns = [town for town in figure.towns if town.town not in lacking]
    extra = _extra(figure.kpi, known, profile) if figure.form == "count" else 0.0
    city = _pair(figure, profile.code, figure.city, figure.last_year, known, 0.0)
    found = [city, *(_pair(figure, t.town, _reading(t), t.last_year, known, extra) for t in towns)]
    yield from (pair for pair in found if pair is not None)


def _pair(
    figure: Figure, area: str, now: Reading, before: Reading, known: Known, extra: float
) -> _Pair | None:
    """None where a side is missing, or has too few cases to be more than a difference in cases."""
    least = kpis.CATALOGUE[figure.kpi].relevance
    weeks = _weekly(figure.kpi, area, known)
    if figure.form == "share":
        return _shares(figure.kpi, area, now, before, weeks, least)
    if now.n is None or before.n is None or min(now.n, before.n) < FEW:
        return None
    phi = changes.dispersion([one.n for one in weeks])
    days = (known.days[0], known.days[2])
    found = changes.of_counts(now.n, before.n, phi=phi, extra=extra, days=days, least=least)
    assert found.relative is not None
    return _Pair(figure.kpi, area, found.relative, found.p, found.is_worth)


def _shares(
    kpi: str, area: str, now: Reading, before: Reading, weeks: Sequence[Reading], least: float
) -> _Pair | None:
    if now.n is None or before.n is None or not now.of or not before.of:
        return None
    if min(now.of, before.of) < kpis.CATALOGUE[kpi].enough:
        return None
    phi = changes.share_dispersion([(one.n or 0.0, one.of or 0.0) for one in weeks])
    found = changes.of_shares((now.n, now.of), (before.n, before.of), phi=phi, least=least)
    assert found is not None
    return _Pair(kpi, area, found.difference, found.p, found.is_worth)


def _weekly(kpi: str, area: str, known: Known) -> Sequence[Reading]:
    """The weeks that say how much a figure scatters; of one that is counted by the month, none."""
    series = known.series_of(area, kpi)
    return series.readings if series is not None and series.step == "week" else ()


def _extra(kpi: str, known: Known, profile: Profile) -> float:
    """How much towns vary from quarter to quarter beyond their weeks' scatter."""
    weeks = [_weekly(kpi, town, known) for town in profile.town_by_code]
    counts = [[one.n or 0.0 for one in of_town] for of_town in weeks]
    most = max((len(one) for one in counts), default=0)
    padded = [[0.0] * (most - len(one)) + one for one in counts]
    quarters = [changes.periods(one) for one in padded]
    phis = [changes.dispersion(one) for one in padded]
    return changes.variation(quarters, phis)


def _began_since(kpi: str, known: Known, city: str) -> bool:
    """Whether a figure's source began to report within last year's quarter, or after it."""
    series = known.series_of(city, kpi)
    if series is None or series.step != "week" or not series.readings:
        return False
    mean = sum(one.n or 0.0 for one in series.readings) / len(series.readings)
    a_year_ago = known.start.replace(year=known.start.year - 1)
    second_week = periods.days("week", a_year_ago)[1]
    return mean >= MANY_A_DAY and series.first > second_week


def _lacking_towns(known: Known) -> set[str]:
    """The towns that had data on too few days of either period."""
    both = (*known.figures.completeness, *known.last_year)
    return {one.town for one in both if one.town != UNKNOWN and one.is_lacking}


def _changed(
    made: Agenda, figures: Sequence[Figure], known: Known, profile: Profile
) -> list[Finding]:
    """The signals among the changes: the city's first; a town's where the city did not move the
    same way. Workloads of one domain and area that move together are one finding.
    """
    by_kpi = {figure.kpi: figure for figure in figures}
    signals = [one for one in made.changes if one.is_signal]
    order = list(by_kpi)
    signals.sort(key=lambda one: (one.area != profile.code, order.index(one.kpi)))
    found: list[Finding] = []
    for one in signals:
        if not _joined(found, one, profile.code):
            found.append(_finding(one, by_kpi[one.kpi], made, known))
    key = {code: n for n, code in enumerate((profile.code, *profile.town_by_code))}
    return sorted(found, key=lambda one: (_ORDER[one.meaning], key[one.area]))


def _joined(found: list[Finding], one: Change, city: str) -> bool:
    """Adds a change to a finding that already says it; False where none does."""
    for n, finding in enumerate(found):
        is_same_way = (finding.side > 0) == (one.change > 0)
        if not is_same_way or _domain(finding.kpi) != _domain(one.kpi):
            continue
        says_it = one.kpi == finding.kpi or one.kpi in finding.also
        if finding.area == one.area and _meaning(one) == finding.meaning:
            if not says_it:
                found[n] = replace(finding, also=(*finding.also, one.kpi))
            return True
        if finding.area == city and says_it:
            if one.area not in finding.towns:
                found[n] = replace(finding, towns=(*finding.towns, one.area))
            return True
    return False


def _finding(one: Change, figure: Figure, made: Agenda, known: Known) -> Finding:
    town = figure.of(one.area)
    now = _reading(town) if town else figure.city
    before = town.last_year if town else figure.last_year
    control = made.control(one.kpi, one.area)
    side = 1 if one.change > 0 else -1
    since, run = charts.latest(control, side, known.start) if control else ("", 0)
    is_beyond = control is not None and charts.is_beyond(control, since, run)
    return Finding(
        "changed",
        one.kpi,
        one.area,
        _meaning(one),
        now,
        before,
        figure.target,
        change=made.change(one.kpi, one.area),
        since=since,
        run=run,
        side=side,
        is_beyond=is_beyond,
    )


def _reading(town: TownReading) -> Reading:
    return Reading(town.value, town.n, town.of)


def _domain(kpi: str) -> str:
    return kpi.partition(".")[0]


def _meaning(one: Change) -> Meaning:
    better = better_of(one.kpi)
    if better == "neutral":
        return "neutral"
    return "better" if (one.change > 0) == (better == "up") else "worse"


def better_of(kpi: str) -> Better:
    """In which direction a figure is judged. How much work there is, is neither good nor bad."""
    if kpi == OVERDUE:
        return "down"
    return kpis.CATALOGUE[kpi].better
