"""The stored history of alerts: every change of an alert's state, every silence and every delivery
is added, and no row is changed.

The number of rows shows a reader whether there is anything new. What the states of an alert mean is
in feeds/alerts/lifecycle.py.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Subquery, and_, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from feeds.alerts import lifecycle
from feeds.alerts.alert_rules import Severity
from feeds.alerts.alert_tables import alerts as table
from feeds.alerts.alert_tables import silences
from feeds.alerts.lifecycle import Alert, Silence
from feeds.city.words import Text
from feeds.history import event_store, tables
from feeds.remarks import remarks

EVIDENCE, TITLES = "alerts.evidence", "alerts.titles"
LONGEST_SILENCE_MS = 30 * 86_400_000


class NotThere(LookupError):
    """There is no open alert, or no silence, of this id."""


class Done(ValueError):
    """It was acknowledged, resolved or ended before."""


def write(connection: Connection, alert: Alert) -> Alert:
    """The alert with its next version, written down. Raises IntegrityError where another hand wrote
    that version.
    """
    one = msgspec.structs.replace(alert, version=alert.version + 1)
    connection.execute(insert(table).values(_row(one)))
    return one


def acknowledge(connection: Connection, id: str, by: str, now_ms: int, *, area: str = "") -> Alert:
    """The alert, acknowledged by an office; with `area` only one of that area. Raises NotThere,
    Done, WrongRemark for a wrong `by`.
    """
    remarks.words({"by": by}, "by")
    found = next((a for a in read_open(connection) if a.id == id), None)
    if found is None or (area and found.area != area):
        raise NotThere(id)
    if found.state != "firing":
        raise Done(id)
    try:
        return write(connection, lifecycle.acknowledged(found, by, now_ms))
    except IntegrityError as error:
        raise Done(id) from error


def read_open(connection: Connection, as_of_ms: int | None = None) -> list[Alert]:
    """The newest version of every alert that is not over, oldest first; now or at a past moment."""
    newest = select(table.c.id, func.max(table.c.version).label("version")).group_by(table.c.id)
    newest = newest if as_of_ms is None else newest.where(table.c.since <= as_of_ms)
    return _read_open(connection, newest.subquery())


def _read_open(connection: Connection, newest: Subquery) -> list[Alert]:
    joined = and_(table.c.id == newest.c.id, table.c.version == newest.c.version)
    query = (
        select(table)
        .join(newest, joined)
        .where(table.c.state.not_in(("resolved", "retired")))
        .order_by(table.c.began, table.c.id)
    )
    known = _evidence(connection)
    return [_alert(row, known.get(row.id, 0)) for row in connection.execute(query)]


def read_since(connection: Connection, since_ms: int, most: int = 2_000) -> list[Alert]:
    """The alerts' states as they were written down since then, oldest first; of very many the
    newest.
    """
    query = (
        select(table)
        .where(table.c.since >= since_ms)
        .order_by(table.c.since.desc(), table.c.version.desc())
        .limit(most)
    )
    return [_alert(row) for row in connection.execute(query)][::-1]


def read_older(connection: Connection, ids: Iterable[str], before_ms: int) -> list[Alert]:
    """The states of these alerts as they were written down before then, oldest first."""
    query = (
        select(table)
        .where(table.c.id.in_(list(ids)), table.c.since < before_ms)
        .order_by(table.c.since, table.c.version)
    )
    return [_alert(row) for row in connection.execute(query)]


def keep_titles(connection: Connection, titles: Mapping[str, Text]) -> None:
    """Remember what rules are called, so that the alerts of a rule that is withdrawn keep its
    words.
    """
    known = read_titles(connection)
    if all(known.get(rule) == title for rule, title in titles.items()):
        return
    _keep_mark(connection, TITLES, {**known, **titles})


def read_titles(connection: Connection) -> dict[str, Text]:
    """The titles of all rules that were ever declared, by id."""
    found: dict[str, list[str]] = json.loads(event_store.marks(connection, TITLES) or "{}")
    return {rule: Text(*title) for rule, title in found.items()}


def fired(
    connection: Connection, start_ms: int, end_ms: int, as_of_ms: int
) -> list[tuple[str, str, Severity, int, int | None]]:
    """(rule, area, severity, when it fired, when it was over) of the alerts that fired from start
    up to end, as stored at a moment.
    """
    t = table.c
    over = (
        select(t.id, t.since)
        .where(t.state.in_(("resolved", "retired")), t.since >= start_ms, t.since <= as_of_ms)
        .subquery()
    )
    query = select(t.rule, t.area, t.severity, t.since, over.c.since).outerjoin_from(
        table, over, t.id == over.c.id
    )
    query = query.where(
        t.state == "firing", t.since >= start_ms, t.since < end_ms, t.since <= as_of_ms
    )
    return [(*row[:4], row[4]) for row in connection.execute(query.order_by(t.since, t.id))]


def silence(connection: Connection, made: Silence) -> Silence:
    """The silence, written down under an id of its own. Raises WrongRemark where reason or office
    hold what a line must not.
    """
    remarks.words({"reason": made.reason}, "reason", needed=True)
    remarks.words({"by": made.by}, "by")
    one = Silence(
        secrets.token_hex(6), made.rule, made.area, made.until, made.reason, made.by, made.at
    )
    connection.execute(insert(silences).values(_silence_row(one, 1, one.by, one.at)))
    return one


def end_silence(
    connection: Connection, id: str, by: str, now_ms: int, *, area: str = ""
) -> Silence:
    """The silence, ended before its time; with `area` only one of that area. Raises NotThere, Done,
    WrongRemark.
    """
    remarks.words({"by": by}, "by")
    found = next((s for s in read_silences(connection) if s.id == id), None)
    if found is None or (area and found.area != area):
        raise NotThere(id)
    try:
        connection.execute(insert(silences).values(_silence_row(found, 2, by, now_ms)))
    except IntegrityError as error:
        raise Done(id) from error
    return found


def read_silences(connection: Connection, since_ms: int = 0) -> list[Silence]:
    """The silences whose time was not over then, newest first."""
    rows = connection.execute(
        select(silences).where(silences.c.until >= since_ms).order_by(silences.c.version)
    ).all()
    ends = {row.id: row for row in rows if row.version == 2}
    found = [_silence(row, ends.get(row.id)) for row in rows if row.version == 1]
    return sorted(found, key=lambda s: -s.at)


def silences_at(connection: Connection, as_of_ms: int) -> list[Silence]:
    """The silences that held at a moment."""
    ended = [
        s
        for s in read_silences(connection, as_of_ms)
        if s.ended_at is None or s.ended_at > as_of_ms
    ]
    return [
        msgspec.structs.replace(s, ended_by="", ended_at=None) for s in ended if s.at <= as_of_ms
    ]


def size(connection: Connection) -> tuple[int, int]:
    """How many entries there are, of alerts and of silences."""
    count = [
        connection.execute(select(func.count()).select_from(part)).scalar_one()
        for part in (table, silences)
    ]
    return int(count[0]), int(count[1])


def keep_evidence(connection: Connection, found: Iterable[Alert]) -> None:
    """Remember the newest event behind each open alert's last breach, so that a restart takes
    nothing older for a recovery.
    """
    _keep_mark(connection, EVIDENCE, {a.id: a.breach_at for a in found})


def _keep_mark(connection: Connection, key: str, marked: Mapping[str, Any]) -> None:
    value, meta = json.dumps(marked), tables.meta
    done = connection.execute(update(meta).where(meta.c.key == key).values(value=value))
    if not done.rowcount:
        connection.execute(insert(meta).values(key=key, value=value))


def _evidence(connection: Connection) -> dict[str, int]:
    found: dict[str, int] = json.loads(event_store.marks(connection, EVIDENCE) or "{}")
    return found


_KEPT: Sequence[str] = (
    "id",
    "rule",
    "area",
    "severity",
    "state",
    "since",
    "began",
    "fired",
    "value",
    "bound",
    "at",
    "by",
    "version",
)


def _row(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in _KEPT} | {"silenced": int(alert.silenced)}


def _alert(row: Row[Any], breach_at: int = 0) -> Alert:
    return Alert(
        **{name: getattr(row, name) for name in _KEPT},
        silenced=bool(row.silenced),
        breach_at=max(row.at, breach_at),
    )


def _silence_row(one: Silence, version: int, by: str, at_ms: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": version,
        "rule": one.rule,
        "area": one.area,
        "until": one.until,
        "reason": one.reason,
        "by": by,
        "at": at_ms,
    }


def _silence(row: Row[Any], end: Row[Any] | None) -> Silence:
    made = Silence(row.id, row.rule, row.area, row.until, row.reason, row.by, row.at)
    return made if end is None else msgspec.structs.replace(made, ended_by=end.by, ended_at=end.at)
