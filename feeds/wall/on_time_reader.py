"""Reads what was done in time by town and week, and which towns differ from the city by more than
chance, for feeds/wall/on_time.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
from sqlalchemy import Connection

from feeds.city.profile import Profile
from feeds.figures import reader, windows
from feeds.figures.reader import Readings
from feeds.figures.windows import DateRange, Window
from feeds.kpis import CATALOGUE
from feeds.kpis.formulas import Ratio, Term
from feeds.kpis.measures import Measure
from feeds.statistics import tails
from feeds.wall import open_work
from feeds.wall.on_time import DAYS, WEEKS, OnTime, Share, Side


def read(connection: Connection, profile: Profile, today: date, kpi: str = "") -> OnTime:
    """Up to yesterday, of all work or of a KPI that is a share. Raises a database error."""
    last_days = DateRange(today - timedelta(DAYS), today)
    monday = today - timedelta(today.weekday())
    weeks = [
        DateRange(monday - timedelta(7 * n), monday - timedelta(7 * (n - 1)))
        for n in range(WEEKS, 0, -1)
    ]
    asked = [windows.of_days(days, profile.tz) for days in (last_days, *weeks)]
    parts = _terms(profile, kpi)
    wanted = {term.measure.stored for term in (*parts.numerator, *parts.denominator)}
    found = reader.read(connection, profile, asked, wanted=wanted, levels=False, gauges=())
    towns = {town: _of(found, parts, town, asked[0]) for town in profile.town_by_code}
    weekly = {
        area: tuple(_of(found, parts, area, window) for window in asked[1:])
        for area in profile.areas
    }
    city = _of(found, parts, profile.code, asked[0])
    return OnTime(today, city, towns, outlying(towns), weeks[0].start, weekly)


def outlying(towns: Mapping[str, Share]) -> dict[str, Side]:
    """On which side a town lies beyond the 99.8 % limits of chance around all towns together, by
    its exact tail; "" within them.
    """
    known = {town: share for town, share in towns.items() if share.due}
    if len(known) < 2:
        return dict.fromkeys(towns, "")
    done = np.array([share.done for share in known.values()], dtype=np.float64)
    due = np.array([share.due for share in known.values()], dtype=np.float64)
    exact = tails.binomial(done, due, float(done.sum() / due.sum()))
    classes = dict(zip(known, tails.classes(exact), strict=True))
    sides: dict[str, Side] = {"low998": "low", "high998": "high"}
    return {town: sides.get(str(classes.get(town)), "") for town in towns}


def _terms(profile: Profile, kpi: str) -> Ratio:
    """What is divided by what: a KPI's own terms, or of all work what was done by its due time."""
    if kpi:
        formula = CATALOGUE[kpi].formula
        assert isinstance(formula, Ratio)
        return formula
    families = open_work.families(profile)
    done = tuple(Term(Measure(family, "on_time")) for family in families)
    missed = tuple(Term(Measure(family, "fell_due")) for family in families)
    return Ratio(done, (*done, *missed))


def _of(found: Readings, parts: Ratio, area: str, window: Window) -> Share:
    sums = found.of(area, window)
    done = sum(term.of(sums) for term in parts.numerator)
    due = sum(term.of(sums) for term in parts.denominator)
    return Share(done, due)
