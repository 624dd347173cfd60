"""The watch: reads what the engine published, evaluates every rule, stores what changed and
publishes the state of all alerts.

It runs in the engine's process and nowhere else; pages, walls and webhooks read its result. The
stored alerts are the truth, and Redis is filled from them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import Any, cast

import msgspec
import redis
from sqlalchemy import Connection
from sqlalchemy import Engine as Database
from sqlalchemy.exc import IntegrityError

from feeds.alerts import alert_rules, alert_store, alert_wording, lifecycle, rule_evaluation
from feeds.alerts.alert_rules import Oldest, Wall
from feeds.alerts.lifecycle import Alert, Silence
from feeds.cases import listing
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.events.decoding import now_ms
from feeds.health import last_seen
from feeds.history import storage
from feeds.live import frames
from feeds.screens import heartbeats

KEY, NEWS = "board:alerts", "board:alerts:news"
TURN_S, BEAT_MS, EVIDENCE_MS = 2.0, 10_000, 60_000
GAP_MS = 30_000  # between two turns; longer, and nobody knows what was in between
Place = tuple[str, str]


class PublishedAlerts(msgspec.Struct, frozen=True):
    """All alerts as Redis holds them. `at` is when they were published, epoch ms; `strip` is what
    screens show of the firing ones.
    """

    at: int
    alerts: tuple[Alert, ...]
    silences: tuple[Silence, ...]
    strip: tuple[dict[str, Any], ...]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(PublishedAlerts).decode


def read(client: redis.Redis) -> PublishedAlerts | None:
    """The published alerts; None where nothing was published yet. Raises RedisError."""
    body = cast("bytes | None", client.get(KEY))
    return _decode(body) if body else None


class _Overtaken(Exception):
    """Somebody added to the stored alerts between their reading and this turn's writing."""


class Watch:
    """Evaluates the rules in turns. Not thread-safe. `clock` gives epoch ms, `paired` the names of
    the paired walls.
    """

    def __init__(
        self,
        database: Database,
        client: redis.Redis,
        profile: Profile,
        clock: Callable[[], int] = now_ms,
        paired: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._paired = paired
        self._database, self._client, self._profile, self._clock = database, client, profile, clock
        self._rules = {rule.id: rule for rule in alert_rules.of(profile)}
        self._open: dict[Place, Alert] = {}
        self._silences: list[Silence] = []
        self._size: tuple[int, int] | None = None
        self._published_ms = self._kept_ms = self._turned_ms = 0
        self._evidence: dict[str, int] = {}
        self._published: object = None

    def turn(self) -> list[Alert]:
        """See every rule once; the alerts that came into another state. Raises RedisError or a
        database error: call again.
        """
        now = self._clock()
        self._load_changes()
        self._note_gap(now)
        known = self._inputs(now)
        stepped = self._stepped(known, now)
        try:
            changed = self._write(stepped, now)
        except (IntegrityError, _Overtaken):  # what others have stored comes first
            self._size = None
            return []
        self._turned_ms = now
        self._keep_evidence(now)
        self._publish(now)
        return changed

    def _load_changes(self) -> None:
        """Read the stored alerts again where others have added rows. Pending alerts are in Redis
        only.
        """
        with self._database.connect() as connection:
            if (size := alert_store.size(connection)) == self._size:
                return
            found = alert_store.read_open(connection)
            self._silences = alert_store.read_silences(connection)
        if self._size is None:
            self._keep_titles()
        waiting = list(self._open.values()) if self._turned_ms else self._published_alerts()
        now_open = {(a.rule, a.area): a for a in found}
        kept = {(a.rule, a.area): a for a in waiting if a.state == "pending"}
        newest = {a.id: a for a in self._open.values()}
        self._open = kept | {place: _joined(a, newest.get(a.id)) for place, a in now_open.items()}
        self._size = size

    def _keep_titles(self) -> None:
        with self._database.begin() as connection:
            titles = {
                rule.id: alert_wording.titled(rule, self._profile) for rule in self._rules.values()
            }
            alert_store.keep_titles(connection, titles)

    def _published_alerts(self) -> Iterable[Alert]:
        """Those that a watch published last, which may be the one before a restart."""
        before = read(self._client)
        if before is None:
            return ()
        self._turned_ms = before.at
        return before.alerts

    def _note_gap(self, now: int) -> None:
        """After a time without a turn the time of pending alerts starts anew. A clock that was set
        back is such a time too.
        """
        if 0 <= now - self._turned_ms <= GAP_MS:
            return
        self._open = {
            place: lifecycle.interrupted(alert, now) for place, alert in self._open.items()
        }

    def _inputs(self, now: int) -> rule_evaluation.Inputs:
        names = sorted(rule_evaluation.wanted(self._rules.values(), self._profile))
        self._client.zadd(frames.WATCHED, dict.fromkeys(names, now / 1000))
        bodies = cast(
            "list[bytes | None]", self._client.mget([frames.snapshot_key(name) for name in names])
        )
        found = {
            name: msgspec.json.decode(body)
            for name, body in zip(names, bodies, strict=True)
            if body
        }
        periods_of_towns = sorted(
            {rule_evaluation.period_of(rule) for rule in self._rules.values()}
        )
        kept = cast(
            "list[bytes | None]",
            self._client.mget([frames.town_figures_key(period) for period in periods_of_towns]),
        )
        towns = {
            period: msgspec.json.decode(body)
            for period, body in zip(periods_of_towns, kept, strict=True)
            if body
        }
        walls = (
            heartbeats.walls(self._client)
            if any(isinstance(rule, Wall) for rule in self._rules.values())
            else []
        )
        with storage.snapshot(self._database) as connection:
            return rule_evaluation.Inputs(
                self._profile,
                now,
                found,
                last_seen.newest(connection),
                walls,
                frozenset(self._paired()),
                towns,
                self._oldest_due(connection, now),
            )

    def _oldest_due(self, connection: Connection, now: int) -> dict[tuple[str, str], int]:
        """By area and family the due time of the oldest overdue case, if a rule asks for it."""
        if not any(isinstance(rule, Oldest) for rule in self._rules.values()):
            return {}
        found: dict[tuple[str, str], int] = {}
        for (town, family), due in listing.oldest_due(connection, now).items():
            found[town, family] = due
            whole = (self._profile.code, family)
            found[whole] = min(due, found.get(whole, due))
        return found

    def _stepped(self, known: rule_evaluation.Inputs, now: int) -> dict[Place, Alert | None]:
        """Every place's alert after this turn; one whose rule or area is gone is retired."""
        minute = periods.minute_of(now, self._profile.tz)
        found: dict[Place, Alert | None] = {}
        for rule in self._rules.values():
            on_duty = alert_rules.on_duty(rule, minute)
            for area in alert_rules.places(rule, self._profile.code, self._profile.town_by_code):
                evaluation = rule_evaluation.evaluate(rule, area, known)
                fresh = secrets.token_hex(6)
                found[rule.id, area] = lifecycle.step(
                    self._open.get((rule.id, area)),
                    rule,
                    area,
                    evaluation,
                    now,
                    on_duty=on_duty,
                    id=fresh,
                )
        gone = {place: alert for place, alert in self._open.items() if place not in found}
        found.update(
            {
                place: lifecycle.retired(a, now) if a.is_burning else None
                for place, a in gone.items()
            }
        )
        return found

    def _write(self, stepped: dict[Place, Alert | None], now: int) -> list[Alert]:
        """Store every change of state, except those of pending alerts, which nobody is notified of;
        and again an alert whose silence has ended.
        """
        due = {
            place: a
            for place, alert in stepped.items()
            if alert and (a := self._due(alert, self._open.get(place), now))
        }
        if due:
            with self._database.begin() as connection:
                due = {place: alert_store.write(connection, alert) for place, alert in due.items()}
                # Read after the first row is written, so that SQLite lets nobody else in between.
                size = alert_store.size(connection)
                if size != self._grown(len(due)):
                    raise _Overtaken
                stepped.update(due)
                alert_store.keep_evidence(
                    connection, (a for a in stepped.values() if a and a.is_burning)
                )
            self._size = size
        self._open = {
            place: alert for place, alert in stepped.items() if alert and not alert.is_over
        }
        return list(due.values())

    def _grown(self, rows: int) -> tuple[int, int] | None:
        """How many rows there are if nobody else has written meanwhile. Where somebody has, nothing
        is stored: a silence that was made first holds for this turn's alerts too.
        """
        if self._size is None:
            return None
        alerts, silences = self._size
        return alerts + rows, silences

    def _due(self, alert: Alert, before: Alert | None, now: int) -> Alert | None:
        """The alert as it is to be stored; None where it need not be. If nobody was notified of an
        alert, nobody is notified of its end.
        """
        was_silenced = alert.silenced
        is_silenced = lifecycle.silenced(alert, self._silences, now) is not None
        is_moved = before is None or alert.state != before.state
        if alert.state == "pending" or not (is_moved or (was_silenced and not is_silenced)):
            return None
        return msgspec.structs.replace(
            alert, silenced=is_silenced or (was_silenced and alert.is_over)
        )

    def _keep_evidence(self, now: int) -> None:
        found = {a.id: a.breach_at for a in self._open.values() if a.is_burning}
        if found != self._evidence and abs(now - self._kept_ms) >= EVIDENCE_MS:
            with self._database.begin() as connection:
                alert_store.keep_evidence(
                    connection, (a for a in self._open.values() if a.is_burning)
                )
            self._evidence, self._kept_ms = found, now

    def _publish(self, now: int) -> None:
        """Publish the alerts when they changed, and every ten seconds, so that an emptied Redis is
        filled again.
        """
        ordered = alert_wording.ordered(self._open.values())
        active = tuple(s for s in self._silences if s.ended_at is None and s.until > now)
        strip = alert_wording.strip(self._profile, ordered, active, now)
        published = (ordered, active, strip)
        if (
            published == self._published
            and abs(now - self._published_ms) < BEAT_MS
            and self._client.exists(KEY)
        ):
            return
        body = _encode(PublishedAlerts(now, ordered, active, strip))
        pipe = self._client.pipeline(transaction=True)
        pipe.set(KEY, body)
        pipe.publish(NEWS, body)
        pipe.execute()
        self._published, self._published_ms = published, now


def _joined(written: Alert, mine: Alert | None) -> Alert:
    """An alert as the book has it, with what only this watch knows of it."""
    if mine is None:
        return written
    return msgspec.structs.replace(
        written,
        value=mine.value,
        bound=mine.bound,
        at=mine.at,
        breach_at=max(mine.breach_at, written.breach_at),
        clear_since=mine.clear_since,
        silent_since=mine.silent_since,
    )
