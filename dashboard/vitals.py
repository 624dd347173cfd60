"""The state of what the board stands on, asked once: Redis, log, engine, database. For /readyz, /metrics and the doctor."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import redis
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from feeds import history
from feeds.log import Log, LogUnavailable
from feeds.profile import Profile

ENGINE_STALE_S = 90.0  # the engine says something every 30 s at the latest
LAG_STALE_S = 60.0

_NOW = msgspec.json.Decoder(type=dict[str, Any])


@dataclass(frozen=True)
class Vitals:
    """What was seen. None, or empty, where it could not be asked; `redis_error` and `database_error` then say why."""

    redis_error: str | None = None
    database_error: str | None = None
    engine_age_s: float | None = None
    newest_ms: int = 0
    redis_used_bytes: int | None = None
    redis_limit_bytes: int = 0
    watched: int | None = None
    log_entries: Mapping[str, float] = field(default_factory=dict)
    tips: Mapping[int, str] = field(default_factory=dict)
    positions: Mapping[int, str] | None = None
    doors: Mapping[str, float] = field(default_factory=dict)
    refused: Mapping[str, float] = field(default_factory=dict)
    asked_ms: int = 0

    def with_database(self, answer: Mapping[int, str] | str) -> Vitals:
        """Adds what the database said: the watermark, or its error."""
        return replace(self, database_error=answer) if isinstance(answer, str) else replace(self, positions=answer)

    @property
    def lag_s(self) -> dict[str, float]:
        """By partition: how long the oldest entry that is not committed has been waiting at most; 0 where none is."""
        if self.positions is None:
            return {}
        return {str(p): self._behind_s(tip, self.positions.get(p, "0-0")) for p, tip in sorted(self.tips.items())}

    @property
    def watermark_age_s(self) -> float | None:
        """Since the newest committed entry was written to the log."""
        newest = max((_ms(position) for position in (self.positions or {}).values()), default=0)
        return max(0.0, (self.asked_ms - newest) / 1000) if newest else None

    @property
    def reasons(self) -> list[str]:
        """Why live figures can't be served; none of them: ready."""
        found = [f"redis: {self.redis_error}"] if self.redis_error else []
        if self.database_error:
            found.append(f"database: {self.database_error}")
        if not self.redis_error and (self.engine_age_s is None or self.engine_age_s > ENGINE_STALE_S):
            age = "has computed nothing yet" if self.engine_age_s is None else f"last computed {self.engine_age_s:.0f} s ago"
            found.append(f"engine: {age}")
        if (lag := max(self.lag_s.values(), default=0.0)) > LAG_STALE_S:
            found.append(f"ingest: {lag:.0f} s behind the log")
        return found

    def _behind_s(self, tip: str, position: str) -> float:
        """From the watermark to now: what waits came after it. A watermark that never moved is as old as the tip."""
        if _order(position) >= _order(tip):
            return 0.0
        return max(0.0, (self.asked_ms - (_ms(position) or _ms(tip))) / 1000)


def of_redis(client: redis.Redis, log: Log, profile: Profile) -> Vitals:
    """What Redis says; never raises for its absence."""
    now = time.time_ns() // 1_000_000
    try:
        return _of_redis(client, log, profile, now)
    except (redis.RedisError, LogUnavailable, OSError) as error:
        return Vitals(redis_error=str(error) or type(error).__name__, asked_ms=now)


def of_database(database: Engine) -> dict[int, str] | str:
    """The watermark, or the error in one line."""
    try:
        with database.connect() as connection:
            return history.positions(connection)
    except SQLAlchemyError as error:
        return str(error).splitlines()[0]


def _of_redis(client: redis.Redis, log: Log, profile: Profile, now: int) -> Vitals:
    pipe = client.pipeline(transaction=False)
    pipe.get(f"board:snapshot:{profile.code}/today")
    pipe.info("memory")
    pipe.zcard("board:watched")
    pipe.hgetall("board:doors")
    pipe.hgetall("board:refused")
    snapshot, memory, watched, doors, refused = pipe.execute()
    city = _NOW.decode(snapshot) if snapshot else {}
    return Vitals(
        engine_age_s=max(0.0, (now - city["now"]) / 1000) if city else None,
        newest_ms=city.get("at", 0),
        redis_used_bytes=memory["used_memory"],
        redis_limit_bytes=memory["maxmemory"],
        watched=watched,
        log_entries={str(p): n for p, n in enumerate(log.lengths())},
        tips=log.tips(),
        doors=_numbers(doors),
        refused=_numbers(refused),
        asked_ms=now,
    )


def _numbers(table: Mapping[bytes, bytes]) -> dict[str, float]:
    return {key.decode(): float(value) for key, value in table.items()}


def _order(position: str) -> tuple[int, int]:
    ms, _, n = position.partition("-")
    return int(ms), int(n or 0)


def _ms(position: str) -> int:
    return _order(position)[0]
