"""The cases that a chain counts, read from the history: what stands open, and what took a step in the period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Connection, func, or_, select

from feeds import history
from feeds.chain import Of, Row
from feeds.profile import UNKNOWN, Profile


def read(connection: Connection, profile: Profile, of: Of, area: str, since_ms: int) -> Sequence[Row]:
    """The opened cases of a family in an area that stand open or took a step since then. Of the city told apart by town, of a
    town by category; of joint handling, being handled begins with the joint one."""
    c = history.cases.c
    is_city = area == profile.code
    towns = [*profile.areas, UNKNOWN] if is_city else [area]
    place, handled = (c.town if is_city else c.category), (c.joint if of.is_joint else c.handled)
    recent = or_(c.closed.is_(None), c.closed >= since_ms, c.opened >= since_ms, handled >= since_ms)
    only = [*([c.joint.is_not(None)] if of.is_joint else []), *([c.facet == of.facet] if of.facet else [])]
    query = select(func.coalesce(func.nullif(place, ""), UNKNOWN), c.opened, c.due, handled, c.closed).where(
        c.town.in_(towns), c.kind == of.family, c.opened.is_not(None), recent, *only
    )
    return cast("Sequence[Row]", connection.execute(query).all())  # their names are not given: that takes as long again
