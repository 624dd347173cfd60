"""KPIs by goal, lead department and group (feeds/kpis/splits.py), read from the single cases of
their small families.

The engine's running sums know one dimension; these families have some thousand cases at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, or_, select

from feeds.city import periods
from feeds.city.periods import Period, Window
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import ledgers
from feeds.history import tables
from feeds.history.measures import Case, Contribution, Measures
from feeds.kpis import CATALOGUE, splits
from feeds.kpis.formulas import GaugeLevel


@dataclass
class _Book:
    """What a formula reads: one value of a split over one period, up to now."""

    period: Period
    flows: ledgers.Cells = field(default_factory=dict)
    levels: ledgers.Cells = field(default_factory=dict)

    def gauge(self, indicator: str) -> GaugeLevel | None:
        return None

    def add(self, contributions: Iterable[Contribution], window: Window, now_ms: int) -> None:
        """Flows lie in the period; what stands, and what falls due, is taken up to now."""
        for _, at, measure, dim, n, *_ in contributions:
            if window.start_ms <= at < window.end_ms and (
                at <= now_ms or not measure.endswith(".fell_due")
            ):
                ledgers.add(self.flows, measure, dim, n)
            if at <= now_ms and ledgers.is_level(measure):
                ledgers.add(self.levels, measure, dim, n)


def read(
    connection: Connection,
    profile: Profile,
    measures: Measures,
    area: str,
    period: Period,
    now_ms: int,
) -> dict[str, dict[str, float | None]]:
    """Series `by_<split>:<kpi>` of a topic: value of the split → figure."""
    window = periods.bounds(period, now_ms, profile.tz)
    found: dict[str, dict[str, float | None]] = {}
    for name, split in splits.SPLITS.items():
        books = {value: _Book(period) for value in split.values(profile)}
        for town, case in _cases(connection, profile, area, split.family, window.start_ms):
            value = (case.category if split.by == "category" else case.facet) or UNKNOWN
            books.setdefault(value, _Book(period)).add(
                measures.of_case(town, split.family, case), window, now_ms
            )
        for kpi in split.kpis:
            found[f"by_{name}:{kpi}"] = {
                value: CATALOGUE[kpi].formula.read(book).value for value, book in books.items()
            }
    return found


def _cases(
    connection: Connection, profile: Profile, area: str, family: str, start_ms: int
) -> Iterator[tuple[str, Case]]:
    """The cases that the period or the present still counts; by town, so that the key is searched
    and not the whole table.
    """
    c = tables.cases.c
    towns = [*profile.areas, UNKNOWN] if area == profile.code else [area]
    query = select(tables.cases).where(c.town.in_(towns), c.kind == family)
    for row in connection.execute(
        query.where(or_(c.closed.is_(None), c.closed >= start_ms, c.opened >= start_ms))
    ):
        yield row[0], Case(*row[3:])
