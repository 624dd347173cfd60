"""What ingest stores beside the raw events: every case; and what is kept in cells for splits, by
category, facet, outcome and grid, of the last days and of this year's months.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product

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
_TOLD = """
CREATE TEMP VIEW facts_cases AS
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
    stored = select(tables.cases).where(columns.town.in_(towns))
    rows = connection.execute(stored.execution_options(yield_per=20_000))
    database.execute(_STORED)
    database.execute(_TOLD)
    marks = ", ".join("?" * len(columns))
    database.executemany(f"INSERT INTO stored VALUES ({marks})", map(tuple, rows))
    found: dict[tuple[str, str, str], list[str]] = {}
    for place, (one, other) in enumerate((("stored", "facts_cases"), ("facts_cases", "stored"))):
        query = _OTHER_CASES.format(one=one, other=other)
        for town, family, number, *steps in database.execute(query, (json.dumps(towns),)):
            found.setdefault((town, family, number), [ABSENT, ABSENT])[place] = str(steps)
    (count,) = database.execute("SELECT count(*) FROM stored").fetchone()
    pairs = [
        Pair(family, f"case {number} of {town}", published, own)
        for (town, family, number), (published, own) in found.items()
    ]
    return count, pairs


def totals(
    connection: Connection, facts: Facts, towns: Sequence[str], today: date
) -> dict[str, list[Pair]]:
    """Each town's totals of its cells, by day of the last days and by month of this year: those
    that a connection reads and those of the facts of the same moment.
    """
    first, january = today - timedelta(DAYS - 1), date(today.year, 1, 1)
    since, month = first.isoformat(), january.isoformat()[:7]
    mine = {town: Counter[Total]() for town in towns}
    for row in _kept(connection, tables.cube.c.day, towns, min(since, month)):
        _add(mine, row, 10, DIMENSIONS if row[1] >= since else ())
        _add(mine, row, 7, ("grid",) if row[1] >= month else ())
    for row in _kept(connection, tables.cube_months.c.month, towns, month):
        _add(mine, row, 7, DIMENSIONS[:3])
    own = {town: Counter[Total]() for town in towns}
    since_ms = periods.day_start_ms(min(first, january), facts.profile.tz)
    facts.database.execute(_CELLS, {"since_ms": since_ms})
    for dimension, (start, length) in product(DIMENSIONS, ((since, 10), (month, 7))):
        query = _TOTALS.format(length=length, dimension=dimension, since=start)
        for town, measure, name, value, n in facts.database.execute(query):
            if town in own:
                own[town][measure, name, dimension, value] = n
    return {town: [*_pairs(mine[town], own[town])] for town in towns}


def _pairs(mine: Counter[Total], own: Counter[Total]) -> Iterator[Pair]:
    for total in sorted(mine.keys() | own.keys()):
        if mine[total] or own[total]:
            yield Pair(total[0], " ".join(total[1:]), mine[total], own[total])


def _kept(
    connection: Connection, name: Column[str], towns: Sequence[str], first: str
) -> Iterator[tuple[str, str, Counters]]:
    """The counters of towns' rows from a day or month on; `name` is their column."""
    c = name.table.c
    query = select(c.town, name, c.counters).where(c.town.in_(towns), name >= first)
    for town, day, counters in connection.execute(query.execution_options(yield_per=100)):
        yield town, day, _counters(counters)


def _add(
    totals: Mapping[str, Counter[Total]],
    row: tuple[str, str, Counters],
    length: int,
    dimensions: Sequence[str],
) -> None:
    """A row's cells by some dimensions, under its day (of ten characters) or month (of seven)."""
    town, day, counters = row
    found, name = totals[town], day[:length]
    places = [(DIMENSIONS.index(dimension), dimension) for dimension in dimensions]
    for measure, cells in counters.items() if places else ():
        for cell, n in cells.items():
            category, facet, grid, *outcome = cell.split("|")
            within = f"{town}-{grid}" if grid else town
            values = (category, facet, outcome[0] if outcome else "", within)
            for place, dimension in places:
                found[measure, name, dimension, values[place]] += n
