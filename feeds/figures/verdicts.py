"""The one verdict on a figure, as a code: whether there is anything to act on, and what.

The codes stand in the order of their precedence; the first that holds is the verdict. Pages, frames
and the API have the same one, because it is computed here alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from feeds.city.profile import Profile
from feeds.figures import trends
from feeds.figures.freshness import State
from feeds.figures.trends import Trend
from feeds.kpis import CATALOGUE, DAY_S, Kpi, histogram, targets
from feeds.kpis.formulas import Gauge, Quantile, Reading, Sums
from feeds.statistics import changes, inputs, intervals
from feeds.statistics.intervals import Interval

Code = Literal[
    "nodata", "late", "alarm", "few", "worse", "better", "off", "near", "changed", "usual"
]
CODES: tuple[Code, ...] = get_args(Code)
Kind = Literal["year", "period"]
Said = Literal["", "part", "cases"]
Empty = Literal["", "cases", "data"]
Detail = Literal["", "off", "up", "down", "apart", "closer"]
Window = Literal["", "cases", "7d", "28d", "91d", "365d"]
SLOW_S = 7 * DAY_S


class Verdict(NamedTuple):
    """The verdict of one figure, and what stands beside it uncoloured.

    `since` is the first day of a signal (2026-09-14). Where the figure has too few cases of its
    own, `window` names the shortest longer one that has enough, and `value`, `n` and `of` are the
    figure over it; where none has, it is "cases", and the cases stand for the figure.
    `kind` is what the figure is compared with: the same part of last year, else the previous
    period. `said` is how the change is said: as a part of the value, in cases where either side has
    few (then `base` is the other side), or not at all.
    `empty` says why there is no value: 0 of 0 cases, or no data. `period` is the one that a report
    was for, where the report's date doesn't say it. `detail` is what the code alone leaves
    open: that a figure which got better is off its target all the same; whether a signal points up
    or down; of what is rare, whether it happens farther apart or closer together.
    """

    code: Code
    since: str = ""
    window: Window = ""
    value: float | None = None
    n: float | None = None
    of: float | None = None
    kind: Kind = "year"
    said: Said = ""
    base: float | None = None
    empty: Empty = ""
    period: str = ""
    detail: Detail = ""


class Pooled(NamedTuple):
    """A figure over a longer window, because its own has too few cases."""

    window: Window
    reading: Reading


class Comparison(NamedTuple):
    """The figure of a reference, with the interval of a duration."""

    reading: Reading
    interval: Interval | None = None


class Evidence(NamedTuple):
    """What a verdict needs and a topic's state does not say: by KPI the figures of the same part of
    last year and of the previous period, the pooled figure of what has too few cases, and the
    intervals of durations.
    """

    references: Mapping[str, Sequence[Comparison]] = {}
    pooled: Mapping[str, Pooled] = {}
    intervals: Mapping[str, Interval] = {}


NO_EVIDENCE = Evidence()

# What a code reads as while its figure is in a state: a figure that is late or without data is not
# judged.
SILENCED: Mapping[State, Mapping[str, Mapping[str, str]]] = {
    "live": {},
    "late": {
        "code": {code: "late" for code in CODES if code != "nodata"},
        "detail": dict.fromkeys(get_args(Detail), ""),
    },
    "nodata": {
        "code": dict.fromkeys(CODES, "nodata"),
        "empty": {"cases": "data"},
        "detail": dict.fromkeys(get_args(Detail), ""),
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


class Figure(NamedTuple):
    """All that one verdict is made from. `is_alarmed`: an alert of the figure fires in the area."""

    kpi: Kpi
    reading: Reading
    target: float | None = None
    references: tuple[Comparison | None, Comparison | None] = (None, None)
    pooled: Pooled | None = None
    interval: Interval | None = None
    trend: Trend | None = None
    is_alarmed: bool = False
    period: str = ""


def of(figure: Figure) -> Verdict:
    """The verdict of one figure."""
    kind, compared = _compared(figure)
    said = _said(figure, compared)
    base = compared.reading.value if compared and said == "cases" else None
    code, since = _judged(figure, compared)
    empty = _empty(figure.reading)
    verdict = Verdict(
        code,
        since,
        kind=kind,
        said=said,
        base=base,
        empty=empty,
        period=figure.period,
        detail=_detail(figure, code) if since else "",
    )
    if empty == "data" or not _is_few(figure):
        return verdict
    if figure.pooled is None:
        return verdict._replace(window="cases")
    window, reading = figure.pooled
    parts = reading.value, reading.numerator, reading.denominator
    return verdict._replace(window=window, value=parts[0], n=parts[1], of=parts[2])


class Judge:
    """Judges one topic again and again: what is made from the same as before keeps its verdict,
    because the engine asks four times a second.
    """

    def __init__(self, profile: Profile, area: str, period: str) -> None:
        self._profile, self._area, self._period = profile, area, period
        self._inputs: dict[str, tuple[Any, ...]] = {}
        self._verdicts: dict[str, Verdict] = {}

    def of(self, state: Mapping[str, Any], evidence: Evidence) -> dict[str, Verdict]:
        """The verdict of every figure of the topic's state."""
        firing = alarmed(state, self._area)
        values, parts, differences = state["set"], state["parts"], state["change"]
        drawn, known = state.get("trends", {}), self._inputs
        for id, kpi in CATALOGUE.items():
            inputs = (
                values.get(id),
                parts.get(id),
                evidence.references.get(id) or differences.get(id),
                evidence.pooled.get(id),
                evidence.intervals.get(id),
                drawn.get(id),
                id in firing,
                self._reported(kpi, state),
            )
            if known.get(id) != inputs:
                self._inputs[id] = inputs
                self._verdicts[id] = of(self._figure(kpi, state, evidence, id in firing))
        return dict(self._verdicts)

    def _reported(self, kpi: Kpi, state: Mapping[str, Any]) -> str:
        return reported(kpi, state.get("newest", {}), state.get("periods", {}), self._profile.tz)

    def _figure(
        self, kpi: Kpi, state: Mapping[str, Any], evidence: Evidence, is_alarmed: bool
    ) -> Figure:
        value = state["set"].get(kpi.id)
        numerator, denominator = state["parts"].get(kpi.id) or (value, None)
        is_short = self._period in targets.SHORT
        return Figure(
            kpi,
            Reading(value, numerator, denominator),
            targets.within(self._profile, kpi.id, is_short=is_short),
            _references(kpi, value, state, evidence),
            evidence.pooled.get(kpi.id),
            evidence.intervals.get(kpi.id),
            trends.decode(state.get("trends", {}).get(kpi.id)),
            is_alarmed,
            self._reported(kpi, state),
        )


def of_topic(
    profile: Profile,
    area: str,
    period: str,
    state: Mapping[str, Any],
    evidence: Evidence = NO_EVIDENCE,
) -> dict[str, Verdict]:
    """The verdict of every figure of a topic's state, once."""
    return Judge(profile, area, period).of(state, evidence)


def alarmed(state: Mapping[str, Any], area: str) -> frozenset[str]:
    """The KPIs of which an alert fires in an area, by the alerts of a topic's state."""
    firing = [one for one in state.get("alerts") or () if one.get("area") == area]
    return frozenset(str(one["kpi"]) for one in firing if one.get("kpi"))


def _references(
    kpi: Kpi, value: float | None, state: Mapping[str, Any], evidence: Evidence
) -> tuple[Comparison | None, Comparison | None]:
    """The figures it is compared with; without evidence of their cases, their values as the changes
    tell them.
    """
    known = evidence.references.get(kpi.id)
    if known:
        on_year, on_period = known
        return (on_year, on_period)
    found = [_before(kpi, value, change) for change in state["change"].get(kpi.id) or (None, None)]
    return (found[0], found[1])


def _before(kpi: Kpi, value: float | None, change: float | None) -> Comparison | None:
    if value is None or change is None:
        return None
    if kpi.unit == "share":
        return Comparison(Reading(value - change))
    if change <= -1:
        return None
    before = value / (1 + change)
    return Comparison(Reading(before, before))


def _compared(figure: Figure) -> tuple[Kind, Comparison | None]:
    """What is shown beside the figure: the same part of last year, else the previous period."""
    if figure.reading.value is None:
        return "year", None
    on_year, on_period = (
        one if one and one.reading.value is not None else None for one in figure.references
    )
    return ("period", on_period) if on_year is None and on_period else ("year", on_year)


def compared(
    changes: tuple[float | None, float | None],
) -> tuple[Kind, float | None]:
    """The change that is shown: on the same part of last year, else on the previous period."""
    on_year, on_period = changes
    return ("period", on_period) if on_year is None and on_period is not None else ("year", on_year)


def _empty(reading: Reading) -> Empty:
    if reading.value is not None:
        return ""
    return "cases" if reading.denominator == 0 else "data"


def _judged(figure: Figure, compared: Comparison | None) -> tuple[Code, str]:
    """The first code that holds, and since when."""
    if _empty(figure.reading) == "data":
        return "nodata", ""
    if figure.is_alarmed:
        return "alarm", ""
    if _is_few(figure):
        return "few", ""
    signal = _signal(figure.trend)
    if signal in ("worse", "better"):
        return signal, _since(figure.trend)
    against = against_target(figure)
    if against != "usual":
        return against, ""
    if signal == "changed":
        return "changed", _since(figure.trend)
    if compared and _is_changed(figure, compared):
        return "changed", ""
    return "usual", ""


def _detail(figure: Figure, code: Code) -> Detail:
    """What a signal's code leaves open."""
    if code == "better" and against_target(figure) == "off":
        return "off"
    trend = figure.trend
    if trend is None:
        return ""
    if trend.is_between:
        return "apart" if trend.leans_up else "closer"
    if code == "changed":
        return "up" if trend.leans_up else "down"
    return ""


def _is_few(figure: Figure) -> bool:
    return (figure.reading.denominator or 0) < figure.kpi.enough


def _said(figure: Figure, compared: Comparison | None) -> Said:
    """How the change is said: nothing of what rests on few cases, cases where a count is small."""
    now, kpi = figure.reading.value, figure.kpi
    before = compared.reading.value if compared else None
    if now is None or before is None or compared is None or _is_few(figure):
        return ""
    if kpi.enough or kpi.unit == "share":
        both = figure.reading.denominator, compared.reading.denominator
        enough = max(kpi.enough, changes.FEW)
        return "" if any(n is not None and n < enough for n in both) else "part"
    return "cases" if min(now, before) < changes.FEW else "part"


def _signal(trend: Trend | None) -> Literal["worse", "better", "changed", "usual"]:
    """What the control chart's last point says; without a direction, that there was a change."""
    if trend is None:
        return "usual"
    match trend.variation:
        case "concern":
            return "worse"
        case "improvement":
            return "better"
        case "neutral_high" | "neutral_low":
            return "changed"
        case _:
            return "usual"


def _since(trend: Trend | None) -> str:
    """The first day of the signal."""
    if trend is None or all(point is None for point in trend.points):
        return ""
    return trend.run_day.isoformat()


def against_target(figure: Figure) -> Literal["off", "near", "usual"]:
    """Off target where the interval is clear of the target, near where it holds it; usual of what
    is there, and of what has no target.
    """
    value, target = figure.reading.value, figure.target
    if value is None or target is None:
        return "usual"
    is_short = value < target if figure.kpi.better == "up" else value > target
    if not is_short:
        return "usual"
    interval = _interval(figure)
    return "near" if interval.low <= target <= interval.high else "off"


def _interval(figure: Figure) -> Interval:
    """Between what the true figure lies; of what has none, its least relevant change around it."""
    value, x, n = figure.reading.value, figure.reading.numerator, figure.reading.denominator
    assert value is not None
    if figure.interval is not None:
        return figure.interval
    if figure.kpi.unit == "share" and x is not None and n and 0 <= x <= n:
        return intervals.wilson(x, n)
    slack = figure.kpi.relevance * (1 if figure.kpi.unit == "share" else abs(value))
    return Interval(value, value - slack, value + slack)


def _is_changed(figure: Figure, compared: Comparison) -> bool:
    """Whether the change is more than chance and reaches the figure's least relevance. A figure
    that is only reported now and then has no chance in it: it is not judged.
    """
    now, before, kpi = figure.reading, compared.reading, figure.kpi
    if kpi.kind == "dated" or now.value is None or before.value is None:
        return False
    try:
        found = _change(figure, compared)
    except (ValueError, inputs.BadInput):
        return False
    return found is not None and found.is_worth and not found.is_few


def _change(figure: Figure, compared: Comparison) -> changes.Change | None:
    now, before, kpi = figure.reading, compared.reading, figure.kpi
    if kpi.unit == "share":
        cases = (now.numerator, now.denominator, before.numerator, before.denominator)
        if any(one is None for one in cases):
            return None
        x, n, x_before, n_before = (float(one or 0) for one in cases)
        phi = figure.trend.phi if figure.trend else 1.0
        return changes.of_shares((x, n), (x_before, n_before), phi=phi, least=kpi.relevance)
    if kpi.kind == "duration":
        if figure.interval is None or compared.interval is None:
            return None
        both = (now.denominator or 0, before.denominator or 0)
        return changes.of_durations(
            figure.interval, compared.interval, cases=both, least=kpi.relevance
        )
    phi, extra = (figure.trend.phi, figure.trend.extra) if figure.trend else (1.0, 0.0)
    return changes.of_counts(
        now.value or 0, before.value or 0, phi=phi, extra=extra, least=kpi.relevance
    )


def interval_of(kpi: Kpi, sums: Sums) -> Interval | None:
    """A duration between the order statistics that hold the true one with 95 % confidence; None of
    any other figure, and of no cases.
    """
    formula = kpi.formula
    if not isinstance(formula, Quantile):
        return None
    cells = sums.flows.get(formula.measure.stored) or {}
    low, high = changes.quantile_between(sum(cells.values()), formula.q)
    found = histogram.quantiles(cells, (formula.q, low, high))
    return Interval(*(one / formula.unit_ms for one in found)) if found else None


def is_dated(kpi: Kpi) -> bool:
    """Whether a figure is reported by month, quarter or year, or in batches: then its date says
    more than its age.
    """
    if kpi.batch:
        return True
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
