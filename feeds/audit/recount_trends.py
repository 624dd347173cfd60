"""Trends recounted: every KPI's completed weeks or months, each for itself from the same tables of
raw events. Part of the recount.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from feeds import kpis
from feeds.audit import recount_series
from feeds.audit.recount import Span, Tally
from feeds.audit.recount_series import Spans, Values
from feeds.city import periods
from feeds.kpis import Kpi, Step
from feeds.kpis.formulas import Gauge

SHOWN: Mapping[Step, int] = {"week": 53, "month": 36}


class Points(NamedTuple):
    """The values of a trend, from the step that begins on `first`."""

    first: date
    values: Values


def of_area(counted: Tally, now_ms: int) -> dict[str, Points | None]:
    """The points that an area's trends should have; None of a KPI without any."""
    found: dict[str, Points | None] = {}
    for step in SHOWN:
        days = _days(step, periods.day_of(now_ms, counted.profile.tz))
        starts = [periods.day_start_ms(day, counted.profile.tz) for day in days]
        spans = [Span(start, end, end) for start, end in pairwise(starts)]
        for kpi in (kpi for kpi in kpis.CATALOGUE.values() if kpi.step == step):
            values = [
                value if is_known else None
                for value, is_known in zip(
                    _values(counted, kpi, spans), _known(counted, kpi, spans), strict=True
                )
            ]
            begin = next((i for i, value in enumerate(values) if value is not None), None)
            found[kpi.id] = None if begin is None else Points(days[begin], values[begin:])
    return found


def _days(step: Step, today: date) -> list[date]:
    """The first days of the completed steps, and of the running one."""
    days = [periods.days(step, today)[0]]
    for _ in range(SHOWN[step]):
        days.insert(0, periods.days(step, days[0] - timedelta(1))[0])
    return days


def _values(counted: Tally, kpi: Kpi, spans: Spans) -> Values:
    return recount_series.over(counted, kpi.formula, spans, kpi.step)


def _known(counted: Tally, kpi: Kpi, spans: Spans) -> list[bool]:
    """Whether a step has a point: an indicator was reported in it; of anything else something was
    told before it began.
    """
    if isinstance(kpi.formula, Gauge):
        return [_was_reported(counted, kpi.formula.indicator, span) for span in spans]
    told = [
        at for measure in kpi.first_counted if (at := counted.tables[measure].first()) is not None
    ]
    return [bool(told) and min(told) < span.start_ms for span in spans]


def _was_reported(counted: Tally, indicator: str, span: Span) -> bool:
    """By the area itself, or where the city never reported up to then by any of its towns."""
    return any(
        report.at >= span.start_ms
        for report in counted.gauges.standing(indicator, counted.area, span.end_ms)
    )
