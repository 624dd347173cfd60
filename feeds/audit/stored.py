"""What ingest stores beside the raw events: every case; and what is kept in cells for splits, by
category, facet, outcome and grid, of the last days and of this year's months.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec
from sqlalchemy import Column, Connection, select

from feeds.audit.compare import ABSENT, Pair
from feeds.audit.facts import Facts
from feeds.city import periods
from feeds.history import tables

DAYS = 35
DIMENSIONS = ("category", "facet", "outcome", "grid")
Counters = dict[str, dict[str, int]]
Total = tuple[str, str, str, str]  # measure, day or month, dimension, its value
Totals = dict[str, Counter[Total]]  # by town
_counters = msgspec.json.Decoder(dict[str, dict[str, int]]).decode
_DAY = "(SELECT day FROM days WHERE start <= at ORDER BY start DESC LIMIT 1)"
_CELLS = f"""
CREATE TEMP TABLE cells AS
SELECT town, {_DAY} AS day, measure, category, facet, outcome, n,
       CASE WHEN town <> 'unknown' AND substr(area, 1, length(town) + 1) = town || '-'
            THEN area ELSE town END AS grid
FROM facts WHERE category IS NOT NULL AND at >= :since_ms
UNION ALL
SELECT town, {_DAY}, family || '.chain', '', track, mark, 1, town
FROM stages WHERE at >= :since_ms
"""
_STORED = """
CREATE TEMP TABLE stored (town, family, number, opened, category, due, handled, joint, closed,
                          outcome, manner, area, facet)
"""
_OWN = """
CREATE TEMP VIEW own AS
SELECT town, family, number, opened, category, due, handled, joint, closed,
       CASE WHEN closed IS NULL THEN '' ELSE outcome END, ifnull(manner, ''), area, facet
FROM cases
"""
_OTHER_CASES = """
SELECT * FROM (SELECT * FROM {one} EXCEPT SELECT * FROM {other})
WHERE town IN (SELECT value FROM json_each(?))
"""
_TOTALS = """
SELECT town, measure, substr(day, 1, {length}) AS bin, {dimension}, sum(n)
FROM cells WHERE day >= '{since}' GROUP BY 1, 2, 3, 4
"""


def cases(connection: Connection, facts: Facts, towns: Sequence[str]) -> tuple[int, list[Pair]]:
    """How many cases of some towns are stored, and those that are not what their events say."""
    database, columns = facts.database, tables.cases.c
    query = select(tables.cases).where(columns.town.in_(towns))
    rows = connection.execute(query.execution_options(yield_per=20_000))
    database.execute(_STORED)
    database.execute(_OWN)
    marks = ", ".join("?" * len(columns))
    database.executemany(f"INSERT INTO stored VALUES ({marks})", map(tuple, rows))
    (count,) = database.execute("SELECT count(*) FROM stored").fetchone()
    published = _cases_in(database, "stored", "own", towns)
    own = _cases_in(database, "own", "stored", towns)
    pairs = []
    for case in sorted(published.keys() | own.keys()):
        town, family, number = case
        said = f"case {number} of {town}"
        pairs.append(Pair(family, said, published.get(case, ABSENT), own.get(case, ABSENT)))
    return count, pairs


def _cases_in(
    database: sqlite3.Connection, one: str, other: str, towns: Sequence[str]
) -> dict[tuple[str, str, str], str]:
    """The cases that are in one table and not, or otherwise, in another."""
    query = _OTHER_CASES.format(one=one, other=other)
    rows = database.execute(query, (json.dumps(towns),))
    return {(town, family, number): str(steps) for town, family, number, *steps in rows}


def totals(
    connection: Connection, facts: Facts, towns: Sequence[str], today: date
) -> dict[str, list[Pair]]:
    """Each town's totals of its cells, by day of the last days and by month of this year: those
    that a connection reads and those of the facts of the same moment.
    """
    first_day = (today - timedelta(DAYS - 1)).isoformat()
    first_month = f"{today.year}-01"
    kept = _kept_totals(connection, towns, first_day, first_month)
    own = _own_totals(facts, towns, first_day, first_month)
    return {town: [*_pairs(kept[town], own[town])] for town in towns}


def _pairs(kept: Counter[Total], own: Counter[Total]) -> Iterator[Pair]:
    for total in sorted(kept.keys() | own.keys()):
        if kept[total] or own[total]:
            yield Pair(total[0], " ".join(total[1:]), kept[total], own[total])


def _kept_totals(
    connection: Connection, towns: Sequence[str], first_day: str, first_month: str
) -> Totals:
    """As ingest keeps them. Months are kept without grids, so these are added up from the days."""
    found = {town: Counter[Total]() for town in towns}
    first = min(first_day, first_month)
    for town, day, counters in _rows(connection, tables.cube.c.day, towns, first):
        if day >= first_day:
            _add(found[town], town, day, counters, DIMENSIONS)
        if day >= first_month:
            _add(found[town], town, day[:7], counters, ("grid",))
    for town, month, counters in _rows(connection, tables.cube_months.c.month, towns, first_month):
        _add(found[town], town, month, counters, ("category", "facet", "outcome"))
    return found


def _own_totals(facts: Facts, towns: Sequence[str], first_day: str, first_month: str) -> Totals:
    """As the facts have them."""
    found = {town: Counter[Total]() for town in towns}
    first = min(date.fromisoformat(first_day), date.fromisoformat(f"{first_month}-01"))
    since_ms = periods.day_start_ms(first, facts.profile.tz)
    facts.database.execute(_CELLS, {"since_ms": since_ms})
    for dimension in DIMENSIONS:
        for since, length in ((first_day, 10), (first_month, 7)):
            query = _TOTALS.format(length=length, dimension=dimension, since=since)
            for town, measure, name, value, n in facts.database.execute(query):
                if town in found:
                    found[town][measure, name, dimension, value] = n
    return found


def _rows(
    connection: Connection, name: Column[str], towns: Sequence[str], first: str
) -> Iterator[tuple[str, str, Counters]]:
    """The counters of towns' rows from a day or month on; `name` is their column."""
    c = name.table.c
    query = select(c.town, name, c.counters).where(c.town.in_(towns), name >= first)
    for town, day, counters in connection.execute(query.execution_options(yield_per=100)):
        yield town, day, _counters(counters)


def _add(
    totals: Counter[Total], town: str, name: str, counters: Counters, dimensions: Sequence[str]
) -> None:
    """A row's cells by some dimensions, under a day or month."""
    for measure, cells in counters.items():
        for cell, n in cells.items():
            category, facet, grid, *outcome = cell.split("|")
            values = {
                "category": category,
                "facet": facet,
                "outcome": outcome[0] if outcome else "",
                "grid": f"{town}-{grid}" if grid else town,
            }
            for dimension in dimensions:
                totals[measure, name, dimension, values[dimension]] += n
