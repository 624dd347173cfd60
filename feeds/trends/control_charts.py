"""Which control chart a KPI's points are drawn in, and what it says of the last of them. Pure.

Counts and durations get an XmR chart, weekly counts against what their season lets expect once two
whole years are known; shares a p′ chart; stocks wider limits and longer runs; what is too rare for
any of these, what lies between (feeds/statistics/rates.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

import numpy as np

from feeds.city import periods
from feeds.figures.trends import Lines, Trend
from feeds.kpis import Better, Kpi
from feeds.kpis.chart_verdicts import BETWEEN, MARKS, Assurance, Season, Variation
from feeds.kpis.formulas import Count, Level, Ratio
from feeds.statistics import changes, rates, season, xmr
from feeds.statistics.xmr import Causes, Floats
from feeds.trends.completed_steps import Line

USUAL_LEAST = 10  # a week of which fewer are expected is no base for a ratio
_LETTERS: dict[Variation, str] = {kind: letter for letter, kind in MARKS.items()}


class _Judged(NamedTuple):
    """The lines of the last judged point, the causes of all, and what the lines say of the target.
    `usual` and `spread` as in Trend.
    """

    lines: Lines
    causes: Causes
    assured: Assurance
    usual: Floats | None = None
    spread: float = 0.0


def of_line(
    kpi: Kpi, line: Line, target: float | None = None, rebases: Sequence[date] = ()
) -> Trend:
    """The chart of a KPI's points. An XmR chart's limits are computed from the points as they are
    published, rounded; a p′ chart's from their cases.
    """
    points = tuple(_short(kpi, point) for point in line.points)
    sizes = tuple(None if one is None else one[1] for one in line.cases)
    step = line.step or kpi.step
    found = Trend(step, line.first, points, None, None, None, "none", "none", "none", 0, 0)
    phi, extra = _dispersion(kpi, line)
    found = found._replace(chart=line.chart, sizes=sizes, at=tuple(line.at), phi=phi, extra=extra)
    if rebases:
        found = found._replace(since=_since(found.days, rebases))
    judged = [i for i, one in enumerate(points) if one is not None and i >= found.since]
    values = np.array([points[i] for i in judged], dtype=np.float64)
    is_idle = isinstance(kpi.formula, Count) and bool(len(values)) and not np.median(values)
    is_idle = is_idle and not found.is_between
    is_charted = kpi.has_limits and line.is_enough and not is_idle
    if len(values) < xmr.FEWEST or not is_charted:
        return found  # what mostly counts nothing strays from its mean by chance
    better = line.better or kpi.better
    said, judgement = _judge(kpi, line, found, judged, values, target)
    kinds = [
        xmr.variation(xmr.CAUSES[i], int(side), better)
        for i, side in zip(*judgement.causes, strict=True)
    ]
    return _with(found, judged, judgement, kinds)._replace(season=said)


def _judge(
    kpi: Kpi,
    line: Line,
    found: Trend,
    judged: Sequence[int],
    values: Floats,
    target: float | None,
) -> tuple[Season, _Judged]:
    if line.chart == "p":
        return "", _of_shares(line, judged, target, kpi.better)
    if line.chart in BETWEEN:
        return "", _of_between(line, values)
    if not isinstance(kpi.formula, Count) or found.step != "week":
        is_stock = isinstance(kpi.formula, Level) and found.step == "week"
        return "", _of_values(values, target, kpi.better, is_stock=is_stock)
    usual = _usual(line, found, judged)
    if usual is None:
        return "unknown", _of_values(values, target, kpi.better)
    return "charted", _of_ratios(values, usual, target, kpi.better)


def _of_values(
    values: Floats, target: float | None, better: Better, *, is_stock: bool = False
) -> _Judged:
    """An XmR chart; of a stock with limits as wide as its weeks follow on each other, and runs of
    twelve.
    """
    lines = xmr.stock_limits(values) if is_stock else xmr.limits(values)
    causes = xmr.stock_causes(values, lines) if is_stock else xmr.causes(values, lines)
    drawn = Lines(lines.mean, lines.lower, lines.upper)
    return _Judged(drawn, causes, xmr.assurance(lines, target, better))


def _of_ratios(values: Floats, usual: Floats, target: float | None, better: Better) -> _Judged:
    """An XmR chart of the ratios to what is usual for each week, turned back into counts."""
    ratios = values / usual
    lines = xmr.limits(ratios)
    last = xmr.Limits(*(line * float(usual[-1]) for line in lines))
    drawn = Lines(last.mean, last.lower, last.upper)
    assured = xmr.assurance(last, target, better)
    return _Judged(drawn, xmr.causes(ratios, lines), assured, usual)


def _of_shares(line: Line, judged: Sequence[int], target: float | None, better: Better) -> _Judged:
    cases = [line.cases[i] or (0, 0) for i in judged]
    x, n = (np.array([one[side] for one in cases], dtype=np.float64) for side in (0, 1))
    lines = rates.p_prime(x, n)
    low, high = float(lines.lower[-1]), float(lines.upper[-1])
    last = xmr.Limits(lines.mean, low, high, np.nan, np.nan)
    assured = xmr.assurance(last, target, better)
    spread = 3 * lines.sigma_z * math.sqrt(lines.mean * (1 - lines.mean))
    causes = rates.p_prime_causes(x, n, lines)
    return _Judged(Lines(lines.mean, low, high), causes, assured, spread=spread)


def _of_between(line: Line, values: Floats) -> _Judged:
    if line.chart == "t":
        lines, causes = rates.t_chart(values), rates.t_causes(values)
    else:
        lines = rates.g_chart(values)
        causes = rates.g_causes(values, lines)
    lower = None if np.isnan(lines.lower) else lines.lower
    return _Judged(Lines(lines.centre, lower, lines.upper), causes, "none")


def _usual(line: Line, found: Trend, judged: Sequence[int]) -> Floats | None:
    """What is usual for each judged week by its season; None before two whole years are known, or
    where it is too few to be compared with.
    """
    weeks = _weeks(line)
    running = found.days[-1] + timedelta(7)
    if not weeks or (running - min(weeks)).days < 7 * season.WHOLE_YEARS_WEEKS:
        return None
    days = found.days
    usual = [season.expected(weeks, days[i], festival=periods.spring_festival) for i in judged]
    known = [one for one in usual if one is not None]
    if len(known) < len(usual) or float(np.median(known)) < USUAL_LEAST:
        return None
    return np.array(known, dtype=np.float64)


def _weeks(line: Line) -> dict[date, float]:
    """All weeks that are known, by their Monday."""
    known: dict[date, float] = {}
    for i, value in enumerate((*line.earlier, *line.points)):
        if value is not None:
            known[line.first + timedelta(7 * (i - len(line.earlier)))] = value
    return known


def _dispersion(kpi: Kpi, line: Line) -> tuple[float, float]:
    """φ of the figure's weeks, and τ² of a count's four weeks; (1, 0) of what is not counted, or
    not by week.
    """
    if (line.step or kpi.step) != "week":
        return 1.0, 0.0
    if isinstance(kpi.formula, Ratio):
        weeks = [one for one in (*line.earlier_cases, *line.cases) if one is not None]
        is_share = all(0 <= x <= n for x, n in weeks)
        return (_digits(changes.share_dispersion(weeks), 4) if is_share else 1.0), 0.0
    if isinstance(kpi.formula, Count):
        counts = (*line.earlier, *line.points)
        phi = changes.dispersion(counts)
        return _digits(phi, 4), _digits(changes.own_variation(counts, phi), 4)
    return 1.0, 0.0


def _with(found: Trend, judged: Sequence[int], made: _Judged, kinds: Sequence[Variation]) -> Trend:
    """The chart with its lines, the letter of each point, and what is said of the last one."""
    usual: list[float | None] = []
    if made.usual is not None:
        usual = [None] * len(found.points)
        for i, one in zip(judged, made.usual, strict=True):
            usual[i] = float(one)
    letters = [" "] * len(found.points)
    for i, kind in zip(judged, kinds, strict=True):
        letters[i] = _LETTERS[kind]
    return found._replace(
        mean=_digits(made.lines.mean, 6),
        lower=_lower(made.lines.lower),
        upper=_line(made.lines.upper),
        variation=kinds[-1],
        assurance=made.assured,
        cause=xmr.CAUSES[made.causes.which[-1]],
        run=len(list(next(groupby(reversed(kinds)))[1])),
        marks="".join(letters),
        leaning=int(made.causes.leaning[-1]),
        spread=_digits(made.spread, 6),
        usual=tuple(usual),
    )


def _since(days: Sequence[date], rebases: Sequence[date]) -> int:
    """The first point of the last segment: one that no point belongs to yet has not begun."""
    return max(
        (i for one in rebases if (i := sum(day < one for day in days)) < len(days)), default=0
    )


def _short(kpi: Kpi, value: float | None) -> float | None:
    """A point as it travels: counts and yuan whole, everything else to four digits."""
    if value is None or isinstance(value, int):
        return value
    if value.is_integer() or kpi.unit == "yuan":
        return round(value)
    return _digits(value, 4)


def _lower(value: float | None) -> float | None:
    """The lower limit; none below 0, where no figure can lie."""
    return None if value is None or value < 0 else _line(value)


def _line(value: float | None) -> float | None:
    return None if value is None else _digits(value, 6)


def _digits(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
