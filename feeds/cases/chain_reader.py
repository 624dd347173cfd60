"""Reads what a handling chain counts: the stage durations of a period, and the open cases."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, func, select

from feeds.cases.chain import Of, Row
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import cell_counts
from feeds.figures.cell_counts import Asked
from feeds.figures.windows import DateRange
from feeds.history import stage_durations, tables
from feeds.kpis.measures import Measure


def flows(
    connection: Connection, profile: Profile, of: Of, area: str, days: DateRange
) -> dict[str, int]:
    """Mark with bucket → how many, over the days."""
    came, closed = Measure(of.family, "opened"), Measure(of.family, "closed")
    chain = Measure(of.family, stage_durations.MEASURE)
    marks = {came: stage_durations.CAME, closed: stage_durations.CLOSED}
    whole = {} if of.track else marks
    needs = frozenset({"facet", "outcome"})
    asked = Asked(_towns(profile, area), days, None, needs, now_ms=0)
    read = cell_counts.from_rows(connection, [*whole, chain], asked)
    found = Counter({mark: sum(read[measure].values()) for measure, mark in whole.items()})
    for (_, _, (_, track, _, mark)), n in read[chain].items():
        if track == of.track:
            found[mark] += n
    return found


def open_cases(connection: Connection, profile: Profile, of: Of, area: str) -> list[Row]:
    """The open cases of a family in an area: for the city by town, for a town by category. In joint
    handling a case is handled from its joint step on.
    """
    c = tables.cases.c
    place = c.town if area == profile.code else c.category
    handled = c.joint if of.is_joint else c.handled
    conditions = list(cell_counts.is_open(of.family, _towns(profile, area)))
    if of.is_joint:
        conditions.append(c.joint.is_not(None))
    if of.facet:
        conditions.append(c.facet == of.facet)
    named = func.coalesce(func.nullif(place, ""), UNKNOWN)
    query = select(named, c.opened, c.due, handled).where(*conditions)
    return [Row(*row) for row in connection.execute(query)]


def _towns(profile: Profile, area: str) -> tuple[str, ...]:
    return (*profile.areas, UNKNOWN) if area == profile.code else (area,)
