"""A KPI's series over past days, weeks or months, read from the history."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from feeds.city.profile import Profile
from feeds.figures import reader, silences, windows
from feeds.figures.silences import Silent
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
    silent = _silent(connection, profile, area, asked, step, now_ms)
    points = []
    for one, window, its in zip(steps, asked, silent, strict=True):
        is_known = begins is not None and begins < window.end
        is_known = is_known and not silences.is_silent(CATALOGUE[kpi], its)
        reading = formula.read(found.of(area, window)) if is_known else Reading(None)
        points.append(Point(one.start, reading.value, reading.numerator, reading.denominator))
    return points


def _silent(
    connection: Connection,
    profile: Profile,
    area: str,
    asked: list[Window],
    step: Step,
    now_ms: int,
) -> list[Silent]:
    """Of each step, of which kinds of events nothing was received, or only a part; the step that
    now is in is not over.
    """
    found = reader.read(
        connection,
        profile,
        asked,
        by_town=asked if area != profile.code else (),
        area=profile.code,
        wanted=silences.WANTED,
        levels=False,
        gauges=(),
    )
    of_steps = silences.Silences(profile, area)
    silent: list[Silent] = [
        frozenset()
        if window.end > now_ms
        else of_steps.of_step(
            window.end - window.start,
            found.of(profile.code, window).flows,
            found.of(area, window).flows,
        )
        for window in asked
    ]
    return silent if step == "day" else silences.beside(silent)


def _window(one: DateRange, profile: Profile, now_ms: int) -> Window:
    whole = windows.of_days(one, profile.tz)
    return whole._replace(until=min(whole.end, now_ms + 1))
