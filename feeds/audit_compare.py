"""One topic's published figures beside the recounted ones, field by field. Reads nothing; feeds/audit.py brings both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from feeds import histogram, kpis, recount
from feeds.formulas import Count, Gauge, Quantile
from feeds.kpis import Kpi
from feeds.periods import Period
from feeds.profile import UNKNOWN
from feeds.recount import Figure, Tally

Value = float | str | None
ABSENT = "absent"
CHANGE_STEP = 0.5e-4
ROUNDED = 0.5e-6
QUANTILE_CHANGE = 2 * histogram.ERROR / (1 - histogram.ERROR)


class Difference(NamedTuple):
    """A figure that is not what the raw events say. `field` names the part; api.* is the API's answer."""

    topic: str
    kpi: str
    field: str
    engine: Value
    recount: Value

    def __str__(self) -> str:
        return f"{self.topic} {self.kpi} {self.field}: engine {self.engine}, recount {self.recount}"


class Pair(NamedTuple):
    """One compared value: what is published, what was recounted now and (where publishing may lag) a little earlier."""

    kpi: str
    field: str
    engine: Value
    recount: Value
    earlier: Value
    slack: float

    @property
    def agrees(self) -> bool:
        """Whether the published value is the recounted one, or lies between it and the earlier one."""
        candidates: list[Value] = [self.recount, self.earlier]
        own = [value for value in candidates if isinstance(value, float | int)]
        if not isinstance(self.engine, float | int) or not own:
            return self.engine in candidates
        room = self.slack + 1e-12 * max(map(abs, own))
        return min(own) - room <= self.engine <= max(own) + room


class Recounted(NamedTuple):
    """A topic's recounted figures, with the towns' where the topic is the city's."""

    figures: Mapping[str, Figure]
    categories: Mapping[str, Mapping[str, float]]
    towns: Mapping[str, Mapping[str, float | None]]


def recounted(counted: Tally, towns: Mapping[str, Tally], period: Period, now_ms: int) -> Recounted:
    """Everything of a topic that can be compared. `towns`: the tallies of the towns, for the city's topics."""
    split = {k: kpi for k, kpi in kpis.CATALOGUE.items() if towns and kpi.domain in kpis.DOMAINS}
    return Recounted(
        recount.figures(counted, period, now_ms),
        {k: recount.categories(counted, kpi, period, now_ms) for k, kpi in kpis.CATALOGUE.items() if isinstance(kpi.formula, Count)},
        {k: {town: recount.current(its, kpi, period, now_ms).value for town, its in towns.items()} for k, kpi in split.items()},
    )


Range = tuple[Recounted, Recounted]


def snapshot(state: Mapping[str, Any], now: Recounted, change: Range, series: Range) -> Iterator[Pair]:
    """Every pair of a snapshot: values, parts, newest, changes, categories, towns. A Range is (now, earlier)."""
    for k, kpi in kpis.CATALOGUE.items():
        figure = now.figures[k]
        yield from _parts(kpi, "", state["set"].get(k, ABSENT), _made_of(state, k, figure), figure)
        at = max((state["newest"].get(need, 0) for need in kpi.needs), default=0)
        yield Pair(k, "newest", at, figure.at or 0, None, 0)
        yield from _changes(kpi, "", state["change"].get(k, (ABSENT, ABSENT)), change[0].figures[k], change[1].figures[k])
    yield from _series(state["series"], *series)


def _made_of(state: Mapping[str, Any], kpi: str, figure: Figure) -> Any:
    """What a snapshot says of numerator and denominator; nothing, as it should, of a plain count."""
    return state["parts"].get(kpi) or ((figure.numerator, None) if figure.denominator is None else (ABSENT, ABSENT))


def answer(found: Mapping[str, Any], now: Recounted, change: Range) -> Iterator[Pair]:
    """Every pair of the API's answer."""
    entries = {entry["id"]: entry for entry in found["kpis"]}
    for k, kpi in kpis.CATALOGUE.items():
        entry, figure = entries.get(k, {}), now.figures[k]
        parts = (entry.get("numerator", ABSENT), entry.get("denominator", ABSENT))
        yield from _parts(kpi, "api.", entry.get("value", ABSENT), parts, figure)
        yield Pair(k, "api.at", entry.get("at", ABSENT) or 0, figure.at or 0, None, 0)
        changes = (entry.get("change_year", ABSENT), entry.get("change_period", ABSENT))
        yield from _changes(kpi, "api.", changes, change[0].figures[k], change[1].figures[k])


def _parts(kpi: Kpi, prefix: str, value: Value, parts: Any, figure: Figure) -> Iterator[Pair]:
    """Value, numerator and denominator: exact, but for quantiles (the histogram's error) and sums of fractions."""
    yield Pair(kpi.id, f"{prefix}value", value, figure.value, figure.value, _slack(kpi, figure.value))
    for name, published, own in (("numerator", parts[0], figure.numerator), ("denominator", parts[1], figure.denominator)):
        yield Pair(kpi.id, f"{prefix}{name}", published, own, own, _slack(kpi, own) if isinstance(kpi.formula, Gauge) else 0)


def _slack(kpi: Kpi, value: float | None) -> float:
    if isinstance(kpi.formula, Quantile):
        return histogram.ERROR * (value or 0) + 1 / kpi.formula.unit_ms
    return 1e-12 * abs(value or 0)


def _changes(kpi: Kpi, prefix: str, published: Any, now: Figure, earlier: Figure) -> Iterator[Pair]:
    """Changes are published to four digits and may be some seconds older than the values."""
    own = ((now.change_year, earlier.change_year), (now.change_period, earlier.change_period))
    for name, value, (current, before) in zip(("change_year", "change_period"), published, own, strict=True):
        slack = CHANGE_STEP + (QUANTILE_CHANGE * abs(1 + (current or 0)) if isinstance(kpi.formula, Quantile) else 0)
        yield Pair(kpi.id, f"{prefix}{name}", value, current, before, slack)


def _series(series: Mapping[str, Any], now: Recounted, earlier: Recounted) -> Iterator[Pair]:
    """The splits a snapshot carries, by category and by town; they too may be some seconds older."""
    for name, cells in series.items():
        kind, _, k = name.partition(":")
        if kind == "categories":
            mine, before = now.categories[k], earlier.categories[k]
            for code in sorted({*cells, *mine}):
                yield Pair(k, f"category {code}", cells.get(code, 0), mine.get(code, 0), before.get(code, 0), 0)
        elif kind == "towns":
            for town in sorted({*cells, *now.towns[k]} - {UNKNOWN}) + [UNKNOWN] * (UNKNOWN in cells):
                value, before_value = now.towns[k].get(town), earlier.towns[k].get(town)
                slack = _slack(kpis.CATALOGUE[k], value) + ROUNDED
                yield Pair(k, f"town {town}", cells.get(town, ABSENT), value, before_value, slack)
