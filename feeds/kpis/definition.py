"""What a KPI is, and the words its declarations are written in. The catalogue itself is
feeds/kpis/__init__.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from feeds.city.words import Text
from feeds.events import eventtypes
from feeds.events.event import Shape
from feeds.kpis.formulas import Count, Formula, Gauge, Level, Ratio, Term

Unit = Literal["count", "share", "yuan", "hours", "days"]
Better = Literal["up", "down", "neutral"]
Step = Literal["week", "month"]
HOUR_S, DAY_S = 3600, 86400
MONTHLY, QUARTERLY, YEARLY = (
    35 * DAY_S,
    100 * DAY_S,
    400 * DAY_S,
)  # cadences of what is reported by period
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@dataclass(frozen=True)
class Kpi:
    """One figure. `cadence_s`: how long the city's source may be silent before the figure is late
    (at twice it).

    `note` is the definition a leader reads: what is counted, what is not. `rare`: the city counts a
    few a week at most.
    """

    id: str
    title: Text
    unit: Unit
    formula: Formula
    better: Better
    cadence_s: int
    system: int
    note: Text
    target: float | None = None
    rare: bool = False

    @property
    def domain(self) -> str:
        return self.id.split(".")[0]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The event types it is made from; `indicator:<code>` for a gauge."""
        if isinstance(self.formula, Gauge):
            return (f"indicator:{self.formula.indicator}",)
        return tuple(dict.fromkeys(name for m in self.formula.measures for name in types_of(m)))

    @property
    def is_cohort(self) -> bool:
        """Whether it asks how much of what began in a period also ended in it: of a day or a week
        that is no fair question.
        """
        return isinstance(self.formula, Ratio) and any(
            "{period}" in term.measure for term in self.formula.numerator
        )

    @cached_property
    def step(self) -> Step:
        """What one point of its control chart is: a week, or a month of what is rare, reported less
        than weekly, or a cohort.
        """
        return "month" if self.rare or self.is_cohort or self.cadence_s > 7 * DAY_S else "week"

    @cached_property
    def tells(self) -> tuple[str, ...]:
        """The measures whose first count shows that its sources speak: without one before, none is
        no zero. Of a gauge none.
        """
        if isinstance(self.formula, Gauge):
            return ()
        kinds = [eventtypes.TYPES[need] for need in self.needs]
        steps = [f"{kind.family}.{kind.step}" for kind in kinds if kind.shape is Shape.CASE]
        return (
            *steps,
            *(
                f"{kind.name}.{suffix}" if suffix else kind.name
                for kind in kinds
                for suffix, _ in kind.measures
            ),
        )


_STEPS_OF = {
    "opened": ("opened",),
    "handled": ("handled", "closed"),
    "joint": ("handled",),
    "fell_due": ("opened",),
}


def types_of(measure: str) -> tuple[str, ...]:
    """The event types that add to a measure."""
    if measure in eventtypes.TYPES:
        return (measure,)
    family, _, what = measure.rpartition(".")
    if family in eventtypes.TYPES:
        return (family,)
    steps = _STEPS_OF.get(what, ("closed",))
    return tuple(
        t.name
        for t in eventtypes.TYPES.values()
        if t.shape is Shape.CASE and t.family == family and t.step in steps
    )


def kpi(
    id: str,
    zh: str,
    en: str,
    unit: Unit,
    formula: Formula,
    better: Better,
    cadence_s: int,
    system: int,
    note_zh: str,
    note_en: str,
    target: float | None = None,
    *,
    rare: bool = False,
) -> Kpi:
    return Kpi(
        id,
        Text(zh, en),
        unit,
        formula,
        better,
        cadence_s,
        system,
        Text(note_zh, note_en),
        target,
        rare,
    )


def count(measure: str, *dims: str) -> Count:
    return Count(Term(measure, dims))


def share(numerator: Term, *denominator: Term) -> Ratio:
    return Ratio((numerator,), denominator)


def on_time(family: str) -> Ratio:
    """Of the cases closed on time and those that fell due unclosed, the share on time."""
    return Ratio(
        (Term(f"{family}.on_time"),), (Term(f"{family}.on_time"), Term(f"{family}.fell_due"))
    )


def standing(family: str) -> Level:
    """Opened and not yet closed, now."""
    return Level(f"{family}.opened", f"{family}.left")


def overdue(family: str) -> Level:
    """Past the due time and not yet closed, now."""
    return Level(f"{family}.fell_due", f"{family}.left_late")
