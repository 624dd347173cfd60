"""The process that counts: ingest, engine and the PUBLISH door, composed from settings. Loads no web library."""

from __future__ import annotations

import gc
import signal
import threading
from types import FrameType

from dashboard import services
from dashboard.services import Services
from dashboard.settings import Settings
from feeds import loops
from feeds.engine import Engine
from feeds.frames import Outlet
from feeds.ingest import Ingest


def main(settings: Settings) -> None:
    """Ingest and engine in one process, until told to end."""
    _calm()
    with_stop, opened = _stop(), services.open_services(settings)
    door = _door(opened, with_stop)
    loops.Core(_ingest(opened), _engine(opened), with_stop).run()
    door.join(timeout=2)


def ingest(settings: Settings) -> None:
    """Ingest and the PUBLISH door alone."""
    _calm()
    with_stop, opened = _stop(), services.open_services(settings)
    door = _door(opened, with_stop)
    loops.run_ingest(_ingest(opened), opened.redis, with_stop)
    door.join(timeout=2)


def engine(settings: Settings) -> None:
    """The engine alone; ingest runs elsewhere over the same Redis and database."""
    _calm()
    with_stop, opened = _stop(), services.open_services(settings)
    loops.run_engine(_engine(opened), opened.redis, with_stop)


def _ingest(opened: Services) -> Ingest:
    return Ingest(opened.log, opened.database, opened.profile)


def _engine(opened: Services) -> Engine:
    chosen = opened.settings
    return Engine(opened.database, Outlet(opened.redis), opened.profile, build=chosen.build, frames_per_second=chosen.frames_per_second)


def _door(opened: Services, stop: threading.Event) -> threading.Thread:
    url = services.address(opened.settings)
    door = loops.PublishDoor(lambda: services.connect(url), opened.door("publish"), stop)
    thread = threading.Thread(target=door.run, name="publish-door", daemon=True)
    thread.start()
    return thread


def _calm() -> None:
    """Collect garbage more seldom: it walks all that is remembered, and what ingest makes has no cycles (a third of its time)."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _stop() -> threading.Event:
    """Set by the signals that end a process."""
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop
