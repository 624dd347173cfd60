"""Delivers alerts to webhooks. The pending messages are derived from the stored alerts and
attempts, sent in order, retried, and finally given up.

Every attempt is stored, so a restart neither loses nor repeats a delivered message. A message that
was sent just before a crash is sent twice.
"""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, insert, select
from sqlalchemy import Engine as Database

from feeds.alerts import alert_rules, alert_store, alert_wording
from feeds.alerts.lifecycle import Alert
from feeds.city.profile import Profile
from feeds.events.decoding import now_ms
from feeds.notify import webhooks
from feeds.notify.delivery_tables import deliveries as table
from feeds.notify.webhooks import Hook, Message, Request

log = logging.getLogger(__name__)
Outcome = Literal["begun", "trying", "sent", "failed", "dead"]
ATTEMPTS, FIRST_S, LONGEST_S = 8, 5, 600
DAY_MS, TURN_S, PATIENCE_S = 86_400_000, 2.0, 10.0


class Attempt(NamedTuple):
    """One attempt to send a hook an alert's version (or a brief, feeds/review/brief_sender.py), and
    its outcome. `at` is epoch ms; `said` is the reason of a failure.
    """

    alert: str
    version: int
    hook: str
    attempt: int
    at: int
    outcome: Outcome
    said: str


def due_ms(attempts: Sequence[Attempt]) -> int:
    """When the next attempt is due: the pause doubles after each attempt, ten minutes at most; the
    first is due at once.
    """
    if not attempts:
        return 0
    return attempts[-1].at + 1000 * min(LONGEST_S, FIRST_S << (len(attempts) - 1))


def waiting(
    hook: Hook, entries: Iterable[Alert], attempts: Iterable[Attempt], now_ms: int
) -> list[tuple[Alert, list[Attempt]]]:
    """The alerts that a hook must be sent now, each with its earlier attempts. The versions of one
    alert are sent in order.
    """
    tried: dict[tuple[str, int], list[Attempt]] = {}
    for one in attempts:
        if one.hook == hook.name:
            tried.setdefault((one.alert, one.version), []).append(one)
    begun = [one for one in tried.get(("", 0), []) if one.outcome == "begun"]
    found, held = [], set()
    for alert in entries:
        before = tried.get((alert.id, alert.version), [])
        is_done = bool(before) and before[-1].outcome in ("sent", "dead")
        is_meant = (
            not alert.silenced
            and hook.wants(alert.severity, alert.area)
            and bool(begun)
            and alert.since >= begun[0].at
        )
        if is_done or not is_meant or alert.id in held:
            continue
        held.add(alert.id)
        if due_ms(before) <= now_ms:
            found.append((alert, before))
    return found


def dead(connection: Connection, since_ms: int) -> list[Attempt]:
    """The deliveries that were given up since then, newest first."""
    query = (
        select(table)
        .where(table.c.at >= since_ms, table.c.outcome == "dead")
        .order_by(table.c.at.desc())
        .limit(50)
    )
    return [Attempt(*row) for row in connection.execute(query)]


class Sender:
    """Not thread-safe. `clock` gives epoch ms."""

    def __init__(
        self,
        database: Database,
        hooks: Sequence[Hook],
        profile: Profile,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._database, self._hooks, self._profile, self._clock = database, hooks, profile, clock
        self._rules = {rule.id: rule for rule in alert_rules.of(profile)}

    def turn(self) -> int:
        """Send every hook what is due; returns how many messages were delivered. Raises a database
        error.
        """
        now = self._clock()
        with self._database.connect() as connection:
            entries = alert_store.read_since(connection, now - DAY_MS)
            tried = _attempts(connection, now - 2 * DAY_MS, [hook.name for hook in self._hooks])
        sent = 0
        for hook in self._hooks:
            if not any(one.hook == hook.name and one.outcome == "begun" for one in tried):
                self._note(Attempt("", 0, hook.name, 0, now, "begun", ""))
            for alert, before in waiting(hook, entries, tried, now):
                sent += self._send(hook, alert, len(before) + 1)
        return sent

    def _send(self, hook: Hook, alert: Alert, attempt: int) -> bool:
        said = post(webhooks.request(hook, self._message(hook, alert), self._clock()), hook)
        outcome: Outcome = "sent" if not said else "dead" if attempt >= ATTEMPTS else "failed"
        if said:
            log.warning("webhook %s, attempt %d: %s", hook.name, attempt, said)
        self._note(
            Attempt(alert.id, alert.version, hook.name, attempt, self._clock(), outcome, said)
        )
        return not said

    def _note(self, one: Attempt) -> None:
        with self._database.begin() as connection:
            connection.execute(insert(table).values(one._asdict()))

    def _message(self, hook: Hook, alert: Alert) -> Message:
        """The message in the hook's language; for a rule that is gone only what is stored."""
        rule, place = self._rules.get(alert.rule), self._profile.name_of(alert.area)
        fields = fields_of(alert) | {
            "place": place._asdict(),
            "title": rule.title.text._asdict() if rule else None,
        }
        if rule is None:
            return Message(
                f"{alert_wording.STATES[alert.state].of(hook.lang)} {alert.rule}",
                (),
                alert.severity,
                alert.is_over,
                fields,
            )
        lines = tuple(alert_wording.lines(rule, alert, self._profile.tz, hook.lang))
        fields |= {"unit": alert_wording.unit(rule), "kpi": rule.figure}
        return Message(
            alert_wording.headline(rule, alert, place).of(hook.lang),
            lines,
            alert.severity,
            alert.is_over,
            fields,
        )


def fields_of(alert: Alert) -> dict[str, Any]:
    """The fields of an alert in the JSON message; times are epoch ms."""
    names = (
        "id",
        "version",
        "rule",
        "area",
        "severity",
        "state",
        "since",
        "fired",
        "value",
        "bound",
        "at",
        "by",
    )
    return {name: getattr(alert, name) for name in names}


def _attempts(connection: Connection, since_ms: int, hooks: Sequence[str]) -> list[Attempt]:
    lately = (table.c.at >= since_ms) | (table.c.outcome == "begun")
    query = select(table).where(table.c.hook.in_(hooks), lately).order_by(table.c.attempt)
    return [Attempt(*row) for row in connection.execute(query)]


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A redirect is an error, because a webhook that redirects is a wrong address."""

    def redirect_request(self, *_: Any) -> None:
        return None


def post(request: Request, hook: Hook) -> str:
    """Send a request. Returns "", or why it failed, without the address, because that holds the
    robot's key.
    """
    headers: Mapping[str, str] = request.headers
    asked = urllib.request.Request(request.url, request.body, dict(headers), method="POST")
    try:
        with urllib.request.build_opener(_NoDetour()).open(asked, timeout=PATIENCE_S) as answer:
            return webhooks.failure(hook, answer.status, answer.read(65_536))
    except urllib.error.HTTPError as error:
        with error:
            return f"HTTP {error.code}"
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None)
        return f"{type(error).__name__} {reason or ''}".strip()[:120]
