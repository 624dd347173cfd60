"""Published figures beside those that the facts make, value by value. Reads nothing:
feeds/audit/audit.py brings both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from feeds import kpis
from feeds.audit.facts import Area
from feeds.audit.readings import SERIES, Readings
from feeds.city.periods import Period
from feeds.city.words import Text
from feeds.kpis import Kpi, histogram
from feeds.kpis.formulas import Figure, Gauge, Quantile

Value = float | str | None
ABSENT = "absent"
CHANGE_STEP = 0.5e-4
ROUNDED = 0.5e-6
FRACTIONS = 1e-12  # sums of fractions differ in their last digits by the order of adding up
QUANTILE_CHANGE = 2 * histogram.ERROR / (1 - histogram.ERROR)


class Difference(NamedTuple):
    """A figure that is not what the raw events say. `field` names the part; api.* is the API's
    answer.
    """

    topic: str
    kpi: str
    field: str
    published: Value
    facts: Value

    @property
    def said(self) -> Text:
        place = f"{self.topic} {self.kpi} {self.field}"
        published, facts = ("无" if one == ABSENT else one for one in (self.published, self.facts))
        return Text(
            f"{place}：已发布 {published}，按事件为 {facts}",
            f"{place}: published {self.published}, facts {self.facts}",
        )

    def __str__(self) -> str:
        return self.said.en


class Pair(NamedTuple):
    """One compared value; `slack` is how far apart the two may be."""

    kpi: str
    field: str
    published: Value
    facts: Value
    slack: float = 0

    @property
    def agrees(self) -> bool:
        one, other = self.published, self.facts
        if not isinstance(one, float | int) or not isinstance(other, float | int):
            return one == other
        are_whole = isinstance(one, int) and isinstance(other, int)
        last_digits = 0 if are_whole else FRACTIONS * abs(other)
        return abs(one - other) <= self.slack + last_digits


Pairs = Iterator[Pair]
Figures = Mapping[str, Figure]


def values(state: Mapping[str, Any], own: Figures) -> Pairs:
    """A snapshot's values, what they are made of, and the newest event each reflects."""
    for k, kpi in kpis.CATALOGUE.items():
        parts = state["parts"].get(k)
        if parts is None:  # a plain count is its own numerator, which is not sent
            plain = own[k].denominator is None
            parts = (own[k].numerator, None) if plain else (ABSENT, ABSENT)
        yield from _parts(kpi, "", state["set"].get(k, ABSENT), parts, own[k])
        newest = max((state["newest"].get(need, 0) for need in kpi.needs), default=0)
        yield Pair(k, "newest", newest, own[k].at or 0)


def changes(state: Mapping[str, Any], own: Figures) -> Pairs:
    """Its comparisons with the year and the period before."""
    for k, kpi in kpis.CATALOGUE.items():
        yield from _changes(kpi, "", state["change"].get(k, (ABSENT, ABSENT)), own[k])


def series(state: Mapping[str, Any], own: Readings, period: Period) -> Pairs:
    """What it carries by category, by town, by day and by hour, and where its series begin."""
    for name, begins in own.axes().items():
        yield Pair("", f"axis {name}", state["axes"].get(name, ABSENT), begins)
    expected = {f"days:{k}": ABSENT for k in kpis.CATALOGUE}
    for name, published in (expected | state["series"]).items():
        kind, _, k = name.partition(":")
        if kind == "categories":
            yield from _categories(kpis.CATALOGUE[k], published, own, period)
        elif kind == "towns":
            yield from _towns(kpis.CATALOGUE[k], published, own, period)
        elif kind == "towns_of":
            yield from _of_towns(kpis.CATALOGUE[k], published, own, period)
        elif kind in SERIES:
            yield from _steps(kpis.CATALOGUE[k], kind, published, own)


def trends(state: Mapping[str, Any], own: Readings) -> Pairs:
    """Each point of each trend, and where it begins; mean and limits follow from the points. What
    its points are (weeks, months, quarters or events) is as published.
    """
    for k, kpi in kpis.CATALOGUE.items():
        row = state["trends"].get(k)
        trend = own.trend(kpi, kpi.step if row is None else row[0])
        first, points = (None, []) if row is None else (row[1], row[2])
        begins, counted = (None, []) if trend is None else (trend.first.isoformat(), trend.values)
        yield Pair(k, "trend first", first, begins)
        if len(points) != len(counted):
            yield Pair(k, "trend", f"{len(points)} points", f"{len(counted)} points")
            continue
        for n, (point, value) in enumerate(zip(points, counted, strict=True)):
            yield Pair(k, f"trend {n}", point, value, _slack(kpi, value) + _rounded(kpi, value))


def answer(found: Mapping[str, Any], now: Figures, change: Figures, prefix: str = "api.") -> Pairs:
    """The API's answer."""
    entries = {entry["id"]: entry for entry in found["kpis"]}
    for k, kpi in kpis.CATALOGUE.items():
        entry = dict.fromkeys(("value", *_ANSWERED), ABSENT) | entries.get(k, {})
        numerator, denominator, at, on_year, on_period = (entry[name] for name in _ANSWERED)
        yield from _parts(kpi, prefix, entry["value"], (numerator, denominator), now[k])
        yield Pair(k, f"{prefix}at", at or 0, now[k].at or 0)
        yield from _changes(kpi, prefix, (on_year, on_period), change[k])


_ANSWERED = ("numerator", "denominator", "at", "change_year", "change_period")


def _parts(kpi: Kpi, prefix: str, value: Value, parts: Any, own: Figure) -> Pairs:
    """Exact, but for quantiles (the histogram's error) and sums of fractions."""
    yield Pair(kpi.id, f"{prefix}value", value, own.value, _slack(kpi, own.value))
    pairs = zip(("numerator", "denominator"), parts, (own.numerator, own.denominator), strict=True)
    for name, published, part in pairs:
        slack = _slack(kpi, part) if isinstance(kpi.formula, Gauge) else 0
        yield Pair(kpi.id, f"{prefix}{name}", published, part, slack)


def _changes(kpi: Kpi, prefix: str, published: Any, own: Figure) -> Pairs:
    """Published to four digits."""
    facts = (own.change_year, own.change_period)
    for name, value, change in zip(("change_year", "change_period"), published, facts, strict=True):
        slack = CHANGE_STEP
        if isinstance(kpi.formula, Quantile):
            slack += QUANTILE_CHANGE * abs(1 + (change or 0))
        yield Pair(kpi.id, f"{prefix}{name}", value, change, slack)


def _categories(kpi: Kpi, published: Mapping[str, float], own: Readings, period: Period) -> Pairs:
    counted = own.categories(kpi, period)
    for code in sorted({*published, *counted}):
        yield Pair(kpi.id, f"category {code}", published.get(code, 0), counted.get(code, 0))


def _towns(kpi: Kpi, published: Mapping[str, Value], own: Readings, period: Period) -> Pairs:
    """Of areas that nobody knows only where it says something of them."""
    for town in sorted({*published, *own.area.profile.town_by_code}):
        value = Readings(Area(own.area.facts, town), own.now_ms).current(kpi, period).value
        slack = _slack(kpi, value) + ROUNDED
        yield Pair(kpi.id, f"town {town}", published.get(town, ABSENT), value, slack)


def _of_towns(kpi: Kpi, published: Mapping[str, Value], own: Readings, period: Period) -> Pairs:
    """The cases that each town's share is of."""
    for town in sorted({*published, *own.area.profile.town_by_code}):
        found = Readings(Area(own.area.facts, town), own.now_ms).current(kpi, period)
        yield Pair(kpi.id, f"cases of {town}", published.get(town, ABSENT), found.denominator)


def _steps(kpi: Kpi, kind: str, published: Any, own: Readings) -> Pairs:
    """Each step of a series, the oldest first: `days 0`. One that is missing or of another length
    is a difference by itself.
    """
    counted = own.series(kind, kpi)
    if not isinstance(published, list) or len(published) != len(counted):
        yield Pair(kpi.id, kind, ABSENT, f"{len(counted)} steps")
        return
    for n, (value, step) in enumerate(zip(published, counted, strict=True)):
        yield Pair(kpi.id, f"{kind} {n}", value, step, _slack(kpi, step) + ROUNDED)


def _slack(kpi: Kpi, value: float | None) -> float:
    if isinstance(kpi.formula, Quantile):
        return histogram.ERROR * (value or 0) + 1 / kpi.formula.unit_ms
    return FRACTIONS * abs(value or 0)


def _rounded(kpi: Kpi, value: float | None) -> float:
    """Points travel with whole counts and yuan, and four digits of everything else."""
    if value is None or (kpi.unit == "count" and not isinstance(kpi.formula, Gauge)):
        return 0
    return 0.5 if kpi.unit == "yuan" else 5e-4 * abs(value)
