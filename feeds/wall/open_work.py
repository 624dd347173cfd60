"""What stands open of an area, all kinds of cases together: how much waits to be handed out, how
much is overdue and how soon the rest falls due, and which cases are overdue longest.

Counted are the families of cases that have a due time. Nothing here shows who a case is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from feeds.cases import chain
from feeds.city.profile import Profile
from feeds.events import eventtypes
from feeds.events.event import Shape

DAY_MS = 86_400_000
SOON_MS, LONG_MS, MONTH_MS = DAY_MS, 7 * DAY_MS, 30 * DAY_MS
OLDEST = 24
# What the wall calls a kind of work, and the case families in it.
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "incident": ("incident",),
        "dispute": ("dispute", "accident_dispute"),
        "service": ("service",),
        "hazard": ("traffic.hazard", "safety.hazard"),
        "risk": ("risk",),
        "handoff": ("handoff",),
        "assessment": ("assessment",),
        "task": ("task",),
        "commitment": ("commitment",),
    }
)


class Open(NamedTuple):
    """A case that is open; times in epoch ms, None where it has none."""

    town: str
    family: str
    category: str
    opened: int
    due: int | None
    handled: int | None


class KindCount(NamedTuple):
    """Of one kind: how many are overdue, of how many open."""

    kind: str
    overdue: int
    open: int


@dataclass(frozen=True)
class OpenWork:
    """`waiting` are not handed out yet, the oldest of them since `waiting_since`; `handling` are.
    `handling_overdue` are past their due time, `long_overdue` of them by more than a week; `soon`
    fall due within a day. `month_overdue` of all are overdue by more than thirty days. `kinds` have
    the most overdue first; `oldest` are overdue longest first; `new_overdue` came to be overdue
    today, the last first.
    """

    at_ms: int
    waiting: int
    waiting_since: int | None
    waiting_overdue: int
    handling: int
    handling_overdue: int
    long_overdue: int
    soon: int
    month_overdue: int
    kinds: tuple[KindCount, ...]
    oldest: tuple[Open, ...]
    new_overdue: tuple[Open, ...]

    @property
    def overdue(self) -> int:
        return self.waiting_overdue + self.handling_overdue

    @property
    def open(self) -> int:
        return self.waiting + self.handling


def families(profile: Profile) -> tuple[str, ...]:
    """The case families that have a due time: by the profile's limits, or one of their own."""
    own = {
        kind.family
        for kind in eventtypes.TYPES.values()
        if kind.shape is Shape.CASE and any(field.name == "due" for field in kind.fields)
    }
    known = (family for its in KINDS.values() for family in its)
    return tuple(family for family in known if family in own or family in profile.limits)


def count(cases: Sequence[Open], now_ms: int, day_start_ms: int) -> OpenWork:
    """What stands open, counted; `day_start_ms` is when today began."""
    waiting = [one for one in cases if _waits(one)]
    handling = [one for one in cases if not _waits(one)]
    late = sorted((one for one in cases if _is_overdue(one, now_ms)), key=_by_due)
    new = [one for one in late if one.due is not None and one.due >= day_start_ms]
    return OpenWork(
        at_ms=now_ms,
        waiting=len(waiting),
        waiting_since=min((one.opened for one in waiting), default=None),
        waiting_overdue=_overdue_by(waiting, 0, now_ms),
        handling=len(handling),
        handling_overdue=_overdue_by(handling, 0, now_ms),
        long_overdue=_overdue_by(handling, LONG_MS, now_ms),
        soon=sum(_falls_due_soon(one, now_ms) for one in handling),
        month_overdue=_overdue_by(cases, MONTH_MS, now_ms),
        kinds=_kinds(cases, now_ms),
        oldest=tuple(late[:OLDEST]),
        new_overdue=tuple(reversed(new[-OLDEST:])),
    )


def of_town(cases: Iterable[Open], town: str) -> list[Open]:
    return [one for one in cases if one.town == town]


def overdue_ms(one: Open, now_ms: int) -> int:
    """For how long a case has been overdue; 0 of one that is not."""
    return max(0, now_ms - one.due) if one.due is not None else 0


def _kinds(cases: Iterable[Open], now_ms: int) -> tuple[KindCount, ...]:
    of_family = {family: kind for kind, its in KINDS.items() for family in its}
    counts = {kind: [0, 0] for kind in KINDS}
    for one in cases:
        counted = counts[of_family[one.family]]
        counted[0] += _is_overdue(one, now_ms)
        counted[1] += 1
    found = [KindCount(kind, late, n) for kind, (late, n) in counts.items() if n]
    return tuple(sorted(found, key=lambda one: -one.overdue))


def _waits(one: Open) -> bool:
    """Whether nobody has taken the case on yet, of a family that has this step."""
    return one.handled is None and len(chain.stages(one.family)) > 1


def _is_overdue(one: Open, now_ms: int) -> bool:
    return one.due is not None and one.due <= now_ms


def _falls_due_soon(one: Open, now_ms: int) -> bool:
    return one.due is not None and now_ms < one.due <= now_ms + SOON_MS


def _overdue_by(cases: Iterable[Open], least_ms: int, now_ms: int) -> int:
    return sum(one.due is not None and one.due <= now_ms - least_ms for one in cases)


def _by_due(one: Open) -> int:
    return one.due or 0
