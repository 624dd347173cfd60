"""What is counted: every measure of cases and of events, declared once.

Ingest adds measures up and splits count them from the cases; both compile these declarations
(feeds/history/counting.py). feeds/audit/facts.sql states their meaning a second time.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal, NamedTuple

from feeds.city.words import Text
from feeds.events import eventtypes
from feeds.events.event import EventType, Shape, Step

By = Literal["", "category", "outcome", "manner"]


@dataclass(frozen=True)
class Column:
    """A time of a case: opened, due, handled, joint or closed; unknown until an event gives it."""

    name: str


@dataclass(frozen=True)
class Latest:
    """The later of two times; unknown where one of them is."""

    one: Column
    other: Column


@dataclass(frozen=True)
class Earliest:
    """The earlier of two times; of one that is unknown the other."""

    one: Column
    other: Column


@dataclass(frozen=True)
class Plus:
    """So many milliseconds after a time."""

    time: Column
    ms: int


Time = Column | Latest | Earliest | Plus
Limit = Column | Plus


@dataclass(frozen=True)
class InTime:
    """A time is known and not after a limit."""

    time: Time
    limit: Limit


@dataclass(frozen=True)
class TooLate:
    """A time is known and after a limit that is known."""

    time: Time
    limit: Limit


@dataclass(frozen=True)
class NotInTime:
    """A limit is known, and a time is after it or not known."""

    time: Time
    limit: Limit


@dataclass(frozen=True)
class IsSet:
    """A text of the case (its manner) is not empty."""

    column: str


@dataclass(frozen=True)
class Known:
    """A time of the case is known."""

    time: Column


@dataclass(frozen=True)
class Both:
    """Two conditions hold."""

    one: Known
    other: InTime | TooLate | NotInTime


Condition = InTime | TooLate | NotInTime | IsSet | Known | Both


@dataclass(frozen=True)
class Spent:
    """The time between two moments, as the bucket of a histogram (feeds/kpis/histogram.py)."""

    since: Column
    until: Time


OPENED = Column("opened")
DUE = Column("due")
HANDLED = Column("handled")
JOINT, CLOSED = Column("joint"), Column("closed")
LEFT = Latest(OPENED, CLOSED)  # when an opened case was closed; never before it was opened
JOINT_LEFT = Latest(JOINT, CLOSED)
FOLLOWED_UP = Plus(OPENED, 90 * 86_400_000)  # when three months have passed since the opening
ON_TIME, LATE, NOT_ON_TIME = InTime(LEFT, DUE), TooLate(LEFT, DUE), NotInTime(LEFT, DUE)
IS_JOINT = Known(JOINT)


@dataclass(frozen=True)
class CaseMeasure:
    """One measure of every family of cases: it counts 1 at the time `at`, if that is known and
    `when` is true.

    `by`: the text by which it is counted, or the time that was spent. `began`: it counts only in
    windows that also contain this moment, so it is kept by the day of that moment. `is_level`: it
    is part of the open cases. `waits`: the time may be in the future, and the measure counts once
    it has come. `has_cells`: it is kept by category, facet and grid, and not counted from the cases
    for splits. `steps`: the steps of a case whose events change it.
    `only_with`: families whose cases lack that step do not have it. `only_of`: the families that
    have it, where it is not all of them.
    """

    name: str
    at: Time
    words: Text
    when: Condition | None = None
    by: By | Spent = ""
    began: Column | None = None
    is_level: bool = False
    waits: bool = False
    has_cells: bool = False
    steps: tuple[Step, ...] = ("closed",)
    only_with: Step | None = None
    only_of: tuple[str, ...] = ()


CASE_MEASURES: tuple[CaseMeasure, ...] = (
    CaseMeasure(
        "opened",
        at=OPENED,
        words=Text("新开案件", "cases opened"),
        by="category",
        is_level=True,
        has_cells=True,
        steps=("opened",),
    ),
    CaseMeasure(
        "handled",
        at=Earliest(HANDLED, CLOSED),
        words=Text("首次分办或未分办直接办结的案件", "cases dispatched, or closed without that"),
        has_cells=True,
        steps=("handled", "closed"),
        only_with="handled",
    ),
    CaseMeasure(
        "joint",
        at=JOINT,
        words=Text("转入联动处置的案件", "cases handed to joint handling"),
        has_cells=True,
        steps=("handled",),
    ),
    CaseMeasure(
        "closed",
        at=CLOSED,
        words=Text("办结案件", "cases closed"),
        by="outcome",
        has_cells=True,
    ),
    CaseMeasure(
        "manner",
        at=CLOSED,
        when=IsSet("manner"),
        words=Text("按办理方式办结的案件", "cases closed, by manner"),
        by="manner",
        has_cells=True,
    ),
    CaseMeasure(
        "joint_same",
        at=JOINT_LEFT,
        began=JOINT,
        words=Text(
            "同期转入联动处置并办结的案件",
            "cases handed to joint handling and closed in the period",
        ),
        only_of=("incident",),
    ),
    CaseMeasure(
        "left",
        at=LEFT,
        words=Text("离开在办的案件", "opened cases that were closed"),
        is_level=True,
    ),
    CaseMeasure(
        "duration",
        at=LEFT,
        words=Text("办结用时", "the time from opening to closing"),
        by=Spent(OPENED, LEFT),
    ),
    CaseMeasure(
        "same",
        at=LEFT,
        began=OPENED,
        words=Text("同期新开并办结的案件", "cases opened and closed in the period"),
        only_of=("incident", "order", "task"),
    ),
    CaseMeasure(
        "on_time",
        at=LEFT,
        when=ON_TIME,
        words=Text("按期办结的案件", "cases closed by their due time"),
    ),
    CaseMeasure(
        "fell_due",
        at=DUE,
        when=NOT_ON_TIME,
        words=Text("到期未办结的案件", "cases that came to their due time unclosed"),
        is_level=True,
        waits=True,
        steps=("opened",),
    ),
    CaseMeasure(
        "left_late",
        at=LEFT,
        when=LATE,
        words=Text("逾期办结的案件", "cases closed after their due time"),
        is_level=True,
    ),
    CaseMeasure(
        "due_on_time",
        at=DUE,
        when=ON_TIME,
        words=Text("到期时已办结的案件", "cases that were closed when they fell due"),
        waits=True,
        steps=("opened", "closed"),
    ),
    CaseMeasure(
        "due_caught_up",
        at=LEFT,
        when=LATE,
        began=DUE,
        words=Text(
            "同期到期、逾期办结的案件",
            "cases that fell due in the period and were closed late in it",
        ),
        waits=True,
        only_of=("incident",),
    ),
    CaseMeasure(
        "joint_on_time",
        at=DUE,
        when=Both(IS_JOINT, ON_TIME),
        words=Text("到期时已办结的联动案件", "joint cases that were closed when they fell due"),
        waits=True,
        steps=("opened", "handled", "closed"),
        only_of=("incident",),
    ),
    CaseMeasure(
        "joint_fell_due",
        at=DUE,
        when=Both(IS_JOINT, NOT_ON_TIME),
        words=Text("到期未办结的联动案件", "joint cases that came to their due time unclosed"),
        waits=True,
        steps=("opened", "handled"),
        only_of=("incident",),
    ),
    CaseMeasure(
        "joint_caught_up",
        at=LEFT,
        when=Both(IS_JOINT, LATE),
        began=DUE,
        words=Text(
            "同期到期、逾期办结的联动案件",
            "joint cases that fell due in the period and were closed late in it",
        ),
        waits=True,
        steps=("handled", "closed"),
        only_of=("incident",),
    ),
    CaseMeasure(
        "followed_up",
        at=FOLLOWED_UP,
        words=Text("新开满 90 天的案件", "cases opened 90 days ago"),
        waits=True,
        steps=("opened",),
        only_of=("order",),
    ),
    CaseMeasure(
        "followed_up_closed",
        at=FOLLOWED_UP,
        when=InTime(LEFT, FOLLOWED_UP),
        words=Text("新开 90 天内办结的案件", "cases closed within 90 days of their opening"),
        waits=True,
        steps=("opened", "closed"),
        only_of=("order",),
    ),
)
BY_NAME = {one.name: one for one in CASE_MEASURES}
COUNTED = {name: kind for name, kind in eventtypes.TYPES.items() if kind.shape is Shape.COUNT}
FAMILIES: tuple[str, ...] = tuple(
    dict.fromkeys(kind.family for kind in eventtypes.TYPES.values() if kind.shape is Shape.CASE)
)


@functools.cache
def _stored(measure: Measure) -> str:
    """Formulas ask for it thousands of times a second."""
    return str(measure)


class UnknownMeasure(ValueError):
    """There is no such measure; the message names those there are."""


class Measure(NamedTuple):
    """What a formula adds up: a figure of a case family (`incident`, `closed`), or of an event type
    that is counted (`patrol.completed`, `visits`; `fraud.warning` and "" for how many).
    """

    subject: str
    name: str

    def __str__(self) -> str:
        return f"{self.subject}.{self.name}" if self.name else self.subject

    def __repr__(self) -> str:
        """As the digest of a frozen quarter's definitions has it (feeds/review/freezes.py)."""
        return repr(f"{self}_{{period}}" if self.is_cohort else str(self))

    @property
    def case(self) -> CaseMeasure | None:
        """Its declaration where it is one of cases."""
        return None if self.subject in COUNTED else BY_NAME[self.name]

    @property
    def is_cohort(self) -> bool:
        """Whether it counts what began and ended in the same window."""
        return self.case is not None and self.case.began is not None

    @property
    def waits(self) -> bool:
        """Whether it may count at a time ahead."""
        return self.case is not None and self.case.waits

    @property
    def stored(self) -> str:
        """The name under which the history keeps it."""
        return _stored(self)


def measure(name: str) -> Measure:
    """The measure of a name such as `incident.closed`, `patrol.completed.visits` or
    `fraud.warning`. Raises UnknownMeasure.
    """
    if name in COUNTED:
        return _counted(COUNTED[name], "")
    subject, _, what = name.rpartition(".")
    if subject in COUNTED:
        return _counted(COUNTED[subject], what)
    if subject not in FAMILIES:
        raise UnknownMeasure(
            f"measure {name!r}: {subject or name!r} is neither an event type nor a case family; "
            f"families are {', '.join(FAMILIES)}"
        )
    if what not in BY_NAME:
        raise UnknownMeasure(f"measure {name!r}: of cases there are {', '.join(BY_NAME)}")
    only_of = BY_NAME[what].only_of
    if only_of and subject not in only_of:
        raise UnknownMeasure(
            f"measure {name!r}: {what} is counted of {', '.join(only_of)}; "
            "to have it counted of more, add them to its declaration"
        )
    return Measure(subject, what)


def _counted(kind: EventType, name: str) -> Measure:
    names = [suffix for suffix, _ in kind.measures]
    if name not in names:
        raise UnknownMeasure(f"{kind.name} has no measure {name!r}; it has {names}")
    return Measure(kind.name, name)


def steps_of(family: str) -> frozenset[Step]:
    """The steps that the event types of a case family know."""
    found = (
        kind.step
        for kind in eventtypes.TYPES.values()
        if kind.shape is Shape.CASE and kind.family == family
    )
    return frozenset(step for step in found if step is not None)


def of_family(family: str) -> tuple[CaseMeasure, ...]:
    """The measures that cases of a family can have."""
    steps = steps_of(family)
    found = []
    for one in CASE_MEASURES:
        has_step = one.only_with is None or one.only_with in steps
        if has_step and (not one.only_of or family in one.only_of):
            found.append(one)
    return tuple(found)


def types_of(one: Measure) -> tuple[str, ...]:
    """The event types that add to a measure."""
    declared = one.case
    if declared is None:
        return (one.subject,)
    return tuple(
        kind.name
        for kind in eventtypes.TYPES.values()
        if kind.shape is Shape.CASE and kind.family == one.subject and kind.step in declared.steps
    )


_LEVELS = frozenset(one.name for one in CASE_MEASURES if one.is_level)
_WAITING = frozenset(one.name for one in CASE_MEASURES if one.waits)


@functools.cache
def is_level(stored: str) -> bool:
    """Whether a stored measure is part of a level (open, overdue)."""
    return stored.rpartition(".")[2] in _LEVELS


@functools.cache
def waits(stored: str) -> bool:
    """Whether a stored measure may count at a time ahead: then it waits for it."""
    return stored.rpartition(".")[2] in _WAITING
