"""What some KPIs are split by besides towns and categories: goals and lead departments of tasks,
the six groups of risks.

feeds/live/split_series.py adds these splits to the topics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from feeds.city.profile import Profile
from feeds.city.words import Text
from feeds.events import eventtypes


@dataclass(frozen=True)
class Split:
    """The family's KPIs, each by a field of the case's opening: `category` or the second one,
    `facet`.

    Its values are named in the declarations (`named`), or by the city's profile under
    [categories.<listed>].
    """

    family: str
    by: Literal["category", "facet"]
    kpis: tuple[str, ...]
    listed: str = ""
    named: Mapping[str, Text] | None = None

    def values(self, profile: Profile) -> dict[str, Text]:
        """The values known by name, in their order; others may occur."""
        return dict(
            self.named
            or {code: words.text for code, words in profile.categories.get(self.listed, {}).items()}
        )


_TASKS = ("tasks.set", "tasks.progress", "tasks.open", "tasks.overdue", "tasks.on_time")
_RISKS = ("risks.raised", "risks.closed", "risks.open", "risks.overdue", "risks.on_time")
SPLITS: dict[str, Split] = {
    "goal": Split("task", "category", _TASKS, listed="task"),
    "department": Split("task", "facet", _TASKS, listed="department"),
    "group": Split("risk", "facet", _RISKS, named=eventtypes.GROUP),
}
