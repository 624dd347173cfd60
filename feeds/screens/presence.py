"""Short-lived records in Redis that expire by themselves, with an index of their names.

`board:<kind>:<id>` holds a record; the sorted set `board:<kind>` holds when each expires (epoch
ms). The content of a record is the caller's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import msgspec

log = logging.getLogger(__name__)
T = TypeVar("T")
MOST = 1_000  # records of a kind, so that no writer can fill the store


def keep(client: Any, kind: str, id: str, record: bytes, *, kept_s: int, now_ms: int) -> None:
    """Write a record, and forget the names of those that are gone. Raises redis.RedisError."""
    index, pipe = f"board:{kind}", client.pipeline(transaction=False)
    pipe.set(f"{index}:{id}", record, ex=kept_s)
    pipe.zadd(index, {id: now_ms + 1000 * kept_s})
    pipe.zremrangebyscore(index, "-inf", now_ms)
    pipe.zremrangebyrank(index, 0, -MOST - 1)
    pipe.execute()


def of(client: Any, kind: str, id: str, decode: Callable[[bytes], T]) -> T | None:
    """One record; None where there is none, or another build wrote it otherwise. Raises
    redis.RedisError.
    """
    found = client.get(f"board:{kind}:{id}")
    return next(_decoded(kind, filter(None, [found]), decode), None)


def there(client: Any, kind: str, decode: Callable[[bytes], T]) -> list[T]:
    """The records that have not expired, the longest kept last; what another build wrote otherwise
    is left out. Raises redis.RedisError.
    """
    names = client.zrange(f"board:{kind}", 0, -1)
    pipe = client.pipeline(transaction=False)
    for name in names:
        pipe.get(f"board:{kind}:{name.decode()}")
    return list(_decoded(kind, filter(None, pipe.execute()), decode))


def _decoded(kind: str, records: Iterable[bytes], decode: Callable[[bytes], T]) -> Iterator[T]:
    for record in records:
        try:
            yield decode(record)
        except msgspec.MsgspecError:
            log.warning("a record of another build under board:%s is left out", kind)
