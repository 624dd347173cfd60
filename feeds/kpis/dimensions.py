"""What a KPI can be split by, and which event type names the values: pure, from the declarations.

feeds/figures/cells.py reads the splits.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Literal, get_args

from feeds import kpis
from feeds.city.words import Text, Worded
from feeds.events import eventtypes
from feeds.events.event import EventType, Shape
from feeds.kpis import Kpi
from feeds.kpis.formulas import Count, Level, Ratio, Term
from feeds.kpis.measures import Measure

By = Literal["day", "week", "month", "category", "facet", "outcome", "town", "grid"]
BY: tuple[By, ...] = get_args(By)
OUTCOMES = ("outcome", "manner")  # the fields by which closings are split


class NotSplit(Worded):
    """The figure can't be split so; the message says why and what can be asked."""


def not_added(kpi: Kpi) -> NotSplit:
    """Of a gauge or a quantile."""
    return NotSplit(
        Text(
            f"{kpi.id} 不能相加，所以不能拆分",
            f"{kpi.id} does not add up, so it can't be split",
        )
    )


@functools.cache
def of(kpi: str) -> tuple[By, ...]:
    """What a KPI can be split by; nothing of a gauge or a quantile, which do not add up."""
    found = kpis.CATALOGUE[kpi]
    if not isinstance(found.formula, Count | Ratio | Level):
        return ()
    kinds = [kind(measure) for measure in measures(found)]
    own: list[By] = [] if isinstance(found.formula, Level) else ["day", "week", "month"]
    if all(_has(kind, kind.by) for kind in kinds):
        own.append("category")
    if all(_has(kind, kind.facet) for kind in kinds):
        own.append("facet")
    if all(measure.case and measure.case.by in OUTCOMES for measure in measures(found)):
        own.append("outcome")
    return (*own, "town", "grid")


def facet(kpi: str) -> EventType | None:
    """The event type whose second dimension (`facet` names its field) a KPI can be split by."""
    return kind(measures(kpis.CATALOGUE[kpi])[0]) if "facet" in of(kpi) else None


def category(kpi: str) -> EventType | None:
    """The event type whose first dimension (`by` names its field) a KPI can be split by."""
    return kind(measures(kpis.CATALOGUE[kpi])[0]) if "category" in of(kpi) else None


@functools.cache
def overdue_kpis() -> Mapping[str, str]:
    """The KPI of overdue cases by family."""
    found: dict[str, str] = {}
    for kpi in kpis.CATALOGUE.values():
        of_kpi = category(kpi.id)
        if kpi.id.endswith("overdue") and isinstance(kpi.formula, Level) and of_kpi is not None:
            found.setdefault(of_kpi.family, kpi.id)
    return found


def terms(kpi: Kpi) -> tuple[Term, ...]:
    """What the figure adds up, without what a level takes away. Raises NotSplit."""
    match kpi.formula:
        case Count(term, _, less):
            return (term, less) if less else (term,)
        case Ratio(above, below):
            return (*above, *below)
        case Level(plus):
            return (Term(plus),)
    raise not_added(kpi)


def measures(kpi: Kpi) -> list[Measure]:
    """What the figure adds up, each measure once."""
    return list(dict.fromkeys(term.measure for term in terms(kpi)))


def kind(measure: Measure) -> EventType:
    """The event type that names category, facet and grid of a measure; for cases the opening."""
    if measure.case is None:
        return eventtypes.TYPES[measure.subject]
    return next(
        kind
        for kind in eventtypes.TYPES.values()
        if kind.shape is Shape.CASE and kind.family == measure.subject and kind.step == "opened"
    )


def _has(kind: EventType, name: str) -> bool:
    return any(field.name == name for field in kind.fields)
