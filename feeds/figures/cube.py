"""A KPI split by time, category, second dimension, outcome, town and grid: numerator and
denominator of every cell.

What happened is read from the cube's rows (feeds/figures/cube_days.py); what depends on due times
or stands now, from the cases (feeds/figures/cube_cases.py). Nothing is suppressed here: who may see
which cell is decided above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, get_args

from sqlalchemy import Connection

from feeds import kpis
from feeds.city.profile import UNKNOWN, Profile
from feeds.events.event import EventType
from feeds.figures import cube_cases, cube_days
from feeds.figures.cube_days import Raw, Step
from feeds.kpis import Kpi, dimensions
from feeds.kpis.dimensions import By, NotSplit
from feeds.kpis.formulas import Count, Level, Ratio, Term

STEPS: tuple[Step, ...] = get_args(Step)


class Cell(NamedTuple):
    """One value for each `by`, in their order, and the figure there. A count's value is its
    numerator; a share of none is None.
    """

    key: tuple[str, ...]
    value: float | None
    numerator: float
    denominator: float | None


@dataclass(frozen=True)
class Span:
    """Days from `first` up to, not including, `after`, as seen at `now_ms`."""

    first: date
    after: date
    now_ms: int


def read(
    connection: Connection,
    profile: Profile,
    kpi: str,
    area: str,
    span: Span,
    by: Sequence[By] = (),
    where: Mapping[str, str] | None = None,
) -> list[Cell]:
    """A KPI of the city or a town by some dimensions, where others have given values; sorted by
    key. Raises NotSplit.

    A share of what began and ended in a period is one of each step, or of the whole span: began and
    ended in it. A level is of now, whatever the span.
    """
    return read_all(connection, profile, kpi, area, span, ((by, where or {}),))[0]


def read_all(
    connection: Connection,
    profile: Profile,
    kpi: str,
    area: str,
    span: Span,
    asked: Sequence[tuple[Sequence[By], Mapping[str, str]]],
) -> list[list[Cell]]:
    """The same for several pairs of `by` and `where` at once: what they are made of is read once
    for each step of time.
    """
    found, facts = kpis.CATALOGUE[kpi], dict[Step | None, dict[str, Mapping[Raw, int]]]()
    for by, where in asked:
        _check(found, by, where)
    for step in {_step(by) for by, _ in asked}:
        needs = {name for by, where in asked if _step(by) == step for name in (*by, *where)}
        facts[step] = _facts(connection, profile, found, area, span, step, needs)
    return [_cells(found, facts[_step(by)], by, where) for by, where in asked]


def _step(by: Sequence[By]) -> Step | None:
    return next((name for name in STEPS if name in by), None)


def _cells(
    kpi: Kpi, facts: Mapping[str, Mapping[Raw, int]], by: Sequence[By], where: Mapping[str, str]
) -> list[Cell]:
    formula, sums = kpi.formula, dict[tuple[str, ...], list[float]]()
    for part, terms in enumerate(dimensions.terms(kpi)):
        for term in terms:
            _collect(sums, facts[term.measure], term, part, by, where)
    scale = formula.scale if isinstance(formula, Count) else 1
    return [
        _cell(key, parts, scale, is_share=isinstance(formula, Ratio))
        for key, parts in sorted(sums.items())
    ]


def _check(kpi: Kpi, by: Sequence[By], where: Mapping[str, str]) -> None:
    allowed = dimensions.of(kpi.id)
    if not allowed:
        raise NotSplit(f"{kpi.id} does not add up, so it can't be split")
    if wrong := [name for name in (*by, *where) if name not in allowed]:
        raise NotSplit(f"{kpi.id} can't be split by {wrong[0]}; it can by {', '.join(allowed)}")
    if len({name for name in by if name in STEPS}) > 1 or len(set(by)) < len(by):
        raise NotSplit("of day, week and month only one can be asked for, and nothing twice")


def _facts(
    connection: Connection,
    profile: Profile,
    kpi: Kpi,
    area: str,
    span: Span,
    step: Step | None,
    needs: set[str],
) -> dict[str, Mapping[Raw, int]]:
    """Measure (as the formula names it) → what there is of it, by town, step and cell."""
    towns = [*profile.areas, UNKNOWN] if area == profile.code else [area]
    measures = list(dict.fromkeys(dimensions.measures(kpi)))
    needs |= {_dim(term.measure) for terms in dimensions.terms(kpi) for term in terms if term.dims}
    if isinstance(kpi.formula, Level):
        return {
            measures[0]: cube_cases.standing(connection, measures[0], towns, span.now_ms, needs)
        }
    kept = [measure for measure in measures if not cube_cases.is_mine(measure)]
    found: dict[str, Mapping[Raw, int]] = {}
    days = (span.first, span.after)
    found |= cube_days.read(connection, kept, towns, days, step, needs)
    flows = cube_cases.Flows(connection, profile.tz, towns, days, step, needs, span.now_ms)
    return found | {
        measure: flows.of(measure) for measure in measures if cube_cases.is_mine(measure)
    }


def _collect(
    sums: dict[tuple[str, ...], list[float]],
    facts: Mapping[Raw, int],
    term: Term,
    part: int,
    by: Sequence[By],
    where: Mapping[str, str],
) -> None:
    """Add a term's facts to the cells they belong to; `part` 0 is the numerator."""
    dim, kind = _dim(term.measure), dimensions.kind(term.measure)
    for (town, step, cell), n in facts.items():
        values = _values(town, step, cell, kind)
        if (term.dims and values[dim] not in term.dims) or any(
            values[name] != wanted for name, wanted in where.items()
        ):
            continue
        key = tuple(values[name] for name in by)
        sums.setdefault(key, [0, 0])[part] += n


def _values(town: str, step: str, cell: str, kind: EventType) -> dict[str, str]:
    """A fact's value in every dimension. A case whose opening is not known yet is of an unknown
    category.
    """
    category, facet, grid, *outcome = cell.split("|")
    return {
        "day": step,
        "week": step,
        "month": step,
        "town": town,
        "grid": f"{town}-{grid}" if grid else town,
        "category": category or (UNKNOWN if kind.by else ""),
        "facet": facet or (UNKNOWN if kind.facet else ""),
        "outcome": outcome[0] if outcome else "",
    }


def _cell(key: tuple[str, ...], parts: list[float], scale: float, *, is_share: bool) -> Cell:
    above, below = parts
    if is_share:
        return Cell(key, above / below if below else None, above, below)
    return Cell(key, above * scale, above * scale, None)


def _dim(measure: str) -> str:
    """The dimension that a term's values are of."""
    return "outcome" if measure.rpartition(".")[2] in dimensions.OUTCOMES else "category"
