"""The query for a list of cases (states, stages, orders), and one line of its answer. Pure;
feeds/cases/listing.py reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from feeds.city.words import Worded
from feeds.events import eventtypes
from feeds.events.event import Shape

State = Literal["open", "overdue", "closed"]
Sort = Literal["due", "opened"]
Stage = Literal["", "opened", "handled"]
Reached = Literal["opened", "handled", "closed"]
STATES: tuple[State, ...] = get_args(State)
SORTS: tuple[Sort, ...] = get_args(Sort)
STAGES: tuple[Stage, ...] = get_args(Stage)
FAMILIES = tuple(
    dict.fromkeys(t.family for t in eventtypes.TYPES.values() if t.shape is Shape.CASE)
)
NEVER = 1 << 53
DAY_MS = 86_400_000
LONG_DAYS = 30  # a case that is overdue for longer is named apart


class Entry(NamedTuple):
    """One case; times in epoch ms, None where that step has not been seen. `stage` is opened,
    handled or closed.
    """

    town: str
    case: str
    category: str
    facet: str
    grid: str
    opened: int | None
    due: int | None
    handled: int | None
    closed: int | None
    outcome: str
    stage: Reached
    is_overdue: bool
    family: str


class Page(NamedTuple):
    """Some cases in order, how many there are in all, and the cursor of the next page ("": this is
    the last).
    """

    entries: list[Entry]
    total: int
    next: str


class BadCursor(Worded):
    """A cursor that no page of this order gave."""


class Counts(NamedTuple):
    """How many cases of each family an area has in a state. Of those that are overdue now, also by
    family: the earliest due time (epoch ms), and how many are overdue for longer than LONG_DAYS.
    """

    by_family: Mapping[str, int]
    oldest_due: Mapping[str, int]
    long_overdue: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_family.values())


@dataclass(frozen=True)
class Asked:
    """Which cases; `family` "" is every kind. `closed_ms` bounds the closings (half-open); `where`
    names category, facet, grid or outcome; `stage` is the stage of open cases. By due time the most
    urgent comes first, by opening the newest.
    """

    family: str
    area: str
    state: State = "open"
    where: Mapping[str, str] = field(default_factory=dict)
    closed_ms: tuple[int, int] = (0, NEVER)
    sort: Sort = "due"
    stage: Stage = ""
