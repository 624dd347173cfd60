"""What a process can't use now: its log has one line when that begins, at most one a minute while
it lasts, and one when it is over.

A log record that carries an error of Redis, of the log or of the database is a report of an outage,
whoever writes it. What is done about it is the business of the loops (feeds/live/retry.py).
"""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import redis
from sqlalchemy import exc

from feeds.events.log import LogUnavailable

log = logging.getLogger(__name__)
REDIS, DATABASE, DISK = "redis", "database", "disk"
REPEAT_S = 60.0  # between two lines about an outage that lasts
QUIET_S = 5.0  # without a failure, before it may be over: the loops try at least every 2 s
CHECK_S = 1.0
NEEDED = (REDIS, DATABASE, DISK)  # without which no live figures are served
KEY, WRITABLE = "board:outages", "board:writable"
KEPT_MS = 15_000  # it is said every second
_FAULTS = (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError)
_AWAY = (exc.DBAPIError, exc.TimeoutError)
# How a Redis begins its answer where it takes nothing in, or is not ready.
_IN_PIPELINE = "of pipeline caused error: "
_REFUSALS = ("OOM", "MISCONF", "READONLY", "LOADING", "NOREPLICAS", "CLUSTERDOWN")


class Outage(NamedTuple):
    """Something that can't be used: its name, since when (epoch ms), and why."""

    name: str
    since_ms: int
    why: str


def name_of(error: BaseException | None) -> str | None:
    """What can't be used where there is such an error; None for a fault of our own, which is no
    outage.
    """
    if isinstance(error, LogUnavailable | redis.ConnectionError | redis.TimeoutError):
        return REDIS
    if isinstance(error, redis.ResponseError):
        return REDIS if _is_refusal(error) else None
    if isinstance(error, _AWAY):
        return None if isinstance(error, _FAULTS) else DATABASE
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK
    return None


def _is_refusal(error: redis.ResponseError) -> bool:
    kinds = (redis.OutOfMemoryError, redis.ReadOnlyError)
    return isinstance(error, kinds) or reason(error).startswith(_REFUSALS)


def reason(error: BaseException) -> str:
    """An error in one line: the words of the database or of Redis, without the statement and the
    link that SQLAlchemy adds.
    """
    words = str(getattr(error, "orig", None) or error)
    if isinstance(error, redis.RedisError | LogUnavailable):
        words = words.rpartition(_IN_PIPELINE)[2]
    lines = words.strip().splitlines()
    return lines[0] if lines else type(error).__name__


_decode = msgspec.json.Decoder(tuple[int, list[Outage]]).decode


class Outages:
    """The outages of one process. `probes` are by name what fails while it lasts: an outage is over
    once nothing failed for some seconds and its probe succeeds. Any thread may report.
    """

    def __init__(
        self,
        probes: Mapping[str, Callable[[], object]],
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._probes, self._clock_s = probes, clock_s
        self._lock = threading.Lock()
        self._open: dict[str, _Lasting] = {}
        self._changed = threading.Event()

    @property
    def open(self) -> tuple[Outage, ...]:
        """What can't be used now."""
        return tuple(one.outage for one in tuple(self._open.values()))

    def failed(self, name: str, why: str) -> str | None:
        """Something failed again. Returns the line that the log is to have; None where it had one
        in the last minute.
        """
        now_s = self._clock_s()
        with self._lock:
            one = self._open.get(name)
            if one is None:
                since_ms = time.time_ns() // 1_000_000
                self._open[name] = _Lasting(Outage(name, since_ms, why), now_s)
                self._changed.set()
                return f"{name} can't be used: {why}"
            one.outage, one.failed_s, one.failures = (
                one.outage._replace(why=why),
                now_s,
                one.failures + 1,
            )
            if now_s - one.told_s < REPEAT_S:
                return None
            one.told_s = now_s
            lasted = span(now_s - one.begun_s)
            return f"{name} can't be used, for {lasted} now: {why} ({one.failures} failures)"

    def well(self, name: str) -> str | None:
        """It can be used again. Returns the line that the log is to have; None where it could be
        used all the time.
        """
        with self._lock:
            one = self._open.pop(name, None)
        if one is None:
            return None
        self._changed.set()
        lasted = span(self._clock_s() - one.begun_s)
        return f"{name} can be used again, after {lasted} ({one.failures} failures)"

    def check(self) -> None:
        """End the outages that are over."""
        for one in tuple(self._open.values()):
            name = one.outage.name
            is_quiet = self._clock_s() - one.failed_s >= QUIET_S
            if name in self._probes and is_quiet and self._succeeds(name):
                report_end(name)

    def _succeeds(self, name: str) -> bool:
        try:
            self._probes[name]()
        except Exception as error:
            log.warning("%s", error, extra={"outage": name})
            return False
        return True

    def run(self, tell: Callable[[Sequence[Outage]], object], stop: threading.Event) -> None:
        """Check every second while anything is open, until `stop` is set. `tell` gets what is open
        as soon as that changes, and again while anything is.
        """
        while not stop.is_set():
            if self._changed.wait(CHECK_S) or self._open:
                self._changed.clear()
                self.check()
                tell(self.open)

    def watch_log(self) -> Callable[[], None]:
        """From now on the handlers of the root logger pass reports of outages as said above.
        Returns what ends that.
        """
        found = _Filter(self)
        handlers = tuple(logging.getLogger().handlers)
        for handler in handlers:
            handler.addFilter(found)

        def end() -> None:
            for handler in handlers:
                handler.removeFilter(found)

        return end


def check_writable(client: redis.Redis) -> None:
    """Write something to Redis. Raises RedisError where it takes nothing in: its disk or memory is
    full, or it is another's copy.
    """
    client.set(WRITABLE, 1, ex=60)


def share(client: redis.Redis, process: str, found: Sequence[Outage]) -> None:
    """Let other processes know what this one can't use; lost while Redis takes nothing in, which
    they see for themselves.
    """
    now_ms = time.time_ns() // 1_000_000
    try:
        if found:
            client.hset(KEY, process, msgspec.json.encode((now_ms, found)))
        else:
            client.hdel(KEY, process)
    except redis.RedisError as error:
        report(log, error)


def shared(table: Mapping[bytes, bytes], now_ms: int) -> list[tuple[str, Outage]]:
    """What other processes can't use now, by their names, from the hash under KEY. A process that
    no longer says so is not believed.
    """
    found = [(process.decode(), _decode(body)) for process, body in table.items()]
    return [
        (process, outage)
        for process, (at, outages) in found
        if abs(now_ms - at) < KEPT_MS
        for outage in outages
    ]


class _Lasting:
    """An outage, and when it began, failed and was told of last."""

    def __init__(self, outage: Outage, now_s: float) -> None:
        self.outage, self.failures = outage, 1
        self.begun_s = self.failed_s = self.told_s = now_s


def report(logger: logging.Logger, error: BaseException, part: str = "") -> None:
    """A line in the log about an error that a loop, or a part of the board, goes on after."""
    said = f"{type(error).__name__}: {reason(error)}"
    logger.warning("%s%s; trying again", f"{part}: " if part else "", said, extra={"error": error})


def report_failure(logger: logging.Logger, name: str, why: str) -> None:
    """A line about something that is known by a name of its own, such as a webhook."""
    logger.warning("%s: %s", name, why, extra={"outage": name, "why": why})


def report_end(name: str) -> None:
    """A line saying that something can be used again; none where the log has no word of its end
    to say.
    """
    log.warning("%s can be used again", name, extra={"well": name})


class _Filter(logging.Filter):
    """Passes one record of an outage at its beginning, one a minute, and one at its end."""

    def __init__(self, outages: Outages) -> None:
        super().__init__()
        self._outages = outages

    def filter(self, record: logging.LogRecord) -> bool:
        decided: bool | None = getattr(record, "passes", None)  # for another handler
        if decided is not None:
            return decided
        over = getattr(record, "well", None)
        if over:
            return _rewrite(record, self._outages.well(str(over)))
        error = _error_of(record)
        name = getattr(record, "outage", None) or name_of(error)
        if name is None:
            return True
        why = reason(error) if error else str(getattr(record, "why", record.getMessage()))
        return _rewrite(record, self._outages.failed(str(name), why))


def _error_of(record: logging.LogRecord) -> BaseException | None:
    """The error that a record carries, as its exception or among its arguments."""
    given = getattr(record, "error", None)
    if isinstance(given, BaseException):
        return given
    if record.exc_info and record.exc_info[1]:
        return record.exc_info[1]
    found = record.args if isinstance(record.args, tuple) else ()
    return next((one for one in found if isinstance(one, BaseException)), None)


def _rewrite(record: logging.LogRecord, line: str | None) -> bool:
    """Let the record say the line, without a traceback; drop it where there is none."""
    record.passes = line is not None
    if line is not None:
        record.msg, record.args, record.exc_info, record.exc_text = line, (), None, None
    return line is not None


def span(seconds: float) -> str:
    """A length of time for a log."""
    minutes, s = divmod(round(seconds), 60)
    return f"{minutes} min {s} s" if minutes else f"{s} s"
