"""The log of accepted events: Redis streams, one a partition, partitioned by town.

An entry holds a batch of events of one partition. An append is one transaction, so the log takes
all of it or nothing. Reading and trimming follow the watermark in feeds/history/tables.py.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec
import redis

from feeds.city.profile import Profile
from feeds.events.event import Event

log = logging.getLogger(__name__)
START = "0-0"
ENTRY_EVENTS = 500
_FIELD = b"e"
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Event])


class LogUnavailable(Exception):
    """The log can't take or give events now: Redis is away or full. Nothing was taken."""


class Batch(NamedTuple):
    """Events of one partition between two positions of its stream."""

    partition: int
    old: str
    new: str
    events: list[Event]


def stream(partition: int) -> str:
    return f"board:events:{{{partition}}}"


class Log:
    """`append` and `read` over P streams of a Redis. `client` answers bytes
    (decode_responses=False).
    """

    def __init__(self, client: redis.Redis, profile: Profile, partitions: int = 4) -> None:
        self.client, self.partitions = client, partitions
        self._town_of = profile.town_of
        self._partition_of: dict[str, int] = {}

    def partition(self, area: str) -> int:
        """The partition of an area's town: all events of a town go through one stream, in order."""
        known = self._partition_of.get(area)
        if known is None:
            known = zlib.crc32(self._town_of(area).encode()) % self.partitions
            if len(self._partition_of) < 100_000:
                self._partition_of[area] = known
        return known

    def append(
        self, events: Iterable[Event], seen: tuple[str, Sequence[bytes]] | None = None
    ) -> None:
        """Write all of the events or none. `seen` is a set's key and members to write with them.
        Raises LogUnavailable.
        """
        split: dict[int, list[Event]] = {}
        for event in events:
            split.setdefault(self.partition(event.area), []).append(event)
        pipe = self.client.pipeline(transaction=True)
        for partition, part in split.items():
            for i in range(0, len(part), ENTRY_EVENTS):
                pipe.xadd(stream(partition), {_FIELD: _ENCODER.encode(part[i : i + ENTRY_EVENTS])})
        if seen and seen[1]:
            pipe.sadd(seen[0], *seen[1])
            pipe.expire(seen[0], 180)
        _execute(pipe)

    def read(self, positions: Mapping[int, str], count: int, block_ms: int | None) -> list[Batch]:
        """The next entries (`count` a partition) after each position; waits up to `block_ms`.
        Raises LogUnavailable.
        """
        streams = {stream(p): position for p, position in positions.items()}
        by_key = {stream(p).encode(): p for p in positions}
        try:
            answer = cast(Any, self.client.xread(cast(Any, streams), count=count, block=block_ms))
        except redis.RedisError as error:
            raise LogUnavailable(str(error)) from error
        rows = answer.items() if isinstance(answer, dict) else answer or []
        return [
            _batch(by_key[key], positions[by_key[key]], _entries(entries)) for key, entries in rows
        ]

    def trim(self, positions: Mapping[int, str], keep_ms: int) -> None:
        """Forget entries at or before the watermark and older than `keep_ms` before it. Raises
        LogUnavailable.
        """
        pipe = self.client.pipeline(transaction=False)
        for partition, position in positions.items():
            pipe.xtrim(
                stream(partition),
                minid=f"{max(0, int(position.split('-')[0]) - keep_ms)}-0",
                approximate=True,
            )
        _execute(pipe)

    def lengths(self) -> list[int]:
        """Entries held, by partition. Raises LogUnavailable."""
        pipe = self.client.pipeline(transaction=False)
        for partition in range(self.partitions):
            pipe.xlen(stream(partition))
        return cast("list[int]", _execute(pipe))


def _entries(entries: Any) -> list[tuple[bytes, dict[bytes, bytes]]]:
    """Redis answers a stream's entries in one list, or (RESP 3) in a list of such lists."""
    nested = isinstance(entries[0], list) and isinstance(entries[0][0], list | tuple)
    return cast("list[tuple[bytes, dict[bytes, bytes]]]", entries[0] if nested else entries)


def _batch(partition: int, old: str, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> Batch:
    events: list[Event] = []
    for position, fields in entries:
        try:
            events += _DECODER.decode(fields[_FIELD])
        except (KeyError, msgspec.DecodeError) as error:
            log.error(
                "%s at %s: an entry that no intake wrote is passed over (%s)",
                stream(partition),
                position.decode(),
                error,
            )
    return Batch(partition, old, entries[-1][0].decode(), events)


def _execute(pipe: Any) -> list[Any]:
    try:
        return cast("list[Any]", pipe.execute())
    except redis.RedisError as error:
        raise LogUnavailable(str(error)) from error
