"""The watch over a real Redis and a real history: an alert's life with a silent source in it,
restarts, an emptied Redis, silences; and webhooks against a local server that checks each robot's
format and signature.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import pytest
import redis as redis_client
from sqlalchemy import Engine as Database
from sqlalchemy import func, select

from feeds.alerts import alert_rules, alert_store, alert_tables, alert_watch, lifecycle
from feeds.alerts.alert_rules import NoData, Threshold
from feeds.alerts.lifecycle import Alert, Silence
from feeds.city.profile import Profile
from feeds.city.words import Words
from feeds.live import frames
from feeds.notify import deliveries, webhooks
from feeds.notify.deliveries import ATTEMPTS, Attempt, Sender
from feeds.notify.webhooks import Hook

CITY, TOWN = "320282", "320282001"
NOW = "2026-09-30T15:00:00+08:00"
RULE = Threshold(
    id="hazards",
    title=Words("隐患超标", "Too many hazards"),
    severity="critical",
    kpi="traffic.hazards_found",
    above=2,
    clear=1,
    for_min=1,
)
SILENT = NoData(
    id="silent", title=Words("数据中断", "No data"), kpi="traffic.hazards_found", state="nodata"
)
Make = Callable[..., Any]


def with_rules(profile: Profile, *rules: alert_rules.AnyRule) -> Profile:
    """The city with these alert rules and no others."""
    return msgspec.structs.replace(
        profile, sections=profile.sections | {"alert": msgspec.to_builtins(rules)}
    )


class Board:
    """The pipeline, the watch and the sender, on one clock that the test sets."""

    def __init__(self, pipeline: Any, hooks: tuple[Hook, ...] = ()) -> None:
        self.pipeline, self.hooks = pipeline, hooks
        self.restart()

    def restart(self) -> None:
        """As after kill -9: nothing of the processes is left."""
        p = self.pipeline
        p.restart()
        self.watch = alert_watch.Watch(p.database, p.redis, p.profile, p.clock)
        self.sender = Sender(p.database, self.hooks, p.profile, p.clock)

    def at(self, time: str, *events: Any) -> list[str]:
        """Events at a time, told to every part; what changed as `rule state`. While an alert is
        pending the board runs all the time until then.
        """
        p = self.pipeline
        before = alert_watch.read(p.redis)
        until_ms = round(datetime.fromisoformat(f"2026-{time}+08:00").timestamp() * 1000)
        is_pending = before is not None and any(a.state == "pending" for a in before.alerts)
        changed: list[str] = []
        while is_pending and p.now_ms + alert_watch.GAP_MS < until_ms:
            p.now_ms += alert_watch.GAP_MS
            p.run()
            p.state(CITY, "today")
            changed += [f"{a.rule} {a.state}" for a in self.watch.turn()]
            is_pending = any(a.state == "pending" for a in self.published().alerts)
        p.at(f"2026-{time}+08:00")
        if events:
            assert p.send(*events).rejected == []
        p.run()
        p.state(CITY, "today")
        changed += [f"{a.rule} {a.state}" for a in self.watch.turn()]
        self.sender.turn()
        return changed

    def published(self) -> alert_watch.PublishedAlerts:
        found = alert_watch.read(self.pipeline.redis)
        assert found
        return found

    def burning(self) -> list[tuple[str, str]]:
        return [(a.rule, a.state) for a in self.published().alerts if a.is_burning]


@pytest.fixture
def city(yixing: Profile) -> Profile:
    return with_rules(yixing, RULE, SILENT)


@pytest.fixture
def board(pipeline: Make, city: Profile) -> Board:
    return Board(pipeline(NOW, city))


@pytest.fixture
def found(event: Make) -> Callable[..., list[dict[str, Any]]]:
    """Hazards found in a town at a time."""
    count = iter(range(1000))

    def make(time: str, n: int = 1) -> list[dict[str, Any]]:
        at = f"2026-{time}+08:00"
        return [
            event("traffic.hazard_found", at, TOWN, case=f"h{next(count)}", category="junction")
            for _ in range(n)
        ]

    return make


def test_an_alert_s_life_with_a_silent_source_in_it(board: Board, found: Make) -> None:
    """Fires, is acknowledged, stays through days of silence over midnights and a restart, and ends
    with the figures that come after.
    """
    assert board.at("09-30T15:00:00", *found("09-30T14:59:00", 3)) == []
    assert [a.state for a in board.published().alerts] == ["pending"]
    assert board.at("09-30T15:01:30") == ["hazards firing"]
    with board.pipeline.database.begin() as connection:
        (one,) = alert_store.read_open(connection)
        alert_store.acknowledge(connection, one.id, "指挥中心", board.pipeline.now_ms)
    board.at("09-30T15:02:00")
    assert board.burning() == [("hazards", "acknowledged")]
    assert board.at("10-01T00:10:00") == [], "the day's count is 0 again, and nobody said so"
    assert board.at("10-01T15:00:00") == [], "the source is late"
    board.restart()
    assert board.at("10-06T15:00:00") == ["silent firing"], (
        "the source is silent: that is an alert of its own"
    )
    board.restart()
    assert board.at("10-07T15:00:00") == []
    assert set(board.burning()) == {("hazards", "acknowledged"), ("silent", "firing")}
    assert all(a.silent_since for a in board.published().alerts if a.rule == "hazards")
    assert set(board.at("10-08T09:00:00", *found("10-08T08:59:00"))) == {
        "hazards resolved",
        "silent resolved",
    }
    assert board.burning() == []
    with board.pipeline.database.connect() as connection:
        told = [(a.rule, a.state, a.version) for a in alert_store.read_since(connection, 0)]
    assert told[:2] == [("hazards", "firing", 1), ("hazards", "acknowledged", 2)]
    assert ("hazards", "resolved", 3) in told


def test_an_emptied_redis_and_a_killed_engine_change_nothing(board: Board, found: Make) -> None:
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.at("09-30T15:01:30")
    before = board.published().alerts
    board.pipeline.redis.flushall()
    board.restart()
    assert board.at("09-30T15:02:00") == []
    assert [(a.id, a.state, a.fired) for a in board.published().alerts] == [
        (a.id, a.state, a.fired) for a in before
    ]
    board.pipeline.redis.delete(alert_watch.KEY)
    board.at("09-30T15:02:01")
    assert board.burning() == [("hazards", "firing")], "said again as soon as it is missed"


def test_a_pending_alert_outlives_a_restart(board: Board, found: Make) -> None:
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.restart()
    assert board.at("09-30T15:00:59") == []
    assert board.at("09-30T15:01:01") == ["hazards firing"]


def test_a_board_that_was_away_has_an_alert_wait_anew(board: Board, found: Make) -> None:
    """What was between two turns nobody knows, whether the process was stopped or ended."""
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.pipeline.at("2026-09-30T15:10:00+08:00")
    assert board.at("09-30T15:10:00") == [], "it was away for ten minutes, and waits one"
    assert board.at("09-30T15:10:50") == []
    board.restart()
    board.pipeline.at("2026-09-30T15:30:00+08:00")
    assert board.at("09-30T15:30:00") == []
    assert board.at("09-30T15:30:59") == []
    assert board.at("09-30T15:31:01") == ["hazards firing"]


def test_what_fires_reaches_the_screens_with_the_next_frame_and_pub_sub_says_so(
    board: Board, found: Make
) -> None:
    listener: Any = board.pipeline.redis.pubsub(ignore_subscribe_messages=True)
    listener.subscribe(alert_watch.NEWS)
    assert listener.get_message(timeout=1) is None  # the subscription itself
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.at("09-30T15:01:30")
    board.pipeline.at("2026-09-30T15:01:32+08:00")
    (one,) = board.pipeline.state(CITY, "today")["alerts"]
    assert (one["severity"], one["title"][1], one["said"][1]) == (
        "critical",
        "Too many hazards",
        "3 cases (limit 2 cases)",
    )
    assert one["value"] == ["3 件", "3 cases"]
    assert board.pipeline.state(TOWN, "today")["alerts"] == [], "an alert of the city is the city's"
    news = [json.loads(m["data"]) for m in iter(lambda: listener.get_message(timeout=1), None)]
    assert news[-1]["strip"][0]["id"] == one["id"]
    listener.close()


def test_a_frame_carries_alerts_only_when_they_change() -> None:
    state: dict[str, Any] = {
        "series": {},
        "alerts": [],
        "towns_reporting": [0, 0],
        "towns_silent": [],
        "demo": False,
        "behind": False,
    }
    assert frames.difference(state, state) == {}
    changed = frames.difference(state, state | {"alerts": [{"id": "a"}]})
    assert changed == {"alerts": [{"id": "a"}]}
    assert frames.apply(state, changed)["alerts"] == [{"id": "a"}]


def test_a_rule_that_is_withdrawn_takes_its_alert_along(
    board: Board, found: Make, yixing: Profile
) -> None:
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.at("09-30T15:01:30")
    board.pipeline.profile = with_rules(yixing, SILENT)
    board.restart()
    assert board.at("09-30T15:02:00") == ["hazards retired"]
    assert board.published().alerts == ()


def test_an_acknowledgement_between_two_turns_is_not_lost(board: Board, found: Make) -> None:
    """The watch and a person write the next version of one alert: whoever comes second reads the
    book first.
    """
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.at("09-30T15:01:30")
    load_changes, pipeline = board.watch._load_changes, board.pipeline

    def late() -> None:
        load_changes()
        with pipeline.database.begin() as connection:
            (one,) = alert_store.read_open(connection)
            alert_store.acknowledge(connection, one.id, "centre", pipeline.now_ms)

    board.watch._load_changes = late  # type: ignore[method-assign]
    assert board.at("10-01T09:00:00", *found("10-01T08:59:00")) == [], "somebody was faster"
    board.watch._load_changes = load_changes  # type: ignore[method-assign]
    assert board.at("10-01T09:00:02") == ["hazards resolved"]
    with pipeline.database.connect() as connection:
        assert [a.state for a in alert_store.read_since(connection, 0)] == [
            "firing",
            "acknowledged",
            "resolved",
        ]


def test_a_silence_made_while_another_alert_is_written_is_not_lost(
    pipeline: Make, yixing: Profile, found: Make
) -> None:
    """A storm: while the watch writes one alert, an office silences the rule of the next."""
    second = msgspec.structs.replace(RULE, id="later", above=5)
    board = Board(pipeline(NOW, with_rules(yixing, RULE, second)))
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    inputs, pipe = board.watch._inputs, board.pipeline

    def late(now: int) -> Any:
        with pipe.database.begin() as connection:
            made = Silence("", "later", "*", now + 3_600_000, "系统切换", "centre", now)
            alert_store.silence(connection, made)
        return inputs(now)

    assert board.at("09-30T15:00:59") == []
    board.watch._inputs = late  # type: ignore[method-assign]
    assert board.at("09-30T15:01:01") == [], "somebody was faster: it is read first"
    board.watch._inputs = inputs  # type: ignore[method-assign]
    assert board.at("09-30T15:01:03") == ["hazards firing"]
    board.at("09-30T15:02:00", *found("09-30T15:01:50", 3))
    board.at("09-30T15:03:30")
    silenced = {a.rule: a.silenced for a in board.published().alerts}
    assert silenced == {"hazards": False, "later": True}
    assert [one["title"] for one in board.published().strip] == [["隐患超标", "Too many hazards"]]


def test_a_silence_made_in_the_turn_in_which_its_alert_fires_holds_for_it(
    pipeline: Make, city: Profile, robots: Any, found: Make
) -> None:
    """The silence is stored before the alert is, and after the watch has looked for silences."""
    board = Board(pipeline(NOW, city), robots.hooks()[:1])
    board.at("09-30T14:59:59")
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.at("09-30T15:00:59")
    inputs, pipe = board.watch._inputs, board.pipeline

    def late(now: int) -> Any:
        with pipe.database.begin() as connection:
            made = Silence("", "hazards", "*", now + 3_600_000, "系统切换", "centre", now)
            alert_store.silence(connection, made)
        return inputs(now)

    board.watch._inputs = late  # type: ignore[method-assign]
    board.at("09-30T15:01:01")
    board.watch._inputs = inputs  # type: ignore[method-assign]
    assert board.at("09-30T15:01:03") == ["hazards firing"]
    assert [(a.rule, a.silenced) for a in board.published().alerts] == [("hazards", True)]
    assert robots.asked == 0


def test_an_alert_is_never_decided_on_a_figure_older_than_its_evidence(
    board: Board, found: Make, event: Make
) -> None:
    """The cases are closed in the history, and the engine has not published it yet. When it has, the
    alert ends.
    """
    open_ones = Threshold(
        id="open", title=RULE.title, kpi="incidents.open", above=2, clear=1, severity="critical"
    )
    board.pipeline.profile = with_rules(board.pipeline.profile, open_ones)
    board.restart()

    def of(kind: str, time: str, **data: Any) -> list[Any]:
        at = f"2026-{time}+08:00"
        return [event(f"incident.{kind}", at, TOWN, case=f"i{n}", **data) for n in range(3)]

    opened = of("reported", "09-30T14:59:00", category="order", severity=3, channel="app")
    assert board.at("09-30T15:00:00", *opened) == ["open firing"]
    p = board.pipeline
    p.at("2026-09-30T15:00:10+08:00")
    closed = of("closed", "09-30T15:00:05", outcome="done")
    assert p.send(*closed).rejected == []
    change = p.ingest.step()
    assert change
    assert board.watch.turn() == [], "the history is ahead of what was published"
    p.engine.apply(change)
    assert board.at("09-30T15:00:20") == ["open resolved"]


# The book


def test_only_what_fires_is_acknowledged_and_only_once(database: Database) -> None:
    alert = Alert("a", "r", CITY, "warning", "firing", 1, 1, 1)
    with database.begin() as connection:
        alert_store.write(connection, alert)
        with pytest.raises(alert_store.NotThere):
            alert_store.acknowledge(connection, "a", "centre", 2, area=TOWN)
        assert alert_store.acknowledge(connection, "a", "centre", 2).version == 2
        with pytest.raises(alert_store.Done):
            alert_store.acknowledge(connection, "a", "centre", 3)
        with pytest.raises(alert_store.NotThere):
            alert_store.acknowledge(connection, "b", "centre", 3)
        assert (
            connection.execute(select(func.count()).select_from(alert_tables.alerts)).scalar_one()
            == 2
        )


def test_a_silence_is_ended_once_and_stays_in_the_book(database: Database) -> None:
    with database.begin() as connection:
        made = alert_store.silence(connection, Silence("", "r", "*", 100, "系统切换", "centre", 1))
        alert_store.end_silence(connection, made.id, "centre", 50)
        (one,) = alert_store.read_silences(connection, 60)
        assert (one.ended_at, one.ended_by, one.reason) == (50, "centre", "系统切换")
        with pytest.raises(alert_store.Done):
            alert_store.end_silence(connection, made.id, "centre", 51)
        assert alert_store.read_silences(connection, 101) == []


# Webhooks


def test_every_robot_is_told_once_of_what_fires_is_seen_and_is_over(
    pipeline: Make, city: Profile, robots: Any, found: Make
) -> None:
    board = Board(pipeline(NOW, city), robots.hooks())
    board.at("09-30T14:59:59")
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.at("09-30T15:01:30")
    assert robots.wrong == []
    assert sorted(kind for kind, _ in robots.taken) == sorted(robots.SECRETS)
    said = dict(robots.taken)
    assert said["json"]["state"] == "firing"
    assert (
        said["json"]["value"],
        said["json"]["bound"],
        said["json"]["area"],
        said["json"]["unit"],
    ) == (3, 2, CITY, "count")
    for text in (
        said["wecom"]["markdown"]["content"],
        said["dingtalk"]["markdown"]["text"],
        json.dumps(said["feishu"], ensure_ascii=False),
    ):
        assert "【告警中 · 紧急】宜兴市 隐患超标" in text
        assert "3 件（界限 2 件）" in text
        assert "https://board.example/alerts" in text
    board.restart()
    board.at("09-30T15:01:40")
    assert len(robots.taken) == 4, "a restart repeats nothing"
    with board.pipeline.database.begin() as connection:
        (one,) = alert_store.read_open(connection)
        alert_store.acknowledge(connection, one.id, "指挥中心", board.pipeline.now_ms)
    board.at("09-30T15:01:50")
    board.at("10-01T02:00:00", *found("10-01T01:59:00"))
    states = [body["state"] for kind, body in robots.taken if kind == "json"]
    assert states == ["firing", "acknowledged", "resolved"]
    assert robots.wrong == []


def test_a_robot_that_is_away_is_asked_again_ever_more_seldom_and_given_up(
    pipeline: Make, city: Profile, robots: Any, found: Make
) -> None:
    board = Board(pipeline(NOW, city), robots.hooks()[:1])
    board.at("09-30T14:59:59")
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    robots.down = True
    board.at("09-30T15:01:30")
    board.at("09-30T15:01:32")
    assert robots.asked == 1, "not before it is due"
    for minute in range(2, 40):
        board.at(f"09-30T15:{minute:02}:00")
    assert robots.asked == ATTEMPTS
    with board.pipeline.database.connect() as connection:
        (failed,) = deliveries.failing(connection, 0)
    gone = failed.last
    assert (failed.tries, failed.due_ms) == (ATTEMPTS, None)
    assert (gone.hook, gone.outcome, gone.said, gone.attempt) == (
        "json",
        "dead",
        "HTTP 500",
        ATTEMPTS,
    )
    robots.down = False
    board.at("10-01T02:00:00", *found("10-01T01:59:00"))
    assert [body["state"] for _, body in robots.taken] == ["resolved"], "what comes later is told"


def test_a_message_that_failed_is_known_at_once_and_sent_again_when_asked(
    pipeline: Make, city: Profile, robots: Any, found: Make
) -> None:
    board = Board(pipeline(NOW, city), robots.hooks()[:1])
    database = board.pipeline.database
    board.at("09-30T14:59:59")
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    robots.down = True
    board.at("09-30T15:01:30")
    with database.connect() as connection:
        (failed,) = deliveries.failing(connection, 0)
    assert (failed.last.said, failed.tries) == ("HTTP 500", 1)
    assert failed.due_ms == board.pipeline.now_ms + 5_000
    for minute in range(2, 40):
        board.at(f"09-30T15:{minute:02}:00")
    one = failed.last
    board.at("10-02T09:00:00")
    asked = robots.asked
    with database.begin() as connection:
        deliveries.send_again(
            connection, one.alert, one.version, one.hook, "centre", board.pipeline.now_ms
        )
        with pytest.raises(deliveries.NotFailed):
            deliveries.send_again(
                connection, one.alert, one.version, one.hook, "centre", board.pipeline.now_ms
            )
    board.at("10-02T09:00:02")
    assert robots.asked == asked + 1, "at once, and still away"
    robots.down = False
    board.at("10-02T09:00:10")
    assert [body["state"] for _, body in robots.taken] == ["firing"]
    with database.connect() as connection:
        assert deliveries.failing(connection, 0) == []


def test_the_alert_of_a_withdrawn_rule_keeps_the_rule_s_words(
    pipeline: Make, yixing: Profile, robots: Any, found: Make
) -> None:
    board = Board(pipeline(NOW, with_rules(yixing, RULE)), robots.hooks()[:1])
    board.at("09-30T14:59:59")
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.at("09-30T15:01:30")
    board.pipeline.profile = with_rules(yixing, SILENT)
    board.restart()
    board.at("09-30T15:02:00")
    assert [body["text"].splitlines()[0] for _, body in robots.taken][-1] == (
        "【规则已撤】宜兴市 隐患超标（规则已撤）"
    )


def test_a_robot_that_comes_back_hears_all_in_order(
    pipeline: Make, city: Profile, robots: Any, found: Make
) -> None:
    board = Board(pipeline(NOW, city), robots.hooks()[2:3])
    board.at("09-30T14:59:59")
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    robots.down = True
    board.at("09-30T15:01:30")
    board.at("10-01T02:00:00", *found("10-01T01:59:00"))
    robots.down = False
    for second in range(10, 60, 10):
        board.at(f"10-01T02:01:{second}")
    titles = [body["markdown"]["title"] for _, body in robots.taken]
    assert [title[1:4] for title in titles] == ["告警中", "已恢复"]


def test_of_a_silenced_alert_nobody_is_told_until_the_silence_ends(
    pipeline: Make, city: Profile, robots: Any, found: Make
) -> None:
    board = Board(pipeline(NOW, city), robots.hooks()[:1])
    board.at("09-30T14:59:59")
    until = board.pipeline.now_ms + 300_000
    with board.pipeline.database.begin() as connection:
        alert_store.silence(
            connection, Silence("", "hazards", "*", until, "演练", "centre", board.pipeline.now_ms)
        )
    board.at("09-30T15:00:00", *found("09-30T14:59:00", 3))
    board.at("09-30T15:01:30")
    assert (board.burning(), board.published().strip, robots.taken) == (
        [("hazards", "firing")],
        (),
        [],
    )
    board.at("09-30T15:05:30")
    assert [body["state"] for _, body in robots.taken] == ["firing"]
    assert len(board.published().strip) == 1


@pytest.mark.parametrize(
    ("least", "areas", "told"),
    [("notice", (), 1), ("critical", (), 1), ("notice", (TOWN,), 0), ("notice", (CITY,), 1)],
)
def test_a_hook_hears_of_its_severities_and_areas(
    least: Any, areas: tuple[str, ...], told: int
) -> None:
    hook = Hook("h", "json", "http://x", least=least, areas=areas)
    begun = Attempt("", 0, "h", 0, 0, "begun", "")
    alert = Alert("a", "r", CITY, "critical", "firing", 5, 5, 5, version=1)
    assert len(deliveries.waiting(hook, [alert], [begun], 10)) == told
    assert deliveries.waiting(hook, [alert], [], 10) == [], "what was before the hook is not told"


@pytest.mark.parametrize(
    ("kind", "status", "body", "said"),
    [
        ("json", 204, b"", ""),
        ("json", 404, b"", "HTTP 404"),
        (
            "feishu",
            400,
            b'{"code":19024,"msg":"Key Words Not Found"}',
            "HTTP 400 Key Words Not Found",
        ),
        ("wecom", 500, b"<html>", "HTTP 500"),
        ("wecom", 200, b'{"errcode":0,"errmsg":"ok"}', ""),
        (
            "wecom",
            200,
            b'{"errcode":93000,"errmsg":"invalid webhook url"}',
            "93000 invalid webhook url",
        ),
        ("dingtalk", 200, b'{"errcode":310000,"errmsg":"sign not match"}', "310000 sign not match"),
        ("feishu", 200, b'{"code":19021,"msg":"sign match fail"}', "19021 sign match fail"),
        ("feishu", 200, b'{"code":0}', ""),
        ("feishu", 200, b'{"StatusCode":0,"StatusMessage":"success"}', ""),
        ("dingtalk", 200, b"<html>", "the answer is none of this robot's"),
        ("wecom", 200, b"[]", "the answer is none of this robot's"),
    ],
)
def test_an_answer_that_says_no_is_a_failure(
    kind: Any, status: int, body: bytes, said: str
) -> None:
    assert webhooks.failure(Hook("h", kind, "http://x"), status, body) == said


def test_hooks_are_read_and_wrong_ones_named() -> None:
    given = [
        {
            "name": "群",
            "kind": "wecom",
            "url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k",
            "least": "warning",
        }
    ]
    made = webhooks.read(given)
    assert webhooks.read(webhooks.written(made)) == made
    assert (webhooks.read(""), webhooks.written(())) == ((), "")
    for change, said in (
        ({"kind": "sms"}, "sms"),
        ({"url": "ftp://x"}, "https"),
        ({"name": ""}, "name"),
        ({"who": 1}, "who"),
    ):
        with pytest.raises(webhooks.WrongHook, match=said):
            webhooks.read([given[0] | change])
    with pytest.raises(webhooks.WrongHook, match="name of its own"):
        webhooks.read(given * 2)


def test_redis_away_changes_nothing_and_is_said(board: Board, own_redis: Make) -> None:
    server = own_redis()
    client = redis_client.Redis.from_url(server.url)
    watch = alert_watch.Watch(
        board.pipeline.database, client, board.pipeline.profile, board.pipeline.clock
    )
    server.stop()
    with pytest.raises(redis_client.RedisError):
        watch.turn()
    server.start()
    watch.turn()
    assert alert_watch.read(client)
    assert lifecycle.UNKNOWN.verdict == "unknown"
    client.close()
