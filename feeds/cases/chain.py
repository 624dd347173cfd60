"""The handling chain of a family of cases: how many cases entered each stage, how long they stayed,
and which are open now and where. Pure counting.

A case is in the stage `opened` until somebody handles it, then in `handled` until it is closed; a
family without that step has one stage. The counts of a period come from the stage durations that
ingest keeps (feeds/history/stage_durations.py), the open cases from the table of cases.
feeds/cases/chain_reader.py reads both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from feeds.events import eventtypes
from feeds.events.event import Shape
from feeds.history import stage_durations
from feeds.kpis import histogram

Stage = Literal["opened", "handled"]


@dataclass(frozen=True)
class Of:
    """Whose chain: a case family, of it one `facet` (a direction of hand-offs), or only what is
    handled jointly.
    """

    family: str
    facet: str = ""
    is_joint: bool = False

    @property
    def track(self) -> str:
        """The facet of its stage durations."""
        return stage_durations.JOINT if self.is_joint else self.facet


class Row(NamedTuple):
    """The steps of an open case in epoch ms, None where not seen; stuck cases are grouped by
    `place`.
    """

    place: str
    opened: int
    due: int | None
    handled: int | None

    @property
    def since(self) -> int:
        """When the case came into its stage; never before it was opened, in whatever order its
        events came.
        """
        return self.opened if self.handled is None else max(self.handled, self.opened)


class Link(NamedTuple):
    """One stage. Of the period: cases that entered and left, and the median and ninth decile in ms
    of how long those that left had stayed (None without any; within histogram.ERROR). Of now: how
    many cases are in it, how many of them overdue, and since when the oldest.
    """

    stage: Stage
    entered: int
    left: int
    median_ms: float | None
    p90_ms: float | None
    open_cases: int
    overdue: int
    oldest: int | None


class Stuck(NamedTuple):
    """The open cases of a place now: by stage (open, overdue), and since when the oldest is in its
    stage, epoch ms.
    """

    place: str
    stages: tuple[tuple[int, int], ...]
    oldest: int

    @property
    def open_cases(self) -> int:
        return sum(n for n, _ in self.stages)

    @property
    def overdue(self) -> int:
        return sum(n for _, n in self.stages)


@dataclass(frozen=True)
class Chain:
    """The stages in order, the closings of the period, the places of the open cases (most overdue
    first), and the moment of counting in epoch ms.
    """

    of: Of
    links: tuple[Link, ...]
    closed: int
    stuck: tuple[Stuck, ...]
    at_ms: int


def stages(family: str) -> tuple[Stage, ...]:
    """The stages that cases of a family go through."""
    steps = {
        t.step for t in eventtypes.TYPES.values() if t.shape is Shape.CASE and t.family == family
    }
    return ("opened", "handled") if "handled" in steps else ("opened",)


def count(of: Of, flows: Mapping[str, int], rows: Iterable[Row], now_ms: int) -> Chain:
    """The chain from what a period counted (mark of feeds/history/stage_durations.py with its
    bucket → how many) and from the cases that are open now.
    """
    known = stages(of.family)
    here: dict[Stage, list[Row]] = {stage: [] for stage in known}
    for row in rows:
        here[known[0] if row.handled is None else known[-1]].append(row)
    links = tuple(_link(stage, flows, open_cases, now_ms) for stage, open_cases in here.items())
    return Chain(of, links, flows.get(stage_durations.CLOSED, 0), _stuck(here, now_ms), now_ms)


def _link(stage: Stage, flows: Mapping[str, int], open_cases: list[Row], now_ms: int) -> Link:
    taken = _spent(flows, stage_durations.TAKEN)
    if stage == "opened":
        entered = flows.get(stage_durations.CAME, 0)
        spent = _sum(taken, _spent(flows, stage_durations.PASSED))
    else:
        entered, spent = sum(taken.values()), _spent(flows, stage_durations.LEFT)
    median, p90 = (histogram.quantile(spent, q) for q in (0.5, 0.9))
    oldest = min((row.since for row in open_cases), default=None)
    return Link(
        stage,
        entered,
        sum(spent.values()),
        median,
        p90,
        len(open_cases),
        _overdue(open_cases, now_ms),
        oldest,
    )


def _spent(flows: Mapping[str, int], mark: str) -> dict[str, int]:
    """Bucket → how many."""
    return {
        name[len(mark) :]: n for name, n in flows.items() if name.startswith(mark) and name != mark
    }


def _sum(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    return {bucket: a.get(bucket, 0) + b.get(bucket, 0) for bucket in {*a, *b}}


def _overdue(rows: Iterable[Row], now_ms: int) -> int:
    return sum(row.due is not None and row.due <= now_ms for row in rows)


def _stuck(here: Mapping[Stage, list[Row]], now_ms: int) -> tuple[Stuck, ...]:
    by_place: dict[str, dict[Stage, list[Row]]] = defaultdict(lambda: {stage: [] for stage in here})
    for stage, rows in here.items():
        for row in rows:
            by_place[row.place][stage].append(row)
    cells = [_cell(place, tuple(its.values()), now_ms) for place, its in by_place.items()]
    return tuple(sorted(cells, key=lambda cell: (-cell.overdue, -cell.open_cases, cell.place)))


def _cell(place: str, stages: tuple[list[Row], ...], now_ms: int) -> Stuck:
    counts = tuple((len(rows), _overdue(rows, now_ms)) for rows in stages)
    return Stuck(place, counts, min(row.since for rows in stages for row in rows))
