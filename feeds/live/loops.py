"""The loops of the board's own processes: ingest with engine, either alone, and the PUBLISH door.

Each goes on whatever is away: it waits and tries again, and takes up where the watermark stands.
Only a stop ends it.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from feeds.events.intake import Intake
from feeds.events.log import LogUnavailable
from feeds.history.ingest import Change, Fenced, Ingest
from feeds.live.engine import Engine

log = logging.getLogger(__name__)
CHANGES = "board:changes"
INBOX = "board:in"
BEHIND_EVENTS = 5_000
BEHIND_READS = (
    3  # a stall of some seconds is caught up with event by event; an import or an outage is not
)
GATHER_MS = 15
RELOAD_S = 5.0
TRIM_S = 60.0
CHECK_S = 2.0
BEHIND_S = 5.0
PAUSE_S = (0.1, 2.0)


class News(msgspec.Struct, array_like=True):
    """One commit as the engine of another process hears of it. Without `change` it has to read the
    history again.
    """

    moves: dict[int, tuple[str, str]]
    change: Change | None


_UNKNOWN = News({-1: ("0-0", "1-0")}, None)  # something has changed: read the history again
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(News)


def calm() -> None:
    """Collect garbage more seldom: it walks all that is remembered, and what ingest makes has no
    cycles (a third of its time).
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


class Pauses:
    """How long to wait after a failure: longer each time, until something went well."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop, self._pause_s = stop, PAUSE_S[0]

    def after(self, error: Exception) -> None:
        """Say what failed, and wait."""
        log.warning("%s: %s; trying again in %.1f s", type(error).__name__, error, self._pause_s)
        self._stop.wait(self._pause_s)
        self._pause_s = min(self._pause_s * 2, PAUSE_S[1])

    def well(self) -> None:
        """Begin again with short waits."""
        self._pause_s = PAUSE_S[0]


class Core:
    """Ingest and engine in one thread: a commit is computed and published by the same hands,
    without a lock.
    """

    def __init__(self, ingest: Ingest, engine: Engine, stop: threading.Event) -> None:
        self._ingest, self._engine, self._stop = ingest, engine, stop
        self._stale = False
        self._full_reads, self._reload_every_s = 0, RELOAD_S
        self._loaded_s = self._trimmed_s = time.monotonic()

    def run(self) -> None:
        """Turn until told to stop."""
        pauses = Pauses(self._stop)
        while not self._stop.is_set():
            try:
                self.turn(self._engine.wait_ms())
                pauses.well()
            except (LogUnavailable, SQLAlchemyError, Fenced) as error:
                self._stale = True
                pauses.after(error)

    def turn(self, block_ms: int) -> None:
        """Commit what has come, publish what is due. Raises LogUnavailable, SQLAlchemyError,
        Fenced: call again.
        """
        change = self._ingest.step(block_ms)
        self._full_reads = (
            self._full_reads + 1
            if change is not None and len(change.events) >= BEHIND_EVENTS
            else 0
        )
        behind = self._full_reads >= BEHIND_READS
        if change is not None and not self._stale and not behind:
            self._stale = True  # until the engine has taken it in whole
            self._engine.apply(change)
            self._stale = False
        self._stale = self._stale or behind
        if self._stale and (not behind or time.monotonic() - self._loaded_s > self._reload_every_s):
            self._reload()
        if not self._stale:
            self._engine.behind = behind
            self._engine.publish()
        self._trim()
        if change is not None and not self._full_reads:
            self._gather()

    def _reload(self) -> None:
        """While far behind the engine reads rollups now and then, for a tenth of the time at most,
        instead of following.
        """
        begun = time.monotonic()
        self._engine.load()
        self._stale, self._loaded_s = False, time.monotonic()
        self._reload_every_s = max(RELOAD_S, 10 * (self._loaded_s - begun))

    def _gather(self) -> None:
        """While no frame is due let a few events come together: a commit costs the same for one as
        for twenty.
        """
        if self._engine.wait_ms() > GATHER_MS:
            self._stop.wait(GATHER_MS / 1000)

    def _trim(self) -> None:
        if time.monotonic() - self._trimmed_s > TRIM_S:
            self._ingest.trim()
            self._trimmed_s = time.monotonic()


def run_ingest(ingest: Ingest, client: redis.Redis, stop: threading.Event) -> None:
    """Ingest alone: tells engines elsewhere what each commit changed."""
    pauses, trimmed_s = Pauses(stop), time.monotonic()
    while not stop.is_set():
        try:
            if not ingest.positions:
                ingest.load_positions()
                if ingest.has_recounted:
                    client.publish(CHANGES, _encoder.encode(_UNKNOWN))
            before = dict(ingest.positions)
            change = ingest.step(1_000)
            if change is not None:
                moves = {
                    p: (before[p], new) for p, new in ingest.positions.items() if before[p] != new
                }
                small = len(change.events) < BEHIND_EVENTS
                client.publish(CHANGES, _encoder.encode(News(moves, change if small else None)))
            if time.monotonic() - trimmed_s > TRIM_S:
                ingest.trim()
                trimmed_s = time.monotonic()
            pauses.well()
        except (LogUnavailable, SQLAlchemyError, Fenced, redis.RedisError) as error:
            pauses.after(error)


def run_engine(engine: Engine, client: redis.Redis, stop: threading.Event) -> None:
    """The engine alone: follows the news of commits, reads the history again where one was
    missed.
    """
    pauses = Pauses(stop)
    while not stop.is_set():
        try:
            with cast(Any, client).pubsub(ignore_subscribe_messages=True) as news:
                news.subscribe(CHANGES)
                engine.load()
                pauses.well()
                _follow(engine, news, stop)
        except (LogUnavailable, SQLAlchemyError, redis.RedisError) as error:
            pauses.after(error)


def _follow(engine: Engine, news: Any, stop: threading.Event) -> None:
    loaded_s = checked_s = time.monotonic()
    stale, reached, big_s = False, dict(engine.positions), -BEHIND_S
    while not stop.is_set():
        heard = _heard(news, engine.wait_ms() / 1000)
        big_s = time.monotonic() if heard is not None and heard.change is None else big_s
        stale = (heard is not None and not _take(engine, heard)) or stale
        if (
            time.monotonic() - checked_s > CHECK_S
        ):  # pub/sub loses news without a word: the watermark tells
            stale = stale or not _has(engine, reached)
            reached, checked_s = engine.watermark(), time.monotonic()
        if stale and time.monotonic() - loaded_s > 1.0:
            engine.load()
            loaded_s, stale = time.monotonic(), False
        if not stale:
            engine.behind = time.monotonic() - big_s < BEHIND_S
            engine.publish()


def _heard(news: Any, timeout_s: float) -> News | None:
    """The next commit's news; of one that another build words otherwise only that there is some."""
    message = news.get_message(timeout=timeout_s)
    if message is None:
        return None
    try:
        return _decoder.decode(cast(bytes, message["data"]))
    except msgspec.DecodeError:
        return _UNKNOWN


def _has(engine: Engine, positions: dict[int, str]) -> bool:
    """Whether the engine has taken in everything up to these positions."""
    return all(_order(engine.positions.get(p, "0-0")) >= _order(at) for p, at in positions.items())


def _take(engine: Engine, news: News) -> bool:
    """Apply a commit that follows on what the engine holds; False where it must read the history
    again.
    """
    if _has(engine, {p: new for p, (_, new) in news.moves.items()}):
        return True
    if news.change is None or any(
        engine.positions.get(p, "0-0") != old for p, (old, _) in news.moves.items()
    ):
        return False
    engine.apply(news.change)
    return True


def _order(position: str) -> tuple[int, int]:
    ms, _, n = position.partition("-")
    return int(ms), int(n or 0)


class PublishDoor:
    """The door `PUBLISH board:in`: takes what is published while it listens, in batches.

    Pub/sub keeps nothing for whoever is away: a source that must not lose an event uses the HTTP
    door.
    """

    def __init__(
        self, connect: Callable[[], redis.Redis], intake: Intake, stop: threading.Event
    ) -> None:
        self._connect, self._intake, self._stop = connect, intake, stop

    def run(self) -> None:
        """Listen until told to stop."""
        pauses = Pauses(self._stop)
        while not self._stop.is_set():
            try:
                with (
                    self._connect() as client,
                    cast(Any, client).pubsub(ignore_subscribe_messages=True) as inbox,
                ):
                    inbox.subscribe(INBOX)
                    pauses.well()
                    self._listen(inbox)
            except redis.RedisError as error:
                pauses.after(error)

    def _listen(self, inbox: Any) -> None:
        while not self._stop.is_set():
            batch: list[bytes] = []
            message = inbox.get_message(timeout=0.5)
            while message is not None and len(batch) < 500:
                batch.append(message["data"])
                message = inbox.get_message(timeout=0)
            if message is not None:
                batch.append(message["data"])
            if batch:
                self._take(batch)

    def _take(self, batch: list[bytes]) -> None:
        """Held until the log takes it: nothing more is read meanwhile."""
        pauses = Pauses(self._stop)
        while not self._stop.is_set():
            try:
                self._intake.take(batch)
                return
            except LogUnavailable as error:
                pauses.after(error)
            except Exception:  # one message must not shut the door on all others
                log.exception("%d messages of %s were dropped", len(batch), INBOX)
                return
