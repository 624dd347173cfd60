"""The brief that an address asks for: a day or a month that is over, as known at a moment of the past or now.

What is kept in Redis is derived and may be deleted any time. The values are feeds/briefs.py's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta

import redis

from dashboard import offload, replays
from dashboard.services import Services
from feeds import briefing, briefs, freezebook, history, knowledge, periods, stretches
from feeds.briefs import Brief
from feeds.stretches import Day, Month
from layouts.briefdesk import Desk

KEPT_S, SETTLED_MS = 86_400, 60_000


def of(services: Services, asked: Mapping[str, str]) -> Desk:
    """Yesterday's where the address names none; a reason where it names what can't be shown. Raises a database error."""
    now_ms = time.time_ns() // 1_000_000
    today = periods.day_of(now_ms, services.profile.tz)
    named = asked.get("month", "") or asked.get("day", "")
    try:
        stretch = stretches.parse(named) if named else Day(today - timedelta(1))
        desk = Desk(None, stretch, stretches.before(today))
    except ValueError:
        return Desk(None, Day(today - timedelta(1)), stretches.before(today), "wrong")
    known_ms = replays.moment(asked["known"]) if asked.get("known") else now_ms
    if known_ms is None or known_ms > now_ms:
        return desk._replace(refused="known")
    begun = offload.run(_begun, services)
    if begun is None or stretch.first < begun or stretch.after > today:
        return desk._replace(refused="over")
    is_fixed = bool(asked.get("known"))
    return desk._replace(brief=_kept(services, stretch, known_ms) if is_fixed else _read(services, stretch, known_ms), is_fixed=is_fixed)


def _kept(services: Services, stretch: Day | Month, known_ms: int) -> Brief:
    """From the cache, or read and kept: not while events recorded by the moment may still be on their way into the history."""
    in_force = freezebook.digests(services.profile, freezebook.terms(services.profile)).values()
    key = ":".join(("board:brief", stretch.name, str(known_ms), *in_force, services.settings.build))
    try:
        body = services.redis.get(key)
        if isinstance(body, bytes):
            return briefs.decode(body)
    except redis.RedisError:
        return _read(services, stretch, known_ms)
    found = _read(services, stretch, known_ms)
    if time.time_ns() // 1_000_000 - known_ms > SETTLED_MS:
        services.redis.set(key, briefs.encode(found), ex=KEPT_S)
    return found


def _read(services: Services, stretch: Day | Month, known_ms: int) -> Brief:
    return offload.run(_snapshot, services, stretch, known_ms)


def _snapshot(services: Services, stretch: Day | Month, known_ms: int) -> Brief:
    with history.snapshot(services.database) as connection:
        return briefing.read(connection, services.profile, stretch, known_ms)


def _begun(services: Services) -> date | None:
    with services.database.connect() as connection:
        return knowledge.begun(connection, services.profile)
