"""One connection to the live hub: what it watches, how far it is, and what it may say and see."""

from __future__ import annotations

import threading
import time
from typing import Any

from dashboard.access.principal import OPEN, Pass
from dashboard.live import topic_buffer, writer

ASKING = 8
BACKLOG = 32


class Client:
    """One connection. `seen` holds, for each topic that it isn't live in, the last place that it
    has; `entry` is why it may look.
    """

    def __init__(self, sid: str, eio: Any, way: writer.Pipe, entry: Pass = OPEN) -> None:
        self.sid = sid
        self.entry = entry
        self.eio = eio
        self.pipe = way
        self.lock = threading.Lock()
        self.topics: set[str] = set()
        self.seen: dict[str, topic_buffer.Position | None] = {}
        self.asking = 0
        self.is_resuming = False
        self.screen, self.said_s = "", float("-inf")

    def may_say(self, screen: str, least_s: float) -> bool:
        """Whether this may be its next heartbeat: of the one screen that it is, and `least_s` after
        the last at the soonest.
        """
        now_s = time.monotonic()
        if self.screen not in ("", screen) or now_s - self.said_s < least_s:
            return False
        self.screen, self.said_s = screen, now_s
        return True

    @property
    def is_crowded(self) -> bool:
        """Whether it asks faster than it reads the answers."""
        return self.asking > ASKING or bool(self.eio.queue.qsize() > BACKLOG)
