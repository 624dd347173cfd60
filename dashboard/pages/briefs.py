"""The brief that an address asks for: a day or a month that is over, as known at a past moment or
now.

The copy in Redis is derived and may be deleted at any time. feeds/review/briefs.py makes the
values.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta

import redis

from dashboard import thread_pool
from dashboard.pages import replays
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.city import named_periods, periods
from feeds.city.named_periods import Day, Month
from feeds.figures import known_at
from feeds.history import storage
from feeds.review import briefs, freezes, known_figures
from feeds.review.briefs import Brief
from layouts.review.brief_values import BriefPage
from layouts.view import View

KEPT_S, SETTLED_MS = 86_400, 60_000
MOST_LATE = 100_000  # events recorded after the moment, as a history has that was imported later


def of_address(services: Services, view: View) -> BriefPage:
    """The day or the month that a page's address names, else yesterday."""
    return of(services, view.filters)


LOADERS: Loaders = {"brief": of_address}


def of(services: Services, asked: Mapping[str, str]) -> BriefPage:
    """Yesterday's where the address names none; a reason where it names what can't be shown. Raises
    a database error.
    """
    now_ms = time.time_ns() // 1_000_000
    today = periods.day_of(now_ms, services.profile.tz)
    named = asked.get("month", "") or asked.get("day", "")
    try:
        period = named_periods.parse(named) if named else Day(today - timedelta(1))
        found = BriefPage(None, period, named_periods.before(today))
    except ValueError:
        return BriefPage(None, Day(today - timedelta(1)), named_periods.before(today), "wrong")
    known_ms = replays.moment(asked["known"]) if asked.get("known") else now_ms
    end_ms = periods.day_start_ms(period.end, services.profile.tz)
    if known_ms is None or not min(end_ms, now_ms) <= known_ms <= now_ms:
        return found._replace(refused="known")
    begun = thread_pool.run(_begun, services)
    if begun is None or period.start < begun or period.end > today:
        return found._replace(refused="over")
    if thread_pool.run(_exceed, services, known_ms, end_ms):
        return found._replace(refused="much")
    is_fixed = bool(asked.get("known"))
    return found._replace(
        brief=_kept(services, period, known_ms) if is_fixed else _read(services, period, known_ms),
        is_fixed=is_fixed,
    )


def _kept(services: Services, period: Day | Month, known_ms: int) -> Brief:
    """From the cache, or read and kept: not while events recorded by the moment may still be on
    their way into the history.
    """
    in_force = freezes.digests(services.profile, freezes.terms(services.profile)).values()
    key = ":".join(("board:brief", period.name, str(known_ms), *in_force, services.settings.build))
    try:
        body = services.redis.get(key)
        if isinstance(body, bytes):
            return briefs.decode(body)
    except redis.RedisError:
        return _read(services, period, known_ms)
    found = _read(services, period, known_ms)
    if time.time_ns() // 1_000_000 - known_ms > SETTLED_MS:
        services.redis.set(key, briefs.encode(found), ex=KEPT_S)
    return found


def _read(services: Services, period: Day | Month, known_ms: int) -> Brief:
    return thread_pool.run(_snapshot, services, period, known_ms)


def _snapshot(services: Services, period: Day | Month, known_ms: int) -> Brief:
    with storage.snapshot(services.database) as connection:
        from feeds.review import brief_reader  # pandas

        return brief_reader.read(connection, services.profile, period, known_ms)


def _exceed(services: Services, known_ms: int, end_ms: int) -> bool:
    with services.database.connect() as connection:
        return known_at.is_late_more_than(connection, known_ms, end_ms, MOST_LATE)


def _begun(services: Services) -> date | None:
    with services.database.connect() as connection:
        return known_figures.begun(connection, services.profile)
