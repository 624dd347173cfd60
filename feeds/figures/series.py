"""A KPI's series over past days, weeks or months, read from the history."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from feeds.city.profile import Profile
from feeds.figures import reader, windows
from feeds.figures.windows import DateRange, Step, Window
from feeds.history import first_seen
from feeds.kpis import CATALOGUE
from feeds.kpis.formulas import Gauge, Level, Reading


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
    with now. Without a value, instead of zero, up to the step in which its sources had spoken.
    """
    formula = CATALOGUE[kpi].formula
    begins = CATALOGUE[kpi].begins(first_seen.read(connection, profile).get(area, {}))
    steps = windows.steps(step, days)
    asked = [_window(one, profile, now_ms) for one in steps]
    found = reader.read(
        connection,
        profile,
        asked,
        area=area,
        wanted=frozenset(measure.stored for measure in formula.measures),
        levels=isinstance(formula, Level),
        gauges=(formula.indicator,) if isinstance(formula, Gauge) else (),
    )
    points = []
    for one, window in zip(steps, asked, strict=True):
        is_known = begins is not None and begins < window.end
        reading = formula.read(found.of(area, window)) if is_known else Reading(None)
        points.append(Point(one.start, reading.value, reading.numerator, reading.denominator))
    return points


def _window(one: DateRange, profile: Profile, now_ms: int) -> Window:
    whole = windows.of_days(one, profile.tz)
    return whole._replace(until=min(whole.end, now_ms + 1))
