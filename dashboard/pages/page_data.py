"""Loads page data: what a page shows besides its topic, by the names in
layouts.page.Page.page_data. The loader that reads topics is here.

Each feature has its loaders in a module of its own; dashboard/pages/loaders.py lists them all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from dashboard.services import Services
from feeds.live import frames
from layouts.view import View

log = logging.getLogger(__name__)
Loader = Callable[[Services, View], Any]
Loaders = Mapping[str, Loader]


def load(loaders: Loaders, services: Services, view: View, names: Iterable[str]) -> dict[str, Any]:
    """The named data for a view. What can't be loaded is None, so that the page shows it as
    missing; the log has the reason.
    """
    return {name: _loaded(loaders[name], services, view, name) for name in names}


def _loaded(loader: Loader, services: Services, view: View, name: str) -> Any:
    try:
        return loader(services, view)
    except (redis.RedisError, SQLAlchemyError, OSError):
        log.exception("the fact %s of %s could not be had", name, view.path)
        return None


def towns(services: Services, view: View) -> Mapping[str, Any]:
    """Numerator and denominator of each figure by town, of every period that the page shows:
    period → KPI id → town → [n, of]. What the engine wrote beside the city's topics.
    """
    found: dict[str, Any] = {}
    if view.date_range and view.topic:
        found[view.period] = view.topic.get("town_parts")
    shown = dict(view.others) if view.date_range else {view.period: view.topic, **view.others}
    periods = [name for name, topic in shown.items() if topic is not None]
    if not periods:  # Redis may be away, and to ask it again is to wait again
        return found
    kept = cast("list[object]", services.redis.mget([frames.towns_key(name) for name in periods]))
    for name, parts in zip(periods, kept, strict=True):
        if isinstance(parts, bytes):
            found[name] = msgspec.json.decode(parts)
    return found


LOADERS: Loaders = {"towns": towns}
