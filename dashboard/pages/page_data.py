"""What a page looks at besides its topic, by the names that layouts.page.Page.facts declares: one
function each.

A fact that can't be had is None, and the page says so; the log has the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, cast

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.live import snapshots
from dashboard.pages import alert_service, briefs, drilldown, health_data, remark_service, reviews
from dashboard.services import Services
from feeds.live import frames
from feeds.remarks.remarks import AHEAD, Remark
from layouts.parts.forms import Editor
from layouts.review import brief_values
from layouts.review.page_values import Desk
from layouts.view import View

log = logging.getLogger(__name__)
Provider = Callable[[Services, View], Any]
REMARKED = timedelta(3 * 366)
PATIENCE_S = 1.0


def towns(services: Services, view: View) -> Mapping[str, Any] | None:
    """Numerator and denominator of each figure by town: KPI id → town → [n, of]. What the engine
    wrote beside the city's topic.
    """
    if view.span and view.topic:
        return cast("Mapping[str, Any] | None", view.topic.get("town_parts"))
    found = services.redis.get(frames.towns_key(view.live_period))
    return (
        cast("Mapping[str, Any]", msgspec.json.decode(found)) if isinstance(found, bytes) else None
    )


def city(services: Services, view: View) -> Mapping[str, Any]:
    """The city's own topics of the same periods, where the view is of a town."""
    if view.is_city:
        return {}
    found = {
        period: snapshots.newest(services.redis, f"{view.profile.code}/{period}", PATIENCE_S)
        for period in ("today", "year")
    }
    return {period: msgspec.json.decode(body) for period, body in found.items() if body}


def remarks(services: Services, view: View) -> list[Remark]:
    """What holds of the view's area, of the last three years and the year ahead."""
    today = remark_service.today(services)
    return thread_pool.run(
        remark_service.read, services, None, view.area, today - REMARKED, today + AHEAD
    )


def editor(services: Services, view: View) -> Editor | None:
    """The office that this browser may make remarks for."""
    found = remark_service.editor(services)
    return Editor(found.name, found.area, remark_service.csrf()) if found else None


def review(services: Services, view: View) -> Desk:
    """The quarter that the address names, else the last one that is over."""
    there = reviews.over(services)
    chosen = next(
        (one for one in there if one.name == view.filters.get("quarter")),
        there[0] if there else None,
    )
    return Desk(reviews.of(services, chosen) if chosen else None, tuple(one.name for one in there))


def brief(services: Services, view: View) -> brief_values.Desk:
    """The day or the month that the address names, else yesterday."""
    return briefs.of(services, view.filters)


PROVIDERS: Mapping[str, Provider] = {
    "health": health_data.of,
    "towns": towns,
    "city": city,
    "remarks": remarks,
    "editor": editor,
    "review": review,
    "alarms": alert_service.of,
    "brief": brief,
    "drill": drilldown.drill,
    "sources": drilldown.sources,
    "cases": drilldown.cases,
    "chains": drilldown.chains,
}


def of(services: Services, view: View, names: tuple[str, ...]) -> dict[str, Any]:
    """The named facts for a view."""
    return {name: _had(name, services, view) for name in names}


def _had(name: str, services: Services, view: View) -> Any:
    try:
        return PROVIDERS[name](services, view)
    except (redis.RedisError, SQLAlchemyError, OSError):
        log.exception("the fact %s of %s could not be had", name, view.path)
        return None
