"""What the doors counted, and what they refused and why, as they keep it in Redis
(feeds/events/intake.py). Never a value of an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feeds.events import intake
from layouts.health.page_values import Door, Reason, Refusal, Refusals

LAST = 20


def read(client: Any, today: str) -> Refusals:
    """With the counts of the local day `today` (2026-09-30). Raises redis.RedisError."""
    pipe = client.pipeline(transaction=False)
    for key in (intake.DOORS, intake.REFUSALS):
        pipe.hgetall(key)
        pipe.hgetall(f"{key}:{today}")
    pipe.xrevrange(intake.REJECTED, count=LAST)
    doors, doors_today, refused, refused_today, last = pipe.execute()
    return Refusals(
        _doors(_counts(doors), _counts(doors_today)),
        _reasons(_counts(refused), _counts(refused_today)),
        tuple(_refusal(position, fields) for position, fields in last),
    )


def _counts(table: Mapping[bytes, bytes]) -> dict[str, int]:
    return {name.decode(): int(n) for name, n in table.items()}


def _doors(total: Mapping[str, int], today: Mapping[str, int]) -> tuple[Door, ...]:
    def of(door: str) -> Door:
        names = (f"{door}.accepted", f"{door}.rejected")
        return Door(
            door, *(today.get(name, 0) for name in names), *(total.get(name, 0) for name in names)
        )

    return tuple(of(door) for door in sorted({name.rpartition(".")[0] for name in total}))


def _reasons(total: Mapping[str, int], today: Mapping[str, int]) -> tuple[Reason, ...]:
    """The most frequent first."""
    found = [Reason(*_split(name), today.get(name, 0), n) for name, n in total.items()]
    return tuple(sorted(found, key=lambda reason: (-reason.today, -reason.total, reason.code)))


def _split(name: str) -> tuple[str, str]:
    door, _, code = name.partition(".")
    return door, code


def _refusal(position: bytes, fields: Mapping[bytes, bytes]) -> Refusal:
    """An entry's position begins with the time it was written."""
    texts = {name.decode(): text.decode(errors="replace") for name, text in fields.items()}
    door, source, kind, field, code = (
        texts.get(name, "") for name in ("door", "source", "type", "field", "code")
    )
    return Refusal(int(position.partition(b"-")[0]), door, source, kind, field, code)
