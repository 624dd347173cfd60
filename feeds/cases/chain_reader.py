"""What a chain counts, read from the history: the period's stays from the cube, and the cases that
stand open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from feeds.cases.chain import Of, Row
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import cube_cases, cube_days
from feeds.history import stage_durations, tables


def flows(
    connection: Connection, profile: Profile, of: Of, area: str, days: tuple[date, date]
) -> Mapping[str, int]:
    """Mark with bucket → how many, over the days from the first up to, not including, the
    second.
    """
    came, closed, chain = (f"{of.family}.{name}" for name in ("opened", "closed", "chain"))
    whole = {} if of.track else {came: stage_durations.CAME, closed: stage_durations.CLOSED}
    read = cube_days.read(
        connection, [*whole, chain], _towns(profile, area), days, None, {"facet", "outcome"}
    )
    found = Counter({mark: sum(read[measure].values()) for measure, mark in whole.items()})
    for (_, _, cell), n in read[chain].items():
        _, track, _, mark = cell.split("|")
        found[mark] += n if track == of.track else 0
    return found


def standing(connection: Connection, profile: Profile, of: Of, area: str) -> list[Row]:
    """The open cases of a family in an area. Of the city told apart by town, of a town by category;
    of joint handling, being handled begins with the joint one.
    """
    c = tables.cases.c
    place, handled = (
        (c.town if area == profile.code else c.category),
        (c.joint if of.is_joint else c.handled),
    )
    only = [
        *([c.joint.is_not(None)] if of.is_joint else []),
        *([c.facet == of.facet] if of.facet else []),
    ]
    query = select(func.coalesce(func.nullif(place, ""), UNKNOWN), c.opened, c.due, handled)
    return [
        Row(*row)
        for row in connection.execute(
            query.where(*cube_cases.is_open(of.family, _towns(profile, area)), *only)
        )
    ]


def _towns(profile: Profile, area: str) -> list[str]:
    return [*profile.areas, UNKNOWN] if area == profile.code else [area]
