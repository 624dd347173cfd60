"""/readyz at the first write that is refused: by a Redis without memory, and by a full database, as
the process finds it that counts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
from sqlalchemy import event as database_event

from dashboard import api, services, settings
from dashboard.processes import core
from dashboard.services import Services
from feeds.live import outages
from feeds.live.combined_loop import Core

MakeEvent = Callable[..., dict[str, Any]]


@pytest.fixture
def opened(tmp_path: Path, own_redis: Any) -> Iterator[Services]:
    chosen = settings.load({"data": tmp_path, "redis": own_redis().url, "lang": "en"}, {})
    found = services.open_services(chosen.settings)
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def counting(opened: Services) -> Iterator[Services]:
    """The services of the process that counts, over the same Redis and history."""
    found = services.open_services(opened.settings)
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def ready(opened: Services) -> Callable[[], list[str]]:
    """The reasons that /readyz gives, and its status among them."""
    app = flask.Flask("test")
    app.register_blueprint(api.blueprint(opened))

    def ask() -> list[str]:
        answer = app.test_client().get("/readyz", headers={"Accept-Language": "en"})
        assert answer.status_code == (503 if answer.json["reasons"] else 200)
        return list(answer.json["reasons"])

    return ask


@pytest.fixture
def running(counting: Services) -> Iterator[Callable[[], None]]:
    """Starts the counting process's loop and its watch for outages, as core.main does."""
    stop, threads = threading.Event(), list[threading.Thread]()
    found = counting.outages
    end = found.watch_log()

    def tell(what: Any) -> None:
        outages.share(counting.redis, "core", what)

    def start() -> None:
        made = Core(
            core.make_ingest(counting.log, counting.database, counting.profile),
            core.make_engine(counting.database, counting.redis, counting.profile),
            stop,
        )
        threads.append(threading.Thread(target=made.run))
        threads.append(threading.Thread(target=found.run, args=(tell, stop)))
        for thread in threads:
            thread.start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(30)
    end()


def until(holds: Callable[[], bool], why: str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, why
        time.sleep(0.05)


def test_a_redis_that_takes_nothing_in_is_a_reason_at_once(
    opened: Services, ready: Callable[[], list[str]], running: Callable[[], None]
) -> None:
    running()
    until(lambda: ready() == [], "the board is ready")
    opened.redis.config_set("maxmemory", 1)
    assert [reason for reason in ready() if reason.startswith("redis: takes nothing in (")]
    opened.redis.config_set("maxmemory", 0)
    until(lambda: ready() == [], "the board is ready again")


def test_a_full_database_is_a_reason_as_soon_as_ingest_is_refused(
    opened: Services,
    counting: Services,
    event: MakeEvent,
    ready: Callable[[], list[str]],
    running: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outages, "QUIET_S", 0.5)
    limit = [1_000_000_000]

    def of_this_size(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={limit[0]}")

    database_event.listen(counting.database, "checkout", of_this_size)
    running()
    until(lambda: ready() == [], "the board is ready")
    limit[0] = 1  # as large as it is, and no larger
    opened.intake("test").take(
        [
            event("patrol.completed", "2026-01-01T08:00:00+08:00", "320282001", visits=n)
            for n in range(1, 2_000)
        ]
    )
    refused = "database: can't be used by core (database or disk is full)"
    until(lambda: refused in ready(), "the first refused write is a reason")
    assert not any(reason.startswith("ingest:") for reason in ready()), "long before it is behind"
    limit[0] = 1_000_000_000
    until(lambda: ready() == [], "the board is ready again")
