"""Gathers the page data of /health: who reports, what was rejected, the pipeline, the workers, the
screens.

Redis is asked on the event loop, whose sockets it uses, the database in a thread. What can't be
read is None.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import redis
from sqlalchemy.exc import SQLAlchemyError

from dashboard import audit_trail, thread_pool
from dashboard.access import principal
from dashboard.health import rejects, vitals, workers
from dashboard.health.vitals import Vitals
from dashboard.pages import audit_log_data
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.city import periods
from feeds.events import declared_sources
from feeds.health import completeness, last_seen
from feeds.history import ingest
from feeds.screens import heartbeats
from feeds.screens.heartbeats import Screen
from layouts.health import page_values
from layouts.health.page_values import Completeness, HealthPage, Pipeline, Undeclared
from layouts.view import View

log = logging.getLogger(__name__)

GAP_DAYS = 7
KEPT_S = 300.0
MOST_UNDECLARED = 50
T = TypeVar("T")


def of(services: Services, view: View) -> HealthPage:
    """Everything as of the view's moment."""
    now_ms = view.now_ms
    whole = thread_pool.run(_completeness, services, now_ms)
    found = seen(services)
    today = periods.day_of(now_ms, services.profile.tz).isoformat()
    return HealthPage(
        now_ms,
        whole,
        _pipeline(found),
        _had(lambda: rejects.read(services.redis, today)),
        _had(
            lambda: tuple(
                page_values.Worker(w.name, w.build, w.at, w.peak_mb, w.hub)
                for w in workers.there(services.redis)
            )
        ),
        _had(lambda: tuple(map(_screen, heartbeats.there(services.redis)))),
        tuple(sorted(services.tokens.walls())),
        _root(services),
        _undeclared(services),
    )


LOADERS: Loaders = {"health": of}


def _undeclared(services: Services) -> tuple[Undeclared, ...] | None:
    """The sources with case numbers that DATA/sources.toml does not name; of the last minutes. The
    form of the numbers is for administrators alone.
    """
    declared = frozenset(services.declared.forms())

    def read() -> tuple[Undeclared, ...]:
        return thread_pool.run(_read_undeclared, services, declared)

    try:
        found = services.cache.get(("undeclared", declared), read, lambda _took_s: KEPT_S)
    except SQLAlchemyError as error:
        log.warning("the page /health lacks the undeclared sources: %s", error)
        return None
    if not principal.of_request().may("manage"):
        return tuple(one._replace(patterns=()) for one in found)
    return found


def _read_undeclared(services: Services, declared: frozenset[str]) -> tuple[Undeclared, ...]:
    with services.database.connect() as connection:
        town_of = {one.source: one.town for one in last_seen.newest(connection)}
        unknown = sorted(
            source
            for source in town_of.keys() - declared
            if not source.startswith(ingest.DEMO_SOURCE)
        )
        found = []
        for source in unknown[:MOST_UNDECLARED]:
            cases = last_seen.case_numbers(connection, town_of[source], source)
            if cases:
                found.append(Undeclared(source, declared_sources.suggested(cases)))
    return tuple(found)


def _root(services: Services) -> str:
    try:
        return audit_trail.printed(audit_log_data.root(services))
    except SQLAlchemyError as error:
        log.warning("the page /health lacks the audit log's root: %s", error)
        return ""


def _had(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except (redis.RedisError, OSError) as error:
        log.warning("the page /health lacks a part: %s", error)
        return None


def _completeness(services: Services, now_ms: int) -> Completeness | None:
    profile = services.profile
    today = periods.day_of(now_ms, profile.tz)
    midnight_ms, begin_ms = (
        periods.day_start_ms(day, profile.tz) for day in (today, today - timedelta(GAP_DAYS))
    )
    try:
        with services.database.connect() as connection:
            newest = last_seen.newest(connection)
            lately = last_seen.hours(connection, begin_ms, now_ms)
    except SQLAlchemyError as error:
        log.warning("the page /health lacks its sources: %s", error)
        return None
    known = completeness.sources(
        profile,
        newest,
        lately.hours,
        begin_ms=lately.begin_ms,
        midnight_ms=midnight_ms,
        now_ms=now_ms,
    )
    return Completeness(
        completeness.rows(profile, newest, now_ms), known, lately.begin_ms, midnight_ms
    )


def seen(services: Services) -> Vitals:
    """How the board is, as its page and /readyz say it. Redis is asked on the loop, whose sockets
    it uses; the database in a thread.
    """
    database = thread_pool.run(vitals.of_database, services.database)
    found = vitals.seen(
        services.redis,
        services.log,
        services.profile,
        database,
        services.begun_ms,
        services.outages.open,
    )
    return replace(found, hub_is_connected=bool(services.hub().get("connected", 1)))


def _pipeline(found: Vitals) -> Pipeline:
    partitions = {p: (int(n), found.lag_s.get(p)) for p, n in found.log_entries.items()}
    return Pipeline(
        found.redis_error,
        found.database_error,
        max(found.lag_s.values(), default=None),
        found.watermark_age_s,
        found.engine_age_s,
        found.redis_used_bytes,
        found.redis_limit_bytes,
        found.watched,
        partitions,
        tuple(one.en for one in found.reasons),
    )


def _screen(s: Screen) -> page_values.Screen:
    """A screen for the page. Its own clock may be wrong, so its times are taken as ages at the
    moment when the server saw it.
    """
    since, painted = s.last_seen - 1000 * s.uptime_s, s.last_seen - s.painted_ago_ms
    return page_values.Screen(
        s.path,
        s.area,
        s.lang,
        s.width,
        s.height,
        s.build,
        since,
        s.last_seen,
        painted,
        s.reconnects,
        s.resyncs,
        s.errors,
        s.heap_mb,
        s.scene,
        s.name,
        s.left,
        s.id,
        s.hidden,
    )
