"""Briefs: what they say is what was known at the moment; webhooks hear of each once, whatever is
restarted or runs twice.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import insert

from feeds.alerts import alert_store
from feeds.alerts.lifecycle import Alert
from feeds.city.named_periods import Day, Month
from feeds.city.profile import Profile
from feeds.history import storage
from feeds.notify import deliveries, delivery_tables, webhooks
from feeds.notify.deliveries import Attempt
from feeds.notify.webhooks import Hook
from feeds.review import brief_reader, brief_sender, briefs
from feeds.review.briefs import Brief

CITY, TOWN, DAY_MS = "320282", "320282001", 86_400_000
DAY, MORNING = Day(date(2026, 9, 29)), "2026-09-30T07:30:00+08:00"
Make = Callable[..., Any]


def ms(at: str) -> int:
    return round(pd.Timestamp(at).timestamp() * 1000)


class Robots(ThreadingHTTPServer):
    """Takes what is sent, or is down."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.asked, self.is_down = 0, False


class _Handler(BaseHTTPRequestHandler):
    server: Robots

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked += 1
        self.send_response(500 if self.server.is_down else 200)
        self.end_headers()
        if not self.server.is_down:
            self.server.taken.append((self.path, body))
            self.wfile.write(b'{"errcode":0,"code":0}')

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def robots() -> Iterator[Robots]:
    server = Robots()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def filled(database: Database) -> Database:
    """An alert of the day, over in the night; one of the day before that still fires; and hooks that have been met
    long ago.
    """
    fired = Alert("a1", "hazards", CITY, "critical", "firing", ms("2026-09-29T10:00:00+08:00"), 0)
    old = Alert("a2", "hazards", TOWN, "notice", "firing", ms("2026-09-28T23:00:00+08:00"), 0)
    over = Alert(
        "a1", "hazards", CITY, "critical", "resolved", ms("2026-09-30T02:00:00+08:00"), 0, version=1
    )
    with database.begin() as connection:
        for one in (fired, old, over):
            alert_store.write(connection, one)
        for kind in ("json", "wecom", "dingtalk", "feishu"):
            connection.execute(
                insert(delivery_tables.deliveries).values(
                    Attempt("", 0, kind, 0, 1, "begun", "")._asdict()
                )
            )
    return database


class Clock:
    def __init__(self, at: str) -> None:
        self.at_ms = ms(at)

    def __call__(self) -> int:
        return self.at_ms


def sender(
    database: Database, city: Profile, robots: Robots, clock: Clock, *kinds: str
) -> brief_sender.Sender:
    url = f"http://127.0.0.1:{robots.server_port}"
    hooks = [
        Hook(kind, kind, f"{url}/{kind}", link="https://board.example/", briefs=True)
        for kind in kinds
    ]  # type: ignore[arg-type]
    deaf = Hook("deaf", "json", f"{url}/deaf")
    return brief_sender.Sender(database, [*hooks, deaf], city, time(7, 30), clock)


def read(database: Database, city: Profile, at: str) -> Brief:
    with storage.snapshot(database) as connection:
        return brief_reader.read(connection, city, DAY, ms(at))


def test_alerts_are_those_of_the_day_as_the_book_stood(filled: Database, yixing: Profile) -> None:
    night, morning = (read(filled, yixing, at) for at in ("2026-09-30T01:00:00+08:00", MORNING))
    still = (TOWN, None)
    assert [(one.area, one.over_ms) for one in night.fired] == [still, (CITY, None)]
    assert [(one.area, one.over_ms) for one in morning.fired] == [
        still,
        (CITY, ms("2026-09-30T02:00:00+08:00")),
    ]
    assert [len(one.firing) for one in (night, morning)] == [2, 1]
    assert briefs.encode(briefs.decode(briefs.encode(morning))) == briefs.encode(morning)
    assert len(morning.silent) == len(yixing.towns)


def test_each_robot_hears_once_across_a_restart_and_beside_a_second_process(
    filled: Database, yixing: Profile, robots: Robots
) -> None:
    clock, kinds = Clock("2026-09-30T07:30:10+08:00"), ("json", "wecom", "dingtalk", "feishu")
    first, second = (sender(filled, yixing, robots, clock, *kinds) for _ in range(2))
    assert first.turn() == 0, "what was accepted up to the moment is still on its way"
    clock.at_ms += 30_000
    both = [threading.Thread(target=one.turn) for one in (first, second)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(path for path, _ in robots.taken) == sorted(f"/{kind}" for kind in kinds)
    clock.at_ms += DAY_MS // 3
    assert sender(filled, yixing, robots, clock, *kinds).turn() == 0, "a restart repeats nothing"
    said = dict(robots.taken)
    assert (said["/json"]["brief"], said["/json"]["known"], said["/json"]["fired"]) == (
        "2026-09-29",
        ms(MORNING),
        2,
    )
    link = urlsplit(said["/json"]["link"])
    assert (link.netloc, link.path) == ("board.example", "/brief")
    assert parse_qs(link.query) == {"day": ["2026-09-29"], "known": [MORNING], "lang": ["zh"]}
    assert "https://board.example/brief?day=2026-09-29" in said["/wecom"]["markdown"]["content"]
    assert "每日研判 2026年9月29日" in said["/dingtalk"]["markdown"]["title"]


def test_one_that_is_away_is_asked_again(filled: Database, yixing: Profile, robots: Robots) -> None:
    clock = Clock("2026-09-30T07:31:00+08:00")
    robots.is_down = True
    assert sender(filled, yixing, robots, clock, "json").turn() == 0
    assert sender(filled, yixing, robots, clock, "json").turn() == 0
    assert robots.asked == 1, "not before it is due"
    robots.is_down, clock.at_ms = False, clock.at_ms + 6_000
    assert sender(filled, yixing, robots, clock, "json").turn() == 1
    assert [body["brief"] for _, body in robots.taken] == ["2026-09-29"]


def test_one_that_was_given_up_is_sent_again_when_an_office_asks(
    filled: Database, yixing: Profile, robots: Robots
) -> None:
    clock = Clock("2026-09-30T07:31:00+08:00")
    robots.is_down = True
    for _ in range(deliveries.ATTEMPTS + 2):
        assert sender(filled, yixing, robots, clock, "json").turn() == 0
        clock.at_ms += deliveries.LONGEST_S * 1000
    assert robots.asked == deliveries.ATTEMPTS
    with filled.begin() as connection:
        (gone,) = deliveries.failing(connection, 0)
        assert (gone.last.outcome, gone.due_ms) == ("dead", None)
        last = gone.last
        deliveries.send_again(
            connection, last.alert, last.version, last.hook, "centre", clock.at_ms
        )
    assert sender(filled, yixing, robots, clock, "json").turn() == 0
    assert robots.asked == deliveries.ATTEMPTS + 1, "at once, and still away"
    robots.is_down, clock.at_ms = False, clock.at_ms + 6_000
    assert sender(filled, yixing, robots, clock, "json").turn() == 1
    with filled.connect() as connection:
        assert deliveries.failing(connection, 0) == []


def test_an_attempt_that_died_with_its_process_is_made_again(
    filled: Database, yixing: Profile, robots: Robots
) -> None:
    clock = Clock("2026-09-30T07:31:00+08:00")
    with filled.begin() as connection:
        connection.execute(
            insert(delivery_tables.deliveries).values(
                Attempt("brief:2026-09-29", 0, "json", 1, clock(), "trying", "")._asdict()
            )
        )
    assert sender(filled, yixing, robots, clock, "json").turn() == 0
    clock.at_ms += brief_sender.LOST_MS
    assert sender(filled, yixing, robots, clock, "json").turn() == 1


def test_a_hook_met_later_hears_from_the_next_morning_on(
    database: Database, yixing: Profile, robots: Robots
) -> None:
    clock = Clock("2026-09-30T09:00:00+08:00")
    begun = Attempt("", 0, "json", 0, clock(), "begun", "")
    assert sender(database, yixing, robots, clock, "json").turn() == 0
    with database.begin() as connection:
        connection.execute(insert(delivery_tables.deliveries).values(begun._asdict()))
    assert sender(database, yixing, robots, clock, "json").turn() == 0
    clock.at_ms += DAY_MS
    assert sender(database, yixing, robots, clock, "json").turn() == 2
    assert sorted(body["brief"] for _, body in robots.taken) == ["2026-09", "2026-09-30"]


def test_what_is_due_on_a_day() -> None:
    assert briefs.due(date(2026, 9, 30)) == (Day(date(2026, 9, 29)),)
    assert briefs.due(date(2026, 8, 1)) == (Day(date(2026, 7, 31)),)  # a Saturday
    assert briefs.due(date(2026, 8, 3)) == (Day(date(2026, 8, 2)), Month(date(2026, 7, 1)))
    assert briefs.due(date(2027, 1, 1))[1] == Month(date(2026, 12, 1))


def test_a_link_without_an_address_of_the_board_is_none() -> None:
    message = webhooks.Message("h", (), "notice", False, {}, "/brief?day=2026-09-29")
    made = webhooks.request(Hook("h", "json", "http://x"), message, 0)
    assert json.loads(made.body)["link"] == ""
