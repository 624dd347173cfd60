"""What was recorded after a moment of what had happened before an end, and what the sums held
without it.

A count is taken back as it came. A case is pieced together twice from its events, with and without
the late ones: of several steps of a kind the smallest holds, so a late one may have taken an
earlier one's place, or may have changed nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import JSON, ColumnElement, Connection, cast, func, select, type_coerce

from feeds.city.profile import Profile
from feeds.events import eventtypes
from feeds.events.event import Event, Shape
from feeds.history import event_store, tables
from feeds.history.measures import NO_CASE, Case, CaseKey, Contribution, Measures

CHUNK = 400


def counts(connection: Connection, moment_ms: int, end_ms: int) -> dict[tuple[str, str], int]:
    """How many events of the time up to an end were recorded after a moment, by (town, need).
    Raises a database error.
    """
    e, found = tables.events.c, dict[tuple[str, str], int]()
    for row in connection.execute(
        select(tables.events).where(e.recorded > moment_ms, e.at < end_ms)
    ):
        key = (row.town, _need(row.type, row.data))
        found[key] = found.get(key, 0) + 1
    return found


def exceed(connection: Connection, moment_ms: int, end_ms: int, most: int) -> bool:
    """Whether more events than so many were recorded after a moment: taking back a whole history
    takes minutes. Raises a database error.
    """
    e = tables.events.c
    some = select(e.id).where(e.recorded > moment_ms, e.at < end_ms).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() > most


def read(
    connection: Connection, profile: Profile, moment_ms: int, end_ms: int
) -> list[Contribution]:
    """The contributions that make the sums of now those of what was known at the moment, of what
    happened before the end (epoch ms).

    Raises a database error.
    """
    measures, e = Measures(profile), tables.events.c
    back: list[Contribution] = []
    touched: dict[CaseKey, None] = {}
    for row in connection.execute(
        select(tables.events).where(e.recorded > moment_ms, e.at < end_ms)
    ):
        kind, event = eventtypes.TYPES.get(row.type), event_store.event_of(row)
        if kind is None:
            continue
        if kind.shape is Shape.COUNT:
            back += [
                (town, at, measure, dim, -n, cell)
                for town, at, measure, dim, n, cell in measures.of_count(row.town, event, kind)
            ]
        elif kind.shape is Shape.CASE:
            touched[row.town, kind.family, str(event.data["case"])] = None
    for key, its in steps(connection, touched).items():
        now, then = (
            folded(measures, some)
            for some in (its, [one for one in its if one.recorded <= moment_ms])
        )
        back += measures.of_change(key[0], key[1], now, then)
    return back


def folded(measures: Measures, its: Iterable[Event]) -> Case:
    """The case after some of its events, in any order."""
    case = NO_CASE
    for event in its:
        case = measures.step(case, event, eventtypes.TYPES[event.type])
    return case


def steps(connection: Connection, keys: Iterable[CaseKey]) -> dict[CaseKey, list[Event]]:
    """All events of some cases."""
    by_family: dict[str, dict[str, list[tuple[str, str]]]] = {}
    found: dict[CaseKey, list[Event]] = {}
    for town, family, case in keys:
        found[town, family, case] = []
        by_family.setdefault(family, {}).setdefault(case, []).append((town, family))
    for family, cases in by_family.items():
        types = [
            t.name
            for t in eventtypes.TYPES.values()
            if t.shape is Shape.CASE and t.family == family
        ]
        names = list(cases)
        for i in range(0, len(names), CHUNK):
            for row in _events_of(connection, types, names[i : i + CHUNK]):
                event = event_store.event_of(row)
                key = (row.town, family, str(event.data["case"]))
                if key in found:
                    found[key].append(event)
    return found


def _events_of(connection: Connection, types: list[str], cases: list[str]) -> Iterable[Any]:
    """The events of some types whose case is one of these; found by reading all of the types: no
    index knows a case's events.
    """
    e = tables.events.c
    return connection.execute(
        select(tables.events).where(e.type.in_(types), _case(connection).in_(cases))
    )


def _case(connection: Connection) -> ColumnElement[str]:
    """The case number within an event's data."""
    data: Any = tables.events.c.data
    document = type_coerce(data, JSON) if connection.dialect.name == "sqlite" else cast(data, JSON)
    number: ColumnElement[str] = document["case"].as_string()
    return number


def _need(kind: str, data: str) -> str:
    """What an event is told as: its type, or `indicator:<code>` of a report."""
    known = eventtypes.TYPES.get(kind)
    return (
        f"indicator:{msgspec.json.decode(data).get('indicator')}"
        if known and known.shape is Shape.GAUGE
        else kind
    )
