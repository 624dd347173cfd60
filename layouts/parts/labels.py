"""The names of codes on the screen: towns, categories, event types, from the declarations and the
profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from feeds.city import systems
from feeds.city.words import Lang, Text
from feeds.events import eventtypes
from feeds.events.event import EventType
from feeds.kpis import CATALOGUE, splits
from layouts.text import texts
from layouts.view import View


def domain(view: View, name: str) -> str:
    """What a domain of KPIs is called: as the texts have it, else as the system of its first KPI
    is called.
    """
    named = texts.under(view.lang, "domain", view.profile.town_word)
    if name in named:
        return named[name]
    first = next(kpi for kpi in CATALOGUE.values() if kpi.domain == name)
    return systems.SYSTEMS[first.system].of(view.lang)


def towns(view: View) -> dict[str, str]:
    """Every town by its name without the word for its kind, where two characters or more remain."""
    return {t.code: short(t.name.text.of(view.lang)) for t in view.profile.towns}


def town(view: View, code: str) -> str:
    """One town by the same name; "" of a code that is none."""
    found = view.profile.town_by_code.get(code)
    return short(found.name.text.of(view.lang)) if found else ""


def place(view: View, code: str) -> str:
    """A town by the same name; the city by its own; any other code as an unknown area."""
    return town(view, code) or view.area_name(code)


def short(name: str) -> str:
    for kind in ("街道", "镇", "乡"):
        stem = name.removesuffix(kind)
        if stem != name and len(stem) >= 2:
            return stem
    return name


def of_kpi(view: View, kpi: str) -> dict[str, str]:
    """The categories of the event type a KPI is first made from."""
    return of_type(view, view.kpi(kpi).needs[0])


def is_by_outcome(view: View, kpi: str) -> bool:
    """Whether a KPI's categories are how its cases ended."""
    declared = eventtypes.TYPES.get(view.kpi(kpi).needs[0])
    return declared is not None and declared.by == "outcome"


def of_type(view: View, type_name: str) -> dict[str, str]:
    """A type's categories by code: the declared ones, the profile's own, and `unknown`."""
    declared = eventtypes.TYPES.get(type_name)
    own = view.profile.categories.get(declared.family, {}) if declared else {}
    texts = dict(_declared(type_name)) | {code: words.text for code, words in own.items()}
    return {code: text.of(view.lang) for code, text in texts.items()} | {
        "unknown": view.text("live.unknown")
    }


def of_dimension(view: View, type_name: str, by: str) -> dict[str, str]:
    """The values of `category`, of the second dimension (`facet`) or of a case's `outcome`, by
    code; the profile's names go first.
    """
    opening = eventtypes.TYPES.get(type_name)
    if opening is None or by == "category":
        return of_type(view, type_name)
    if by == "outcome":
        ends = [
            t
            for t in eventtypes.TYPES.values()
            if t.family == opening.family and t.shape is opening.shape
        ]
        fields = [f for t in ends for f in t.fields if f.name == "outcome"]
    else:
        fields = [f for f in opening.fields if f.name == opening.facet]
    choices = {code: text for field in fields for code, text in (field.choices or {}).items()}
    own = (
        {
            code: words.text
            for code, words in view.profile.categories.get(opening.facet or "", {}).items()
        }
        if by == "facet"
        else {}
    )
    return {code: text.of(view.lang) for code, text in (choices | own).items()} | {
        "unknown": view.text("live.unknown"),
        "": "—",
    }


def grid(view: View, code: str) -> str:
    """A grid by its number in the town; what is known by its town alone says so."""
    own = code.partition("-")[2]
    if not own:
        return view.text("drill.no_grid")
    kind = "drill.dedicated_grid" if own.startswith("d") else "drill.one_grid"
    return view.text(kind, number=own[1:])


def of_split(view: View, name: str) -> dict[str, str]:
    """The goals, departments or groups that a split's figures stand for, by code; `unknown` once
    there is one.
    """
    known = {
        code: text.of(view.lang) for code, text in splits.SPLITS[name].values(view.profile).items()
    }
    seen = view.series(f"by_{name}:{splits.SPLITS[name].kpis[0]}") or {}
    return known | ({"unknown": view.text("live.unknown")} if "unknown" in seen else {})


def type_name(view: View, type_name: str) -> str:
    declared = eventtypes.TYPES.get(type_name)
    return declared.title.of(view.lang) if declared else type_name


def of_events(view: View) -> dict[str, dict[str, str] | dict[str, dict[str, str]]]:
    """All that is needed to word any event: its type, its area's town, its category within its
    type; a type whose events are of one kind alone is not in `categories`.
    """
    lang: Lang = view.lang
    areas = {
        view.profile.code: view.profile.title.text.of(lang),
        "unknown": view.profile.name_of("").of(lang),
    }
    return {
        "types": {name: t.title.of(lang) for name, t in eventtypes.TYPES.items()},
        "areas": areas | {t.code: t.name.text.of(lang) for t in view.profile.towns},
        "categories": {
            name: names for name in eventtypes.TYPES if len(names := of_type(view, name)) > 1
        },
    }


@cache
def _declared(type_name: str) -> Mapping[str, Text]:
    declared = eventtypes.TYPES.get(type_name)
    return _choices(declared) if declared else {}


def _choices(declared: EventType) -> Mapping[str, Text]:
    """The choices of the field the type is split by; of a case's later steps, those of its
    outcome.
    """
    fields = {f.name: f for f in declared.fields}
    field = fields.get(declared.by or "category")
    return (field.choices or {}) if field else {}
