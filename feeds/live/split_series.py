"""The part that adds to a topic's series the figures that are split by goal, lead department and
group (feeds/figures/splitting.py).
"""

from __future__ import annotations

from sqlalchemy import Engine as Database

from feeds.city.profile import Profile
from feeds.figures import splitting
from feeds.figures.topics import State, Topic
from feeds.history.measures import Measures
from feeds.live.parts import Part


class SplitSeries(Part):
    """Reads a database of its own accord. Raises a database error."""

    def __init__(self, database: Database, profile: Profile) -> None:
        self._database, self._profile = database, profile
        self._measures = Measures(profile)

    def series(self, topic: Topic, now_ms: int) -> State:
        with self._database.connect() as connection:
            found = splitting.read(
                connection, self._profile, self._measures, topic.area, topic.period, now_ms
            )
        return dict(found)
