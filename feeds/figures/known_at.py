"""What was known at a past moment: which events counted then, and the corrections that turn the
sums of now into those of then.

Rollups hold what is known now. What was recorded or happened after the moment is found among the
events, and its contributions are subtracted. A case is built twice from its events, with and
without the late ones, because the smallest of several events of one kind counts: a late event may
have replaced an earlier one, or may have changed nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from feeds.city import periods
from feeds.city.profile import Profile
from feeds.events import eventtypes
from feeds.events.event import Event, Shape
from feeds.history import event_store, tables
from feeds.history.case_state import NO_CASE, Case, CaseKey, as_of
from feeds.history.contribution import Contribution
from feeds.history.counting import Counting
from feeds.history.first_seen import Firsts, note

CHUNK = 400
INDICATOR = "indicator:"
NEAR_MS = (3 * 86_400_000, 40 * 86_400_000)  # the newest events are looked for so far back first


class TooManyLate(Exception):
    """More was recorded after the moment, of what had happened before it, than may be taken
    back.
    """


Late = tuple[str, Event]


class Known(NamedTuple):
    """The events that count: those that happened by one moment (epoch ms) and were recorded by
    another. None: whenever.
    """

    happened: int | None = None
    recorded: int | None = None


class Corrections(NamedTuple):
    """What to add to the sums of now; and the cases of the late events, as they were known."""

    contributions: list[Contribution]
    cases: dict[CaseKey, Case]


def late(connection: Connection, known: Known, end_ms: int, most: int | None = None) -> list[Late]:
    """(town, event) of what happened by the moment but was recorded later, up to an end (epoch ms).
    Raises TooManyLate where that is more than `most`, or a database error.

    It is read in the order of the table, because the index by time costs three times as much where
    most of the table is read.
    """
    if known.recorded is None:
        return []
    e = tables.events.c
    until = _until(known, end_ms)
    query = select(tables.events).where(e.recorded > known.recorded, e.at + 0 < until)
    if most is not None:
        query = query.limit(most + 1)
    found = [(row.town, event_store.event_of(row)) for row in connection.execute(query)]
    if most is not None and len(found) > most:
        raise TooManyLate
    return found


def corrections(
    connection: Connection,
    profile: Profile,
    measures: Counting,
    known: Known,
    late: Iterable[Late],
) -> Corrections:
    """The contributions that turn the sums of now into those of what was known, without the late
    events. Sums of the day of `known.happened` must hold only what had happened by then
    (feeds/figures/reader.py). Raises a database error.
    """
    found: list[Contribution] = []
    if known.happened is not None:
        found += _untimely(connection, profile, measures, known.happened)
    touched: dict[CaseKey, None] = {}
    for town, event in late:
        kind = eventtypes.TYPES.get(event.type)
        if kind is None:
            continue
        if kind.shape is Shape.COUNT:
            for place, at, measure, dim, n, cell in measures.of_count(town, event, kind):
                found.append((place, at, measure, dim, -n, cell))
        elif kind.shape is Shape.CASE:
            touched[town, kind.family, str(event.data["case"])] = None
    cases: dict[CaseKey, Case] = {}
    for key, its in steps(connection, touched).items():
        now = folded(measures, its)
        if known.happened is not None:
            now = as_of(now, known.happened)
        then = cases[key] = folded(measures, (one for one in its if _counts(one, known)))
        found += measures.of_change(key[0], key[1], now, then)
    return Corrections(found, cases)


def is_mostly_late(connection: Connection, known: Known, end_ms: int) -> bool:
    """Whether more events were recorded after the moment than before it, as in a history that was
    imported since.
    """
    e = tables.events.c
    is_late = func.sum(case((e.recorded > known.recorded, 1), else_=0))
    query = select(func.count(), is_late).where(e.at + 0 < _until(known, end_ms))
    counted, recorded_later = connection.execute(query).one()
    return bool(2 * (recorded_later or 0) > counted)


def contributions(
    connection: Connection, measures: Counting, known: Known, end_ms: int
) -> list[Contribution]:
    """Everything that the known events contribute, from nothing."""
    e = tables.events.c
    query = select(tables.events).where(e.at + 0 < _until(known, end_ms))
    if known.recorded is not None:
        query = query.where(e.recorded <= known.recorded)
    found: list[Contribution] = []
    cases: dict[CaseKey, Case] = {}
    for row in connection.execute(query):
        event, kind = event_store.event_of(row), eventtypes.TYPES.get(row.type)
        if kind is None:
            continue
        if kind.shape is Shape.COUNT:
            found += measures.of_count(row.town, event, kind)
        elif kind.shape is Shape.CASE:
            key = (row.town, kind.family, str(event.data["case"]))
            cases[key] = measures.step(cases.get(key, NO_CASE), event, kind)
    for (town, family, _), one in cases.items():
        found += measures.of_case(town, family, one)
    return found


def _until(known: Known, end_ms: int) -> int:
    """Up to when what happened matters, not included."""
    return end_ms if known.happened is None else min(end_ms, known.happened + 1)


def _untimely(
    connection: Connection, profile: Profile, measures: Counting, happened: int
) -> list[Contribution]:
    """Corrections of earlier days for cases with steps out of order: handled after they were
    closed, opened after they were due, or handed to joint handling after either.
    """
    c = tables.cases.c
    handed_on_late = and_(c.handled > happened, c.closed <= happened)
    opened_late = and_(c.opened > happened, c.due <= happened)
    joint_late = and_(c.joint > happened, or_(c.due <= happened, c.closed <= happened))
    day = periods.day_of(happened, profile.tz)
    midnight = periods.day_start_ms(day, profile.tz)
    found: list[Contribution] = []
    for town, family, _, *steps_ in connection.execute(
        select(tables.cases).where(or_(handed_on_late, opened_late, joint_late))
    ):
        now = Case(*steps_)
        found += measures.of_change(town, family, now, as_of(now, happened))
    return [one for one in found if one[1] < midnight]


def _counts(event: Event, known: Known) -> bool:
    if known.recorded is not None and event.recorded > known.recorded:
        return False
    return known.happened is None or event.at <= known.happened


def folded(measures: Counting, its: Iterable[Event]) -> Case:
    """The case after some of its events, in any order."""
    state = NO_CASE
    for event in its:
        state = measures.step(state, event, eventtypes.TYPES[event.type])
    return state


def steps(connection: Connection, keys: Iterable[CaseKey]) -> dict[CaseKey, list[Event]]:
    """All events of some cases."""
    found: dict[CaseKey, list[Event]] = {}
    numbers: dict[str, set[str]] = {}
    for town, family, number in keys:
        found[town, family, number] = []
        numbers.setdefault(family, set()).add(number)
    for family, its in numbers.items():
        types = [
            kind.name
            for kind in eventtypes.TYPES.values()
            if kind.shape is Shape.CASE and kind.family == family
        ]
        ordered = sorted(its)
        for i in range(0, len(ordered), CHUNK):
            for row in _events_of(connection, types, ordered[i : i + CHUNK]):
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
    number = _case_number(connection)
    return connection.execute(select(tables.events).where(e.type.in_(types), number.in_(cases)))


def _case_number(connection: Connection) -> ColumnElement[str]:
    """The case number within an event's data."""
    data: Any = tables.events.c.data
    is_sqlite = connection.dialect.name == "sqlite"
    document = type_coerce(data, JSON) if is_sqlite else cast(data, JSON)
    number: ColumnElement[str] = document["case"].as_string()
    return number


def count_late(connection: Connection, moment_ms: int, end_ms: int) -> dict[tuple[str, str], int]:
    """How many events of the time up to an end were recorded after a moment, by (town, need).
    Raises a database error.
    """
    e, found = tables.events.c, dict[tuple[str, str], int]()
    query = select(tables.events).where(e.recorded > moment_ms, e.at < end_ms)
    for row in connection.execute(query):
        key = (row.town, _need(row.type, row.data))
        found[key] = found.get(key, 0) + 1
    return found


def is_late_more_than(connection: Connection, moment_ms: int, end_ms: int, most: int) -> bool:
    """Whether more events than so many were recorded after a moment: taking back a whole history
    takes minutes. Raises a database error.
    """
    e = tables.events.c
    some = select(e.id).where(e.recorded > moment_ms, e.at < end_ms).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one() > most


def _need(kind: str, data: str) -> str:
    """What figures call an event: its type, or `indicator:<code>` of a report."""
    known = eventtypes.TYPES.get(kind)
    if known and known.shape is Shape.GAUGE:
        return f"{INDICATOR}{msgspec.json.decode(data).get('indicator')}"
    return kind


def first_ms(connection: Connection, known: Known) -> int | None:
    """When the first event happened that counts; None of none."""
    e = tables.events.c
    query = select(e.at).order_by(e.at).limit(1)
    return connection.execute(query.where(*_where(known))).scalar()


def newest(connection: Connection, known: Known) -> dict[tuple[str, str], int]:
    """When the newest event by (town, need) happened that counts. `known.happened` is a moment.

    The history keeps the newest of all. Where that is of a later moment, or may not have been known
    yet, it is looked for near the moment first; only what is rare is looked for in all.
    """
    assert known.happened is not None
    e, n = tables.events.c, tables.newest.c
    recorded = true() if known.recorded is None else e.recorded <= known.recorded
    kept = connection.execute(select(n.town, n.need, func.max(n.at)).group_by(n.town, n.need))
    of_all = {(town, need): at for town, need, at in kept if not need.startswith(INDICATOR)}
    found: dict[tuple[str, str], int] = {}
    if known.recorded is None:
        found = {pair: at for pair, at in of_all.items() if at <= known.happened}
    end = known.happened
    for near in NEAR_MS:
        if wanted := {need for _, need in of_all.keys() - found.keys()}:
            within = (e.at > end - near) & (e.at <= end) & e.type.in_(wanted)
            found = _newest(connection, recorded & within) | found
            end -= near
    if rare := {need for _, need in of_all.keys() - found.keys()}:
        found = _newest(connection, recorded & (e.at + 0 <= end) & e.type.in_(rare)) | found
    return found | _newest_reports(connection, known)


def first_seen(connection: Connection, profile: Profile, known: Known) -> Firsts:
    """By area when each need was seen first of the events that count. `known.happened` is a moment.

    The history keeps the first of all. Where that was not known yet, events of its type are looked
    through.
    """
    assert known.happened is not None
    e, f, g = tables.events.c, tables.first_seen.c, tables.gauges.c
    found: Firsts = {}
    recorded = true() if known.recorded is None else e.recorded <= known.recorded
    is_same = and_(e.at == f.at, e.town == f.town, e.type == f.need)
    is_counted = exists(select(e.id).where(is_same, recorded))
    is_event = f.need.not_like(f"{INDICATOR}%")
    missing = set()
    for town, need, at, counts in connection.execute(
        select(f.town, f.need, f.at, is_counted).where(f.at <= known.happened, is_event)
    ):
        if counts:
            note(found, profile.code, town, need, at)
        else:
            missing.add(need)
    if missing:
        query = select(e.town, e.type, func.min(e.at)).where(recorded, e.type.in_(missing))
        query = query.where(e.at + 0 <= known.happened).group_by(e.town, e.type)
        for town, need, at in connection.execute(query):
            note(found, profile.code, town, need, at)
    reports = select(g.town, g.indicator, func.min(g.at)).where(g.at <= known.happened)
    if known.recorded is not None:
        reports = reports.where(g.recorded <= known.recorded)
    for town, name, at in connection.execute(reports.group_by(g.town, g.indicator)):
        note(found, profile.code, town, f"{INDICATOR}{name}", at)
    return found


def _newest(connection: Connection, where: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    """By town, written so that it is not read by the key, whose order is not that of the table."""
    e = tables.events.c
    town = (e.town + "").label("place")
    query = select(town, e.type, func.max(e.at)).group_by(town, e.type)
    rows = connection.execute(query.where(where, e.type != "indicator.reported"))
    return {(place, kind): at for place, kind, at in rows}


def _newest_reports(connection: Connection, known: Known) -> dict[tuple[str, str], int]:
    g = tables.gauges.c
    query = select(g.town, g.indicator, func.max(g.at)).where(g.at <= known.happened)
    if known.recorded is not None:
        query = query.where(g.recorded <= known.recorded)
    rows = connection.execute(query.group_by(g.town, g.indicator))
    return {(town, f"{INDICATOR}{name}"): at for town, name, at in rows}


def _where(known: Known) -> list[ColumnElement[bool]]:
    e = tables.events.c
    happened = [] if known.happened is None else [e.at <= known.happened]
    return happened if known.recorded is None else [*happened, e.recorded <= known.recorded]
