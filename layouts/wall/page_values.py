"""What the wall shows besides its topics, as plain values; dashboard/pages/wall_room.py gathers
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from feeds.wall.on_time import OnTime
from feeds.wall.open_work import OpenWork
from feeds.wall.usual_day import Counts, UsualDay
from layouts.alerts.page_values import Life

What = Literal["major", "fatal", "joint", "overdue", "alert"]


class Matter(NamedTuple):
    """An event that matters: when (epoch ms), what, and in which town; `kind` is the case family or
    the event type that `category` is of, or the id of an alert's rule, which has a `bound`.
    """

    at: int
    what: What
    town: str
    kind: str
    category: str
    bound: float | None = None


class Told(NamedTuple):
    """A message about an alert that a webhook took: which one, and when (epoch ms)."""

    hook: str
    at: int


class Filling(NamedTuple):
    """The history is being filled: from when on (epoch ms), how far it is, and how many seconds it
    still takes at the present pace, None where that is not known yet.
    """

    first: int
    at: int
    left_s: float | None


@dataclass(frozen=True)
class Room:
    """`work` is what stands open in the area, `town_work` of each town; `today` and `usual` are the
    day and the days like it; `shares` are by the KPI of a map ("" for all work). `lives` are
    today's alerts; `told` by alert who was told. `town_seen` is each town's newest event, epoch ms.
    `usual` is None while it is not known yet. `is_recorded`: a replay, in which all this is counted
    from what is recorded now.
    """

    work: OpenWork
    town_work: Mapping[str, OpenWork]
    overdue_before: int | None
    today: Counts
    usual: UsualDay | None
    shares: Mapping[str, OnTime]
    lives: tuple[Life, ...] = ()
    told: Mapping[str, tuple[Told, ...]] = field(default_factory=dict)
    matters: tuple[Matter, ...] = ()
    town_seen: Mapping[str, int] = field(default_factory=dict)
    filling: Filling | None = None
    is_recorded: bool = False
