"""Runs the demo feed into the board's intake: first the past that it has not sent yet, then the
present, until it is stopped.

feeds/demo/stream.py makes what is sent. The feed keeps its position in Redis, so that it continues
there after a restart.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, TypeVar

import redis

from feeds.city.profile import Profile
from feeds.demo import days, stream
from feeds.demo.days import DAY_MS
from feeds.events.decoding import now_ms
from feeds.events.intake import Receipt
from feeds.events.log import LogUnavailable

T = TypeVar("T")

POSITION = "board:demo:position"
TICK_S = 0.004  # events due within one tick go out together
BACKOFF_S = (0.2, 5.0)
SAVE_MS = 60_000


class Intake(Protocol):
    """What the feed needs of feeds.events.intake.Intake."""

    def take(self, items: list[bytes]) -> Receipt: ...


class Position:
    """The feed's place in Redis. Both raise LogUnavailable."""

    def __init__(self, client: redis.Redis, key: str = POSITION) -> None:
        self._client, self._key = client, key

    def get(self) -> str | None:
        try:
            value = self._client.get(self._key)
        except redis.RedisError as error:
            raise LogUnavailable(str(error)) from error
        return value.decode() if isinstance(value, bytes) else value

    def set(self, value: str) -> None:
        try:
            self._client.set(self._key, value)
        except redis.RedisError as error:
            raise LogUnavailable(str(error)) from error


class Progress(NamedTuple):
    """How far the feed is: events sent so far, and (for the backfill) the time reached between
    start and end.
    """

    phase: Literal["backfill", "live"]
    sent: int
    at_ms: int
    start_ms: int
    end_ms: int


@dataclass
class Sent:
    """How many events the feed has sent."""

    accepted: int = 0
    rejected: int = 0


class _Stopped(Exception):
    """Told to stop while waiting."""


def feed(
    intake: Intake,
    profile: Profile,
    seed: int,
    rate: float | None,
    *,
    stop: threading.Event,
    position: Position,
    years: float = 2,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    clock: stream.Clock = now_ms,
) -> Sent:
    """Backfill what is missing of the last years, then go on live until `stop` is set; waits while
    the log is away.
    """
    run = _Run(intake, profile, seed, stop, position, on_progress, clock)
    try:
        origin, end = run.backfill(years)
        run.live(origin, end if rate is None else clock(), rate)
    except _Stopped:
        pass
    return run.sent


class _Run:
    def __init__(
        self,
        intake: Intake,
        profile: Profile,
        seed: int,
        stop: threading.Event,
        position: Position,
        on_progress: Callable[[Progress], None],
        clock: stream.Clock,
    ) -> None:
        self._intake, self._profile, self._seed, self._stop = intake, profile, seed, stop
        self._position, self._on_progress, self._clock = position, on_progress, clock
        self.sent = Sent()

    def backfill(self, years: float) -> tuple[int, int]:
        """Sends the past up to now; answers since when cases are known, and up to when all is
        sent.
        """
        end = self._clock()
        origin, start = self._resume(end, years)
        if start == origin:
            self._take(stream.open_at(self._profile, self._seed, origin))
        long_from = stream.year_start_ms(self._profile, origin)
        for until, events in stream.by_day(
            self._profile, self._seed, start, end, origin_ms=origin, long_from_ms=long_from
        ):
            self._take(events)
            self._save(origin, until)
            self._on_progress(Progress("backfill", self.sent.accepted, until, start, end))
        return origin, end

    def live(self, origin: int, start: int, rate: float | None) -> None:
        held: list[bytes] = []
        saved = start
        long_from = stream.year_start_ms(self._profile, origin)
        for due, event in stream.live(
            self._profile,
            self._seed,
            start,
            rate,
            self._clock,
            origin_ms=origin,
            long_from_ms=long_from,
        ):
            if held and (due > self._clock() or len(held) >= stream.BATCH):
                self._take(held)
                held = []
                self._on_progress(Progress("live", self.sent.accepted, due, start, due))
            if rate is None and due - saved >= SAVE_MS and not held:
                self._save(origin, due)
                saved = due
            self._wait_until(due)
            held.append(event)

    def _resume(self, now: int, years: float) -> tuple[int, int]:
        """Since when cases are known, and from when on nothing was sent yet: as stored for this
        city and seed, else from the start.
        """
        kept = self._patiently(self._position.get) or ""
        match kept.split(":"):
            case [code, seed, origin, done] if (code, seed) == (
                self._profile.code,
                str(self._seed),
            ):
                return int(origin), min(int(done), now)
        city = days.city(self._profile, self._seed)
        origin_ms = city.bounds(city.day_of(now - int(years * 365 * DAY_MS))).start
        return origin_ms, origin_ms

    def _save(self, origin: int, done: int) -> None:
        self._patiently(
            lambda: self._position.set(f"{self._profile.code}:{self._seed}:{origin}:{done}")
        )

    def _take(self, events: list[bytes]) -> None:
        if events:
            receipt = self._patiently(lambda: self._intake.take(events))
            self.sent.accepted += receipt.accepted
            self.sent.rejected += len(receipt.rejected)
        if self._stop.is_set():
            raise _Stopped

    def _wait_until(self, due: int) -> None:
        while (ahead_s := (due - self._clock()) / 1000) > 0:
            if self._stop.wait(min(max(ahead_s, TICK_S), 1.0)):
                raise _Stopped

    def _patiently(self, act: Callable[[], T]) -> T:
        """Does it again, ever more slowly, while the log is away."""
        pause, longest = BACKOFF_S
        while True:
            try:
                return act()
            except LogUnavailable:
                if self._stop.wait(pause):
                    raise _Stopped from None
                pause = min(longest, 2 * pause)
