"""What the log and other processes hear of a Redis that is away, one that is full, and a full
database: real ones, which fail as they do.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis as redis_client
from sqlalchemy import Engine, event, insert
from sqlalchemy.exc import IntegrityError, OperationalError

from feeds.events.log import LogUnavailable
from feeds.history import storage, tables
from feeds.live import outages
from feeds.live.outages import Outages
from feeds.live.retry import Pauses

log = logging.getLogger("test.outages")


class Clock:
    s = 1_000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> Iterator[Callable[..., Callable[[], list[str]]]]:
    """Has a handler of the root logger heed outages; gives its lines so far."""
    undo: list[Callable[[], object]] = []

    def of(found: Outages) -> Callable[[], list[str]]:
        text = io.StringIO()
        handler = logging.StreamHandler(text)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logging.getLogger().addHandler(handler)
        undo.extend([lambda: logging.getLogger().removeHandler(handler), found.watch_log()])
        return lambda: text.getvalue().splitlines()

    yield of
    for step in reversed(undo):
        step()


@pytest.fixture
def limited(database: Engine) -> Callable[[int], None]:
    """Lets the database have so many more pages, as a disk would."""
    limit = [0]

    def apply(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={limit[0] or 1_000_000_000}")

    event.listen(database, "checkout", apply)

    def set_limit(pages: int) -> None:
        with database.connect() as connection:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit[0] = used + pages if pages else 0

    return set_limit


def test_an_outage_is_told_of_once_then_once_a_minute_and_at_its_end(
    own_redis: Any, clock: Clock, told: Any
) -> None:
    server = own_redis()
    client = redis_client.Redis.from_url(server.url)
    found = Outages({outages.REDIS: client.ping}, clock)
    lines = told(found)
    server.stop()
    for _ in range(600):  # ten minutes, a failure a second, from two parts of the process
        with pytest.raises(redis_client.RedisError) as failure:
            client.get("x")
        outages.report(log, failure.value, "alerts")
        log.warning("live frames: %s", failure.value)
        found.check()
        clock.s += 1
    assert len(lines()) == 10
    assert lines()[0].startswith("redis can't be used: ")
    assert lines()[1].startswith("redis can't be used, for 1 min 0 s now: ")
    server.start()
    clock.s += outages.QUIET_S
    found.check()
    assert lines()[10:] == ["redis can be used again, after 10 min 5 s (1200 failures)"]
    assert found.open == ()
    client.close()


def test_a_full_database_is_told_of_in_one_line_and_is_over_when_it_takes_something_in(
    database: Engine, limited: Callable[[int], None], clock: Clock, told: Any
) -> None:
    found = Outages({outages.DATABASE: lambda: storage.check_writable(database)}, clock)
    lines = told(found)
    limited(2)
    rows = [{"key": f"k{n}", "value": "-" * 2_000} for n in range(50)]
    pauses = Pauses(_set())
    for _ in range(3):
        with pytest.raises(OperationalError) as failure, database.begin() as connection:
            connection.execute(insert(tables.meta), rows)
        pauses.after(failure.value)
    assert lines() == ["database can't be used: database or disk is full"]
    clock.s += outages.QUIET_S
    found.check()
    assert [one.name for one in found.open] == ["database"], "it reads, and still takes nothing in"
    limited(0)
    clock.s += outages.QUIET_S
    found.check()
    assert lines()[1:] == ["database can be used again, after 10 s (4 failures)"]
    with database.begin() as connection:
        connection.execute(insert(tables.meta), rows)


def test_a_traceback_is_kept_of_a_fault_and_not_of_an_outage(
    database: Engine, clock: Clock, told: Any
) -> None:
    lines = told(Outages({}, clock))
    for error in (
        OperationalError("select 1", {}, Exception("server closed the connection")),
        IntegrityError("insert", {}, Exception("a second row")),
    ):
        try:
            raise error
        except Exception:
            log.exception("a page can't be made")
    assert lines()[0] == "database can't be used: server closed the connection"
    assert "a page can't be made" in lines()[1]
    assert any("Traceback" in line for line in lines()[2:])


def test_a_webhook_that_refuses_is_told_of_once_and_when_it_accepts_again(
    clock: Clock, told: Any
) -> None:
    lines = told(Outages({}, clock))
    for _ in range(20):
        outages.report_failure(log, "webhook 指挥中心群", "93000 invalid webhook url")
    outages.report_end("webhook 指挥中心群")
    outages.report_end("webhook other")
    assert lines() == [
        "webhook 指挥中心群 can't be used: 93000 invalid webhook url",
        "webhook 指挥中心群 can be used again, after 0 s (20 failures)",
    ]


def test_a_redis_that_takes_nothing_in_is_an_outage_and_a_wrong_command_is_not(
    own_redis: Any,
) -> None:
    client = redis_client.Redis.from_url(
        own_redis("--maxmemory", "1", "--maxmemory-policy", "noeviction").url
    )
    with pytest.raises(redis_client.RedisError) as full:
        client.pipeline(transaction=False).set("a", 1).execute()
    assert outages.name_of(full.value) == outages.REDIS
    assert outages.reason(full.value).startswith("command not allowed")
    with pytest.raises(redis_client.RedisError) as wrong:
        client.execute_command("NOTHING")
    assert outages.name_of(wrong.value) is None
    assert outages.name_of(LogUnavailable("away")) == outages.REDIS
    client.close()


def test_other_processes_know_what_one_can_t_use_until_it_can_or_falls_silent(
    redis: redis_client.Redis, clock: Clock
) -> None:
    found = Outages({}, clock)
    found.failed(outages.DATABASE, "database or disk is full")
    outages.share(redis, "core", found.open)
    (one,) = found.open

    def seen(later_ms: int = 0) -> list[Any]:
        return outages.shared(redis.hgetall(outages.KEY), one.since_ms + later_ms)

    assert seen() == [("core", one)]
    assert seen(later_ms=60_000) == [], "a process that is gone can't take it back"
    found.well(outages.DATABASE)
    outages.share(redis, "core", found.open)
    assert seen() == []


def test_what_is_open_is_passed_on_as_soon_as_it_begins(clock: Clock) -> None:
    found, stop, heard = Outages({}, clock), threading.Event(), threading.Event()
    passed: list[Any] = []

    def tell(what: Any) -> None:
        passed.append(what)
        heard.set()

    thread = threading.Thread(target=found.run, args=(tell, stop))
    thread.start()
    found.failed("disk", "No space left on device")
    assert heard.wait(10)
    stop.set()
    thread.join(10)
    assert passed[0][0].name == "disk"


def _set() -> threading.Event:
    """An event that nobody waits for."""
    found = threading.Event()
    found.set()
    return found
