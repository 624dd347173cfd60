"""What a page looks at besides its topic, by the names that layouts.page.Page.facts declares: one function each.

A fact that can't be had is None, and the page says so; the log has the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from dashboard.services import Services
from feeds import frames
from layouts.view import View

log = logging.getLogger(__name__)
Provider = Callable[[Services, View], Any]


def towns(services: Services, view: View) -> Mapping[str, Any] | None:
    """Numerator and denominator of each figure by town: KPI id → town → [n, of]. What the engine wrote beside the city's topic."""
    if view.span and view.topic:
        return cast("Mapping[str, Any] | None", view.topic.get("town_parts"))
    found = services.redis.get(frames.towns_key(view.live_period))
    return cast("Mapping[str, Any]", msgspec.json.decode(found)) if isinstance(found, bytes) else None


PROVIDERS: Mapping[str, Provider] = {"towns": towns}


def of(services: Services, view: View, names: tuple[str, ...]) -> dict[str, Any]:
    """The named facts for a view."""
    return {name: _had(name, services, view) for name in names}


def _had(name: str, services: Services, view: View) -> Any:
    try:
        return PROVIDERS[name](services, view)
    except (redis.RedisError, SQLAlchemyError, OSError):
        log.exception("the fact %s of %s could not be had", name, view.path)
        return None
