"""Alerts for pages, forms and the API: their state, who may acknowledge and silence them, and the
queries of the database.

feeds/alerts/lifecycle.py defines an alert. Only the watch in the engine's process
(feeds/alerts/alert_watch.py) begins and ends one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping

import msgspec
import redis
from sqlalchemy import Connection

from callbacks.forms import Office
from dashboard import thread_pool
from dashboard.pages import remark_service
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.alerts import alert_rules, alert_store, alert_watch, lifecycle
from feeds.alerts.alert_watch import PublishedAlerts
from feeds.alerts.lifecycle import Alert, Silence
from feeds.audit_log import log_store
from feeds.audit_log.entries import Act, Who
from feeds.city.words import Text
from feeds.notify import deliveries
from feeds.notify.deliveries import Undelivered as Failing
from feeds.remarks.remarks import WrongRemark
from layouts.alerts.page_values import Alarms, Life, Undelivered
from layouts.view import View

log = logging.getLogger(__name__)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
HISTORY_DAYS, OLD_MS = 30, 60_000
HOURS = (1, 4, 8, 24, 72, 168)


def of(services: Services, view: View) -> Alarms:
    """What the page /alerts shows of an area; the city's has every area's."""
    said = published(services)
    areas = None if view.is_city else {view.area}
    found, silences, entries, failing, titles = thread_pool.run(_read, services)
    values = {a.id: a for a in said.alerts} if said else {}
    pending = [a for a in values.values() if a.state == "pending"]
    now_open = [with_value(a, values.get(a.id)) for a in found] + pending
    lives = {
        life.alert.id: life._replace(alert=with_value(life.alert, values.get(life.alert.id)))
        for life in lived(entries)
    }
    return Alarms(
        said.at if said and abs(view.now_ms - said.at) < OLD_MS else None,
        tuple(a for a in now_open if areas is None or a.area in areas),
        tuple(
            s
            for s in silences
            if s.ended_at is None and (areas is None or s.area in (*areas, lifecycle.EVERY))
        ),
        tuple(
            life
            for life in sorted(lives.values(), key=lambda life: -life.alert.fired)
            if areas is None or life.alert.area in areas
        ),
        tuple(_undelivered(one, lives) for one in failing) if areas is None else (),
        tuple(hook.name for hook in services.settings.webhooks),
        titles,
    )


LOADERS: Loaders = {"alarms": of}


def published(services: Services) -> PublishedAlerts | None:
    """The alerts that the watch published last; None where Redis is unavailable or nothing was
    published.
    """
    try:
        return alert_watch.read(services.redis)
    except (redis.RedisError, msgspec.DecodeError) as error:
        log.warning("how the alerts stand is not known: %s", error)
        return None


def lived(entries: Iterable[Alert]) -> list[Life]:
    """The lives of the alerts in these entries, which are in the order they were written."""
    last: dict[str, Alert] = {}
    seen: dict[str, tuple[str, int]] = {}
    fired: dict[str, Alert] = {}
    for entry in entries:
        last[entry.id] = entry
        if entry.state == "firing":
            fired.setdefault(entry.id, entry)
        if entry.state == "acknowledged":
            seen.setdefault(entry.id, (entry.by, entry.since))
    return [Life(alert, *seen.get(id, ("", 0)), fired.get(id)) for id, alert in last.items()]


def entries(services: Services, days: int) -> list[Alert]:
    """What was written down of alerts in so many days. Raises a database error."""
    with services.database.connect() as connection:
        return alert_store.read_since(connection, now_ms() - days * DAY_MS)


def acknowledge(services: Services, id: str, office: Office, who: Who | None = None) -> Alert:
    """The alert, acknowledged by the office. Raises NotThere, Done, WrongRemark, NotYours,
    a database error.
    """
    with services.database.begin() as connection:
        done = alert_store.acknowledge(connection, id, office.name, now_ms())
        remark_service.check(office, "act", done.area)
        _note(connection, who, office, "acknowledge", f"{done.rule} {done.area}")
    return done


def silence(
    services: Services, asked: Mapping[str, str], office: Office, who: Who | None = None
) -> Silence:
    """A silence of the fields rule, area (each EVERY for any), hours and reason. Raises
    WrongRemark, NotYours, a database error.
    """
    rule = asked.get("rule", "")
    area = asked.get("area", office.home("act") or lifecycle.EVERY)
    hours = asked.get("hours", "")
    _must(
        rule in (*(r.id for r in alert_rules.of(services.profile)), lifecycle.EVERY),
        "rule",
        Text("没有这条规则", "there is no such rule"),
    )
    _must(
        area in (*services.profile.areas, lifecycle.EVERY),
        "area",
        Text("没有这个区域", "there is no such area"),
    )
    _must(
        hours in map(str, HOURS),
        "hours",
        Text("须为所列时长之一", f"must be one of {', '.join(map(str, HOURS))}"),
    )
    remark_service.check(office, "act", area)
    now = now_ms()
    made = Silence(
        "",
        rule,
        area,
        now + int(hours) * HOUR_MS,
        asked.get("reason", "").strip(),
        office.name,
        now,
    )
    with services.database.begin() as connection:
        kept = alert_store.silence(connection, made)
        _note(connection, who, office, "silence", f"{rule} {area}")
    return kept


def end_silence(services: Services, id: str, office: Office, who: Who | None = None) -> Silence:
    """The silence, ended before its time. Raises NotThere, Done, WrongRemark, NotYours, a database
    error.
    """
    with services.database.begin() as connection:
        gone = alert_store.end_silence(connection, id, office.name, now_ms())
        remark_service.check(office, "act", gone.area)
        _note(connection, who, office, "unsilence", f"{gone.rule} {gone.area}")
    return gone


def send_again(
    services: Services, asked: Mapping[str, str], office: Office, who: Who | None = None
) -> None:
    """Have the message of the fields alert, version and hook sent at once. Raises NotFailed,
    NotYours, a database error.
    """
    alert, hook, version = (asked.get(name, "") for name in ("alert", "hook", "version"))
    if not version.isdecimal() or len(version) > 9:
        raise deliveries.NotFailed(alert)
    now = now_ms()
    with services.database.begin() as connection:
        deliveries.send_again(connection, alert, int(version), hook, office.name, now)
        (area,) = {one.area for one in alert_store.read_older(connection, [alert], now + 1)} or {""}
        remark_service.check(office, "act", area)
        _note(connection, who, office, "send_again", f"{hook} {area}")


def _note(connection: Connection, who: Who | None, office: Office, act: Act, subject: str) -> None:
    log_store.write(connection, now_ms(), who or Who(office.name), act, subject)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _read(
    services: Services,
) -> tuple[list[Alert], list[Silence], list[Alert], list[Failing], dict[str, Text]]:
    now = now_ms()
    with services.database.connect() as connection:
        found = alert_store.read_open(connection)
        silences = alert_store.read_silences(connection, now)
        return (
            found,
            silences,
            _history(connection, now),
            deliveries.failing(connection, now - HISTORY_DAYS * DAY_MS),
            alert_store.read_titles(connection),
        )


def _history(connection: Connection, now: int) -> list[Alert]:
    """What was written down in the last days, and before that of the same alerts."""
    since_ms = now - HISTORY_DAYS * DAY_MS
    found = alert_store.read_since(connection, since_ms)
    older = {entry.id for entry in found if entry.fired < since_ms}
    before = alert_store.read_older(connection, older, since_ms) if older else []
    return before + found


def with_value(written: Alert, live: Alert | None) -> Alert:
    """An alert in the state that the book has, with the value that the watch saw last."""
    if live is None:
        return written
    return msgspec.structs.replace(
        written, value=live.value, bound=live.bound, at=live.at, silent_since=live.silent_since
    )


def _undelivered(one: Failing, lives: Mapping[str, Life]) -> Undelivered:
    last, life = one.last, lives.get(one.last.alert)
    rule, area = (life.alert.rule, life.alert.area) if life else ("", "")
    return Undelivered(
        last.hook,
        last.alert,
        last.version,
        rule,
        area,
        last.at,
        last.said,
        one.tries,
        one.due_ms,
    )


def _must(is_valid: bool, field: str, said: Text) -> None:
    if not is_valid:
        raise WrongRemark(field, said)
