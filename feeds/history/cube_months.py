"""The cube's months: its days added up without their grids. Written beside the days; here, how a
day becomes part of a month.

With grids a month has nearly as many different cells as cases, and would be as slow to read as its
days.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, select

from feeds.history import rollup_rows, tables
from feeds.history.prepared_sql import Statements
from feeds.history.rollup_rows import Counters

_decode = msgspec.json.Decoder(Counters).decode
_encode = msgspec.json.Encoder().encode


class Grids(dict[str, str]):
    """A cell as it is kept → the same without its grid. Each is worked out once."""

    def __missing__(self, cell: str) -> str:
        category, facet, _, *outcome = cell.split("|")
        found = self[cell] = "|".join((category, facet, "", *outcome))
        return found

    def without(self, counters: Mapping[str, Mapping[str, int]]) -> Counters:
        """The same counters, those of different grids added up."""
        found: Counters = {}
        for measure, cells in counters.items():
            into = found[measure] = {}
            for cell, n in cells.items():
                name = self[cell]
                into[name] = into.get(name, 0) + n
        return found


def are_kept(connection: Connection) -> bool:
    """Whether the history has its months: not before ingest has filled those of an older one."""
    return connection.execute(select(tables.cube_months.c.town).limit(1)).first() is not None


def fill(connection: Connection, sql: Statements) -> None:
    """Makes the months of a history that has days and no months yet: one written before there were
    any.
    """
    if are_kept(connection):
        return
    grids, c = Grids(), tables.cube.c
    months: dict[rollup_rows.Key, Counters] = {}
    for town, day, counters in connection.execute(select(c.town, c.day, c.counters)):
        rollup_rows.add(months.setdefault((town, day[:7]), {}), grids.without(_decode(counters)))
    sql.insert_cube_months(
        connection, [(*key, _encode(month).decode()) for key, month in months.items()]
    )
