"""The contributions of single days to the millisecond, from the events and cases of the history.

Rollups hold whole days; the charts of the last hours, and comparisons that are cut within a day,
need the times within it.
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
from feeds.history.case_state import Case, CaseKey, as_of
from feeds.history.contribution import Contribution
from feeds.history.counting import Counting
from feeds.kpis.measures import Plus, of_family


def contributions(
    connection: Connection,
    profile: Profile,
    measures: Counting,
    day: date,
    happened_ms: int | None = None,
) -> Iterator[Contribution]:
    """Everything that counts on a local day, in no order; with `happened_ms` of what had happened
    by then.
    """
    start = periods.day_start_ms(day, profile.tz)
    end = periods.day_start_ms(day + timedelta(1), profile.tz)
    until = end if happened_ms is None else min(end, happened_ms + 1)
    keys: dict[CaseKey, None] = {}
    for town, event in event_store.between(connection, start, until):
        kind = TYPES.get(event.type)
        if kind is None:
            continue
        if kind.shape is Shape.COUNT:
            yield from measures.of_count(town, event, kind)
        elif kind.shape is Shape.CASE:
            keys[town, kind.family, str(event.data["case"])] = None
    for key in _falling_due(connection, profile, start, end):
        keys[key] = None
    for (town, family, _), now in cases(connection, list(keys)):
        case = now if happened_ms is None else as_of(now, happened_ms)
        for one in measures.of_case(town, family, case):
            if start <= one[1] < end:
                yield one


def _falling_due(
    connection: Connection, profile: Profile, start: int, end: int
) -> Iterator[CaseKey]:
    """Cases that may count between although nothing happens to them: opened a time limit or a
    follow-up time earlier, or with a due time of their own.
    """
    for kind in TYPES.values():
        if kind.shape is Shape.CASE and kind.step == "opened":
            yield from _falling_due_of(connection, profile, kind, start, end)


def _falling_due_of(
    connection: Connection, profile: Profile, kind: EventType, start: int, end: int
) -> Iterator[CaseKey]:
    limit = profile.limit_ms(kind.family)
    waits = set[int]() if limit is None else {limit}
    for one in of_family(kind.family):
        if isinstance(one.at, Plus):
            waits.add(one.at.ms)
    for wait in waits:
        for town, event in event_store.between(connection, start - wait, end - wait, [kind.name]):
            yield town, kind.family, str(event.data["case"])
    if any(field.name == "due" for field in kind.fields):
        c, towns = tables.cases.c, [*profile.areas, UNKNOWN]
        # By town, so that the key is searched and not the whole table.
        query = select(c.town, c.kind, c.case_id).where(
            c.town.in_(towns), c.kind == kind.family, c.due >= start, c.due < end
        )
        for town, family, case_id in connection.execute(query):
            yield town, family, case_id


def cases(connection: Connection, keys: Sequence[CaseKey]) -> Iterator[tuple[CaseKey, Case]]:
    """The cases of these keys that exist, as they are now."""
    query = "SELECT c.* FROM k JOIN cases c USING (town, kind, case_id)"
    for row in storage.by_keys(connection, query, ("town", "kind", "case_id"), keys):
        yield (row[0], row[1], row[2]), Case(*row[3:])
