"""A web worker's connection to Redis: one pub/sub connection that always reconnects, and the stored
state of a topic.

The hub knows who watches what, and what a frame means.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from feeds.live import frames

log = logging.getLogger(__name__)

ANSWER_S = 2.0
RETRY_S = 0.5
HOLD = "board:hub"
FRAMES = frames.channel("")
DOWN = (redis.RedisError, OSError)


class Subscription:
    """Frames of the topics asked for. `on_ready` is called when a topic's frames begin to flow,
    also after a loss.
    """

    def __init__(self, redis_url: str) -> None:
        once = Retry(NoBackoff(), 0)
        self._news: Any = redis.Redis.from_url(redis_url, retry=once, **_keepalive(redis_url))
        self._store: Any = redis.Redis.from_url(redis_url, retry=once, socket_timeout=ANSWER_S)
        self._listener: Any = None
        self.losses = 0

    @property
    def is_connected(self) -> bool:
        return self._listener is not None

    def add(self, topic: str) -> None:
        """Subscribe, now or at the next connection; `on_ready` is called then."""
        if self._listener is not None:
            self._try(lambda: self._listener.subscribe(frames.channel(topic)))

    def remove(self, topic: str) -> None:
        if self._listener is not None:
            self._try(lambda: self._listener.unsubscribe(frames.channel(topic)))

    def ask(self, topic: str, now_s: float) -> None:
        """Tell the engine that the topic is wanted."""
        self._try(lambda: self._store.zadd(frames.WATCHED, {topic: now_s}))

    def state(self, topic: str) -> tuple[bytes | None, list[bytes]]:
        """The stored snapshot and ring of a topic at one moment; (None, []) where there is none or
        Redis is unavailable.
        """
        batch = (
            self._store.pipeline()
            .get(frames.snapshot_key(topic))
            .lrange(frames.ring_key(topic), 0, -1)
        )
        snapshot, ring = self._try(batch.execute) or (None, [])
        return snapshot, ring

    def beat(self) -> tuple[bytes | None, bool]:
        """When the engine last computed, as it says, and whether it said that it may be silent for
        a while.
        """
        beat, busy = self._try(lambda: self._store.mget((frames.BEAT, frames.BUSY))) or (None, None)
        return beat, busy is not None

    def note(self, write: Callable[[Any], object]) -> None:
        """Write something that is no frame; lost where Redis is away."""
        self._try(lambda: write(self._store))

    def listen(
        self,
        topics: Callable[[], Iterable[str]],
        on_ready: Callable[[str], object],
        on_frame: Callable[[str, bytes], object],
    ) -> None:
        """Connect, subscribe to `topics()`, and hand on what comes until the connection is lost.
        Never raises.
        """
        try:
            with self._news.pubsub() as listener:
                listener.subscribe(HOLD, *(frames.channel(t) for t in topics()))
                self._listener = listener
                for message in listener.listen():
                    _dispatch(message, on_ready, on_frame)
        except DOWN as error:
            log.warning("live frames: %s; trying again", error)
        except Exception:
            log.exception("live frames: the listener failed; starting it again")
        finally:
            self._listener = None
            self.losses += 1

    def _try(self, command: Callable[[], Any]) -> Any:
        """A command's answer; None, and a line in the log, where Redis is away. The listener's loop
        brings things back.
        """
        try:
            return command()
        except DOWN as error:
            log.warning("live frames: %s", error)
            return None


def _dispatch(
    message: dict[str, Any],
    on_ready: Callable[[str], object],
    on_frame: Callable[[str, bytes], object],
) -> None:
    name = message["channel"].decode()
    if not name.startswith(FRAMES):
        return
    if message["type"] == "message":
        on_frame(name.removeprefix(FRAMES), message["data"])
    elif message["type"] == "subscribe":
        on_ready(name.removeprefix(FRAMES))


def _keepalive(url: str) -> dict[str, Any]:
    """Let the kernel notice a Redis that vanished without closing the connection."""
    if url.startswith("unix:") or not hasattr(socket, "TCP_KEEPIDLE"):
        return {}
    options = {socket.TCP_KEEPIDLE: 15, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}
    return {"socket_keepalive": True, "socket_keepalive_options": options}
