"""The facts of a history: a private SQLite database of its raw events, in which facts.sql says what
each measure counts, and these counts in the order of time.

It shares the declarations alone with the product: event types, profile, the definition of periods.
Times are epoch milliseconds; an end is not part of what it ends.
"""

from __future__ import annotations

import heapq
import re
import sqlite3
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from importlib import resources
from itertools import accumulate, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from feeds import kpis
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.city.words import Text, Worded
from feeds.events import decoding, eventtypes
from feeds.events.event import EventType
from feeds.kpis import histogram, measures

COLUMNS = ("town", "source", "id", "type", "area", "at", "recorded", "data")
Identity = tuple[str, str, str, int]  # town, source, id, recorded
Row = Sequence[Any]  # COLUMNS
SEEN = "seen "
FAR_MS = 2**62
_CACHE_KB = 65_536
_SAID = re.compile(r"family \|\| '\.(\w+)'")
_GIVEN = """
CREATE TABLE events (town, source, id, type, area, at INTEGER, recorded INTEGER, data);
CREATE TABLE kind (type PRIMARY KEY, shape, family, step, word, facet);
CREATE TABLE listed (type, field, value, PRIMARY KEY (type, field, value)) WITHOUT ROWID;
CREATE TABLE counted (type, measure, field, times);
CREATE TABLE due_limit (family PRIMARY KEY, after_ms);
CREATE TABLE days (start INTEGER PRIMARY KEY, day);
CREATE TABLE asked (measure PRIMARY KEY);
"""
_COUNTS = f"""
SELECT town, measure, dim, json_group_array(at), json_group_array(n) FROM (
  SELECT town, measure, dim, at, n FROM facts WHERE measure IN (SELECT measure FROM asked)
  UNION ALL SELECT town, '{SEEN}' || need, source, at, 1 FROM seen)
GROUP BY town, measure, dim
"""
_REPORTS = "SELECT indicator, town, at, source, id, value, total FROM reports"
_GONE = """
DROP TABLE IF EXISTS temp.gone;
CREATE TEMP TABLE gone (town, source, id, recorded, PRIMARY KEY (id, source, town, recorded));
"""
_TOUCHED = """
WITH lost AS (
  SELECT e.rowid AS n, json_extract(data, '$.case') AS number
  FROM events e JOIN gone USING (town, source, id, recorded))
SELECT rowid IN (SELECT n FROM lost), events.* FROM events
WHERE rowid IN (SELECT n FROM lost)
   OR json_extract(data, '$.case') IN (SELECT number FROM lost)
"""


class UnsaidMeasure(Worded):
    """A measure of cases is declared that facts.sql does not say; the message names it."""


def open_database(profile: Profile, events: Iterable[Row], path: str = "") -> sqlite3.Connection:
    """Events (COLUMNS, each once), what is declared about them and what facts.sql makes of both: in
    a new file, or in one that is gone when it is closed. Raises UnsaidMeasure.
    """
    sql = statements()
    check_that_all_is_said(sql)
    made = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KB}"):
        made.execute(f"PRAGMA {pragma}")
    made.create_function("time_ms", 1, _time_ms, deterministic=True)
    made.create_function("bucket", 1, histogram.bucket, deterministic=True)
    made.create_function("day_of", 1, partial(_day_of, profile.tz), deterministic=True)
    made.executescript(_GIVEN)
    made.execute("BEGIN")
    made.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", events)
    _declare(made, profile)
    made.executescript(sql)
    return made


def statements() -> str:
    """The text of facts.sql."""
    return resources.files("feeds.audit").joinpath("facts.sql").read_text("utf-8")


def check_that_all_is_said(sql: str) -> None:
    """Raises UnsaidMeasure where the text of facts.sql lacks a measure of cases. What is counted by
    event type needs no line: the declaration itself is the table `counted`.
    """
    said = set(_SAID.findall(sql))
    for one in measures.CASE_MEASURES:
        if one.name not in said:
            unsaid = Text(
                f"feeds/audit/facts.sql 没有写明 {one.name!r} 数的是什么：在其视图 facts 中加一条"
                f"含 family || '.{one.name}' 的 SELECT，做法见 docs/how-to/new-figures.md",
                f"feeds/audit/facts.sql does not say what the measure {one.name!r} counts: add a "
                f"SELECT with family || '.{one.name}' to its view facts, "
                "as docs/how-to/new-figures.md shows",
            )
            raise UnsaidMeasure(unsaid)


def _time_ms(text: str | None) -> int | None:
    return None if text is None else decoding.parse_time(text, "due")


def _day_of(tz: ZoneInfo, at_ms: int | None) -> str | None:
    return None if at_ms is None else periods.day_of(at_ms, tz).isoformat()


def _declare(made: sqlite3.Connection, profile: Profile) -> None:
    """The tables that facts.sql is given beside the events."""
    for kind in eventtypes.TYPES.values():
        _declare_type(made, profile, kind)
    for name in stored_measures():
        made.execute("INSERT INTO asked VALUES (?)", (name,))
    _declare_days(made, profile)


def _declare_type(made: sqlite3.Connection, profile: Profile, kind: EventType) -> None:
    """An event type, the values that its word and facet may have, and what it is counted as."""
    fields = {field.name: field for field in kind.fields}
    word = kind.by if kind.by in fields else ""
    row = (kind.name, kind.shape.value, kind.family, kind.step, word, kind.facet)
    made.execute("INSERT INTO kind VALUES (?, ?, ?, ?, ?, ?)", row)
    for name in {word, kind.facet} & fields.keys():
        listed = set(fields[name].choices or ())
        if listed and name == word:
            listed |= set(profile.categories.get(kind.family, {}))
        rows = [(kind.name, name, value) for value in listed]
        made.executemany("INSERT INTO listed VALUES (?, ?, ?)", rows)
    for suffix, field in kind.measures:
        measure = f"{kind.name}.{suffix}" if suffix else kind.name
        times = 100 if field and fields[field].kind == "amount" else 1
        made.execute("INSERT INTO counted VALUES (?, ?, ?, ?)", (kind.name, measure, field, times))
    limit_ms = profile.limit_ms(kind.family)
    if limit_ms is not None:
        made.execute("INSERT OR IGNORE INTO due_limit VALUES (?, ?)", (kind.family, limit_ms))


def stored_measures() -> Sequence[str]:
    """Every measure that a KPI is made of, under all names that it is counted by."""
    found: set[str] = set()
    for kpi in kpis.CATALOGUE.values():
        for names in kpi.first_counted:
            found.update(names)
        for measure in kpi.formula.measures:
            found.add(measure.stored)
    return sorted(found)


def _declare_days(made: sqlite3.Connection, profile: Profile) -> None:
    """Every day from the first event's to the last one's."""
    first_ms, last_ms = made.execute("SELECT min(at), max(at) FROM events").fetchone()
    if first_ms is None:
        return
    day, last = (periods.day_of(at, profile.tz) for at in (first_ms, last_ms))
    while day <= last:
        start = periods.day_start_ms(day, profile.tz)
        made.execute("INSERT INTO days VALUES (?, ?)", (start, day.isoformat()))
        day += timedelta(1)


class Series(NamedTuple):
    """When something counted, in the order of time, and how much up to each of these times."""

    at: array[int]
    sums: array[int]

    def up_to(self, moment_ms: int) -> int:
        return self.sums[bisect_left(self.at, moment_ms)]


class Report(NamedTuple):
    """What a town reported of an indicator; `total` is None where none was reported."""

    at: int
    source: str
    id: str
    value: float
    total: float | None


Counts = Mapping[tuple[str, str], Mapping[str, Series]]  # (town, measure) → dimension → series
Reports = Mapping[tuple[str, str], Sequence[Report]]  # (indicator, town) → in the order of time


@dataclass(frozen=True)
class Facts:
    """What counted where and when. `parts` are added (1) or taken away (-1). Whoever opened the
    database closes it.
    """

    database: sqlite3.Connection
    profile: Profile
    parts: Sequence[tuple[int, Counts]]
    reports: Reports

    @classmethod
    def of(cls, database: sqlite3.Connection, profile: Profile) -> Facts:
        return cls(database, profile, [(1, _counts(database))], _reports(database))

    @classmethod
    def of_events(cls, profile: Profile, events: Iterable[Row]) -> Facts:
        return cls.of(open_database(profile, events), profile)

    @cached_property
    def towns(self) -> Sequence[str]:
        """The towns that events came from: the city's own and those of unknown areas too."""
        return sorted({town for _, counts in self.parts for town, _ in counts})

    def known(
        self, recorded_ms: int = FAR_MS, at_ms: int = FAR_MS, but: Iterable[Identity] = ()
    ) -> Facts:
        """The facts of the events recorded by one moment that happened by another, but some."""
        query = "SELECT town, source, id, recorded FROM events WHERE recorded > ? OR at > ?"
        return self.without([*self.database.execute(query, (recorded_ms, at_ms)), *but])

    def without(self, gone: Iterable[Identity]) -> Facts:
        """The facts of all events but some: those of the cases that these belong to are taken away
        and counted again from what is left.
        """
        self.database.executescript(_GONE)
        self.database.executemany("INSERT OR IGNORE INTO gone VALUES (?, ?, ?, ?)", gone)
        touched = self.database.execute(_TOUCHED).fetchall()
        before = Facts.of_events(self.profile, [row for _, *row in touched])
        after = Facts.of_events(self.profile, [row for is_gone, *row in touched if not is_gone])
        before.database.close()
        after.database.close()
        parts = [*self.parts, (-1, before.parts[0][1]), *after.parts]
        reports = dict(self.reports)
        for key, lost in before.reports.items():
            kept = set(reports[key]).difference(lost)
            reports[key] = sorted(kept.union(after.reports.get(key, ())))
        return Facts(self.database, self.profile, parts, reports)


def _counts(database: sqlite3.Connection) -> Counts:
    found: dict[tuple[str, str], dict[str, Series]] = {}
    for town, measure, dim, at, n in database.execute(_COUNTS):
        times, amounts = (np.array(_numbers(column)) for column in (at, n))
        order = times.argsort(kind="stable")
        sums = accumulate(amounts[order].tolist(), initial=0)
        series = Series(array("q", times[order].tobytes()), array("q", sums))
        found.setdefault((town, measure), {})[dim] = series
    return found


_numbers = msgspec.json.Decoder(list[int]).decode


def _reports(database: sqlite3.Connection) -> Reports:
    found: dict[tuple[str, str], list[Report]] = {}
    for indicator, town, *report in database.execute(_REPORTS):
        found.setdefault((indicator, town), []).append(Report(*report))
    return {key: sorted(reports) for key, reports in found.items()}


@dataclass(frozen=True)
class Area:
    """The facts of one area: of the city all of them, those of unknown areas too."""

    facts: Facts
    code: str

    @property
    def profile(self) -> Profile:
        return self.facts.profile

    @property
    def is_city(self) -> bool:
        return self.code == self.profile.code

    @property
    def towns(self) -> Sequence[str]:
        return self.facts.towns if self.is_city else (self.code,)

    def up_to(self, measure: str, moment_ms: int, dims: Sequence[str] = ()) -> int:
        """How much counted before a moment, of some dimensions or of all."""
        return sum(sign * series.up_to(moment_ms) for sign, series in self._series(measure, dims))

    def between(self, measure: str, start_ms: int, end_ms: int, dims: Sequence[str] = ()) -> int:
        return self.up_to(measure, end_ms, dims) - self.up_to(measure, start_ms, dims)

    def dims(self, measure: str) -> list[str]:
        """The values of a measure's dimension that counted anything."""
        found = {
            dim
            for _, counts in self.facts.parts
            for town in self.towns
            for dim in counts.get((town, measure), {})
        }
        return sorted(found)

    def by_dim(self, measure: str, start_ms: int, end_ms: int) -> dict[str, int]:
        """How much counted in a span of each dimension; what is zero is left out."""
        found = {dim: self.between(measure, start_ms, end_ms, (dim,)) for dim in self.dims(measure)}
        return {dim: n for dim, n in found.items() if n}

    def amounts(self, measure: str, start_ms: int, end_ms: int) -> list[int]:
        """How much each time that something counted in a span, the smallest first."""
        found: Counter[int] = Counter()
        for sign, series in self._series(measure):
            first, last = (bisect_left(series.at, moment) for moment in (start_ms, end_ms))
            sums = series.sums[first : last + 1]
            for before, after in pairwise(sums):
                found[after - before] += sign
        return sorted(found.elements())

    def first(self, measure: str) -> int | None:
        """When it counted first."""
        every = heapq.merge(*(series.at for _, series in self._series(measure)))
        return next((at for at in every if self.between(measure, at, at + 1)), None)

    def seen(self) -> list[str]:
        """Everything that was seen of it: measures that begin with SEEN, by source."""
        found = {
            measure
            for _, counts in self.facts.parts
            for town, measure in counts
            if town in self.towns and measure.startswith(SEEN)
        }
        return sorted(found)

    def last(self, measure: str, before_ms: int = FAR_MS, dims: Sequence[str] = ()) -> int | None:
        """When it counted last before a moment, of some dimensions or of all."""
        while True:
            found = [
                series.at[before - 1]
                for _, series in self._series(measure, dims)
                if (before := bisect_left(series.at, before_ms))
            ]
            if not found:
                return None
            before_ms = max(found)
            if self.between(measure, before_ms, before_ms + 1, dims):
                return before_ms

    def standing(self, indicator: str, end_ms: int) -> list[Report]:
        """Its own latest report before a moment; of a city that reports none, of each of its
        towns.
        """
        found = {
            town: reports[before - 1]
            for town in self.towns
            if (reports := self.facts.reports.get((indicator, town)))
            if (before := bisect_left(reports, end_ms, key=lambda report: report.at))
        }
        return [found[self.code]] if self.code in found else [*found.values()]

    def _series(self, measure: str, dims: Sequence[str] = ()) -> Iterator[tuple[int, Series]]:
        for sign, counts in self.facts.parts:
            for town in self.towns:
                found = counts.get((town, measure), {})
                for dim in dims or found:
                    if dim in found:
                        yield sign, found[dim]
