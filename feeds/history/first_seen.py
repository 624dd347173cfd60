"""When each source spoke first: by town and need (an event type, or `indicator:<code>`). A figure
has no data before that, instead of zero.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from feeds.city.profile import Profile
from feeds.history import tables

Firsts = dict[str, dict[str, int]]  # area → need → when, epoch ms


def read(connection: Connection, profile: Profile) -> Firsts:
    """By area; the city's are the first of all towns."""
    found: Firsts = {}
    for town, need, at in connection.execute(select(tables.first_seen)):
        note(found, profile.code, town, need, at)
    return found


def note(firsts: Firsts, city: str, town: str, need: str, at: int) -> set[str]:
    """Take in when something was seen in a town, in any order; the areas in which that is earlier
    than what was known.
    """
    lowered = set()
    for area in {town, city}:
        mine = firsts.setdefault(area, {})
        if need not in mine or at < mine[need]:
            mine[need] = at
            lowered.add(area)
    return lowered
