"""What a figure counts, in a word: cases, people, accidents. One of it has a word of its own in
English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from feeds.city.words import Lang
from feeds.events import eventtypes
from feeds.events.event import Shape
from feeds.kpis import CATALOGUE


class Counted(NamedTuple):
    """What is counted, in Chinese, and in English one of it and many."""

    zh: str
    one: str
    many: str


WORDS: Mapping[str, Counted] = {
    "cases": Counted("件", "case", "cases"),
    "people": Counted("人", "person", "people"),
    "accidents": Counted("起", "case", "cases"),
    "times": Counted("次", "time", "times"),
    "devices": Counted("台", "device", "devices"),
    "rooms": Counted("间", "room", "rooms"),
    "households": Counted("户", "household", "households"),
    "tasks": Counted("项", "task", "tasks"),
}
OF_KPIS: Mapping[str, str] = {
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
    """What a figure counts, as a key of WORDS; empty of what is no case and has no word, such as
    records or posts.
    """
    if kpi in OF_KPIS:
        return OF_KPIS[kpi]
    if kpi.partition(".")[0] == "tasks":
        return "tasks"
    return "cases" if kpi not in CATALOGUE or _is_of_cases(kpi) else ""


def word(kpi: str, n: float, lang: Lang) -> str:
    """The word beside a number of what a figure counts; empty of what has none."""
    if not name(kpi):
        return ""
    found = WORDS[name(kpi)]
    if lang == "zh":
        return found.zh
    return found.one if round(n) == 1 else found.many


def _is_of_cases(kpi: str) -> bool:
    declared = eventtypes.TYPES.get(CATALOGUE[kpi].needs[0])
    return declared is not None and declared.shape is Shape.CASE
