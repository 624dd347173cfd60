"""The loop of a worker that runs beside the engine: alerts, webhooks, briefs. Each of them brings
the function of one turn.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import msgspec
import redis
from sqlalchemy.exc import SQLAlchemyError

from feeds.live import outages

log = logging.getLogger(__name__)
AWAY = (redis.RedisError, SQLAlchemyError, msgspec.DecodeError)


def run(name: str, turn: Callable[[], object], every_s: float, stop: threading.Event) -> None:
    """Run until `stop` is set. An error goes to the log under the worker's name, and the next turn
    tries again.
    """
    while not stop.wait(every_s):
        try:
            turn()
        except AWAY as error:
            outages.report(log, error, name)
