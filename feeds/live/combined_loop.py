"""Ingest and engine in one thread, as `board run` has them: a commit is computed and published at
once.

While Redis or the database is unavailable, the loop waits and retries, and continues at the
watermark.
"""

from __future__ import annotations

import gc
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from feeds.events.log import LogUnavailable
from feeds.history.ingest import Fenced, Ingest
from feeds.live.engine import Engine
from feeds.live.retry import Pauses

BEHIND_EVENTS = 5_000
BEHIND_READS = (
    3  # a stall of some seconds is caught up with event by event; an import or an outage is not
)
GATHER_MS = 15
RELOAD_S = 5.0
TRIM_S = 60.0


def calm() -> None:
    """Collect garbage less often, because it walks all cached rows, and what ingest makes has no
    cycles (it took a third of its time).
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


class Core:
    """Ingest and engine in one thread: a commit is computed and published by the same hands,
    without a lock.
    """

    def __init__(self, ingest: Ingest, engine: Engine, stop: threading.Event) -> None:
        self._ingest, self._engine, self._stop = ingest, engine, stop
        self._stale = False
        self._full_reads, self._reload_every_s = 0, RELOAD_S
        self._loaded_s = self._trimmed_s = time.monotonic()

    def run(self) -> None:
        """Run until `stop` is set."""
        pauses = Pauses(self._stop)
        while not self._stop.is_set():
            try:
                self.turn(self._engine.wait_ms())
                pauses.well()
            except (LogUnavailable, SQLAlchemyError, Fenced) as error:
                self._stale = True
                pauses.after(error)

    def turn(self, block_ms: int) -> None:
        """Commit what has come, publish what is due. Raises LogUnavailable, SQLAlchemyError,
        Fenced: call again.
        """
        if self._full_reads:
            self._engine.say_busy()
        change = self._ingest.step(block_ms)
        self._full_reads = (
            self._full_reads + 1
            if change is not None and len(change.events) >= BEHIND_EVENTS
            else 0
        )
        behind = self._full_reads >= BEHIND_READS
        if change is not None and not self._stale and not behind:
            self._stale = True  # until the engine has taken it in whole
            self._engine.apply(change)
            self._stale = False
        self._stale = self._stale or behind
        if self._stale and (not behind or time.monotonic() - self._loaded_s > self._reload_every_s):
            self._reload()
        if not self._stale:
            self._engine.behind = behind
            self._engine.publish()
        self._trim()
        if change is not None and not self._full_reads:
            self._gather()

    def _reload(self) -> None:
        """While far behind the engine reads rollups now and then, for a tenth of the time at most,
        instead of following.
        """
        begun = time.monotonic()
        self._engine.load()
        self._stale, self._loaded_s = False, time.monotonic()
        self._reload_every_s = max(RELOAD_S, 10 * (self._loaded_s - begun))

    def _gather(self) -> None:
        """While no frame is due let a few events come together: a commit costs the same for one as
        for twenty.
        """
        if self._engine.wait_ms() > GATHER_MS:
            self._stop.wait(GATHER_MS / 1000)

    def _trim(self) -> None:
        if time.monotonic() - self._trimmed_s > TRIM_S:
            self._ingest.trim()
            self._trimmed_s = time.monotonic()
