"""One connection to the live hub: what it watches, how far it is, and who looks."""

from __future__ import annotations

import threading
import time
from typing import Any, Protocol

from dashboard.live import topic_buffer, writer

ASKING = 8
BACKLOG = 32


class Viewer(Protocol):
    """Who looks: `wall` is a paired wall's name."""

    @property
    def wall(self) -> str: ...
    def shows(self, area: str) -> bool:
        """Whether the figures of an area may be seen."""


class _Anyone:
    wall = ""

    def shows(self, _area: str) -> bool:
        return True


ANYONE: Viewer = _Anyone()


class Client:
    """One connection. `seen` holds the last position that the client has of each topic in which it
    is not live; `principal` is who it is allowed to look as.
    """

    def __init__(
        self, sid: str, eio: Any, connection_writer: writer.Writer, principal: Viewer = ANYONE
    ) -> None:
        self.sid = sid
        self.principal = principal
        self.eio = eio
        self.writer = connection_writer
        self.lock = threading.Lock()
        self.topics: set[str] = set()
        self.seen: dict[str, topic_buffer.Position | None] = {}
        self.asking = 0
        self.is_resuming = False
        self.screen, self.last_beat_s = "", float("-inf")

    def may_beat(self, screen: str, least_s: float) -> bool:
        """Whether this may be its next heartbeat: it is of the same screen, and at least `least_s`
        after the last one.
        """
        now_s = time.monotonic()
        if self.screen not in ("", screen) or now_s - self.last_beat_s < least_s:
            return False
        self.screen, self.last_beat_s = screen, now_s
        return True

    @property
    def is_crowded(self) -> bool:
        """Whether it asks faster than it reads the answers."""
        return self.asking > ASKING or bool(self.eio.queue.qsize() > BACKLOG)
