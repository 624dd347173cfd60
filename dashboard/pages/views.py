"""Makes a View of a request: it reads address and query, and fetches topics and page data."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from dashboard.live import snapshots
from dashboard.pages import date_range, page_data, replays
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.replay import replay
from feeds.replay.late_data import KnownAt
from layouts.page import Page
from layouts.view import NOBODY, Person, Replay, Theme, View

Query = Mapping[str, str]
PATIENCE_S = 1.0
log = logging.getLogger(__name__)


class Views:
    """Makes views for one worker; `loaders` load page data, `person` says who looks. A page is
    built even while Redis is unavailable, and then shows that it has no data.
    """

    def __init__(
        self, services: Services, loaders: Loaders, person: Callable[[], Person] = lambda: NOBODY
    ) -> None:
        self._services, self._loaders, self._asks = services, loaders, True
        self._person = person
        self._date_ranges = date_range.DateRangeReader(services)
        self.replays = replays.Replays(services)

    @property
    def profile(self) -> Profile:
        return self._services.profile

    @contextmanager
    def without_data(self) -> Iterator[None]:
        """Views of a board without data: nothing is read meanwhile."""
        self._asks = False
        yield
        self._asks = True

    def view(self, page: Page, query: Query, home: str = "") -> View:
        """An unknown area, period or language in the address gives the city, today, the board's own
        language. `home` is the town that the device remembers: an address without an area is of it.
        """
        settings, profile = self._services.settings, self._services.profile
        home = home if home in profile.town_by_code else ""
        area = query.get("area", home)
        area = area if area in profile.areas else profile.code
        shown = page.periods or tuple(dict.fromkeys((self._period(query), *page.also)))
        is_past = page.replays and "at" in query
        found = {} if is_past else self._topics(area, shown)
        lang = cast(Lang, query.get("lang") if query.get("lang") in ("zh", "en") else settings.lang)
        theme: Theme = "light" if query.get("theme") == "light" else "dark"
        view = View(
            profile,
            lang,
            area,
            shown[0],
            (found or {}).get(shown[0]),
            time.time_ns() // 1_000_000,
            settings.build,
            page.path,
            theme,
            found or {},
            "at" in query and not page.replays,
            filters={name: query[name] for name in page.filters if query.get(name)},
            home=home,
            is_unreadable=found is None,
            person=self._person(),
        )
        if is_past:
            return self._replayed(page, view, query)
        if "from" in query and not page.periods:
            view = self._over_days(view, query)
        if not self._asks:
            return view
        loaded = page_data.load(self._loaders, self._services, view, page.page_data)
        return replace(view, page_data=loaded)

    def _replayed(self, page: Page, view: View, query: Query) -> View:
        """The view as of the moment of the address, or without data, with the reason,
        where it can't be.
        """
        known_at: KnownAt = "now" if query.get("known") == "now" else "then"
        at_ms = replays.moment(query["at"])
        at = min(at_ms or view.now_ms, view.now_ms)
        asked = Replay(at, known_at, self.replays.day(at))
        if not self._asks:
            return replace(view, replay=asked)
        try:
            topics = self.replays.begin([view.area], at_ms, known_at)
        except replays.Refused as error:
            return replace(
                view, replay=asked._replace(refused=error.reason, first_ms=error.first_ms)
            )
        own = {str(p): topics[f"{view.area}/{p}"] for p in replay.SHOWN}
        past = replace(
            view,
            topic=own[view.period],
            others=own,
            now_ms=asked.at_ms,
            replay=asked,
        )
        loaded = page_data.load(self._loaders, self._services, past, page.page_data)
        return replace(past, page_data=loaded)

    def _over_days(self, view: View, query: Query) -> View:
        """The view over the address's date range; unchanged where that names no days."""
        today = date_range.today(self._services)
        days = date_range.parse(query["from"], query.get("to", ""), today)
        if days is None or view.topic is None:
            return view
        try:
            topic = self._date_ranges.topic(view.area, days, view.topic)
        except SQLAlchemyError:
            log.exception(
                "the days %s to %s of %s could not be read", days.start, days.last, view.area
            )
            topic = None
        return replace(
            view,
            period="range",
            topic=topic,
            date_range=days,
            others={view.period: view.topic, **view.others},
        )

    def _period(self, query: Query) -> str:
        period = query.get("period", "")
        return period if period in periods.PERIODS else periods.USUAL

    def _topics(self, area: str, shown: Iterable[str]) -> dict[str, Any] | None:
        """The topics that there are, by period. None where Redis does not answer: it is not asked
        for the next one, because each is waited for.
        """
        found: dict[str, Any] = {}
        if not self._asks:
            return found
        names = {period: f"{area}/{period}" for period in shown}
        try:
            snapshots.ask(self._services.redis, names.values())
            for period, name in names.items():
                body = snapshots.newest(self._services.redis, name, PATIENCE_S)
                if body:
                    found[period] = msgspec.json.decode(body)
        except redis.RedisError:
            return None
        return found
