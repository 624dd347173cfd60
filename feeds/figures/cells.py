"""A KPI split by time, category, second dimension, outcome, town and grid: numerator and
denominator of every cell.

Nothing is suppressed here; dashboard/pages/small_cells.py decides who may see which cell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from feeds import kpis
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import UNKNOWN, Profile
from feeds.city.words import Text
from feeds.events.event import EventType
from feeds.figures import cell_counts
from feeds.figures.accumulators import Cells, add
from feeds.figures.cell_counts import Asked, Counted, Place
from feeds.figures.windows import DateRange, Step
from feeds.history import first_seen
from feeds.kpis import Kpi, dimensions, splits
from feeds.kpis.dimensions import By, NotSplit
from feeds.kpis.formulas import Level, Reading, Sums, Term
from feeds.kpis.measures import Measure

STEPS: tuple[Step, ...] = get_args(Step)
Key = tuple[str, ...]
Split = tuple[Sequence[By], Mapping[str, str]]  # by what, and where others have given values


class Cell(NamedTuple):
    """One value for each `by`, in their order, and the figure there. A count's value is its
    numerator; a share of 0 of 0 is None.
    """

    key: Key
    value: float | None
    numerator: float
    denominator: float | None


def read(
    connection: Connection,
    profile: Profile,
    kpi: str,
    area: str,
    days: DateRange,
    now_ms: int,
    by: Sequence[By] = (),
    where: Mapping[str, str] | None = None,
) -> list[Cell]:
    """A KPI of the city or a town by some dimensions, where others have given values; sorted by
    key. Raises NotSplit.

    A share of cases that began and ended in a period is computed for each step, or for all the days
    together. A level is always of now.
    """
    return read_all(connection, profile, kpi, area, days, now_ms, [(by, where or {})])[0]


def read_all(
    connection: Connection,
    profile: Profile,
    kpi: str,
    area: str,
    days: DateRange,
    now_ms: int,
    asked: Sequence[Split],
) -> list[list[Cell]]:
    """The same for several splits at once: what they are made of is read once for each step of
    time.
    """
    found = kpis.CATALOGUE[kpi]
    for by, where in asked:
        _check(found, by, where)
    counted: dict[Step | None, list[_Counted]] = {}
    towns = _towns(profile, area)
    for step in {_step(by) for by, _ in asked}:
        its = [(by, where) for by, where in asked if _step(by) == step]
        needs = {name for by, where in its for name in (*by, *where)} | _dims(found)
        what = Asked(_asked_towns(towns, its), days, step, frozenset(needs), now_ms)
        counted[step] = _listed(found, _count(connection, profile, [found], what))
    firsts = first_seen.read(connection, profile)
    known = _Known(found, area, {town: found.begins(its) for town, its in firsts.items()})
    return [_cells(known, counted[_step(by)], by, where, profile.tz) for by, where in asked]


def read_splits(
    connection: Connection, profile: Profile, area: str, period: Period, now_ms: int
) -> dict[str, dict[str, float | None]]:
    """The KPIs that are split by goal, lead department and group (feeds/kpis/splits.py), over a
    period up to now: `by_<split>:<kpi>` → value of the split → figure; of a share also
    `by_<split>_of:<kpi>`, the cases that it is of. A figure whose sources have not spoken in the
    area has no value anywhere, instead of zero.
    """
    today = periods.day_of(now_ms, profile.tz)
    days = DateRange(*periods.days(period, today))
    seen = first_seen.read(connection, profile).get(area, {})
    found: dict[str, dict[str, float | None]] = {}
    for name, split in splits.SPLITS.items():
        its = [kpis.CATALOGUE[k] for k in split.kpis]
        asked = Asked(_towns(profile, area), days, None, frozenset({split.by}), now_ms)
        counts = _count(connection, profile, its, asked)
        for kpi in its:
            sums = _sums(_listed(kpi, counts), (split.by,), {})
            readings = {
                value: _reading(kpi, sums.get((value,), {}))
                for value in dict.fromkeys([*split.values(profile), *(key[0] for key in sums)])
            }
            has_data = kpi.begins(seen) is not None
            found[f"by_{name}:{kpi.id}"] = {
                value: one.value if has_data else None for value, one in readings.items()
            }
            if kpi.unit == "share":
                found[f"by_{name}_of:{kpi.id}"] = {
                    value: one.denominator for value, one in readings.items()
                }
    return found


def _towns(profile: Profile, area: str) -> tuple[str, ...]:
    return (*profile.areas, UNKNOWN) if area == profile.code else (area,)


def _asked_towns(towns: tuple[str, ...], asked: Sequence[Split]) -> tuple[str, ...]:
    """The towns that some splits are about: where each is of one town, these alone."""
    named = {where.get("town", "") for _, where in asked}
    return towns if "" in named else tuple(town for town in towns if town in named)


def _check(kpi: Kpi, by: Sequence[By], where: Mapping[str, str]) -> None:
    allowed = dimensions.of(kpi.id)
    if not allowed:
        raise dimensions.not_added(kpi)
    if wrong := [name for name in (*by, *where) if name not in allowed]:
        said = Text(
            f"{kpi.id} 不能按 {wrong[0]} 拆分；可以按 {'、'.join(allowed)}",
            f"{kpi.id} can't be split by {wrong[0]}; it can by {', '.join(allowed)}",
        )
        raise NotSplit(said)
    steps = {name for name in by if name in STEPS}
    if len(steps) > 1 or len(set(by)) < len(by):
        said = Text(
            "day、week、month 只能选一个，其余也不能重复",
            "of day, week and month only one can be asked for, and nothing twice",
        )
        raise NotSplit(said)


def _step(by: Sequence[By]) -> Step | None:
    return next((name for name in STEPS if name in by), None)


def _dims(kpi: Kpi) -> set[str]:
    """The dimensions that the formula itself uses."""
    return {_dim(term.measure) for term in dimensions.terms(kpi) if term.dims}


def _dim(measure: Measure) -> str:
    """The dimension that a measure's values are of."""
    is_closing = measure.case is not None and measure.case.by in dimensions.OUTCOMES
    return "outcome" if is_closing else "category"


class _Counts(NamedTuple):
    """What was counted: what happened, and the open cases by when they came in."""

    flows: Mapping[Measure, Counted]
    levels: Mapping[Measure, Counted]

    def of(self, kpi: Kpi) -> Mapping[Measure, Counted]:
        return self.levels if isinstance(kpi.formula, Level) else self.flows


def _count(connection: Connection, profile: Profile, its: Collection[Kpi], asked: Asked) -> _Counts:
    """What some formulas read, counted."""
    flows: list[Measure] = []
    levels: dict[Measure, Counted] = {}
    for kpi in its:
        if isinstance(kpi.formula, Level):
            plus = kpi.formula.plus
            levels[plus] = cell_counts.count_open(connection, plus, asked)
        else:
            flows += dimensions.measures(kpi)
    return _Counts(cell_counts.count(connection, profile.tz, flows, asked), levels)


class _Known(NamedTuple):
    """A figure of an area, and when its sources had spoken in each area; None of those where they
    have not.
    """

    kpi: Kpi
    area: str
    begins: Mapping[str, int | None]

    def has_spoken(self, by: Sequence[By], key: Key, tz: ZoneInfo) -> bool:
        """Whether they had in a cell's town, by the end of its step of time."""
        values = dict(zip(by, key, strict=True))
        begins = self.begins.get(values.get("town", self.area))
        if begins is None:
            return False
        step = _step(by)
        if step is None:
            return True
        return cell_counts.step_name(periods.day_of(begins, tz).isoformat(), step) <= values[step]


def _cells(
    known: _Known,
    counted: Sequence[_Counted],
    by: Sequence[By],
    where: Mapping[str, str],
    tz: ZoneInfo,
) -> list[Cell]:
    """A share has no value where one of its sources has not spoken yet."""
    kpi = known.kpi
    found = []
    for key, counters in sorted(_sums(counted, by, where).items()):
        reading = _reading(kpi, counters)
        value = reading.value
        if kpi.needs_all and not known.has_spoken(by, key, tz):
            value = None
        found.append(Cell(key, value, reading.numerator or 0, reading.denominator))
    return found


def _reading(kpi: Kpi, counters: Cells) -> Reading:
    return kpi.formula.read(Sums("", counters, counters))


class _Counted(NamedTuple):
    """What the formula reads of one measure in one place: the place's value in every dimension, the
    value that the measure is of, how many.
    """

    stored: str
    values: Mapping[str, str]
    own: str
    n: int


def _listed(kpi: Kpi, counts: _Counts) -> list[_Counted]:
    """Everything that a formula reads."""
    found: list[_Counted] = []
    terms = dimensions.terms(kpi)
    for measure in dimensions.measures(kpi):
        its = [term for term in terms if term.measure == measure]
        kind, dim, stored = dimensions.kind(measure), _dim(measure), measure.stored
        for place, n in counts.of(kpi)[measure].items():
            values = _values(place, kind)
            if _counts(its, values[dim]):
                found.append(_Counted(stored, values, values[dim], n))
    return found


def _sums(
    counted: Iterable[_Counted], by: Sequence[By], where: Mapping[str, str]
) -> dict[Key, Cells]:
    """Key → what the formula reads there."""
    found: dict[Key, Cells] = {}
    for stored, values, own, n in counted:
        if all(values[name] == wanted for name, wanted in where.items()):
            key = tuple([values[name] for name in by])
            add(found.setdefault(key, {}), stored, own, n)
    return found


def _counts(terms: Sequence[Term], value: str) -> bool:
    """Whether any of a measure's terms counts a value of its dimension."""
    return any(not term.dims or value in term.dims for term in terms)


def _values(place: Place, kind: EventType) -> dict[str, str]:
    """A place's value in every dimension. A case whose opening is not known yet is of an unknown
    category.
    """
    town, step, (category, facet, grid, outcome) = place
    return {
        "day": step,
        "week": step,
        "month": step,
        "town": town,
        "grid": f"{town}-{grid}" if grid else town,
        "category": category or (UNKNOWN if kind.by else ""),
        "facet": facet or (UNKNOWN if kind.facet else ""),
        "outcome": outcome,
    }
