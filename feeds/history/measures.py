"""What an event adds to the measures that KPIs are made of.

A contribution is (town, time, measure, dimension value, amount, cell): additive, so bins, towns and
workers merge by addition. The cell says where the cube counts it (`category|facet|grid`, and the
outcome or manner of a closing), "" where it does not. A case's contributions follow from its state
alone; the change an event makes is those after less those before.
"""

from __future__ import annotations

from typing import NamedTuple

from feeds.city.calendar import Calendar
from feeds.city.periods import PERIODS
from feeds.city.profile import Profile
from feeds.events import eventtypes
from feeds.events.decoding import parse_time
from feeds.events.event import Event, EventType, Shape
from feeds.history import stage_durations
from feeds.kpis import histogram

UNKNOWN = "unknown"
LEVELS = ("opened", "left", "fell_due", "left_late")

Contribution = tuple[str, int, str, str, int, str]
Stay = tuple[str, int, str, str, int]  # town, time, measure, cell, amount: of the cube alone
CaseKey = tuple[str, str, str]


class Case(NamedTuple):
    """A case as its events tell it so far: of several steps of a kind the smallest (time, then
    values) holds, so that neither order nor repeats matter. Times in epoch milliseconds, None where
    that step has not been seen.
    """

    opened: int | None = None
    category: str = ""
    due: int | None = None
    handled: int | None = None
    joint: int | None = None
    closed: int | None = None
    outcome: str = ""
    manner: str = ""
    area: str = ""
    facet: str = ""


NO_CASE = Case()


def as_of(case: Case, cut_ms: int) -> Case:
    """What of a case had happened up to a moment, where every event of that time was known."""
    opened, category, due, handled, joint, closed, outcome, manner, area, facet = case
    if opened is not None and opened > cut_ms:
        opened, category, due, area, facet = None, "", None, "", ""
    if closed is not None and closed > cut_ms:
        closed, outcome, manner = None, "", ""
    return Case(
        opened,
        category,
        due,
        _up_to(handled, cut_ms),
        _up_to(joint, cut_ms),
        closed,
        outcome,
        manner,
        area,
        facet,
    )


def _up_to(at_ms: int | None, cut_ms: int) -> int | None:
    return at_ms if at_ms is not None and at_ms <= cut_ms else None


class _Names:
    """The measure names of a case family, made once, and whether its cases are handled between
    opening and closing.
    """

    def __init__(self, family: str) -> None:
        types = eventtypes.TYPES.values()
        self.has_handling = any(
            t.shape is Shape.CASE and t.family == family and t.step == "handled" for t in types
        )
        self.opened, self.handled, self.joint = (
            f"{family}.opened",
            f"{family}.handled",
            f"{family}.joint",
        )
        self.closed, self.manner, self.duration = (
            f"{family}.closed",
            f"{family}.manner",
            f"{family}.duration",
        )
        self.left, self.left_late = f"{family}.left", f"{family}.left_late"
        self.fell_due, self.on_time = f"{family}.fell_due", f"{family}.on_time"
        self.same = tuple(f"{family}.same_{p}" for p in PERIODS)
        self.chain = f"{family}.chain" if family in stage_durations.FAMILIES else ""
        self.joint_same = tuple(f"{family}.joint_same_{p}" for p in PERIODS)


class Measures:
    """The contributions of a city's events: its zone decides periods, its limits due times, its
    lists categories.
    """

    def __init__(self, profile: Profile) -> None:
        self.calendar = Calendar(profile.tz)
        self._town_of_area = profile.town_of_area
        self._limits = {
            t.family: profile.limit_ms(t.family)
            for t in eventtypes.TYPES.values()
            if t.shape is Shape.CASE
        }
        self._names = {family: _Names(family) for family in self._limits}
        self._known = {t.name: _known_values(t, t.by, profile) for t in eventtypes.TYPES.values()}
        self._known_facets = {
            t.name: _known_values(t, t.facet, profile) for t in eventtypes.TYPES.values()
        }

    def of_count(self, town: str, event: Event, kind: EventType) -> list[Contribution]:
        """What a count-shaped event adds."""
        dim = self.category(event, kind)
        cell = f"{dim}|{self.facet(event, kind) if kind.facet else ''}|{grid_of(town, event.area)}"
        found = []
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

    def row(self, event: Event) -> list[object]:
        """An event as the list of the latest shows it: with the town that its area is in."""
        kind = eventtypes.TYPES.get(event.type)
        town = self._town_of_area.get(event.area, UNKNOWN)
        return [event.at, event.type, town, self.category(event, kind) if kind else ""]

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
        category, own = (
            self.category(event, kind) if kind.by in event.data else "",
            event.data.get("due"),
        )
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
        shorter, alike, ends = min(len(old), len(new)), 0, 0
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
        names = self._names[family]
        found: list[Contribution] = []
        opened, category, due, handled, joint, closed, outcome, manner, area, facet = case
        cell = f"{category}|{facet}|{grid_of(town, area)}"
        if opened is not None:
            found.append((town, opened, names.opened, category, 1, cell))
        taken = handled if closed is None else _smaller(handled, closed)
        if names.has_handling and taken is not None:
            found.append((town, taken, names.handled, "", 1, cell))
        if joint is not None:
            found.append((town, joint, names.joint, "", 1, cell))
        if closed is not None:
            found.append((town, closed, names.closed, outcome, 1, f"{cell}|{outcome}"))
            if manner:
                found.append((town, closed, names.manner, manner, 1, f"{cell}|{manner}"))
            if joint is not None:
                self._same(found, names.joint_same, town, joint, max(joint, closed))
            if opened is not None:
                self._lived(found, names, town, opened, due, max(opened, closed))
        elif opened is not None and due is not None:
            found.append((town, due, names.fell_due, "", 1, ""))
        return found

    def stays(self, town: str, family: str, before: Case, after: Case) -> list[Stay]:
        """What a case's stays in one state add to those in another."""
        measure = self._names[family].chain
        if not measure:
            return []
        old, new = _stays(family, before), _stays(family, after)
        gone = [(town, at, measure, cell, -1) for at, cell in old if (at, cell) not in new]
        return gone + [(town, at, measure, cell, 1) for at, cell in new if (at, cell) not in old]

    def _lived(
        self,
        found: list[Contribution],
        names: _Names,
        town: str,
        opened: int,
        due: int | None,
        left: int,
    ) -> None:
        """What a case adds that was opened and closed; one whose closing came before its opening
        lived 0 ms.
        """
        found.append((town, left, names.left, "", 1, ""))
        found.append((town, left, names.duration, histogram.bucket(left - opened), 1, ""))
        self._same(found, names.same, town, opened, left)
        if due is None:
            return
        if left <= due:
            found.append((town, left, names.on_time, "", 1, ""))
        else:
            found.append((town, due, names.fell_due, "", 1, ""))
            found.append((town, left, names.left_late, "", 1, ""))

    def _same(
        self, found: list[Contribution], names: tuple[str, ...], town: str, start: int, end: int
    ) -> None:
        """One for each kind of period that holds both moments, counted at the later one."""
        first, last = self.calendar.bins(start), self.calendar.bins(end)
        if first is last:
            found += [(town, end, name, "", 1, "") for name in names]
        else:
            found += [
                (town, end, name, "", 1, "")
                for name, a, b in zip(names, first.periods, last.periods, strict=True)
                if a == b
            ]


def _stays(family: str, case: Case) -> list[tuple[int, str]]:
    if case.opened is None:
        return []
    found = stage_durations.of_case(
        case.opened,
        case.handled,
        case.closed,
        case.facet if family in stage_durations.BY_FACET else "",
    )
    return (
        found
        if case.joint is None
        else found
        + stage_durations.of_case(case.opened, case.joint, case.closed, stage_durations.JOINT)
    )


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
