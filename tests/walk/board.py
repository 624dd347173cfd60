"""A whole board in one process under a clock that is set: events go in through the intake, ingest
and engine count them, and pages are built from what the engine published. Only the clock is not
the product's own.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import flask

from dashboard import services
from dashboard.pages import loaders
from dashboard.pages.views import Views
from dashboard.processes import core
from dashboard.settings import Settings
from dashboard.ttl_cache import TtlCache
from feeds.alerts.alert_watch import Watch
from feeds.city import periods
from feeds.city.periods import PERIODS
from feeds.live import frames
from feeds.live.engine import Engine
from feeds.trends.trend_lines import Trendlines
from layouts import shell
from layouts.html import render
from layouts.page import Page
from layouts.view import View

SECOND_MS, MINUTE_MS = 1_000, 60_000
STEP_MS = 101  # the engine reads a slice of the control charts every tenth of a second
WARMING_MS = 30 * MINUTE_MS  # so long before a moment alerts see the figures for the first time
LONGEST_S = 600  # the engine's seconds in which every control chart must have been read


class Clock:
    """What the process takes for now, in epoch milliseconds."""

    def __init__(self) -> None:
        self.now_ms = 0

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Meanwhile `time.time` and `time.time_ns` are this clock's."""
        true = time.time, time.time_ns
        time.time = lambda: self.now_ms / 1000
        time.time_ns = lambda: self.now_ms * 1_000_000
        try:
            yield
        finally:
            time.time, time.time_ns = true


class Board:
    """A board on a folder and an empty Redis of its own."""

    def __init__(self, data: Path, redis_url: str, profile: str, clock: Clock) -> None:
        self._clock = clock
        self._services = services.open_services(
            Settings(data=data, redis=redis_url, profile=profile)
        )
        self.profile = self._services.profile
        self._intake = self._services.intake("walk", checks_recent=False)
        self._ingest = core.make_ingest(self._services.log, self._services.database, self.profile)
        self._engine: Engine | None = None
        self._server = flask.Flask("walk")
        self._watch = Watch(self._services.database, self._services.redis, self.profile)
        self._views = Views(self._services, loaders.LOADERS)

    def close(self) -> None:
        self._services.redis.close()
        self._services.database.dispose()

    def take(self, events: list[bytes]) -> None:
        """Events through the intake into the history and the engine."""
        receipt = self._intake.take(events)
        assert not receipt.rejected, receipt.rejected[:3]
        while (change := self._ingest.step(10)) is not None:
            positions = change.positions
            if self._engine is not None:
                self._engine.apply(change)
        self._services.log.trim(positions, 0)

    @property
    def engine(self) -> Engine:
        """Made when first asked for, so that a history can be filled before it starts."""
        if self._engine is None:
            self._engine = core.make_engine(
                self._services.database, self._services.redis, self.profile
            )
        return self._engine

    def settle(self, at_ms: int, areas: Iterable[str]) -> None:
        """Come to a moment as a board that has run for a while: control charts are read, alerts
        were evaluated, and every topic of the areas is of that moment.
        """
        topics = [f"{area}/{period}" for area in areas for period in PERIODS]
        self._clock.now_ms = at_ms - WARMING_MS
        self._publish(topics)
        self._watch.turn()
        self._read_charts(topics)
        self._clock.now_ms = at_ms - SECOND_MS
        self._watch.turn()
        self._clock.now_ms = at_ms
        self._publish(topics)
        # A worker that has just started has no answers of an earlier moment.
        fresh = dataclasses.replace(self._services, cache=TtlCache(), begun_ms=at_ms)
        self._views = Views(fresh, loaders.LOADERS)

    def _read_charts(self, topics: Iterable[str]) -> None:
        """Let the engine work until none of the topics' control charts is stale."""
        charts = next(part for part in self.engine._parts if isinstance(part, Trendlines))
        for _ in range(LONGEST_S * SECOND_MS // STEP_MS):
            if not any(area.is_stale for area in charts._areas.values()):
                return
            self._clock.now_ms += STEP_MS
            self._watch_topics(topics)
            self.engine.publish()
        raise RuntimeError("the control charts were not read in time")

    def _publish(self, topics: Iterable[str]) -> None:
        self._watch_topics(topics)
        self.engine.reread()
        self.engine.publish()

    def _watch_topics(self, topics: Iterable[str]) -> None:
        """As pages that are open do."""
        seen_s = self._clock.now_ms / 1000
        self._services.redis.zadd(frames.WATCHED, dict.fromkeys(topics, seen_s))

    def view(self, page: Page, query: Mapping[str, str]) -> View:
        """What a request for the page's address may look at."""
        with self._server.test_request_context(page.path, query_string=query):
            return self._views.view(page, query)

    def html(self, page: Page, query: Mapping[str, str]) -> str:
        """The page of an address, as it is drawn into the first answer."""
        with self._server.test_request_context(page.path, query_string=query):
            view = self._views.view(page, query)
            return render.to_html(shell.build(page, view))

    def last_week(self) -> dict[str, str]:
        """The seven days before today, as an address names them."""
        today = periods.day_of(self._clock.now_ms, self.profile.tz)
        first, last = today - timedelta(7), today - timedelta(1)
        return {"from": first.isoformat(), "to": last.isoformat()}

    def last_month(self) -> str:
        """The last month that is over, as an address names it (2026-08)."""
        today = periods.day_of(self._clock.now_ms, self.profile.tz)
        return f"{today.replace(day=1) - timedelta(1):%Y-%m}"
