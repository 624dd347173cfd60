"""What has something to say: the alerts in their order, the urgent one, the towns and the control
charts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from feeds import kpis
from feeds.alerts import alert_rules
from feeds.figures import freshness
from feeds.figures.trends import Trend
from feeds.wall import open_work, wall_profile
from feeds.wall.on_time import OnTime, Side
from layouts.view import View
from layouts.wall.page_values import Room

Alert = Mapping[str, Any]  # as feeds/alerts/alert_wording.py has it for screens
QUIET = ("none", "common")


def alerts(view: View) -> list[Alert]:
    """The alerts that fire: the worst first, of equal ones those that nobody acknowledged, then the
    oldest.
    """
    found: list[Alert] = list((view.topic or {}).get("alerts") or ())
    return sorted(found, key=_rank)


def _rank(one: Alert) -> tuple[int, bool, int]:
    severity = alert_rules.SEVERITIES.index(one["severity"])
    return severity, one["state"] != "firing", int(one["fired"])


def is_urgent(one: Alert) -> bool:
    """Whether an alert takes the top of the wall: urgent, and nobody has acknowledged it."""
    return bool(one["severity"] == "critical" and one["state"] == "firing")


def urgent(view: View) -> Alert | None:
    return next((one for one in alerts(view) if is_urgent(one)), None)


def rule_of(view: View, alert_id: str, room: Room | None) -> alert_rules.AnyRule | None:
    """The rule of an alert, where the profile still has it."""
    lives = room.lives if room else ()
    name = next((life.alert.rule for life in lives if life.alert.id == alert_id), "")
    return next((rule for rule in alert_rules.of(view.profile) if rule.id == name), None)


def stage_of(view: View) -> str:
    """The stage of the flow that the urgent alert concerns; "" of none."""
    found = urgent(view)
    kpi = str(found.get("kpi", "")) if found else ""
    return _STAGES.get(kpi.rpartition(".")[2], "")


_STAGES: Mapping[str, str] = {
    "reported": "opened",
    "accepted": "opened",
    "requests": "opened",
    "raised": "opened",
    "handled": "waiting",
    "assigned": "waiting",
    "joint": "waiting",
    "open": "handling",
    "overdue": "handling",
    "on_time": "handling",
    "p90_hours": "handling",
    "median_hours": "handling",
    "closed": "closed",
    "completed": "closed",
    "closure_rate": "closed",
}


def shares(view: View, room: Room, kpi: str = "") -> OnTime:
    """What the map compares the towns by; a town that reports nothing is on no side."""
    found = room.shares[kpi if kpi in room.shares else ""]
    silent: dict[str, Side] = dict.fromkeys(view.towns_silent, "")
    return replace(
        found, sides={town: silent.get(town, side) for town, side in found.sides.items()}
    )


def is_nobody_heard(view: View) -> bool:
    """Whether no town reports, so that none can be compared."""
    return bool(view.at) and set(view.profile.town_by_code) <= set(view.towns_silent)


def map_kpi(view: View) -> str:
    """The KPI of the profile's first map; "" of one that shows all work."""
    scenes = wall_profile.of(view.profile).scenes
    return next((scene.kpi for scene in scenes if scene.shown == "map"), "")


def silence_s(view: View) -> float:
    """For how long no event of any kind may come in before the wall says so."""
    return freshness.LATE_AFTER * min(view.cadence_s(kpi) for kpi in kpis.CATALOGUE)


def is_silent(view: View) -> bool:
    """Whether nothing came in for longer."""
    return bool(view.at) and view.now_ms - (view.at or 0) > 1000 * silence_s(view)


def talking_towns(view: View, room: Room) -> list[str]:
    """The towns that have something to say: beyond the limits of chance, an alert, or work that is
    overdue by more than a week; the most of it first.
    """
    sides = shares(view, room, map_kpi(view)).sides
    firing = {str(one["area"]) for one in alerts(view)}
    ranked = []
    for town in view.profile.town_by_code:
        late = _long_overdue(room, town)
        if sides.get(town) or town in firing or late:
            ranked.append((town not in firing, not sides.get(town), -late, town))
    return [town for *_, town in sorted(ranked)]


def _long_overdue(room: Room, town: str) -> int:
    work = room.town_work.get(town)
    if work is None:
        return 0
    return sum(open_work.overdue_ms(one, work.at_ms) > open_work.LONG_MS for one in work.oldest)


def charts(view: View) -> list[tuple[str, Trend]]:
    """The figures whose control chart signals at its last point: concern first. What is reported in
    batches, weeks after it happened, is not for the room.
    """
    found = []
    for kpi, its in kpis.CATALOGUE.items():
        trend = None if its.kind == "dated" else view.trend(kpi)
        if trend and trend.variation not in QUIET and not trend.is_between and trend.mean:
            found.append((kpi, trend))
    return sorted(found, key=lambda one: (one[1].variation != "concern", one[1].run))
