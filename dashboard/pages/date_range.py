"""The state of an area over a date range, for pages: read in a thread and cached for a minute."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dashboard import thread_pool
from dashboard.services import Services
from feeds.city import periods
from feeds.figures import date_ranges
from feeds.figures.windows import DateRange
from feeds.history import storage

KEEP_S = 60
OLDEST = date(1990, 1, 1)
Topic = dict[str, Any]


class DateRangeReader:
    """Reads date ranges for one worker."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def topic(self, area: str, days: DateRange, live: Mapping[str, Any]) -> Topic:
        """The topic of a date range. What does not depend on days (sources last seen, demo) is as
        in the live topic. Raises a database error.
        """
        read = self._services.cache.get(
            ("days", area, days), lambda: thread_pool.run(self._read, area, days), lambda _: KEEP_S
        )
        return {**live, **read}

    def _read(self, area: str, days: DateRange) -> Topic:
        with storage.snapshot(self._services.database) as connection:
            return date_ranges.state(connection, self._services.profile, area, days)


def parse(first: str, last: str, today: date) -> DateRange | None:
    """The date range of an address, whose last day is included; None where it names no days. Cut
    to the days that are over.
    """
    try:
        named_first = date.fromisoformat(first)
        named_last = date.fromisoformat(last or first)
    except ValueError:
        return None
    start = max(named_first, OLDEST)
    end = min(named_last, today - timedelta(1)) + timedelta(1)
    return DateRange(start, end) if start < end else None


def today(services: Services) -> date:
    return periods.day_of(time.time_ns() // 1_000_000, services.profile.tz)
