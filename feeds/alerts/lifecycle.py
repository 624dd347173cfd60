"""The life of an alert as a pure state machine: pending, firing, acknowledged, resolved. It has no
clock, no storage and no figures.

Missing data do not end an alert: only a figure from newer events, whose sources all still send,
ends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

import msgspec

from feeds.alerts.alert_rules import MINUTE_MS, Rule, Severity

State = Literal["pending", "firing", "acknowledged", "resolved", "retired"]
STATES: tuple[State, ...] = get_args(State)
BURNING: tuple[State, ...] = ("firing", "acknowledged")
Verdict = Literal["breach", "between", "clear", "unknown"]
EVERY = "*"


class Evaluation(NamedTuple):
    """The result of a rule's evaluation in an area. `at`: the newest event behind it, epoch ms;
    `lost`: when the last of its silent sources fell silent, epoch ms, 0 where all send.

    `unknown` is the verdict while all sources are late or silent, or the engine is behind.
    """

    verdict: Verdict
    value: float | None = None
    bound: float | None = None
    at: int = 0
    lost: int = 0


UNKNOWN = Evaluation("unknown")


class Alert(msgspec.Struct, frozen=True):
    """One alert of a rule in an area. All times are epoch ms.

    `since` is when it came into its state, `began` when the breach was first seen, `fired` when it
    fired. `at` is the newest event behind its value, `breach_at` behind its last breach.
    `silent_since` is since when its value is unknown, 0 while it is known. `silenced`: a silence
    covered the state when it was stored. `version` counts its stored rows.
    """

    id: str
    rule: str
    area: str
    severity: Severity
    state: State
    since: int
    began: int
    fired: int = 0
    value: float | None = None
    bound: float | None = None
    at: int = 0
    breach_at: int = 0
    clear_since: int = 0
    silent_since: int = 0
    by: str = ""
    silenced: bool = False
    version: int = 0

    @property
    def is_over(self) -> bool:
        return self.state in ("resolved", "retired")

    @property
    def is_burning(self) -> bool:
        return self.state in BURNING


class Silence(msgspec.Struct, frozen=True):
    """No notifications of a rule's alerts in an area (EVERY is any) until a time, for a reason, by
    an office. The alerts themselves continue.
    """

    id: str
    rule: str
    area: str
    until: int
    reason: str
    by: str
    at: int
    ended_by: str = ""
    ended_at: int | None = None

    def covers(self, alert: Alert, now_ms: int) -> bool:
        """Whether it holds now, of this alert."""
        is_meant = self.rule in (EVERY, alert.rule) and self.area in (EVERY, alert.area)
        return is_meant and self.ended_at is None and self.at <= now_ms < self.until


def step(
    alert: Alert | None,
    rule: Rule,
    area: str,
    evaluation: Evaluation,
    now_ms: int,
    *,
    on_duty: bool,
    id: str,
) -> Alert | None:
    """The alert after an evaluation; None where there is none. `id` is for an alert that begins. An
    alert that is over stays over.
    """
    if alert is None:
        return (
            _begun(rule, area, evaluation, now_ms, id)
            if evaluation.verdict == "breach" and on_duty
            else None
        )
    if alert.is_over:
        return alert
    if alert.state == "pending":
        return _pending(alert, rule, evaluation, now_ms) if on_duty else None
    if not _is_known(alert, evaluation):
        return msgspec.structs.replace(
            alert, silent_since=alert.silent_since or now_ms, clear_since=0
        )
    return _watched(_updated(alert, evaluation), rule, evaluation, now_ms)


def acknowledged(alert: Alert, by: str, now_ms: int) -> Alert:
    """The alert, seen by an office; as it is where it doesn't fire."""
    if alert.state != "firing":
        return alert
    return msgspec.structs.replace(alert, state="acknowledged", since=now_ms, by=by)


def retired(alert: Alert, now_ms: int) -> Alert:
    """The alert of a rule, or of an area, that is no longer declared."""
    return msgspec.structs.replace(alert, state="retired", since=now_ms)


def silenced(alert: Alert, silences: Iterable[Silence], now_ms: int) -> Silence | None:
    """The silence that covers an alert longest."""
    return max(
        (s for s in silences if s.covers(alert, now_ms)), key=lambda s: s.until, default=None
    )


def _is_known(alert: Alert, evaluation: Evaluation) -> bool:
    """Whether an evaluation counts: a clear one counts only after a newer event, and only if no
    source fell silent meanwhile.
    """
    if evaluation.verdict == "unknown":
        return False
    return evaluation.verdict != "clear" or (
        evaluation.at > alert.breach_at and evaluation.lost <= alert.began
    )


def _begun(rule: Rule, area: str, evaluation: Evaluation, now_ms: int, id: str) -> Alert:
    made = Alert(id, rule.id, area, rule.severity, "pending", now_ms, now_ms)
    return _waited(_updated(made, evaluation), rule, now_ms)


def _pending(alert: Alert, rule: Rule, evaluation: Evaluation, now_ms: int) -> Alert | None:
    """A pending alert, of which nobody was notified: it ends as soon as the breach does, and its
    time starts anew after a time in which nothing was known.
    """
    if evaluation.verdict == "unknown":
        return msgspec.structs.replace(alert, silent_since=alert.silent_since or now_ms)
    if evaluation.verdict != "breach":
        return None
    if alert.silent_since:
        alert = msgspec.structs.replace(alert, since=now_ms, began=now_ms)
    return _waited(_updated(alert, evaluation), rule, now_ms)


def interrupted(alert: Alert, now_ms: int) -> Alert:
    """The alert after a time in which nobody evaluated it."""
    if alert.state != "pending":
        return alert
    return msgspec.structs.replace(alert, silent_since=alert.silent_since or now_ms)


def _waited(alert: Alert, rule: Rule, now_ms: int) -> Alert:
    if now_ms - alert.began < rule.for_min * MINUTE_MS:
        return alert
    return msgspec.structs.replace(alert, state="firing", since=now_ms, fired=now_ms)


def _updated(alert: Alert, evaluation: Evaluation) -> Alert:
    breach_at = (
        max(alert.breach_at, evaluation.at) if evaluation.verdict == "breach" else alert.breach_at
    )
    return msgspec.structs.replace(
        alert,
        value=evaluation.value,
        bound=evaluation.bound,
        at=evaluation.at,
        breach_at=breach_at,
        silent_since=0,
    )


def _watched(alert: Alert, rule: Rule, evaluation: Evaluation, now_ms: int) -> Alert:
    """A firing alert whose figure is known: it ends once that was clear for long enough."""
    if evaluation.verdict != "clear":
        return msgspec.structs.replace(alert, clear_since=0)
    since = alert.clear_since or now_ms
    if now_ms - since < rule.clear_min * MINUTE_MS:
        return msgspec.structs.replace(alert, clear_since=since)
    return msgspec.structs.replace(alert, state="resolved", since=now_ms, clear_since=0)
