"""How much of what fell due was done by its due time: of the city and of each town, over four weeks
and week by week; and which towns differ from the city by more than chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

DAYS, WEEKS = 28, 26
Side = Literal["low", "high", ""]


class Share(NamedTuple):
    """How many were done in time, of how many that fell due."""

    done: int
    due: int

    @property
    def value(self) -> float | None:
        return self.done / self.due if self.due else None


@dataclass(frozen=True)
class OnTime:
    """Of the last 28 whole days, up to `end`: the city and its towns, and the towns that differ
    from it. `weeks` are complete weeks, the last last, of every area by its code.
    """

    end: date
    city: Share
    towns: Mapping[str, Share]
    sides: Mapping[str, Side]
    first_week: date
    weeks: Mapping[str, tuple[Share, ...]]

    def on_side(self, side: Side) -> list[str]:
        """The towns that differ to one side, the farthest first."""
        found = [town for town, its in self.sides.items() if its == side]
        return sorted(found, key=lambda town: _share(self.towns[town]), reverse=side == "high")


def _share(one: Share) -> float:
    return one.value or 0.0
