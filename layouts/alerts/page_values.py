"""The page data of /alerts as plain values; dashboard/pages/alert_service.py gathers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from feeds.alerts.lifecycle import Alert, Silence
from feeds.city.words import Text


class Life(NamedTuple):
    """An alert from its firing on: its last state, who acknowledged it when (epoch ms, 0 where
    nobody did), and as it was when it fired; None where that was not read.
    """

    alert: Alert
    acknowledged_by: str
    acknowledged_at: int
    fired: Alert | None = None


class Undelivered(NamedTuple):
    """A message that a webhook has not accepted: of which alert (its id and version; rule and area
    are "" of a brief), when it was last tried, and why it failed; how often it was tried, and when
    it is tried again (epoch ms, None: it was given up).
    """

    hook: str
    alert: str
    version: int
    rule: str
    area: str
    at: int
    said: str
    tries: int
    due: int | None


@dataclass(frozen=True)
class Alarms:
    """`at` is when the watch last published the alerts, None where it does not; `open` are pending,
    firing and acknowledged ones; `history` the alerts of the last 30 days, newest first; `hooks`
    the names of the webhooks; `titles` what withdrawn rules were called.
    """

    at: int | None
    open: tuple[Alert, ...]
    silences: tuple[Silence, ...]
    history: tuple[Life, ...]
    failing: tuple[Undelivered, ...]
    hooks: tuple[str, ...]
    titles: Mapping[str, Text] = field(default_factory=dict)
