"""The chain of a family's cases: how many came into each stage, how long they stayed, what stands there now and where. Pure counting.

A case is `opened` until somebody has it in hand, then `handled` until it is closed; a family without that step has one stage.
Reading the cases is feeds/chaincases.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from feeds import eventtypes
from feeds.events import Shape

Stage = Literal["opened", "handled"]
Times = NDArray[np.float64]
Flags = NDArray[np.bool_]
Names = NDArray[np.str_]


@dataclass(frozen=True)
class Of:
    """Whose chain: a case family, of it one `facet` (a direction of hand-offs), or only what is handled jointly."""

    family: str
    facet: str = ""
    is_joint: bool = False


class Row(NamedTuple):
    """A case's steps in epoch ms, None where not seen; `place` is what stuck cases are told apart by."""

    place: str
    opened: int | None
    due: int | None
    handled: int | None
    closed: int | None


class Stays(NamedTuple):
    """A stage: since when each case was in it (NaN: never) and until when (NaN: it stands there, or never was); epoch ms."""

    stage: Stage
    since: Times
    until: Times


class Link(NamedTuple):
    """One stage: cases that came in and left in the period, median and ninth decile in ms of the stays of those that left (None of
    none); and of now: how many stand there, how many past their due time, and since when the oldest."""

    stage: Stage
    entered: int
    left: int
    median_ms: float | None
    p90_ms: float | None
    standing: int
    overdue: int
    oldest: int | None


class Stuck(NamedTuple):
    """What stands in a place now: by stage (standing, overdue), and since when the oldest stands in its stage, epoch ms."""

    place: str
    stages: tuple[tuple[int, int], ...]
    oldest: int

    @property
    def standing(self) -> int:
        return sum(n for n, _ in self.stages)

    @property
    def overdue(self) -> int:
        return sum(n for _, n in self.stages)


@dataclass(frozen=True)
class Chain:
    """The stages in their order, the closings of the period, the places of what stands, most overdue first, and as of when: epoch ms."""

    of: Of
    links: tuple[Link, ...]
    closed: int
    stuck: tuple[Stuck, ...]
    at_ms: int


def stages(family: str) -> tuple[Stage, ...]:
    """The stages that cases of a family go through."""
    steps = {t.step for t in eventtypes.TYPES.values() if t.shape is Shape.CASE and t.family == family}
    return ("opened", "handled") if "handled" in steps else ("opened",)


def count(of: Of, rows: Sequence[Row], period: tuple[int, int], now_ms: int) -> Chain:
    """The chain over a period from its first up to, not including, its second moment; what stands is of now."""
    columns = list(zip(*rows, strict=True)) or [()] * len(Row._fields)
    steps = np.array([np.array(column, dtype=np.float64) for column in columns[1:]]).T
    is_opened = ~np.isnan(steps[:, 0])
    steps = steps[is_opened]
    found = stays(steps)[: len(stages(of.family))]
    is_late = steps[:, 1] <= now_ms
    links = tuple(_link(each, is_late, period) for each in found)
    here = np.logical_or.reduce([_standing(each) for each in found])
    places = np.array([columns[0][at] for at in np.flatnonzero(is_opened)[here]], dtype=np.str_)
    standing = [Stays(each.stage, each.since[here], each.until[here]) for each in found]
    return Chain(of, links, int(_is_in(steps[:, 3], period).sum()), _stuck(places, standing, is_late[here]), now_ms)


def stays(steps: Times) -> tuple[Stays, Stays]:
    """Both stages of opened cases (columns opened, due, handled, closed), in whatever order the steps were told: none ends before it
    begins, and what was closed before it was handled never was in hand."""
    opened, _, handled, closed = steps.T
    is_handled = ~np.isnan(handled) & ~(closed <= handled)
    taken = np.maximum(np.where(is_handled, handled, closed), opened)
    in_hand = np.where(is_handled, taken, np.nan)
    return Stays("opened", opened, taken), Stays("handled", in_hand, np.maximum(closed, in_hand))


def _link(stays: Stays, is_late: Flags, period: tuple[int, int]) -> Link:
    standing = _standing(stays)
    spent = (stays.until - stays.since)[_is_in(stays.until, period)]
    median, p90 = (float(q) for q in np.quantile(spent, (0.5, 0.9))) if len(spent) else (None, None)
    oldest = int(stays.since[standing].min()) if standing.any() else None
    entered = int(_is_in(stays.since, period).sum())
    return Link(stays.stage, entered, len(spent), median, p90, int(standing.sum()), int((standing & is_late).sum()), oldest)


def _stuck(places: Names, found: Sequence[Stays], is_late: Flags) -> tuple[Stuck, ...]:
    names, which = np.unique(places, return_inverse=True)
    standing = [_standing(stays) for stays in found]
    counts = [(_sums(which, here, len(names)), _sums(which, here & is_late, len(names))) for here in standing]
    oldest = np.full(len(names), np.inf)
    for stays, here in zip(found, standing, strict=True):
        np.minimum.at(oldest, which[here], stays.since[here])
    cells = [
        Stuck(str(name), tuple((int(n[at]), int(late[at])) for n, late in counts), int(oldest[at]))
        for at, name in enumerate(names)
        if np.isfinite(oldest[at])
    ]
    return tuple(sorted(cells, key=lambda cell: (-cell.overdue, -cell.standing, cell.place)))


def _standing(stays: Stays) -> Flags:
    return ~np.isnan(stays.since) & np.isnan(stays.until)


def _sums(which: NDArray[Any], flags: Flags, size: int) -> NDArray[Any]:
    return np.bincount(which[flags], minlength=size)


def _is_in(at_ms: Times, period: tuple[int, int]) -> Flags:
    return (at_ms >= period[0]) & (at_ms < period[1])
