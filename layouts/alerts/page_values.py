"""The page data of /alerts as plain values; dashboard/pages/alert_service.py gathers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from feeds.alerts.lifecycle import Alert, Silence


class Life(NamedTuple):
    """An alert from its firing on: its last state, and who acknowledged it when (epoch ms, 0 where
    nobody did).
    """

    alert: Alert
    acknowledged_by: str
    acknowledged_at: int


class Dead(NamedTuple):
    """A message that a webhook did not take: of which rule's alert in which area, its state, when
    it was given up, and why.
    """

    hook: str
    rule: str
    area: str
    state: str
    at: int
    said: str


@dataclass(frozen=True)
class Alarms:
    """`at` is when the watch last published the alerts, None where it does not; `open` are pending,
    firing and acknowledged ones; `history` the alerts of the last 30 days, newest first; `hooks`
    the names of the webhooks.
    """

    at: int | None
    open: tuple[Alert, ...]
    silences: tuple[Silence, ...]
    history: tuple[Life, ...]
    dead: tuple[Dead, ...]
    hooks: tuple[str, ...]
