"""What a hub notes in Redis: heartbeats of its pages, one a screen and not too often; and itself."""

from __future__ import annotations

from typing import Any

import pytest
import redis as redis_client

from dashboard.access.principal import Principal
from dashboard.health import hub_notes, workers
from dashboard.live.client import Client
from feeds.screens import heartbeats

HERE = {
    "id": "abcdefgh",
    "path": "/wall",
    "lang": "zh",
    "area": "320282",
    "width": 1920,
    "height": 1080,
    "build": "b1",
    "uptime_s": 60,
    "reconnects": 0,
    "resyncs": 0,
    "paints": 9,
    "painted_ago_ms": 100,
    "seq": 7,
    "errors": 0,
}


@pytest.fixture
def wall() -> Client:
    return Client("sid", None, None, Principal(wall="北墙"))  # type: ignore[arg-type]


def test_a_pages_heartbeat_is_kept_under_the_name_of_its_wall(
    wall: Client, redis: redis_client.Redis
) -> None:
    note = hub_notes.of_page(wall, HERE)
    assert note
    note(redis)
    (kept,) = heartbeats.there(redis)
    assert (kept.id, kept.name, kept.path, kept.paints) == ("abcdefgh", "北墙", "/wall", 9)


@pytest.mark.parametrize("wrong", [None, "here", {}, HERE | {"id": "../x"}, HERE | {"more": 1}])
def test_what_is_no_heartbeat_is_passed_over(wall: Client, wrong: Any) -> None:
    assert hub_notes.of_page(wall, wrong) is None
    assert hub_notes.of_page(wall, HERE), "and does not count as one"


def test_a_connection_speaks_for_one_screen_and_not_too_often(wall: Client) -> None:
    assert hub_notes.of_page(wall, HERE)
    assert hub_notes.of_page(wall, HERE) is None
    wall.last_beat_s -= heartbeats.LEAST_S
    assert hub_notes.of_page(wall, HERE | {"id": "another0"}) is None
    assert hub_notes.of_page(wall, HERE)


def test_a_worker_says_how_it_stands(redis: redis_client.Redis) -> None:
    hub_notes.of_worker("b1")("17-ab", {"clients": 3})(redis)
    (worker,) = workers.there(redis)
    assert (worker.name, worker.build, worker.hub) == ("17-ab", "b1", {"clients": 3})
