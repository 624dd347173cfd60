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
MISS_S = 0.1  # what is not known is looked for again after this long, not with every question
P = ParamSpec("P")
T = TypeVar("T")


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
                log.warning("going on with what was known: %s", str(error).splitlines()[0])
            finally:
                self._lock.release()
        return self._known

    def renewed(self) -> T:
        """As it is now, with all that was changed before. Raises a database error."""
        with self._lock:
            return self._renew()

    def after_a_miss(self) -> T:
        """What there is after something was not found: it may be very new."""
        if self._clock_s() - self._at_s < MISS_S:
            return self.get()
        try:
            return self.renewed()
        except SQLAlchemyError:
            return self.get()

    def _renew(self) -> T:
        begun_s = self._clock_s()
        found = self._run(self._read)
        self._known, self._at_s = found, begun_s
        return found
