"""The protocol of a part: what a feature adds to the topics that the engine publishes. The
composition passes parts to the engine (dashboard/processes/core.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from feeds.figures.live_sums import LiveSums
from feeds.figures.topics import State, Topic
from feeds.history.ingest import Change


class Turn(NamedTuple):
    """A part's turn to work between frames. `areas` are those whose topics are published; `moment`
    is what the engine knows now: the clock, and how far the history was read; `newest` the newest
    event of every need by area, epoch ms.
    """

    now_ms: int
    areas: frozenset[str]
    moment: Mapping[str, Any]
    newest: Mapping[str, Mapping[str, int]]


class Part:
    """The base of a part: it does nothing, and a feature overrides what it needs. Never called by
    two threads.
    """

    def load(self, connection: Connection, sums: LiveSums, now_ms: int) -> None:
        """Begin again from the history as `connection` sees it; `sums` are the engine's."""

    def take(self, change: Change, other_days: Collection[tuple[str, date]]) -> None:
        """Something was committed; `other_days` are the towns and the days other than today whose
        sums it changed.
        """

    def look(self) -> bool:
        """Called every second before frames are sent: look for changes outside the commits. Returns
        whether every topic must be sent again.
        """
        return False

    def work(self, turn: Turn) -> frozenset[str]:
        """Between frames: work for some hundredths of a second. The areas whose topics have to be
        sent again. Not asked while the engine is behind, because every reading would be of an
        unfinished history.
        """
        return frozenset()

    def state(self, topic: Topic) -> State:
        """The part's share of a topic's state. Under `as_of` it may give the moment at which
        something was read.
        """
        return {}

    def series(self, topic: Topic, now_ms: int) -> State:
        """Further series of a topic, read as seldom as its others."""
        return {}
