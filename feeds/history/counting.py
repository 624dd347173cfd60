"""What an event adds to the measures that KPIs are made of.

The contributions of a case follow from its state alone: an event changes them by those after it
minus those before it. They are additive, so bins, towns and workers merge by addition.
feeds/kpis/measures.py declares the measures.
"""

from __future__ import annotations

from feeds.city.calendar import Calendar
from feeds.city.profile import UNKNOWN, Profile
from feeds.events import eventtypes
from feeds.events.decoding import parse_time
from feeds.events.event import Event, EventType, Shape
from feeds.history import case_measures, stage_durations
from feeds.history.case_state import NO_CASE, Case
from feeds.history.contribution import Cell, Contribution
from feeds.kpis.measures import FAMILIES

# Town, time, stored measure, cell, how many: kept in cells alone.
StageDuration = tuple[str, int, str, Cell, int]


class Counting:
    """The contributions of a city's events: its zone decides periods, its limits due times, its
    lists categories.
    """

    def __init__(self, profile: Profile) -> None:
        self.calendar = Calendar(profile.tz)
        self._limits = {
            t.family: profile.limit_ms(t.family)
            for t in eventtypes.TYPES.values()
            if t.shape is Shape.CASE
        }
        self._of_case = {
            family: case_measures.counting(family, self.calendar, grid_of) for family in FAMILIES
        }
        self._known = {t.name: _known_values(t, t.by, profile) for t in eventtypes.TYPES.values()}
        self._known_facets = {
            t.name: _known_values(t, t.facet, profile) for t in eventtypes.TYPES.values()
        }

    def of_count(self, town: str, event: Event, kind: EventType) -> list[Contribution]:
        """What a count-shaped event adds."""
        dim = self.category(event, kind)
        facet = self.facet(event, kind) if kind.facet else ""
        cell = (dim, facet, grid_of(town, event.area), "")
        found: list[Contribution] = []
        for suffix, field in kind.measures:
            amount = 1 if not field else event.data[field]
            if amount:
                scaled = round(float(amount) * 100) if suffix == "amount" else int(amount)
                found.append(
                    (
                        town,
                        event.at,
                        f"{kind.name}.{suffix}" if suffix else kind.name,
                        dim,
                        scaled,
                        cell,
                    )
                )
        return found

    def category(self, event: Event, kind: EventType) -> str:
        """The value of the type's dimension, `unknown` where the city's lists don't have it."""
        if not kind.by:
            return ""
        value = str(event.data.get(kind.by, ""))
        known = self._known[kind.name]
        return value if known is None or value in known else UNKNOWN

    def facet(self, event: Event, kind: EventType) -> str:
        """The value of the type's second dimension, `unknown` where the city's lists don't have
        it.
        """
        value = str(event.data.get(kind.facet, ""))
        known = self._known_facets[kind.name]
        return value if known is None or value in known or not value else UNKNOWN

    def step(self, case: Case, event: Event, kind: EventType) -> Case:
        """The case after one more of its events."""
        if kind.step == "opened":
            return self._opened(case, event, kind)
        if kind.step == "handled":
            return self._handled(case, event)
        mine = (event.at, str(event.data.get("outcome", "done")), str(event.data.get("manner", "")))
        # in place of _replace, which takes thrice as long
        opened, category, due, handled, joint, closed, outcome, manner, area, facet = case
        if closed is not None and (closed, outcome, manner) <= mine:
            return case
        return Case(opened, category, due, handled, joint, *mine, area, facet)

    def _handled(self, case: Case, event: Event) -> Case:
        opened, category, due, handled, joint, closed, outcome, manner, area, facet = case
        if event.data.get("joint") is True:
            joint = _smaller(joint, event.at)
        return Case(
            opened,
            category,
            due,
            _smaller(handled, event.at),
            joint,
            closed,
            outcome,
            manner,
            area,
            facet,
        )

    def _opened(self, case: Case, event: Event, kind: EventType) -> Case:
        category = self.category(event, kind) if kind.by in event.data else ""
        own = event.data.get("due")
        limit = self._limits[kind.family]
        due = (
            parse_time(own, "due")
            if own is not None
            else None
            if limit is None
            else event.at + limit
        )
        facet, area = self.facet(event, kind) if kind.facet else "", event.area
        if case.opened is not None:
            if (case.opened, case.category, case.due or 0, case.area, case.facet) <= (
                event.at,
                category,
                due or 0,
                area,
                facet,
            ):
                return case
        elif case is NO_CASE:
            return Case(event.at, category, due, None, None, None, "", "", area, facet)
        return case._replace(opened=event.at, category=category, due=due, area=area, facet=facet)

    def of_change(self, town: str, family: str, before: Case, after: Case) -> list[Contribution]:
        """What a case's contributions in one state add to those in another. They mostly begin
        alike.
        """
        old, new = self.of_case(town, family, before), self.of_case(town, family, after)
        shorter = min(len(old), len(new))
        alike = 0
        ends = 0
        while alike < shorter and old[alike] == new[alike]:
            alike += 1
        while ends < shorter - alike and old[-1 - ends] == new[-1 - ends]:
            ends += 1
        gone = old[alike : len(old) - ends]
        return new[alike : len(new) - ends] + [
            (town, at, measure, dim, -n, cell) for _, at, measure, dim, n, cell in gone
        ]

    def of_case(self, town: str, family: str, case: Case) -> list[Contribution]:
        """Everything a case in this state contributes."""
        return self._of_case[family](town, case)

    def stage_durations(
        self, town: str, family: str, before: Case, after: Case
    ) -> list[StageDuration]:
        """What the stage durations of a case in one state add to those in another."""
        if family not in stage_durations.FAMILIES:
            return []
        measure = f"{family}.{stage_durations.MEASURE}"
        old, new = _stage_durations(family, before), _stage_durations(family, after)
        gone = [(town, at, measure, cell, -1) for at, cell in old if (at, cell) not in new]
        return gone + [(town, at, measure, cell, 1) for at, cell in new if (at, cell) not in old]


def _stage_durations(family: str, case: Case) -> list[tuple[int, Cell]]:
    if case.opened is None:
        return []
    track = case.facet if family in stage_durations.BY_FACET else ""
    found = stage_durations.of_case(case.opened, case.handled, case.closed, track)
    if case.joint is None:
        return found
    joint = stage_durations.of_case(case.opened, case.joint, case.closed, stage_durations.JOINT)
    return found + joint


def _smaller(a: int | None, b: int) -> int:
    return b if a is None or b < a else a


def grid_of(town: str, area: str) -> str:
    """A grid's own part of its code (g001); "" where the area is a whole town, or unknown."""
    return area[len(town) + 1 :] if town != UNKNOWN else ""


def _known_values(kind: EventType, name: str, profile: Profile) -> frozenset[str] | None:
    """The values of a dimension counted by name; None where any code is (a goal, a free list)."""
    field = next((f for f in kind.fields if f.name == name), None)
    if field is None or field.choices is None:
        return None
    return frozenset(field.choices) | (
        frozenset(profile.categories.get(kind.family, {})) if name == kind.by else frozenset()
    )
