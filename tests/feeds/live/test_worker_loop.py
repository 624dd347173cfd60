"""The loop of alerts, webhooks and briefs: it outlives what is away, and ends when told to."""

from __future__ import annotations

import threading

import pytest
import redis
from sqlalchemy.exc import OperationalError

from feeds.live import worker_loop


def test_it_goes_on_after_what_was_away_and_names_the_part(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop, errors = (
        threading.Event(),
        iter([redis.ConnectionError(), OperationalError("select", {}, Exception("locked"))]),
    )

    def turn() -> None:
        if error := next(errors, None):
            raise error
        stop.set()

    worker_loop.run("alerts", turn, 0.001, stop)
    assert [record.getMessage().split(":")[:2] for record in caplog.records] == [
        ["alerts", " ConnectionError"],
        ["alerts", " OperationalError"],
    ]


def test_a_fault_of_our_own_is_not_hidden() -> None:
    def turn() -> None:
        raise KeyError("a fault")

    with pytest.raises(KeyError):
        worker_loop.run("alerts", turn, 0.001, threading.Event())
