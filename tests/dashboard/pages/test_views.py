"""What a page is built from, and what of it the browser is given."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis as redis_client
from sqlalchemy import insert

from dashboard import services
from dashboard.live import snapshots
from dashboard.pages import loaders, replays, views
from dashboard.processes import core
from dashboard.settings import Settings
from dashboard.shell import first_state
from feeds.events import decoding, log
from feeds.history import tables
from feeds.live import frames
from layouts import pages
from layouts.html import render
from layouts.parts import components


@pytest.mark.usefixtures("redis")
def test_the_document_carries_each_topic_without_what_the_live_client_leaves(
    tmp_path: Path, redis_server: str
) -> None:
    opened = services.open_services(Settings(data=tmp_path, redis=redis_server))
    core.make_engine(opened.database, opened.redis, opened.profile).publish()
    page = pages.at("/wall")
    assert page is not None
    view = views.Views(opened, loaders.LOADERS).view(page, {})
    found = first_state.of(view)["topics"]
    assert found.keys() == {
        f"{opened.profile.code}/{period}" for period in page.periods or ("today",)
    }
    stored = {
        topic: msgspec.json.decode(
            redis_client.Redis.from_url(redis_server).get(frames.snapshot_key(topic))
        )
        for topic in found
    }
    for topic, state in stored.items():
        assert state.keys() - found[topic].keys() == set(first_state.UNUSED)
        assert {key: state[key] for key in found[topic]} == found[topic]
    opened.redis.close()
    opened.database.dispose()


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize(
    ("query", "home", "area"),
    [
        ({}, "320282112", "320282112"),
        ({"area": "320282"}, "320282112", "320282"),
        ({"area": "320282001"}, "320282112", "320282001"),
        ({"area": "nowhere"}, "320282112", "320282"),
        ({}, "", "320282"),
        ({}, "nowhere", "320282"),
        ({}, "320282", "320282"),
    ],
)
def test_a_device_opens_on_its_town_where_the_address_names_none(
    tmp_path: Path, redis_server: str, query: dict[str, str], home: str, area: str
) -> None:
    opened = services.open_services(Settings(data=tmp_path, redis=redis_server))
    made = views.Views(opened, loaders.LOADERS)
    page = pages.at("/cases")
    assert page is not None
    with made.without_data():
        view = made.view(page, query, home)
    assert view.area == area
    said = components.address(view, "/incidents", area="320282")
    assert said == ("/incidents?area=320282" if view.home else "/incidents"), (
        "a link to the city means the city on every device"
    )
    opened.redis.close()
    opened.database.dispose()


@pytest.mark.usefixtures("redis")
def test_a_past_moment_that_cannot_be_shown_is_refused_and_nothing_live_is_touched(
    tmp_path: Path, redis_server: str
) -> None:
    opened = services.open_services(Settings(data=tmp_path, redis=redis_server))
    page = pages.at("/wall")
    assert page is not None
    made = views.Views(opened, loaders.LOADERS)
    asked = {
        "2026-09-30T14:30:00 08:00": "before",
        "x": "unreadable",
        "9999-12-31T23:59:59Z": "future",
        "1970-01-01T00:00:00Z": "unreadable",
    }
    for at, reason in asked.items():
        view = made.view(page, {"at": at})
        assert view.topic is None
        assert view.replay is not None
        assert view.replay.refused == reason, at
    assert opened.redis.dbsize() == 0
    opened.redis.close()
    opened.database.dispose()


def test_a_replay_ends_where_what_was_recorded_waits_for_the_history(
    tmp_path: Path, own_redis: Callable[..., Any]
) -> None:
    server = own_redis()
    opened = services.open_services(Settings(data=tmp_path, redis=server.url))
    made, now = replays.Replays(opened), decoding.now_ms()
    waiting = opened.redis.xadd(log.stream(0), {"e": b""}, id=f"{now - 60_000}-0")

    def refused(ago_s: int) -> str:
        with pytest.raises(replays.Refused) as found:
            made.begin(["320282"], now - 1000 * ago_s, "then")
        return found.value.reason

    assert {ago: refused(ago) for ago in (0, 40, 65, 75)} == {
        0: "future",
        40: "behind",
        65: "behind",
        75: "before",
    }
    opened.redis.xdel(log.stream(0), waiting)
    assert refused(40) == "before"
    server.stop()
    assert {ago: refused(ago) for ago in (40, -30)} == {40: "before", -30: "future"}
    with opened.database.begin() as connection:
        marks = {0: f"{now - 30_000}-0", 1: log.START}
        connection.execute(
            insert(tables.watermarks), [{"partition": p, "position": at} for p, at in marks.items()]
        )
    later = replays.Replays(opened)  # of a worker that never heard of Redis
    with pytest.raises(replays.Refused, match="behind"):
        later.begin(["320282"], now - 30_000, "then")
    with pytest.raises(replays.Refused, match="before"):
        later.begin(["320282"], now - 41_000, "then")
    opened.redis.close()
    opened.database.dispose()


def test_more_replays_than_a_worker_computes_are_told_so(
    tmp_path: Path, redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = services.open_services(Settings(data=tmp_path, redis=redis_server))
    made, started, go = (
        replays.Replays(opened),
        threading.Barrier(replays.AT_ONCE + 1),
        threading.Event(),
    )

    def held(*_: object) -> list[replays.Moment]:
        started.wait(10)
        go.wait(10)
        return []

    monkeypatch.setattr(made, "_play", held)
    monkeypatch.setattr(replays, "TURN_S", 0.01)
    running = [
        threading.Thread(target=made.play, args=(["320282"], [1_790_000_000_000], "then"))
        for _ in range(replays.AT_ONCE)
    ]
    for one in running:
        one.start()
    started.wait(10)
    with pytest.raises(replays.Refused, match="busy"):
        made.play(["320282"], [1_790_000_000_000], "then")
    go.set()
    for one in running:
        one.join(10)
    opened.redis.close()
    opened.database.dispose()


def test_a_page_says_that_redis_does_not_answer_and_asks_it_once_for_its_topics(
    own_redis: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own_redis()
    opened = services.open_services(Settings(data=tmp_path, redis=server.url), answer_s=0.2)
    asked: list[list[str]] = []
    ask = snapshots.ask

    def counted(client: Any, topics: Iterable[str]) -> None:
        asked.append(list(topics))
        ask(client, asked[-1])

    monkeypatch.setattr(snapshots, "ask", counted)
    page = pages.at("/wall")
    assert page is not None
    assert len(page.periods) > 1
    made = views.Views(opened, {name: (lambda *_: None) for name in loaders.LOADERS})
    server.process.send_signal(signal.SIGSTOP)
    view = made.view(page, {})
    server.process.send_signal(signal.SIGCONT)
    assert (len(asked), view.topic, view.is_unreadable) == (1, None, True)
    assert "现在读不到数值" in render.to_html(components.loading(view))
    with made.without_data():
        waits = made.view(page, {})
    assert "正在等待第一批数据" in render.to_html(components.loading(waits))
    opened.redis.close()
    opened.database.dispose()


def test_all_topics_of_a_page_are_asked_for_before_the_first_is_waited_for(
    own_redis: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = own_redis()
    opened = services.open_services(Settings(data=tmp_path, redis=server.url))
    wanted: list[set[bytes]] = []

    def nothing_yet(client: Any, _topic: str, _patience_s: float) -> None:
        wanted.append(set(client.zrange(frames.WATCHED, 0, -1)))

    monkeypatch.setattr(snapshots, "newest", nothing_yet)
    page = pages.at("/")
    assert page is not None
    made = views.Views(opened, {name: (lambda *_: None) for name in loaders.LOADERS})
    made.view(page, {"area": "320282112"})
    assert wanted[0] == {b"320282112/28d", b"320282112/year"}
    opened.redis.close()
    opened.database.dispose()
