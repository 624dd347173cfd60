"""What a figure counts, in a word: cases, people, accidents."""

from __future__ import annotations

from collections.abc import Mapping

from feeds import kpis
from feeds.events import eventtypes
from feeds.events.event import Shape
from layouts.text import numbers
from layouts.view import View

WORDS_OF_CASES: Mapping[str, str] = {
    "training.staff_rate": "people",
    "traffic.accidents": "accidents",
    "traffic.deaths": "people",
    "traffic.injuries": "people",
    "fraud.warnings": "times",
    "fraud.dissuaded": "people",
    "sensing.online_rate": "devices",
    "disputes.village_rooms": "rooms",
    "training.groups_covered": "households",
    "order.calls": "accidents",
    "incidents.patrol_visits": "times",
    "governance.volunteers": "people",
    "governance.participants": "people",
    "governance.rooms": "rooms",
}


def name(kpi: str) -> str:
    """The name of the word; empty of what is no case and has no word, such as records or posts."""
    if kpi in WORDS_OF_CASES:
        return WORDS_OF_CASES[kpi]
    if kpi.partition(".")[0] == "tasks":
        return "tasks"
    return "cases" if kpi not in kpis.CATALOGUE or _is_of_cases(kpi) else ""


def counted(view: View, kpi: str, n: float) -> str:
    """So many of what a figure counts, in whole numbers; a sum of money as money, and what is no
    case as its number alone.
    """
    if view.kpi(kpi).unit == "yuan":
        return numbers.text(n, "yuan", view.lang)
    if not name(kpi):
        return numbers.text(n, "count", view.lang)
    word = view.text(f"one.{name(kpi)}" if round(n) == 1 else f"agenda.unit_{name(kpi)}")
    return f"{numbers.whole(n, view.lang)}{numbers.SPACE}{word}"


def _is_of_cases(kpi: str) -> bool:
    declared = eventtypes.TYPES.get(kpis.CATALOGUE[kpi].needs[0])
    return declared is not None and declared.shape is Shape.CASE
