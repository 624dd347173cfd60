"""Who is there: short-lived records in Redis that expire by themselves, with an index of their names.

`board:<kind>:<id>` holds a record, the sorted set `board:<kind>` when each expires (epoch ms). What a record says is not known here.
"""

from __future__ import annotations

from typing import Any

MOST = 1_000  # of a kind: whoever may write can't fill the store


def keep(client: Any, kind: str, id: str, record: bytes, *, kept_s: int, now_ms: int) -> None:
    """Write a record, and forget the names of those that are gone. Raises redis.RedisError."""
    index, pipe = f"board:{kind}", client.pipeline(transaction=False)
    pipe.set(f"{index}:{id}", record, ex=kept_s)
    pipe.zadd(index, {id: now_ms + 1000 * kept_s})
    pipe.zremrangebyscore(index, "-inf", now_ms)
    pipe.zremrangebyrank(index, 0, -MOST - 1)
    pipe.execute()


def of(client: Any, kind: str, id: str) -> bytes | None:
    """One record. Raises redis.RedisError."""
    found = client.get(f"board:{kind}:{id}")
    return found if isinstance(found, bytes) else None


def there(client: Any, kind: str) -> list[bytes]:
    """The records that have not expired, the longest kept last. Raises redis.RedisError."""
    names = client.zrange(f"board:{kind}", 0, -1)
    pipe = client.pipeline(transaction=False)
    for name in names:
        pipe.get(f"board:{kind}:{name.decode()}")
    return [record for record in pipe.execute() if record is not None]
