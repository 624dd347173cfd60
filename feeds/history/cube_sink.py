"""The cube as ingest keeps it: by town and day what was counted in each cell (category, second
dimension, grid), the same by month without grids, and how long cases stayed in their stages.

With grids a month has nearly as many different cells as cases, and would be as slow to read as its
days. Reading the cube is feeds/figures/cube_days.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, Dialect, insert, select

from feeds.city.profile import Profile
from feeds.history import event_store, prepared_sql, rollup_rows, stage_durations, tables
from feeds.history.measures import NO_CASE, Case, Measures
from feeds.history.rollup_rows import Counters, Key
from feeds.history.sinks import CaseChange, Counted

STAGES_MARK = "stays"  # in the meta table: the stages of cases are counted
REMEMBERED_DAYS = 1_000
_decode = msgspec.json.Decoder(Counters).decode
_encode = msgspec.json.Encoder().encode


class Cube:
    """Not thread-safe."""

    def __init__(self, dialect: Dialect, profile: Profile) -> None:
        self._measures = Measures(profile)
        self._grids = _Grids()
        self._days = rollup_rows.Rows(tables.cube, dialect, REMEMBERED_DAYS)
        self._months = rollup_rows.Rows(tables.cube_months, dialect, REMEMBERED_DAYS)
        self._insert_months = prepared_sql.insert(tables.cube_months, dialect)

    def fill(self, connection: Connection) -> None:
        """Of a history written before there were months, or before stages were counted."""
        if not months_are_kept(connection):
            self._fill_months(connection)
        if event_store.marks(connection, STAGES_MARK) is None:
            self._fill_stages(connection)

    def add(self, connection: Connection, counted: Counted) -> None:
        days = [
            ((town, day.day), cells) for (town, day), (_, cells) in counted.days.items() if cells
        ]
        self._add(connection, days + self._stages(counted.cases))

    def forget(self) -> None:
        self._days.forget()
        self._months.forget()

    def shrink(self) -> None:
        self._days.shrink()
        self._months.shrink()

    def _add(self, connection: Connection, days: Sequence[tuple[Key, Counters]]) -> None:
        months = [((town, day[:7]), self._grids.without(cells)) for (town, day), cells in days]
        self._days.add(connection, days)
        self._months.add(connection, months)

    def _stages(self, changes: Iterable[CaseChange]) -> list[tuple[Key, Counters]]:
        """By town and local day what the changed cases stayed in their stages."""
        days: dict[Key, Counters] = {}
        day_of = self._measures.calendar.bins
        for case in changes:
            for town, at, measure, cell, n in self._measures.stays(
                case.town, case.family, case.before, case.after
            ):
                cells = days.setdefault((town, day_of(at).day), {}).setdefault(measure, {})
                cells[cell] = cells.get(cell, 0) + n
        return list(days.items())

    def _fill_months(self, connection: Connection) -> None:
        c = tables.cube.c
        months: dict[Key, Counters] = {}
        for town, day, counters in connection.execute(select(c.town, c.day, c.counters)):
            month = months.setdefault((town, day[:7]), {})
            rollup_rows.add(month, self._grids.without(_decode(counters)))
        self._insert_months.run(
            connection, [(*key, _encode(month).decode()) for key, month in months.items()]
        )

    def _fill_stages(self, connection: Connection) -> None:
        """From the cases that there are."""
        has_stages = tables.cases.c.kind.in_(stage_durations.FAMILIES)
        rows = connection.execute(select(tables.cases).where(has_stages))
        changes = (
            CaseChange(town, family, NO_CASE, Case(*steps)) for town, family, _, *steps in rows
        )
        self._add(connection, self._stages(changes))
        connection.execute(insert(tables.meta).values(key=STAGES_MARK, value="1"))


class _Grids(dict[str, str]):
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


def months_are_kept(connection: Connection) -> bool:
    """Whether the history has its months: not before ingest has filled those of an older one."""
    return connection.execute(select(tables.cube_months.c.town).limit(1)).first() is not None
