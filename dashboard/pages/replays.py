"""Past moments for walls that replay, computed in the worker's threads: few at once, from days that
are cached for a while.

It reads and writes no live topic, and reads from Redis only which entries of the log are not in the
history yet. A replay that can't be shown raises Refused with the reason.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.health import vitals
from dashboard.services import Services
from feeds.city import periods
from feeds.events import decoding
from feeds.events.rejects import InvalidEvent
from feeds.figures.known_at import TooManyLate
from feeds.figures.topics import State
from feeds.live import frames
from feeds.replay import replay
from feeds.replay.late_data import KnownAt
from feeds.replay.replay import BeforeHistory, Past

AT_ONCE, KEPT, TURN_S = 2, 4, 8.0
SETTLED_MS = 10_000  # after so long what was recorded is in the history
FRESH_MS = 60_000  # what is recorded now changes: a kept past of it is good for so long
Reason = Literal["unreadable", "future", "behind", "before", "late", "busy", "away"]
NO_SERIES: frozenset[str] = frozenset()  # the wall draws none
log = logging.getLogger(__name__)


class Refused(Exception):
    """This moment can't be shown. `first_ms` is the first moment that can, where this one lies
    before it.
    """

    def __init__(self, reason: Reason, first_ms: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.first_ms = reason, first_ms


class Moment(msgspec.Struct, frozen=True):
    """What changed by a moment: whole states of the topics at the first one, frames at those that
    follow.
    """

    now: int
    topics: dict[str, State]
    frames: list[State]


class Replays:
    """The replays of one worker.

    A cached past is never moved, only copied, so that any number of replays may begin from it. The
    last seconds before now can't be replayed, because the history may not hold them yet; the same
    is true of what ingest has not taken in yet.
    """

    def __init__(self, services: Services) -> None:
        self._database, self._profile = services.database, services.profile
        self._redis, self._partitions = services.redis, services.log.partitions
        self._whole_ms = 0
        self._running, self._lock = threading.BoundedSemaphore(AT_ONCE), threading.Lock()
        self._kept: list[tuple[Past, int]] = []

    def play(
        self, areas: Sequence[str], moments_ms: Sequence[int], known_at: KnownAt
    ) -> list[Moment]:
        """The topics of some areas at moments in their order, those ahead of now left out. Raises
        Refused.
        """
        settled_ms = self._settled_ms()
        past = [at for at in moments_ms if decoding.OLDEST_MS <= at <= settled_ms]
        if not past:
            raise Refused(_outside(moments_ms[0]))
        if not self._running.acquire(timeout=TURN_S):
            raise Refused("busy")
        try:
            return thread_pool.run(self._play, areas, past, known_at, settled_ms)
        except BeforeHistory as error:
            raise Refused("before", error.first_ms) from error
        except TooManyLate as error:
            raise Refused("late") from error
        except SQLAlchemyError as error:
            log.exception("a moment of the past could not be read")
            raise Refused("away") from error
        finally:
            self._running.release()

    def begin(self, areas: Sequence[str], at_ms: int | None, known_at: KnownAt) -> dict[str, State]:
        """The topics of some areas at one moment; None is one that could not be read. Raises
        Refused.
        """
        if at_ms is None:
            raise Refused("unreadable")
        return self.play(areas, [at_ms], known_at)[0].topics

    def day(self, at_ms: int) -> tuple[int, int]:
        """The local day that a moment is in, from its start to its end."""
        today = periods.day_of(at_ms, self._profile.tz)
        start, end = (
            periods.day_start_ms(day, self._profile.tz) for day in (today, today + timedelta(1))
        )
        return start, end

    def _settled_ms(self) -> int:
        """The moment up to which the history is complete; while Redis is unavailable, the last such
        moment that was known.
        """
        positions = thread_pool.run(vitals.of_database, self._database)
        if isinstance(positions, str):
            raise Refused("away")
        try:
            now = decoding.now_ms()
            self._whole_ms = min(
                vitals.waiting_ms(self._redis, self._partitions, positions).values(), default=now
            )
        except (redis.RedisError, OSError):
            self._whole_ms = self._whole_ms or min(
                filter(None, map(vitals.written_ms, positions.values())), default=0
            )
        return self._whole_ms - SETTLED_MS

    def _play(
        self, areas: Sequence[str], moments_ms: Sequence[int], known_at: KnownAt, settled_ms: int
    ) -> list[Moment]:
        past = self._begun(moments_ms[0], known_at, settled_ms)
        states = self._states(past, areas)
        found = [Moment(past.now_ms, states, [])]
        for at in moments_ms[1:]:
            if at < past.until_ms:
                past.move(at)
            else:
                past = self._begun(at, known_at, settled_ms)
            new = self._states(past, areas)
            found.append(Moment(at, {}, [_frame(states[name], new[name]) for name in new]))
            states = new
        return found

    def _states(self, past: Past, areas: Sequence[str]) -> dict[str, State]:
        return {
            f"{area}/{period}": past.state(area, period, NO_SERIES)
            for area in areas
            for period in replay.SHOWN
        }

    def _begun(self, at_ms: int, known_at: KnownAt, settled_ms: int) -> Past:
        """A past of one's own at a moment, from the kept one that comes nearest before it, or from
        one that is loaded now.
        """
        with self._lock:
            fit = [one for one, loaded in self._kept if _reaches(one, loaded, at_ms, known_at)]
            base = max(fit, key=lambda one: one.now_ms, default=None)
        base = base or self._loaded(at_ms, known_at, settled_ms)
        made = base.copy()
        made.move(at_ms)
        return made

    def _loaded(self, at_ms: int, known_at: KnownAt, settled_ms: int) -> Past:
        """From the day's start, so that all of the day is near; else from the moment itself."""
        now = decoding.now_ms()
        try:
            found = Past(self._database, self._profile, self.day(at_ms)[0], known_at, settled_ms)
        except (BeforeHistory, TooManyLate):
            found = None
        if found is None or at_ms >= found.until_ms:
            found = Past(self._database, self._profile, at_ms, known_at, settled_ms)
        with self._lock:
            others = [
                (one, loaded)
                for one, loaded in self._kept
                if (one.now_ms, one.known_at) != (found.now_ms, known_at)
            ]
            self._kept = [(found, now), *others][:KEPT]
        return found


def _reaches(past: Past, loaded_ms: int, at_ms: int, known_at: KnownAt) -> bool:
    is_fresh = known_at == "then" or abs(decoding.now_ms() - loaded_ms) < FRESH_MS
    return is_fresh and past.known_at == known_at and past.now_ms <= at_ms < past.until_ms


def _outside(at_ms: int) -> Reason:
    """Why the history does not hold a moment completely."""
    if at_ms < decoding.OLDEST_MS:
        return "before"
    return "behind" if at_ms <= decoding.now_ms() - SETTLED_MS else "future"


def _frame(old: State, new: State) -> dict[str, Any]:
    """As the engine words it; numbered on from the state before."""
    new["seq"] = old["seq"] + 1
    return {k: new[k] for k in ("topic", "at", "epoch", "seq", "build", "now")} | frames.difference(
        old, new
    )


def moment(text: str) -> int | None:
    """A time with an offset as epoch milliseconds, where it is one of the last decades. In a query
    "+" may have become a blank.
    """
    try:
        at_ms = decoding.parse_time(text.replace(" ", "+"), "at")
    except InvalidEvent:
        return None
    return at_ms if at_ms >= decoding.OLDEST_MS else None
