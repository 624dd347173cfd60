"""The intake of `PUBLISH board:in`: takes in batches what is published while it listens.

Pub/sub keeps nothing for a listener that is away, so a source that must not lose an event sends it
over HTTP.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, cast

import redis

from feeds.events.intake import Intake
from feeds.events.log import LogUnavailable
from feeds.live.retry import Pauses

log = logging.getLogger(__name__)
INBOX = "board:in"


class PublishIntake:
    """Runs until `stop` is set, and retries while Redis or the log is unavailable."""

    def __init__(
        self, connect: Callable[[], redis.Redis], intake: Intake, stop: threading.Event
    ) -> None:
        self._connect, self._intake, self._stop = connect, intake, stop

    def run(self) -> None:
        """Listen until `stop` is set."""
        pauses = Pauses(self._stop)
        while not self._stop.is_set():
            try:
                with (
                    self._connect() as client,
                    cast(Any, client).pubsub(ignore_subscribe_messages=True) as inbox,
                ):
                    inbox.subscribe(INBOX)
                    pauses.well()
                    self._listen(inbox)
            except redis.RedisError as error:
                pauses.after(error)

    def _listen(self, inbox: Any) -> None:
        while not self._stop.is_set():
            batch: list[bytes] = []
            message = inbox.get_message(timeout=0.5)
            while message is not None and len(batch) < 500:
                batch.append(message["data"])
                message = inbox.get_message(timeout=0)
            if message is not None:
                batch.append(message["data"])
            if batch:
                self._take(batch)

    def _take(self, batch: list[bytes]) -> None:
        """Retry until the log takes the batch; nothing more is read meanwhile."""
        pauses = Pauses(self._stop)
        while not self._stop.is_set():
            try:
                self._intake.take(batch)
                return
            except LogUnavailable as error:
                pauses.after(error)
            except Exception:  # one message must not stop all others
                log.exception("%d messages of %s were dropped", len(batch), INBOX)
                return
