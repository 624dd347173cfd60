"""Ingest and engine in processes of their own: ingest publishes each commit; the engine applies it,
and reads the history again if it missed one.

While Redis or the database is unavailable, a loop waits and retries, and continues at the
watermark.
"""

from __future__ import annotations

import threading
import time
from typing import Any, cast

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from feeds.events.log import LogUnavailable
from feeds.history.ingest import Change, Fenced, Ingest
from feeds.live.combined_loop import BEHIND_EVENTS, TRIM_S
from feeds.live.engine import Engine
from feeds.live.retry import Pauses

CHANGES = "board:changes"
CHECK_S = 2.0
BEHIND_S = 5.0


class News(msgspec.Struct, array_like=True):
    """One commit, as it is published to the engine of another process. Without `change` the engine
    reads the history again.
    """

    moves: dict[int, tuple[str, str]]
    change: Change | None


_UNKNOWN = News({-1: ("0-0", "1-0")}, None)  # something has changed: read the history again
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(News)


def run_ingest(ingest: Ingest, client: redis.Redis, stop: threading.Event) -> None:
    """Run ingest alone, and publish to engines elsewhere what each commit changed."""
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
    """Run the engine alone: it applies the published commits, and reads the history again where it
    missed one.
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
    stale = False
    reached = dict(engine.positions)
    big_s = -BEHIND_S
    while not stop.is_set():
        received = _receive(news, engine.wait_ms() / 1000)
        big_s = time.monotonic() if received is not None and received.change is None else big_s
        stale = (received is not None and not _take(engine, received)) or stale
        if (
            time.monotonic() - checked_s > CHECK_S
        ):  # pub/sub loses messages silently; the watermark shows it
            stale = stale or not _has(engine, reached)
            reached, checked_s = engine.watermark(), time.monotonic()
        if stale and time.monotonic() - loaded_s > 1.0:
            engine.load()
            loaded_s, stale = time.monotonic(), False
        if not stale:
            engine.behind = time.monotonic() - big_s < BEHIND_S
            engine.publish()


def _receive(news: Any, timeout_s: float) -> News | None:
    """The news of the next commit; without content where another build encoded it differently."""
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
