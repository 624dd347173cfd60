"""A KPI's series over past days, weeks or months, read from the history."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from feeds.city.profile import Profile
from feeds.figures import reader, windows
from feeds.figures.windows import PERIOD_OF, DateRange, Step, Window
from feeds.kpis import CATALOGUE
from feeds.kpis.formulas import Formula, Gauge, Level


class Point(NamedTuple):
    """One step of a series: its first day, and the figure over the step."""

    day: date
    value: float | None
    numerator: float | None
    denominator: float | None


def series(
    connection: Connection,
    profile: Profile,
    kpi: str,
    area: str,
    days: DateRange,
    step: Step,
    now_ms: int,
) -> list[Point]:
    """A KPI's figure for each step from the one of the first day on; the step that now is in ends
    with now.
    """
    formula = CATALOGUE[kpi].formula
    steps = windows.steps(step, days)
    asked = [_window(one, step, profile, now_ms) for one in steps]
    found = reader.read(
        connection,
        profile,
        asked,
        area=area,
        wanted=stored(formula, PERIOD_OF[step]),
        levels=isinstance(formula, Level),
        gauges=(formula.indicator,) if isinstance(formula, Gauge) else (),
    )
    points = []
    for one, window in zip(steps, asked, strict=True):
        reading = formula.read(found.of(area, window))
        points.append(Point(one.start, reading.value, reading.numerator, reading.denominator))
    return points


def stored(formula: Formula, period: str) -> frozenset[str]:
    """The names under which the history keeps what a formula reads."""
    return frozenset(measure.stored(period) for measure in formula.measures)


def _window(one: DateRange, step: Step, profile: Profile, now_ms: int) -> Window:
    whole = windows.of_days(one, profile.tz)
    return whole._replace(until=min(whole.end, now_ms + 1), period=PERIOD_OF[step])
