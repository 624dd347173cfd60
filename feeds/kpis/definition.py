"""What a KPI is, and the types that its declarations use. The catalogue itself is
feeds/kpis/__init__.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from feeds.city.periods import Period
from feeds.city.words import Text
from feeds.events import eventtypes
from feeds.events.event import Shape
from feeds.kpis.formulas import Count, Formula, Gauge, Level, Quantile, Ratio, Term
from feeds.kpis.measures import measure, types_of

Unit = Literal["count", "share", "yuan", "hours", "days"]
Better = Literal["up", "down", "neutral"]
Kind = Literal["workload", "harm", "stock", "share", "duration", "dated"]
Step = Literal["week", "month"]
Series = Literal["hours", "days", "categories", "towns"]
HOUR_S, DAY_S = 3600, 86400
DOMAINS_OF_THE_YEAR = frozenset(("tasks", "assessments", "commitments", "training", "governance"))
MONTHLY, QUARTERLY, YEARLY = (
    35 * DAY_S,
    100 * DAY_S,
    400 * DAY_S,
)  # cadences of what is reported by period
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
Batch = Literal["today", "month", "quarter", "year"]
BATCHES: Mapping[Batch, int] = {"today": 29, "month": 6, "quarter": 4, "year": 2}  # looked back
# Where a KPI declares no others: the cases behind a share or a 90th percentile, behind a median.
ENOUGH, ENOUGH_FOR_MEDIAN, MEDIAN = 30, 10, 0.5
# The least change of a count or a duration, as a part of it, and of a share.
LEAST_PART, LEAST_SHARE = 0.05, 0.01


SINCE = Text(
    "自 {day} 起：{what}；历史已按此重算", "Since {day}: {what}; the past was counted anew"
)


@dataclass(frozen=True)
class Change:
    """A change of what a KPI counts: `day` is the first day it is in force, `before` the formula
    that was. The whole history is counted by the new one.
    """

    day: date
    what: Text
    before: Formula

    @property
    def said(self) -> Text:
        """What changed, with its day."""
        day = self.day.isoformat()
        return Text(
            SINCE.zh.format(day=day, what=self.what.zh), SINCE.en.format(day=day, what=self.what.en)
        )


@dataclass(frozen=True)
class Kpi:
    """One figure. `cadence_s`: how long the city's source may be silent before the figure is late
    (at twice it).

    `kind` decides what it is shown over and what may be said of it: a workload is neither good nor
    bad, whichever way it goes; a stock is of now, whatever the page's period; a share and a
    duration need enough cases behind them (`enough`); a dated figure is its last report.
    `least_change` is the smallest change worth saying, as a part of the value (of a share: its
    difference); `enough_cases` the cases that it needs. Both have a default by kind.

    `series` is what charts draw of it besides its last thirty days: the last 24 hours or thirty
    days beside those of last year (`hours`, `days`), its categories, its towns.
    `note` is the definition a leader reads: what is counted, what is not. `rare`: the city counts a
    few a week at most. `changes` are those of its definition, the oldest first. `batch`: it is
    reported at once for a day, month, quarter or year; until the next report it shows the last one.
    """

    id: str
    title: Text
    unit: Unit
    formula: Formula
    kind: Kind
    better: Better
    cadence_s: int
    system: int
    note: Text
    target: float | None = None
    rare: bool = False
    series: tuple[Series, ...] = ("towns",)
    least_change: float | None = None
    enough_cases: int | None = None
    changes: tuple[Change, ...] = ()
    batch: Batch | None = None

    def __post_init__(self) -> None:
        if self.kind == "workload" and self.better != "neutral":
            raise ValueError(f"{self.id}: more or less work is neither good nor bad")

    @property
    def domain(self) -> str:
        return self.id.split(".")[0]

    @property
    def own_period(self) -> Period | None:
        """The period that it is read over whatever period a page is of; None of most. The work of a
        year (tasks, assessments, commitments, training, governance) is nothing in most weeks.
        """
        is_counted = self.kind not in ("stock", "dated")
        return "year" if self.domain in DOMAINS_OF_THE_YEAR and is_counted else None

    @property
    def compared_over(self) -> Period | None:
        """The period of its comparison, whatever period a page is of; None of most. A stock is of
        now and a dated figure is its last report on every page, so each has one comparison there: a
        stock with the same hour of the same day a year ago, a dated figure with the report that
        held on the same date a year ago.
        """
        own: Mapping[Kind, Period] = {"stock": "today", "dated": "month"}
        return own.get(self.kind)

    @property
    def has_limits(self) -> bool:
        """Whether its points stray from a mean by chance. Counts of a year's work do not: they are
        set in its first weeks and worked off by its last.
        """
        return self.domain not in DOMAINS_OF_THE_YEAR or self.kind not in ("workload", "stock")

    @property
    def meaning(self) -> Text:
        """Its definition with the last change of it, as papers and files show it."""
        if not self.changes:
            return self.note
        said = self.changes[-1].said
        return Text(f"{self.note.zh}。{said.zh}", f"{self.note.en}. {said.en}")

    @property
    def defined_since(self) -> date | None:
        """The day since which the definition is in force; None of one that never changed."""
        return self.changes[-1].day if self.changes else None

    def formula_on(self, day: str) -> Formula:
        """The formula that was in force on a day (2026-11-29); "" is before any change."""
        for change in self.changes:
            if change.day.isoformat() > day:
                return change.before
        return self.formula

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The event types it is made from; `indicator:<code>` for a gauge."""
        if isinstance(self.formula, Gauge):
            return (f"indicator:{self.formula.indicator}",)
        return tuple(dict.fromkeys(name for m in self.formula.measures for name in types_of(m)))

    @property
    def is_cohort(self) -> bool:
        """Whether it asks how much of what began or fell due in a period also ended in it: of a day
        or a week that is no fair question.
        """
        if not isinstance(self.formula, Ratio):
            return False
        return any(term.measure.is_cohort for term in self.formula.numerator)

    @property
    def relevance(self) -> float:
        """The smallest change worth saying: a part of the value, of a share a difference."""
        if self.least_change is not None:
            return self.least_change
        return LEAST_SHARE if self.unit == "share" else LEAST_PART

    @property
    def enough(self) -> int:
        """How many cases a value needs before it can be shown; 0 of what is counted or reported."""
        if self.enough_cases is not None:
            return self.enough_cases
        if isinstance(self.formula, Quantile) and self.formula.q == MEDIAN:
            return ENOUGH_FOR_MEDIAN
        return ENOUGH if self.kind in ("share", "duration") else 0

    @cached_property
    def step(self) -> Step:
        """What one point of its control chart is: a week, or a month of what is rare, reported less
        than weekly, or a cohort.
        """
        return "month" if self.rare or self.is_cohort or self.cadence_s > 7 * DAY_S else "week"

    @property
    def needs_all(self) -> bool:
        """Whether it has no value until all of its sources have spoken: half of a share is none.
        Of anything else one is enough.
        """
        return isinstance(self.formula, Ratio)

    def begins(self, first_seen: Mapping[str, int]) -> int | None:
        """When its sources had spoken, from when each need was seen first (epoch ms); None of a
        figure that has no data yet.
        """
        times = [first_seen[need] for need in self.needs if need in first_seen]
        if self.needs_all:
            return max(times) if len(times) == len(self.needs) else None
        return min(times, default=None)

    def has_seen(self, begins: int | None, start_ms: int, end_ms: int) -> bool:
        """Whether a window was seen by its sources, which spoke first at `begins`: of what stands,
        its end; of what happens, all of it but a tenth. Else a year would be set beside some weeks.
        """
        if begins is None or isinstance(self.formula, Level | Gauge):
            return begins is not None and begins < end_ms
        return begins <= start_ms + (end_ms - start_ms) // 10

    def has_spoken(self, seen: Mapping[str, int]) -> bool:
        """Whether its sources had spoken, by the needs that were seen."""
        spoken = map(seen.__contains__, self.needs)
        return all(spoken) if self.needs_all else any(spoken)

    @cached_property
    def first_counted(self) -> tuple[tuple[str, ...], ...]:
        """For each need the stored measures of which the first count shows that it reports. A gauge
        has none.
        """
        if isinstance(self.formula, Gauge):
            return ()
        found = []
        for need in self.needs:
            kind = eventtypes.TYPES[need]
            names = [f"{need}.{suffix}" if suffix else need for suffix, _ in kind.measures]
            if kind.shape is Shape.CASE:
                names.insert(0, f"{kind.family}.{kind.step}")
            found.append(tuple(names))
        return tuple(found)

    def has_counted(self, has_counted: Callable[[tuple[str, ...]], bool]) -> bool:
        """Whether its sources had spoken, by which stored measures had counted anything."""
        spoken = [has_counted(names) for names in self.first_counted]
        return all(spoken) if self.needs_all else any(spoken)


def term(name: str, *values: str) -> Term:
    """A measure by its name, or some values of its dimension."""
    return Term(measure(name), values)


def count(name: str, *values: str) -> Count:
    """How often a measure counted in the period."""
    return Count(term(name, *values))


def share(numerator: Term, *denominator: Term) -> Ratio:
    return Ratio((numerator,), denominator)


def quantile(name: str, q: float, unit_ms: int) -> Quantile:
    """A quantile of a measure of time spent, in units of so many milliseconds."""
    return Quantile(measure(name), q, unit_ms)


def on_time(family: str) -> Ratio:
    """Of the cases that fell due in the window, the share closed by their due time."""
    on_time, not_on_time = term(f"{family}.due_on_time"), term(f"{family}.fell_due")
    return Ratio((on_time,), (on_time, not_on_time))


def on_time_at_closing(family: str) -> Change:
    """What the shares on time were until they were of the cases that fell due in the window."""
    closed, fell_due = term(f"{family}.on_time"), term(f"{family}.fell_due")
    return Change(
        date(2026, 11, 29),
        what=Text(
            "按期的计入到期的那一天，不再计入办结的那一天",
            "what was on time counts when it fell due, where it counted when it was closed",
        ),
        before=Ratio((closed,), (closed, fell_due)),
    )


def closed_of_due(family: str, kind: Literal["due", "joint"] = "due") -> Ratio:
    """Of the cases that fell due in the window, the share closed by its end, on time or late; with
    `joint`, of those handed to joint handling.
    """
    on_time, caught_up = term(f"{family}.{kind}_on_time"), term(f"{family}.{kind}_caught_up")
    not_on_time = term(f"{family}.fell_due" if kind == "due" else f"{family}.joint_fell_due")
    return Ratio((on_time, caught_up), (on_time, not_on_time))


def open_now(family: str) -> Level:
    """Opened and not yet closed, now."""
    return Level(measure(f"{family}.opened"), measure(f"{family}.left"))


def overdue(family: str) -> Level:
    """Past the due time and not yet closed, now."""
    return Level(measure(f"{family}.fell_due"), measure(f"{family}.left_late"))
