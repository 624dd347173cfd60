"""The part of the engine that adds to a topic's series the figures split by goal, lead department
and group (feeds/kpis/splits.py).
"""

from __future__ import annotations

from sqlalchemy import Engine as Database

from feeds.city.profile import Profile
from feeds.figures import cells
from feeds.figures.topics import State, Topic
from feeds.live.parts import Part


class SplitSeries(Part):
    """Reads a database of its own accord. Raises a database error."""

    def __init__(self, database: Database, profile: Profile) -> None:
        self._database, self._profile = database, profile

    def series(self, topic: Topic, now_ms: int) -> State:
        with self._database.connect() as connection:
            found = cells.read_splits(connection, self._profile, topic.area, topic.period, now_ms)
        return dict(found)
