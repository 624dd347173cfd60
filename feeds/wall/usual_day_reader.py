"""Reads how much was counted in each half hour of a day, for feeds/wall/usual_day.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from feeds.city import periods
from feeds.city.profile import Profile
from feeds.figures import intraday
from feeds.history.counting import Counting
from feeds.kpis import CATALOGUE
from feeds.kpis.formulas import Count
from feeds.wall import open_work, open_work_reader, usual_day
from feeds.wall.usual_day import Counts


def read_day(
    connection: Connection,
    profile: Profile,
    area: str,
    day: date,
    kpis: Iterable[str],
    until_ms: int | None = None,
) -> Counts:
    """How much was counted in each half hour of a day; with `until_ms`, of what had happened by
    then. Raises a database error.
    """
    wanted = _wanted(profile, kpis)
    found: Counts = {name: [0] * usual_day.STEPS for names in wanted.values() for name, _ in names}
    start = periods.day_start_ms(day, profile.tz)
    towns = set(open_work_reader.towns_of(profile, area))
    for town, at, stored, dim, n, _ in intraday.contributions(
        connection, profile, Counting(profile), day, until_ms
    ):
        if town not in towns:
            continue
        for name, values in wanted.get(stored, ()):
            if not values or dim in values:
                found[name][min(usual_day.STEPS - 1, (at - start) // usual_day.STEP_MS)] += n
    return found


def _wanted(profile: Profile, kpis: Iterable[str]) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Stored measure → the names that it is counted under, each for some values of its dimension
    (none: for all).
    """
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for kpi in kpis:
        formula = CATALOGUE[kpi].formula
        if isinstance(formula, Count):
            stored = formula.term.measure.stored
            found.setdefault(stored, []).append((kpi, formula.term.dims))
    for family in open_work.families(profile):
        found.setdefault(f"{family}.opened", []).append((usual_day.OPENED, ()))
        found.setdefault(f"{family}.closed", []).append((usual_day.CLOSED, ()))
    return found
