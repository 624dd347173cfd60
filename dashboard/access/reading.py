"""What a process knows of a table that is asked for with every request: read at most every two
seconds, and kept while the database is away.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, ParamSpec, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)
FRESH_S = 2.0
MISS_S = 0.1  # between two readings for what is not known, however much is asked
ABSENT_S, MOST_ABSENT = 30.0, 4_096  # what was looked for and is not there
P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")


class Run(Protocol):
    """How something that waits is run: in a thread where a loop must go on."""

    def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


def directly(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Here and now, in a process without a loop."""
    return function(*args, **kwargs)


class Reading(Generic[T]):
    """What `read` gave last. One reads at a time; the others go on with what was known before."""

    def __init__(
        self, read: Callable[[], T], run: Run, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._run, self._clock_s = read, run, clock_s
        self._lock = threading.Lock()
        self._known: T | None = None
        self._at_s = float("-inf")
        self._absent: dict[str, float] = {}

    def get(self) -> T:
        """At most FRESH_S old, or as old as the database is away. Raises a database error where
        nothing was ever read.
        """
        if self._known is None:
            return self.renewed()
        if self._clock_s() - self._at_s >= FRESH_S and self._lock.acquire(blocking=False):
            try:
                self._renew()
            except SQLAlchemyError as error:
                self._at_s = self._clock_s()
                log.warning("going on with what was known: %s", error)
            finally:
                self._lock.release()
        return self._known

    def renewed(self) -> T:
        """As it is now, with all that was changed before. Raises a database error."""
        with self._lock:
            return self._renew()

    def find(self, key: str, lookup: Callable[[T], V | None]) -> V | None:
        """What a lookup gives in what is known. Where that is nothing, the key may be very new: it
        is looked up once more, in a reading that begins after the question. A key that is not there
        then stays away: nobody knows a secret before it is kept.
        """
        found = lookup(self.get())
        if found is not None or self._is_absent(key):
            return found
        asked_s = self._clock_s()
        try:
            known = self._renewed_since(asked_s)
        except SQLAlchemyError:
            return None
        found = lookup(known)
        if found is None:
            self._keep_absent(key)
        return found

    def _renewed_since(self, asked_s: float) -> T:
        """One reading serves all who ask meanwhile."""
        with self._lock:
            if self._known is not None and self._at_s > asked_s:
                return self._known
            time.sleep(max(0.0, min(MISS_S, self._at_s + MISS_S - self._clock_s())))
            return self._renew()

    def _is_absent(self, key: str) -> bool:
        return self._absent.get(key, float("-inf")) > self._clock_s()

    def _keep_absent(self, key: str) -> None:
        while len(self._absent) >= MOST_ABSENT:
            del self._absent[next(iter(self._absent))]
        self._absent[key] = self._clock_s() + ABSENT_S

    def _renew(self) -> T:
        begun_s = self._clock_s()
        found = self._run(self._read)
        self._known, self._at_s = found, begun_s
        return found
