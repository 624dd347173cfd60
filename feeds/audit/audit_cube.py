"""The cube beside the raw events: every measure it keeps, by category, facet, outcome and grid, of
the last days and this year's months.

Counted a second time by the recount's own path (feeds/audit/recount_cases.py); nothing here reads
measures or what ingest uses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import msgspec
import pandas as pd
from sqlalchemy import Column, Connection, select
from sqlalchemy import Engine as Database

from feeds.audit import (
    audit_sources,
    recount_cases,
    recount_events,
    recount_measures,
    recount_stays,
)
from feeds.audit.recount_events import Facts
from feeds.city.profile import UNKNOWN, Profile
from feeds.events import eventtypes
from feeds.events.event import EventType, Shape
from feeds.history import stage_durations, storage, tables

DAYS = 35
DIMENSIONS = ("category", "facet", "outcome", "grid")
Total = tuple[str, str, str, str]
_COLUMNS = ["town", "day", "measure", *DIMENSIONS, "n"]
_counters = msgspec.json.Decoder(dict[str, dict[str, int]]).decode


class Wrong(NamedTuple):
    """A total that is not what the events say: (measure, day or month, dimension, its value), the
    cube's and the events'.
    """

    total: Total
    cube: int
    events: int


class Checked(NamedTuple):
    """How many totals were compared, and those that differ."""

    values: int
    wrong: list[Wrong]


def check(database: Database, profile: Profile, town: str, today: date) -> Checked:
    """One town's totals by day of the last days and by month of this year; both read at one
    moment.
    """
    since, january = (today - timedelta(DAYS - 1)).isoformat(), f"{today.year}-01"
    with storage.snapshot(database) as connection:
        days = _table(_rows(connection, tables.cube.c.day, town, min(since, january)))
        months = _table(_rows(connection, tables.cube_months.c.month, town, january))
        facts = audit_sources.facts(connection, town)
    events = _told(facts, profile)
    mine = (
        _totals(days, since, 10)
        + _totals(days, january, 7, ("grid",))
        + _totals(months, january, 7, DIMENSIONS[:3])
    )
    told = _totals(events, since, 10) + _totals(events, january, 7)
    keys = sorted(mine.keys() | told.keys())
    return Checked(
        len(keys), [Wrong(key, mine[key], told[key]) for key in keys if mine[key] != told[key]]
    )


def _table(rows: Iterable[tuple[str | int, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=_COLUMNS)


def _rows(
    connection: Connection, name: Column[str], town: str, first: str
) -> Iterator[tuple[str | int, ...]]:
    """The cube's rows of a town from a day or month on, cell by cell; `name` is the column of the
    days or months.
    """
    c = name.table.c
    query = select(name, c.counters).where(c.town == town, name >= first)
    for day, counters in connection.execute(query):
        for measure, cells in _counters(counters).items():
            for cell, n in cells.items():
                category, facet, grid, *outcome = cell.split("|")
                yield (
                    town,
                    day,
                    measure,
                    category,
                    facet,
                    outcome[0] if outcome else "",
                    f"{town}-{grid}" if grid else town,
                    n,
                )


def _totals(
    cells: pd.DataFrame, since: str, length: int, dimensions: Iterable[str] = DIMENSIONS
) -> Counter[Total]:
    """Of each measure and dimension since a day or month: by day (of ten characters) or by month
    (of seven).
    """
    found: Counter[Total] = Counter()
    rows = cells[cells["day"] >= since]
    bins = rows["day"].str[:length]
    for dimension in dimensions:
        sums = rows["n"].groupby([rows["measure"], bins, rows[dimension]]).sum()
        for measure, name, value, n in (
            sums[sums != 0].reset_index().itertuples(index=False, name=None)
        ):
            found[measure, name, dimension, value] += int(n)
    return found


def _told(facts: Facts, profile: Profile) -> pd.DataFrame:
    """What the events say, in the cube's columns."""
    counts = [
        t for t in eventtypes.TYPES.values() if t.shape is Shape.COUNT and t.name in facts.by_type
    ]
    families = {
        t.family
        for t in eventtypes.TYPES.values()
        if t.shape is Shape.CASE and t.name in facts.by_type
    }
    tables = [
        *(_count(facts, kind, profile) for kind in counts),
        *(_cases(facts, family, profile) for family in sorted(families)),
    ]
    rows = pd.concat(tables) if tables else pd.DataFrame(columns=[*_COLUMNS, "at", "area"])
    moments = pd.to_datetime(rows["at"], unit="ms", utc=True).dt.tz_convert(profile.zone)
    within = [
        area if town != UNKNOWN and area.startswith(f"{town}-") else town
        for town, area in zip(rows["town"], rows["area"], strict=True)
    ]
    return rows.assign(day=moments.dt.strftime("%Y-%m-%d"), grid=within)[_COLUMNS]


def _count(facts: Facts, kind: EventType, profile: Profile) -> pd.DataFrame:
    rows = facts.of(kind.name)
    category = recount_events.named(rows, kind, profile)
    facet = recount_events.named(rows, kind, profile, kind.facet)
    base = pd.DataFrame(
        {
            "town": rows["town"],
            "at": rows["at"],
            "area": rows["area"],
            "category": category,
            "facet": facet,
            "outcome": "",
        }
    )
    names = (
        (f"{kind.name}.{suffix}" if suffix else kind.name, field) for suffix, field in kind.measures
    )
    return pd.concat(
        base.assign(measure=measure, n=recount_measures.amounts(rows, kind, field) if field else 1)
        for measure, field in names
    )


def _cases(facts: Facts, family: str, profile: Profile) -> pd.DataFrame:
    cases = recount_cases.pair(facts, family, profile)
    texts = {name: cases.frame[name].fillna("") for name in ("category", "facet", "area")}
    parts = []
    for what in _kept(family):
        counted = recount_cases.times(cases, what)
        outcome = (
            counted["dim"].replace("", "done") if what in ("closed", "manner") else ""
        )  # what closes without an outcome is done
        part = pd.DataFrame(
            {"town": cases.frame["town"], "at": counted["at"], **texts, "outcome": outcome}
        )
        parts.append(part.dropna(subset=["at"]).assign(measure=f"{family}.{what}", n=1))
    if family in stage_durations.FAMILIES:
        lived = recount_stays.table(cases, by_facet=family in stage_durations.BY_FACET)
        parts.append(lived.assign(area=lived["town"], category="", measure=f"{family}.chain", n=1))
    return pd.concat(parts)


def _kept(family: str) -> Iterable[str]:
    """The figures of a family that the cube keeps: handling only where there is such a step."""
    steps = {
        t.step for t in eventtypes.TYPES.values() if t.shape is Shape.CASE and t.family == family
    }
    return ("opened", "closed", "manner", "joint", *(("handled",) if "handled" in steps else ()))
