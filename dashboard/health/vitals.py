"""The state of what the board depends on, read once: Redis, log, engine, database. It is for
/readyz, /metrics and the doctor.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import redis
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from feeds.city.profile import Profile
from feeds.city.words import Text
from feeds.events import log
from feeds.events.log import Log, LogUnavailable
from feeds.history import event_store
from feeds.live import frames, outages
from feeds.live.outages import Outage

ENGINE_STALE_S = 10.0  # it beats every second
ENGINE_BUSY_S = 90.0  # unless it has said that it reads the history
LAG_STALE_S = 60.0
WATCHED_S = 60.0

_NOW = msgspec.json.Decoder(type=dict[str, Any])


@dataclass(frozen=True)
class Vitals:
    """The state that was read. A value is None, or empty, where it could not be read; `redis_error`
    and `database_error` have the reason.
    """

    redis_error: str | None = None
    database_error: str | None = None
    engine_age_s: float | None = None
    engine_is_busy: bool = False
    newest_ms: int = 0
    redis_used_bytes: int | None = None
    redis_limit_bytes: int = 0  # maxmemory, or without one its machine's memory
    watched: int | None = None
    log_entries: Mapping[str, float] = field(default_factory=dict)
    lag_s: Mapping[str, float] = field(
        default_factory=dict
    )  # by partition: age of the oldest entry not committed; 0 where none is
    positions: Mapping[int, str] | None = None
    hub_is_connected: bool = True
    write_error: str | None = None  # why Redis takes nothing in, though it answers
    outages: Sequence[tuple[str, Outage]] = ()  # by process what that can't use now
    intakes: Mapping[str, float] = field(default_factory=dict)
    rejected: Mapping[str, float] = field(default_factory=dict)
    asked_ms: int = 0

    @property
    def watermark_age_s(self) -> float | None:
        """Since the newest committed entry was written to the log."""
        newest = max(
            (written_ms(position) for position in (self.positions or {}).values()), default=0
        )
        return max(0.0, (self.asked_ms - newest) / 1000) if newest else None

    @property
    def engine_stale_s(self) -> float:
        """After how much silence the engine counts as stopped."""
        return ENGINE_BUSY_S if self.engine_is_busy else ENGINE_STALE_S

    @property
    def reasons(self) -> list[Text]:
        """Why live figures can't be served; none of them: ready."""
        found: list[Text] = []
        for name, error in (("redis", self.redis_error), ("database", self.database_error)):
            if error:
                found.append(Text(f"{name}: 没有应答（{error}）", f"{name}: {error}"))
        found += self._refused()
        if not self.redis_error and (
            self.engine_age_s is None or self.engine_age_s > self.engine_stale_s
        ):
            found.append(self._engine_age())
        if (lag := max(self.lag_s.values(), default=0.0)) > LAG_STALE_S:
            behind = Text(f"ingest: 比日志落后 {lag:.0f} 秒", f"ingest: {lag:.0f} s behind the log")
            found.append(behind)
        if not self.hub_is_connected:
            cut = Text(
                "hub: 本进程没有连上 Redis，收不到更新",
                "hub: this worker hears no frames, it is not connected to Redis",
            )
            found.append(cut)
        return found

    def _refused(self) -> list[Text]:
        """What takes nothing in, or can't be used by one of the processes."""
        found = []
        known = {"redis"} if self.redis_error or self.write_error else set[str]()
        known |= {"database"} if self.database_error else set()
        if self.write_error and not self.redis_error:
            why = self.write_error
            found.append(Text(f"redis: 不接受写入（{why}）", f"redis: takes nothing in ({why})"))
        for process, (name, _since_ms, why) in self.outages:
            if name not in known and name in outages.NEEDED:
                said = Text(
                    f"{name}: {process} 进程用不了（{why}）",
                    f"{name}: can't be used by {process} ({why})",
                )
                found.append(said)
                known.add(name)
        return found

    def _engine_age(self) -> Text:
        if self.engine_age_s is None:
            return Text("engine: 还没有算出数字", "engine: has computed nothing yet")
        return Text(
            f"engine: 上次计算在 {self.engine_age_s:.0f} 秒前",
            f"engine: last computed {self.engine_age_s:.0f} s ago",
        )


def seen(
    client: redis.Redis,
    events: Log,
    profile: Profile,
    database: Mapping[int, str] | str,
    since_ms: int = 0,
    mine: Sequence[Outage] = (),
) -> Vitals:
    """The state of Redis, added to the state of the database (`of_database`) and to what this
    process can't use (`mine`); it never raises where either is unavailable.

    An engine without a recent beat counts as stopped, because Redis also holds values of an earlier
    run.
    """
    now = time.time_ns() // 1_000_000
    error, positions = (database, None) if isinstance(database, str) else (None, database)
    own = [("web", one) for one in mine]
    known = Vitals(database_error=error, positions=positions, asked_ms=now, outages=own)
    try:
        lag_s = {} if positions is None else _lag_s(client, events.partitions, positions, now)
        return replace(_of_redis(client, events, profile, known, since_ms), lag_s=lag_s)
    except (redis.RedisError, LogUnavailable, OSError) as failure:
        return replace(known, redis_error=outages.reason(failure))


def of_database(database: Engine) -> dict[int, str] | str:
    """The watermark, or the error in one line."""
    try:
        with database.connect() as connection:
            return event_store.positions(connection)
    except SQLAlchemyError as error:
        return outages.reason(error)


def waiting_ms(
    client: redis.Redis, partitions: int, positions: Mapping[int, str]
) -> dict[int, int]:
    """By partition that has one: when the oldest entry that is not committed was written. Raises
    RedisError.

    The watermark is read before: what is committed meanwhile still counts as waiting.
    """
    pipe = client.pipeline(transaction=False)
    for partition in range(partitions):
        pipe.xrange(log.stream(partition), min=f"({positions.get(partition, log.START)}", count=1)
    return {p: written_ms(rows[0][0].decode()) for p, rows in enumerate(pipe.execute()) if rows}


def written_ms(position: str) -> int:
    """A position in the log begins with the time at which its entry was written."""
    return int(position.partition("-")[0])


def _lag_s(
    client: redis.Redis, partitions: int, positions: Mapping[int, str], now: int
) -> dict[str, float]:
    waiting = waiting_ms(client, partitions, positions)
    return {str(p): max(0.0, (now - waiting.get(p, now)) / 1000) for p in range(partitions)}


def _of_redis(
    client: redis.Redis, events: Log, profile: Profile, known: Vitals, since_ms: int
) -> Vitals:
    now, pipe = known.asked_ms, client.pipeline(transaction=False)
    pipe.get(f"board:snapshot:{profile.code}/today")
    pipe.info("memory")
    pipe.zcount(frames.WATCHED, now / 1000 - WATCHED_S, "+inf")
    pipe.hgetall("board:doors")
    pipe.hgetall("board:refused")
    pipe.mget((frames.BEAT, frames.BUSY))
    pipe.hgetall(outages.KEY)
    snapshot, memory, watched, intakes, rejected, (beat, busy), told = pipe.execute()
    city = _NOW.decode(snapshot) if snapshot else {}
    return replace(
        known,
        write_error=_write_error(client),
        outages=[*known.outages, *outages.shared(told, now)],
        engine_age_s=max(0.0, (now - int(beat)) / 1000) if beat and int(beat) >= since_ms else None,
        engine_is_busy=busy is not None,
        newest_ms=city.get("at", 0),
        redis_used_bytes=memory["used_memory"],
        redis_limit_bytes=memory["maxmemory"] or memory.get("total_system_memory", 0),
        watched=watched,
        log_entries={str(p): n for p, n in enumerate(events.lengths())},
        intakes=_numbers(intakes),
        rejected=_numbers(rejected),
    )


def _write_error(client: redis.Redis) -> str | None:
    """Why Redis takes nothing in: its disk or its memory is full, or it is another's copy."""
    try:
        outages.check_writable(client)
    except redis.ResponseError as error:
        return outages.reason(error)
    return None


def _numbers(table: Mapping[bytes, bytes]) -> dict[str, float]:
    return {key.decode(): float(value) for key, value in table.items()}
