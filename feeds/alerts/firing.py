"""What fires now, read from a topic's `alerts` (feeds/alerts/alert_strip.py): how many and how
serious, and which alerts are of one figure. assets/live/alarms.js does the same in the browser.

A silenced alert is not among a topic's alerts, so it is neither counted nor found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from feeds.alerts.alert_rules import SEVERITIES, Severity

Shown = Mapping[str, Any]  # one alert as a topic holds it (docs/reference/live.md)


class Burning(NamedTuple):
    """How many alerts fire, the worst severity among them, and whether an office has acknowledged
    every one of them. Where some are not acknowledged, number and severity are of those alone.
    """

    number: int
    severity: Severity
    is_acknowledged: bool


def of_topic(topic: Mapping[str, Any] | None) -> Sequence[Shown]:
    """A topic's alerts, the most urgent first; none of a topic that is not there."""
    found: Sequence[Shown] = (topic or {}).get("alerts") or ()
    return found


def count(alerts: Sequence[Shown]) -> Burning | None:
    """How many fire and how serious they are; None where none does."""
    waiting = [one for one in alerts if one["state"] == "firing"]
    counted = waiting or alerts
    if not counted:
        return None
    severity = min((one["severity"] for one in counted), key=SEVERITIES.index)
    return Burning(len(counted), severity, is_acknowledged=not waiting)


def of_figure(alerts: Sequence[Shown], kpi: str, area: str) -> Shown | None:
    """The most urgent alert of a figure in an area, and in no other; None where none fires. For the
    mark on a tile: `severity` and `state` tell how it looks, `title` and `fired` what it says.
    """
    found = (one for one in of_kpi(alerts, kpi) if one["area"] == area)
    return next(found, None)


def of_kpi(alerts: Sequence[Shown], kpi: str) -> list[Shown]:
    """The alerts of a figure in any area of the topic; of a topic that an older build published
    nothing is known.
    """
    return [one for one in alerts if one.get("kpi") == kpi]


def of_domains(alerts: Sequence[Shown], domains: Sequence[str]) -> list[Shown]:
    """The alerts of the figures of some domains."""
    return [one for one in alerts if str(one.get("kpi") or "").partition(".")[0] in domains]
