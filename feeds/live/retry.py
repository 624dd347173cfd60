"""How the loops of the board's processes wait and retry after an error."""

from __future__ import annotations

import logging
import threading

from feeds.live import outages

log = logging.getLogger(__name__)
PAUSE_S = (0.1, 2.0)


class Pauses:
    """How long to wait after a failure: longer each time, until something went well."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop, self._pause_s = stop, PAUSE_S[0]

    def after(self, error: Exception) -> None:
        """Say what failed, and wait."""
        outages.report(log, error)
        self._stop.wait(self._pause_s)
        self._pause_s = min(self._pause_s * 2, PAUSE_S[1])

    def well(self) -> None:
        """Begin again with short waits."""
        self._pause_s = PAUSE_S[0]
