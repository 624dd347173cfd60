"""The buffer of one topic in a web worker: the frames of the ring, ready to send, and the clients
that watch it. No I/O.

A client is either `live` (it has everything up to `position` and gets each new frame) or `waiting`.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Literal, NamedTuple

import msgspec

from dashboard.live.writer import Message
from feeds.live import frames

STALE_SNAPSHOT = 8
LEFT_MS = 90_000


class Position(NamedTuple):
    """A place in a topic's frames. Two places compare only within one epoch."""

    epoch: str
    seq: int


class Missing(NamedTuple):
    """The messages that bring a client to the buffer's position, and their kind for the answer."""

    kind: Literal["frames", "snapshot"]
    messages: list[Message]

    @property
    def weight(self) -> int:
        return sum(map(len, self.messages))


class Head(msgspec.Struct, frozen=True):
    """The fields of a frame or a snapshot that the hub reads; the others pass through unchanged."""

    epoch: str
    seq: int
    now: int = 0


_HEAD = msgspec.json.Decoder(Head)


def position_of(raw: bytes) -> Position:
    """The place of a frame or a snapshot. Raises msgspec.MsgspecError."""
    head = _HEAD.decode(raw)
    return Position(head.epoch, head.seq)


class TopicBuffer:
    """One topic in this worker. `lock` guards every change of position and the reading of the store
    that leads to it.
    """

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.lock = threading.Lock()
        self.ready = threading.Event()
        self.position: Position | None = None
        self.recent: deque[Message] = deque(maxlen=frames.RING)
        self.written_ms = 0
        self.snapshot: tuple[Position, Message] | None = None
        self.live: set[str] = set()
        self.waiting: set[str] = set()
        self.used_s = time.monotonic()
        self.last_seen_s = 0.0

    @property
    def watchers(self) -> int:
        return len(self.live) + len(self.waiting)

    def drop(self, sid: str) -> None:
        self.live.discard(sid)
        self.waiting.discard(sid)

    def go_live(self, sid: str) -> None:
        self.waiting.discard(sid)
        self.live.add(sid)

    def follows(self, place: Position) -> bool:
        """Whether a frame at `place` is the next one."""
        return self.position is not None and place == (self.position.epoch, self.position.seq + 1)

    def is_old(self, place: Position) -> bool:
        """Whether a frame at `place` is already held."""
        return (
            self.position is not None
            and place.epoch == self.position.epoch
            and place.seq <= self.position.seq
        )

    def append(self, place: Position, raw: bytes) -> Message:
        """Hold the next frame; the message to send."""
        data = Message("frame", raw)
        self.recent.append(data)
        self.position = place
        return data

    def missing(
        self, seen: Position | None, lean: bool = False, age: int = STALE_SNAPSHOT
    ) -> Missing | None:
        """The frames after `seen`, or a snapshot at most `age` frames old where they don't reach
        back to it; else None.

        With `lean`, the shorter of the two: a slow client needs the newest state, not every step to
        it.
        """
        after = self._since(seen)
        if after is None:
            return self._whole(age)
        found = Missing("frames", after)
        whole = self._whole(age) if lean and after else None
        return whole if whole and whole.weight < found.weight else found

    def is_fresh(self, now_ms: int) -> bool:
        """Whether the snapshot was written by an engine that still follows the topic."""
        return now_ms - self.written_ms <= LEFT_MS

    def absorb(self, snapshot: bytes, ring: Iterable[bytes]) -> list[Message]:
        """Take over the stored state; returns the messages that bring a live client up to it (none
        where nothing is new).
        """
        before, head = self.position, _HEAD.decode(snapshot)
        place, self.written_ms = Position(head.epoch, head.seq), head.now
        self.snapshot = (place, Message("snapshot", snapshot))
        run = _tail(ring, place.epoch)
        last = run[-1][0] if run else place
        newest = max(last, place)
        if self.is_old(newest):
            return []
        self.recent.clear()
        self.recent.extend(Message("frame", raw) for _, raw in run if newest == last)
        self.position = newest
        missing = self.missing(before, age=frames.RING)
        return missing.messages if missing else []

    def _since(self, seen: Position | None) -> list[Message] | None:
        """The messages after `seen`; None where the frames held don't reach back to it."""
        if seen is None or self.position is None or seen.epoch != self.position.epoch:
            return None
        missed = self.position.seq - seen.seq
        if not 0 <= missed <= len(self.recent):
            return None
        return list(islice(self.recent, len(self.recent) - missed, None))

    def _whole(self, age: int) -> Missing | None:
        """The newest snapshot held and the frames after it; None where these are more than
        `age`.
        """
        after = self._since(self.snapshot[0]) if self.snapshot else None
        if after is None or self.snapshot is None or len(after) > age:
            return None
        return Missing("snapshot", [self.snapshot[1], *after])


def _tail(ring: Iterable[bytes], epoch: str) -> list[tuple[Position, bytes]]:
    """The unbroken run of an epoch's frames at the ring's end."""
    run: list[tuple[Position, bytes]] = []
    for raw in ring:
        place = position_of(raw)
        if place.epoch != epoch:
            run = []
            continue
        if run and place.seq != run[-1][0].seq + 1:
            run = []
        run.append((place, raw))
    return run
