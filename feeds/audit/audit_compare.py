"""One topic's published figures beside the recounted ones, field by field. Reads nothing;
feeds/audit/audit.py brings both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from feeds import kpis
from feeds.audit import recount, recount_series
from feeds.audit.recount import Tally
from feeds.audit.recount_trends import Points
from feeds.city.periods import Period
from feeds.city.profile import UNKNOWN
from feeds.kpis import Kpi, histogram
from feeds.kpis.formulas import Count, Figure, Gauge, Quantile

Value = float | str | None
ABSENT = "absent"
CHANGE_STEP = 0.5e-4
ROUNDED = 0.5e-6
QUANTILE_CHANGE = 2 * histogram.ERROR / (1 - histogram.ERROR)


class Difference(NamedTuple):
    """A figure that is not what the raw events say. `field` names the part; api.* is the API's
    answer.
    """

    topic: str
    kpi: str
    field: str
    engine: Value
    recount: Value

    def __str__(self) -> str:
        return f"{self.topic} {self.kpi} {self.field}: engine {self.engine}, recount {self.recount}"


class Pair(NamedTuple):
    """One compared value: what is published, what was recounted now and (where publishing may lag)
    a little earlier.
    """

    kpi: str
    field: str
    engine: Value
    recount: Value
    earlier: Value
    slack: float

    @property
    def agrees(self) -> bool:
        """Whether the published value is the recounted one, or lies between it and the earlier
        one.
        """
        candidates: list[Value] = [self.recount, self.earlier]
        own = [value for value in candidates if isinstance(value, float | int)]
        if not isinstance(self.engine, float | int) or not own:
            return self.engine in candidates
        room = self.slack + 1e-12 * max(map(abs, own))
        return min(own) - room <= self.engine <= max(own) + room


class Splits(NamedTuple):
    """A topic recounted by category, by town (of the city's topics), and by day and hour from the
    axes' first ones on.
    """

    categories: Mapping[str, Mapping[str, float]]
    towns: Mapping[str, Mapping[str, float | None]]
    steps: Mapping[str, Sequence[float | None]]
    axes: Mapping[str, float | str]


def splits(
    counted: Tally, towns: Mapping[str, Tally], period: Period, now_ms: int, by_town: Iterable[str]
) -> Splits:
    """Everything that a topic's charts can show; `by_town` names the KPIs compared by town, `towns`
    are the towns' tallies.
    """
    counts = {k: kpi for k, kpi in kpis.CATALOGUE.items() if isinstance(kpi.formula, Count)}
    split = {k: kpis.CATALOGUE[k] for k in by_town}
    return Splits(
        {k: recount.categories(counted, kpi, period, now_ms) for k, kpi in counts.items()},
        {
            k: {
                town: recount.current(its, kpi, period, now_ms).value for town, its in towns.items()
            }
            for k, kpi in split.items()
        },
        recount_series.of_topic(counted, now_ms),
        recount_series.axes(counted.profile, now_ms),
    )


Figures = Mapping[str, Figure]
Range = tuple[Figures, Figures]
SplitRange = tuple[Splits, Splits]


def snapshot(
    state: Mapping[str, Any], now: Figures, change: Range, series: SplitRange
) -> Iterator[Pair]:
    """Every pair of a snapshot: values, parts, newest, changes, categories, towns. A Range is (now,
    earlier).
    """
    for k, kpi in kpis.CATALOGUE.items():
        figure = now[k]
        yield from _parts(kpi, "", state["set"].get(k, ABSENT), _made_of(state, k, figure), figure)
        at = max((state["newest"].get(need, 0) for need in kpi.needs), default=0)
        yield Pair(k, "newest", at, figure.at or 0, None, 0)
        yield from _changes(
            kpi, "", state["change"].get(k, (ABSENT, ABSENT)), change[0][k], change[1][k]
        )
    yield from _series(state["series"], *series)
    for name, mine in series[0].axes.items():
        yield Pair(
            "", f"axis {name}", state["axes"].get(name, ABSENT), mine, series[1].axes[name], 0
        )


def _made_of(state: Mapping[str, Any], kpi: str, figure: Figure) -> Any:
    """What a snapshot says of numerator and denominator; nothing, as it should, of a plain
    count.
    """
    return state["parts"].get(kpi) or (
        (figure.numerator, None) if figure.denominator is None else (ABSENT, ABSENT)
    )


def answer(found: Mapping[str, Any], now: Figures, change: Range) -> Iterator[Pair]:
    """Every pair of the API's answer."""
    entries = {entry["id"]: entry for entry in found["kpis"]}
    for k, kpi in kpis.CATALOGUE.items():
        entry, figure = entries.get(k, {}), now[k]
        parts = (entry.get("numerator", ABSENT), entry.get("denominator", ABSENT))
        yield from _parts(kpi, "api.", entry.get("value", ABSENT), parts, figure)
        yield Pair(k, "api.at", entry.get("at", ABSENT) or 0, figure.at or 0, None, 0)
        changes = (entry.get("change_year", ABSENT), entry.get("change_period", ABSENT))
        yield from _changes(kpi, "api.", changes, change[0][k], change[1][k])


def _parts(kpi: Kpi, prefix: str, value: Value, parts: Any, figure: Figure) -> Iterator[Pair]:
    """Value, numerator and denominator: exact, but for quantiles (the histogram's error) and sums
    of fractions.
    """
    yield Pair(
        kpi.id, f"{prefix}value", value, figure.value, figure.value, _slack(kpi, figure.value)
    )
    for name, published, own in (
        ("numerator", parts[0], figure.numerator),
        ("denominator", parts[1], figure.denominator),
    ):
        yield Pair(
            kpi.id,
            f"{prefix}{name}",
            published,
            own,
            own,
            _slack(kpi, own) if isinstance(kpi.formula, Gauge) else 0,
        )


def _slack(kpi: Kpi, value: float | None) -> float:
    if isinstance(kpi.formula, Quantile):
        return histogram.ERROR * (value or 0) + 1 / kpi.formula.unit_ms
    return 1e-12 * abs(value or 0)


def _changes(kpi: Kpi, prefix: str, published: Any, now: Figure, earlier: Figure) -> Iterator[Pair]:
    """Changes are published to four digits and may be some seconds older than the values."""
    own = ((now.change_year, earlier.change_year), (now.change_period, earlier.change_period))
    for name, value, (current, before) in zip(
        ("change_year", "change_period"), published, own, strict=True
    ):
        slack = CHANGE_STEP + (
            QUANTILE_CHANGE * abs(1 + (current or 0)) if isinstance(kpi.formula, Quantile) else 0
        )
        yield Pair(kpi.id, f"{prefix}{name}", value, current, before, slack)


def _series(series: Mapping[str, Any], now: Splits, earlier: Splits) -> Iterator[Pair]:
    """What a snapshot carries by category, by town, by day and by hour; it too may be some seconds
    older.
    """
    for name, cells in ({f"days:{k}": ABSENT for k in kpis.CATALOGUE} | {**series}).items():
        kind, _, k = name.partition(":")
        if kind == "categories":
            mine, before = now.categories[k], earlier.categories[k]
            for code in sorted({*cells, *mine}):
                yield Pair(
                    k,
                    f"category {code}",
                    cells.get(code, 0),
                    mine.get(code, 0),
                    before.get(code, 0),
                    0,
                )
        elif kind == "towns":
            for town in sorted({*cells, *now.towns[k]} - {UNKNOWN}) + [UNKNOWN] * (
                UNKNOWN in cells
            ):
                value, before_value = now.towns[k].get(town), earlier.towns[k].get(town)
                slack = _slack(kpis.CATALOGUE[k], value) + ROUNDED
                yield Pair(k, f"town {town}", cells.get(town, ABSENT), value, before_value, slack)
        elif name in now.steps:
            yield from _steps(kpis.CATALOGUE[k], kind, cells, now.steps[name], earlier.steps[name])


def _steps(
    kpi: Kpi,
    kind: str,
    published: Any,
    now: Sequence[float | None],
    earlier: Sequence[float | None],
) -> Iterator[Pair]:
    """Each step of a series, the oldest first: `days 0`. One that is missing or of another length
    is a difference by itself.
    """
    if not isinstance(published, list) or len(published) != len(now):
        yield Pair(kpi.id, kind, ABSENT, f"{len(now)} steps", None, 0)
        return
    for n, (value, own, before) in enumerate(zip(published, now, earlier, strict=True)):
        yield Pair(kpi.id, f"{kind} {n}", value, own, before, _slack(kpi, own) + ROUNDED)


def trends(published: Mapping[str, Any], own: Mapping[str, Points | None]) -> Iterator[Pair]:
    """Each point of each trend, and where it begins; mean and limits follow from the points."""
    for k, kpi in kpis.CATALOGUE.items():
        row, mine = published.get(k), own[k]
        first, values = (None, []) if row is None else (row[1], row[2])
        begins, recounted = (None, []) if mine is None else (mine.first.isoformat(), mine.values)
        yield Pair(k, "trend first", first, begins, begins, 0)
        if len(values) != len(recounted):
            yield Pair(k, "trend", f"{len(values)} points", f"{len(recounted)} points", "", 0)
            continue
        for n, (value, its) in enumerate(zip(values, recounted, strict=True)):
            yield Pair(k, f"trend {n}", value, its, its, _slack(kpi, its) + _rounded(kpi, its))


def _rounded(kpi: Kpi, value: float | None) -> float:
    """Points travel with whole counts and yuan, and four digits of everything else."""
    if value is None or (kpi.unit == "count" and not isinstance(kpi.formula, Gauge)):
        return 0
    return 0.5 if kpi.unit == "yuan" else 5e-4 * abs(value)
