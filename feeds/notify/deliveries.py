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
from sqlalchemy.exc import IntegrityError

from feeds.alerts import alert_rules, alert_store, alert_wording
from feeds.alerts.lifecycle import Alert
from feeds.city.profile import Profile
from feeds.city.words import Text
from feeds.events.decoding import now_ms
from feeds.live import outages
from feeds.notify import webhooks
from feeds.notify.delivery_tables import deliveries as table
from feeds.notify.webhooks import Hook, Message, Request

log = logging.getLogger(__name__)
Outcome = Literal["begun", "trying", "sent", "failed", "dead", "again"]
ATTEMPTS, FIRST_S, LONGEST_S = 8, 5, 600
DAY_MS, TURN_S, PATIENCE_S = 86_400_000, 2.0, 10.0
MOST_SHOWN = 50


class Attempt(NamedTuple):
    """One attempt to send a hook an alert's version (or a brief, feeds/review/brief_sender.py), and
    its outcome. `at` is epoch ms; `said` is the reason of a failure. `again`: an office (`said`)
    asked for the message to be sent once more.
    """

    alert: str
    version: int
    hook: str
    attempt: int
    at: int
    outcome: Outcome
    said: str


class Undelivered(NamedTuple):
    """A message that was not accepted: its last attempt that failed, how many there were since
    somebody asked for it, and when the next is due (epoch ms, None: it was given up).
    """

    last: Attempt
    tries: int
    due_ms: int | None


class NotFailed(LookupError):
    """There is no such message, or it was accepted, or is being sent again."""


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
        if due_ms(since_asked(before)) <= now_ms:
            found.append((alert, before))
    return found


def failing(connection: Connection, since_ms: int) -> list[Undelivered]:
    """The messages that a hook has not accepted, as of their last attempt since then, newest first;
    from the first failure on.
    """
    query = select(table).where(table.c.at >= since_ms, table.c.outcome != "begun")
    attempts: dict[tuple[str, int, str], list[Attempt]] = {}
    for row in connection.execute(query.order_by(table.c.attempt)):
        one = Attempt(*row)
        attempts.setdefault((one.alert, one.version, one.hook), []).append(one)
    found = [
        Undelivered(_last_failure(tried), len(since_asked(tried)), _next_ms(tried))
        for tried in attempts.values()
        if tried[-1].outcome in ("failed", "dead", "again")
    ]
    return sorted(found, key=lambda one: -one.last.at)[:MOST_SHOWN]


def send_again(
    connection: Connection, alert: str, version: int, hook: str, by: str, now_ms: int
) -> None:
    """Have a message sent at once that a hook has not accepted. Raises NotFailed where there is
    none.
    """
    t = table.c
    query = select(table).where(t.alert == alert, t.version == version, t.hook == hook)
    tried = [Attempt(*row) for row in connection.execute(query.order_by(t.attempt))]
    if not tried or tried[-1].outcome not in ("failed", "dead"):
        raise NotFailed(alert)
    asked = Attempt(alert, version, hook, tried[-1].attempt + 1, now_ms, "again", by)
    try:
        connection.execute(insert(table).values(asked._asdict()))
    except IntegrityError as error:
        raise NotFailed(alert) from error


def since_asked(attempts: Sequence[Attempt]) -> list[Attempt]:
    """The attempts since somebody asked for the message to be sent again."""
    found: list[Attempt] = []
    for one in attempts:
        found = [] if one.outcome == "again" else [*found, one]
    return found


def _last_failure(attempts: Sequence[Attempt]) -> Attempt:
    failures = [one for one in attempts if one.outcome in ("failed", "dead")]
    return failures[-1] if failures else attempts[-1]


def _next_ms(attempts: Sequence[Attempt]) -> int | None:
    """When the next attempt is due; None of a message that was given up."""
    return None if attempts[-1].outcome == "dead" else due_ms(since_asked(attempts))


def sent(connection: Connection, since_ms: int) -> list[Attempt]:
    """The alerts' messages that were delivered since then, oldest first."""
    query = (
        select(table)
        .where(table.c.at >= since_ms, table.c.outcome == "sent", table.c.alert != "")
        .order_by(table.c.at)
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
            tried = _attempts(connection, now - 2 * DAY_MS, [hook.name for hook in self._hooks])
            asked = {one.alert for one in tried if one.outcome == "again"}
            entries = alert_store.read_since(connection, now - DAY_MS)
            entries = [*alert_store.read_older(connection, asked, now - DAY_MS), *entries]
        sent = 0
        for hook in self._hooks:
            if not any(one.hook == hook.name and one.outcome == "begun" for one in tried):
                self._note(Attempt("", 0, hook.name, 0, now, "begun", ""))
            for alert, before in waiting(hook, entries, tried, now):
                sent += self._send(hook, alert, before)
        return sent

    def _send(self, hook: Hook, alert: Alert, before: Sequence[Attempt]) -> bool:
        attempt = before[-1].attempt + 1 if before else 1
        is_last = len(since_asked(before)) + 1 >= ATTEMPTS
        said = post(webhooks.request(hook, self._message(hook, alert), self._clock()), hook)
        outcome: Outcome = "sent"
        if said:
            outcome = "dead" if is_last else "failed"
        note_outcome(hook, said, has_failed=bool(before) and before[-1].outcome == "failed")
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
        title = alert_wording.titled(rule, self._profile, alert.bound) if rule else None
        fields = fields_of(alert) | {
            "place": place._asdict(),
            "title": title._asdict() if title else None,
        }
        if rule is None:
            return Message(
                self._gone(alert).of(hook.lang),
                (),
                alert.severity,
                alert.is_over,
                fields,
            )
        lines = tuple(alert_wording.lines(rule, alert, self._profile.tz, hook.lang))
        fields |= {"unit": alert_wording.unit(rule), "kpi": rule.figure}
        return Message(
            alert_wording.headline(rule, self._profile, alert).of(hook.lang),
            lines,
            alert.severity,
            alert.is_over,
            fields,
        )

    def _gone(self, alert: Alert) -> Text:
        """What is said of the alert of a rule that is no longer declared."""
        state, place = alert_wording.STATES[alert.state], self._profile.name_of(alert.area)
        with self._database.connect() as connection:
            titles = alert_store.read_titles(connection)
        title = alert_wording.title(alert.rule, self._profile, titles)
        return Text(f"【{state.zh}】{place.zh} {title.zh}", f"[{state.en}] {place.en}: {title.en}")


def note_outcome(hook: Hook, said: str, *, has_failed: bool) -> None:
    """Write to the log that a hook refuses messages, or that it accepts them again."""
    name = f"webhook {hook.name}"
    if said:
        outages.report_failure(log, name, said)
    elif has_failed:
        outages.report_end(name)


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


def _body(error: urllib.error.HTTPError) -> bytes:
    """What a robot says about a message that it refuses; empty where it can't be read."""
    try:
        return error.read(65_536)
    except (OSError, http.client.HTTPException):
        return b""


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
            return webhooks.failure(hook, error.code, _body(error))
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None)
        return f"{type(error).__name__} {reason or ''}".strip()[:120]
