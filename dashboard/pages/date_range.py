"""The state of an area over chosen days for pages: read in a thread, and remembered for a
minute.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dashboard import thread_pool
from dashboard.services import Services
from feeds.city import periods
from feeds.figures import date_ranges
from feeds.figures.windows import Days
from feeds.history import storage
from layouts.view import Span

KEEP_S = 60
OLDEST = date(1990, 1, 1)
Topic = dict[str, Any]


class Chosen:
    """Reads ranges for one worker."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def topic(self, area: str, span: Span, live: Mapping[str, Any]) -> Topic:
        """A topic of the span; what isn't a matter of days (sources heard, demo) is as in the live
        one. Raises a database error.
        """
        read = self._services.cache.get(
            ("days", area, span), lambda: thread_pool.run(self._read, area, span), lambda _: KEEP_S
        )
        return {**live, "events": [], **read}

    def _read(self, area: str, span: Span) -> Topic:
        with storage.snapshot(self._services.database) as connection:
            days = Days(span.first, span.last + timedelta(1))
            return date_ranges.state(connection, self._services.profile, area, days)


def span(first: str, last: str, today: date) -> Span | None:
    """The days of an address; none where they aren't days. Cut to those that are over."""
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        return None
    ends = min(ends, today - timedelta(1))
    return Span(max(begins, OLDEST), ends) if begins <= ends else None


def today(services: Services) -> date:
    return periods.day_of(time.time_ns() // 1_000_000, services.profile.tz)
