"""What each intake accepted and rejected, and why, read from Redis (feeds/events/intake.py writes
it). It never holds a value of an event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feeds.events import intake
from layouts.health.page_values import IntakeCounts, Reason, Reject, Rejects

LAST = 20


def read(client: Any, today: str) -> Rejects:
    """The counts in all and of the local day `today` (2026-09-30). Raises redis.RedisError."""
    pipe = client.pipeline(transaction=False)
    for key in (intake.INTAKES, intake.REASONS_BY_INTAKE):
        pipe.hgetall(key)
        pipe.hgetall(f"{key}:{today}")
    pipe.xrevrange(intake.REJECTED, count=LAST)
    intakes, intakes_today, refused, rejected_today, last = pipe.execute()
    return Rejects(
        _intakes(_counts(intakes), _counts(intakes_today)),
        _reasons(_counts(refused), _counts(rejected_today)),
        tuple(_reject(position, fields) for position, fields in last),
    )


def _counts(table: Mapping[bytes, bytes]) -> dict[str, int]:
    return {name.decode(): int(n) for name, n in table.items()}


def _intakes(total: Mapping[str, int], today: Mapping[str, int]) -> tuple[IntakeCounts, ...]:
    found = []
    for name in sorted({key.rpartition(".")[0] for key in total}):
        accepted, rejected = f"{name}.accepted", f"{name}.rejected"
        found.append(
            IntakeCounts(
                name,
                today.get(accepted, 0),
                today.get(rejected, 0),
                total.get(accepted, 0),
                total.get(rejected, 0),
            )
        )
    return tuple(found)


def _reasons(total: Mapping[str, int], today: Mapping[str, int]) -> tuple[Reason, ...]:
    """The most frequent first."""
    found = [Reason(*_split(name), today.get(name, 0), n) for name, n in total.items()]
    return tuple(sorted(found, key=lambda reason: (-reason.today, -reason.total, reason.code)))


def _split(name: str) -> tuple[str, str]:
    intake_name, _, code = name.partition(".")
    return intake_name, code


def _reject(position: bytes, fields: Mapping[bytes, bytes]) -> Reject:
    """One rejected event; an entry's position begins with the time it was written."""
    texts = {name.decode(): text.decode(errors="replace") for name, text in fields.items()}
    return Reject(
        at=int(position.partition(b"-")[0]),
        intake=texts.get("door", ""),
        source=texts.get("source", ""),
        type=texts.get("type", ""),
        field=texts.get("field", ""),
        code=texts.get("code", ""),
    )
