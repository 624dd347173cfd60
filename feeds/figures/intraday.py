"""The contributions of single days to the millisecond, from the history's events and cases.

Rollups know days; the last hours' charts and the moment a comparison is cut at need the times
within them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, select

from feeds.city import periods
from feeds.city.profile import UNKNOWN, Profile
from feeds.events.event import EventType, Shape
from feeds.events.eventtypes import TYPES
from feeds.history import event_store, storage, tables
from feeds.history.measures import Case, CaseKey, Contribution, Measures, as_of


def contributions(
    connection: Connection,
    profile: Profile,
    measures: Measures,
    day: date,
    cut_ms: int | None = None,
) -> Iterator[Contribution]:
    """Everything that counts on a local day, in no order; with `cut_ms` of what had happened by
    then.
    """
    start, end = (periods.day_start_ms(d, profile.tz) for d in (day, day + timedelta(1)))
    keys: dict[CaseKey, None] = {}
    for town, event in event_store.between(
        connection, start, end if cut_ms is None else min(end, cut_ms + 1)
    ):
        kind = TYPES.get(event.type)
        if kind is None:
            continue
        if kind.shape is Shape.COUNT:
            yield from measures.of_count(town, event, kind)
        elif kind.shape is Shape.CASE:
            keys[town, kind.family, str(event.data["case"])] = None
    for key in _due(connection, profile, start, end):
        keys[key] = None
    for (town, family, _), now in cases(connection, list(keys)):
        case = now if cut_ms is None else as_of(now, cut_ms)
        yield from (c for c in measures.of_case(town, family, case) if start <= c[1] < end)


def due(
    connection: Connection, profile: Profile, measures: Measures, family: str, start: int, end: int
) -> Iterator[Contribution]:
    """What the cases of a family count as falling due from start up to, not including, end (epoch
    ms), in no order.
    """
    keys = dict.fromkeys(
        key
        for kind in _openings()
        if kind.family == family
        for key in _due_of(connection, profile, kind, start, end)
    )
    for (town, _, _), case in cases(connection, list(keys)):
        yield from (
            c
            for c in measures.of_case(town, family, case)
            if c[2].endswith(".fell_due") and start <= c[1] < end
        )


def _openings() -> Iterator[EventType]:
    return (kind for kind in TYPES.values() if kind.shape is Shape.CASE and kind.step == "opened")


def _due(connection: Connection, profile: Profile, start: int, end: int) -> Iterator[CaseKey]:
    for kind in _openings():
        yield from _due_of(connection, profile, kind, start, end)


def _due_of(
    connection: Connection, profile: Profile, kind: EventType, start: int, end: int
) -> Iterator[CaseKey]:
    """Cases that may fall due between: opened a time limit earlier, or carrying a due time of their
    own.
    """
    limit = profile.limit_ms(kind.family)
    if limit is not None:
        for town, event in event_store.between(connection, start - limit, end - limit, [kind.name]):
            yield town, kind.family, str(event.data["case"])
    if any(f.name == "due" for f in kind.fields):
        yield from _own_due(connection, profile, kind.family, start, end)


def _own_due(
    connection: Connection, profile: Profile, family: str, start: int, end: int
) -> Iterator[CaseKey]:
    """By town, so that the key is searched and not the whole table."""
    c, towns = tables.cases.c, [*profile.areas, UNKNOWN]
    query = select(c.town, c.kind, c.case_id).where(
        c.town.in_(towns), c.kind == family, c.due >= start, c.due < end
    )
    yield from ((town, kind, case_id) for town, kind, case_id in connection.execute(query))


def cases(connection: Connection, keys: Sequence[CaseKey]) -> Iterator[tuple[CaseKey, Case]]:
    """The cases of these keys that exist, as they are now."""
    query = "SELECT c.* FROM k JOIN cases c USING (town, kind, case_id)"
    for row in storage.by_keys(connection, query, ("town", "kind", "case_id"), keys):
        yield (row[0], row[1], row[2]), Case(*row[3:])
