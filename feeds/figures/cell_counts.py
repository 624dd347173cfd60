"""How often measures counted, by cell: by town, step of time, category, second dimension, outcome
and grid.

Counting that are kept in cells are read from the table `cube`; every other measure of cases is
counted from the cases, by the SQL of its declaration (feeds/history/case_measures.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, select

from feeds.city import periods
from feeds.city.calendar import SLOT_MS, Calendar
from feeds.figures import rollups, windows
from feeds.figures.windows import PERIOD_OF, DateRange, Step
from feeds.history import case_measures, cell_texts, tables
from feeds.history.contribution import Cell
from feeds.history.counting import grid_of
from feeds.kpis.measures import DUE, CaseMeasure, Measure, Time

PARTS = ("category", "facet", "grid", "outcome")
# Where something is counted: town, step of time, cell. What is not asked for is added up, and ""
# here.
Place = tuple[str, str, Cell]
Counted = Mapping[Place, int]


class Asked(NamedTuple):
    """What is counted: of which towns, over which days, by which step of time (None: none), by
    which other dimensions, and as seen at which moment (epoch ms).
    """

    towns: tuple[str, ...]
    days: DateRange
    step: Step | None
    needs: frozenset[str]
    now_ms: int


def count(
    connection: Connection, tz: ZoneInfo, measures: Iterable[Measure], asked: Asked
) -> dict[Measure, Counted]:
    """Measure → place → how often. Raises a database error."""
    wanted = list(dict.fromkeys(measures))
    kept = [one for one in wanted if one.case is None or one.case.has_cells]
    found = from_rows(connection, kept, asked)
    cases = _Cases(connection, tz, asked)
    return found | {one: cases.count(one) for one in wanted if one not in found}


def count_open(connection: Connection, plus: Measure, asked: Asked) -> Counted:
    """The open cases of a level, named by what comes in: all of them, or, of what waits for its
    time (fell_due), those whose time has come.
    """
    conditions = list(is_open(plus.subject, asked.towns))
    assert plus.case is not None
    if plus.case.waits:
        conditions.append(case_measures.sql_time(plus.case.at) <= asked.now_ms)
    return _grouped(connection, conditions, asked.needs)


def is_open(family: str, towns: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """The conditions of an open case: by town and family first, as the key is ordered."""
    c = tables.cases.c
    return c.town.in_(towns), c.kind == family, c.opened.is_not(None), c.closed.is_(None)


class Part(NamedTuple):
    """Days to be added (1) or taken away (-1)."""

    days: DateRange
    sign: int


class Cover(NamedTuple):
    """Whole months, and the days beside them."""

    months: tuple[str, ...]
    parts: tuple[Part, ...]


def cover(days: DateRange) -> Cover:
    """The months and days that add up to some days. Most of a month is read as the month less the
    other days; the rest of a running month holds nothing yet.
    """
    months = list[str]()
    parts = list[Part]()
    day = days.start
    while day < days.end:
        month = DateRange(*periods.days("month", day))
        until = min(month.end, days.end)
        if 2 * (until - day).days > month.days:
            months.append(day.isoformat()[:7])
            parts += [Part(DateRange(month.start, day), -1), Part(DateRange(until, month.end), -1)]
        else:
            parts.append(Part(DateRange(day, until), 1))
        day = until
    return Cover(tuple(months), tuple(part for part in parts if part.days.days > 0))


def step_name(day: str, step: Step | None) -> str:
    """What a day's step is called: itself, its week's Monday, its month; "" where nothing is split
    by time.
    """
    if step is None:
        return ""
    if step == "day":
        return day
    start = periods.days(PERIOD_OF[step], date.fromisoformat(day))[0].isoformat()
    return start[:7] if step == "month" else start


def from_rows(
    connection: Connection, measures: Sequence[Measure], asked: Asked
) -> dict[Measure, Counted]:
    """Counts from the table `cube`. Without grids, whole months are read where possible."""
    if not measures:
        return {}
    found: dict[Measure, dict[Place, int]] = {one: {} for one in measures}
    names = {str(one): one for one in measures}
    decode, narrow = rollups.decoder(frozenset(names)), _Narrow(asked.needs)
    by_town = "town" in asked.needs or "grid" in asked.needs
    steps: dict[str, str] = {}
    for town, day, text, sign in _rows(connection, asked):
        step = steps.get(day)
        if step is None:
            step = steps[day] = step_name(day, asked.step)
        where = town if by_town else ""
        for stored, counters in decode(text).items():
            into = found[names[stored]]
            for cell, n in counters.items():
                place = (where, step, narrow[cell])
                into[place] = into.get(place, 0) + sign * n
    return {one: {place: n for place, n in its.items() if n} for one, its in found.items()}


def _rows(connection: Connection, asked: Asked) -> Iterator[tuple[str, str, str, int]]:
    """(town, day or a month's first, counters, sign)."""
    c, m = tables.cube.c, tables.cube_months.c
    covering = Cover((), (Part(asked.days, 1),))
    if "grid" not in asked.needs and asked.step in (None, "month"):
        covering = cover(asked.days)
    query = select(m.town, m.month, m.counters).where(m.town.in_(asked.towns))
    for town, month, text in connection.execute(query.where(m.month.in_(covering.months))):
        yield town, f"{month}-01", text, 1
    for (start, end), sign in covering.parts:
        within = (c.day >= start.isoformat(), c.day < end.isoformat())
        rows = select(c.town, c.day, c.counters).where(c.town.in_(asked.towns), *within)
        for town, day, text in connection.execute(rows):
            yield town, day, text, sign


class _Narrow(dict[str, Cell]):
    """A cell's text → the cell with the needed parts alone. Each is worked out once."""

    def __init__(self, needs: Collection[str]) -> None:
        self._needed = [name in needs for name in PARTS]
        self._cells = cell_texts.Decoder()

    def __missing__(self, text: str) -> Cell:
        category, facet, grid, outcome = (
            part if needed else ""
            for part, needed in zip(self._cells[text], self._needed, strict=True)
        )
        found = self[text] = (category, facet, grid, outcome)
        return found


class _Cases:
    """Counts cases to the moment: a case that is due later today is not overdue yet."""

    def __init__(self, connection: Connection, tz: ZoneInfo, asked: Asked) -> None:
        self._connection, self._tz, self._asked = connection, tz, asked
        self._bins, self._names = Calendar(tz).bins, dict[int, str]()

    def count(self, measure: Measure) -> Counted:
        """Place → how many, of a measure such as `task.on_time` or `incident.same`."""
        one, asked = measure.case, self._asked
        assert one is not None
        if asked.step is None:
            return self._within(measure, one, asked.days)
        if DUE in (one.at, one.began):
            return self._step_by_step(measure, one, asked.step)
        return self._by_step(one, self._conditions(measure, one, asked.days))

    def _within(
        self, measure: Measure, one: CaseMeasure, days: DateRange, step: str = ""
    ) -> Counted:
        """Those that happened within some days."""
        conditions = self._conditions(measure, one, days)
        return _grouped(self._connection, conditions, self._asked.needs, step)

    def _step_by_step(self, measure: Measure, one: CaseMeasure, step: Step) -> Counted:
        """One question for each step of time: an index of due times finds its cases."""
        found: dict[Place, int] = {}
        for whole in windows.steps(step, self._asked.days):
            days = whole.within(self._asked.days)
            found.update(self._within(measure, one, days, step_name(str(whole.start), step)))
        return found

    def _conditions(
        self, measure: Measure, one: CaseMeasure, days: DateRange
    ) -> list[ColumnElement[bool]]:
        c = tables.cases.c
        at, when = _searched(one.at), case_measures.sql_condition(one.when)
        start, end = (periods.day_start_ms(day, self._tz) for day in days)
        until = min(end, self._asked.now_ms + 1) if one.waits else end
        found = [c.town.in_(self._asked.towns), c.kind == measure.subject]
        found += [at >= start, at < until]
        if when is not None:
            found.append(when)
        if one.began is not None:
            began = _searched(one.began)
            found += [began >= start, began < end]
        return found

    def _by_step(self, one: CaseMeasure, conditions: list[ColumnElement[bool]]) -> Counted:
        """Cases by their steps of time; of a cohort those that began and ended in the same one."""
        columns: list[ColumnElement[Any]] = [*_columns(self._asked.needs)]
        times: list[ColumnElement[Any]] = [case_measures.sql_time(one.at)]
        if one.began is not None:
            times.append(case_measures.sql_time(one.began))
        found: Counter[tuple[Any, ...]] = Counter()
        width = len(columns)
        for row in self._connection.execute(select(*columns, *times).where(*conditions)).all():
            steps = {self._step_of(at) for at in row[width:]}
            if len(steps) == 1:
                found[(steps.pop(), *row[:width])] += 1
        return _by_place(((key[0], key[1:], n) for key, n in found.items()), self._asked.needs)

    def _step_of(self, at_ms: int) -> str:
        slot = at_ms // SLOT_MS
        found = self._names.get(slot)
        if found is None:
            found = self._names[slot] = step_name(self._bins(at_ms).day, self._asked.step)
        return found


def _searched(time: Time) -> ColumnElement[int]:
    """A time whose range is asked for."""
    return tables.searched_due if time == DUE else case_measures.sql_time(time)


def _columns(needs: Collection[str]) -> list[ColumnElement[str]]:
    """The columns that the needed dimensions are made of: of a grid its town too."""
    c = tables.cases.c
    columns: dict[str, ColumnElement[str]] = {
        "town": c.town,
        "category": c.category,
        "facet": c.facet,
        "grid": c.area,
        "outcome": c.outcome,
    }
    wanted = {*needs, "town"} if "grid" in needs else needs
    return [column for name, column in columns.items() if name in wanted]


def _grouped(
    connection: Connection,
    conditions: Iterable[ColumnElement[bool]],
    needs: Collection[str],
    step: str = "",
) -> Counted:
    """Cases counted by the database, all of one step of time."""
    columns = _columns(needs)
    query = select(func.count(), *columns).where(*conditions).group_by(*columns)
    rows = connection.execute(query)
    return _by_place(((step, row[1:], row[0]) for row in rows), needs)


def _by_place(rows: Iterable[tuple[str, Sequence[str], int]], needs: Collection[str]) -> Counted:
    """(step, values of the columns, how many) by place."""
    names = [column.key for column in _columns(needs)]
    found: Counter[Place] = Counter()
    for step, values, n in rows:
        has = dict(zip(names, values, strict=True))
        town = has.get("town", "")
        grid = grid_of(town, has.get("area", "")) if town else ""
        cell = (has.get("category", ""), has.get("facet", ""), grid, has.get("outcome", ""))
        found[town, step, cell] += n
    return found
