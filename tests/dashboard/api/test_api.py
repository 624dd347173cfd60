"""The HTTP interface over a real Redis, a real history, ingest and engine."""

from __future__ import annotations

import dataclasses
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import flask
import jsonschema
import msgspec
import pytest
import redis as redis_client
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine
from werkzeug.test import TestResponse

from dashboard import api, services
from dashboard.access import tokens
from dashboard.access.principal import Authenticator
from dashboard.api import events
from dashboard.processes import core
from dashboard.services import Services
from dashboard.settings import Settings
from feeds import kpis
from feeds.accounts.token_store import Scope
from feeds.city.profile import Profile
from feeds.events import decoding
from feeds.history import tables
from feeds.kpis import targets
from feeds.live.engine import Engine

CITY, TOWN = "320282", "320282001"
EVENTS = "/api/v1/events"
MakeEvent = Callable[..., dict[str, Any]]


def moment(yixing: Profile, days_ago: float = 0) -> str:
    return (datetime.now(yixing.tz) - timedelta(days=days_ago)).isoformat(timespec="seconds")


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    """Services over an empty Redis and an empty history, as a web worker has them."""
    found = services.open_services(
        Settings(data=tmp_path, redis=redis_server, max_body_mb=0.1),
        hub=lambda: {"clients": 3, "sent": 7},
    )
    tokens.begin(tmp_path, found.database)
    found.tokens.all()
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def web(door: Any, opened: Services) -> FlaskClient:
    app: flask.Flask = door.app()
    app.register_blueprint(api.blueprint(opened))
    return app.test_client()


@pytest.fixture
def send(web: FlaskClient, opened: Services) -> Callable[..., TestResponse]:
    token = (opened.settings.data / "ingest.token").read_text().strip()

    def send(
        body: Any,
        media_type: str = "application/cloudevents+json",
        auth: str | None = f"Bearer {token}",
        lang: str = "en",
    ) -> TestResponse:
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        known = {"Authorization": auth} if auth else {}
        return web.post(
            EVENTS,
            data=raw,
            content_type=media_type,
            headers=known | ({"Accept-Language": lang} if lang else {}),
        )

    return send


@pytest.fixture
def engine(opened: Services) -> Iterator[Engine]:
    """Ingest and engine, going round in a thread of their own as in the core process."""
    ingest, made = (
        core.make_ingest(opened.log, opened.database, opened.profile),
        core.make_engine(opened.database, opened.redis, opened.profile),
    )
    stop = threading.Event()

    def turn() -> None:
        while not stop.is_set():
            if change := ingest.step(10):
                made.apply(change)
            made.publish()

    thread = threading.Thread(target=turn)
    thread.start()
    yield made
    stop.set()
    thread.join()


def until(ask: Callable[[], Any], patience_s: float = 10) -> Any:
    deadline = time.monotonic() + patience_s
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return answer


def entries(opened: Services) -> int:
    return sum(opened.log.lengths())


# POST /api/v1/events


def test_one_event_is_taken_and_a_repeat_is_known(
    send: Callable[..., TestResponse], event: MakeEvent, yixing: Profile
) -> None:
    one = event("patrol.completed", moment(yixing), TOWN, visits=2)
    answers = [send(one), send(one)]
    assert [a.status_code for a in answers] == [202, 202]
    assert [a.json for a in answers] == [
        {"accepted": 1, "duplicates": n, "rejected": []} for n in (0, 1)
    ]


def test_a_repeat_long_after_is_known_from_the_history(
    send: Callable[..., TestResponse], opened: Services, event: MakeEvent, yixing: Profile
) -> None:
    one = event("patrol.completed", moment(yixing), TOWN, visits=2)
    send(one)
    ingest = core.make_ingest(opened.log, opened.database, opened.profile)
    assert ingest.step(1000)
    for key in opened.redis.keys("board:seen:*"):
        opened.redis.delete(key)
    assert send(one).json == {"accepted": 1, "duplicates": 1, "rejected": []}


def test_the_same_identity_from_another_town_is_another_event(
    send: Callable[..., TestResponse], opened: Services, event: MakeEvent, yixing: Profile
) -> None:
    here, there = (
        event("patrol.completed", moment(yixing), town, source="gridapp", id="1", visits=2)
        for town in (TOWN, "320282002")
    )
    send(here)
    assert core.make_ingest(opened.log, opened.database, opened.profile).step(1000)
    opened.redis.delete(*opened.redis.keys("board:seen:*"))
    before = entries(opened)
    assert send([here, there], events.BATCH).json == {
        "accepted": 2,
        "duplicates": 1,
        "rejected": [],
    }
    assert entries(opened) == before + 1


def test_events_may_be_larger_than_other_requests(
    door: Any, opened: Services, event: MakeEvent, yixing: Profile
) -> None:
    app: flask.Flask = door.app()
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    app.register_blueprint(api.blueprint(opened))
    token = (opened.settings.data / "ingest.token").read_text().strip()
    made = [event("patrol.completed", moment(yixing), TOWN, visits=1) for _ in range(20)]
    answer = app.test_client().post(EVENTS, json=made, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json["accepted"]) == (202, 20)


@pytest.mark.parametrize("media_type", [events.BATCH, events.JSON, events.NDJSON])
def test_of_a_batch_the_good_ones_are_taken_and_the_others_named(
    send: Callable[..., TestResponse], event: MakeEvent, yixing: Profile, media_type: str
) -> None:
    good = event("patrol.completed", moment(yixing), TOWN, visits=2)
    bad = event("patrol.completed", moment(yixing), TOWN, visits=2, name="x", id="b-1")
    body: Any = [good, bad]
    if media_type == events.NDJSON:
        body = b"\n".join(msgspec.json.encode(one) for one in (good, bad)) + b"\n"
    answer = send(body, media_type)
    assert answer.status_code == 202
    assert answer.json["accepted"] == 1
    assert [(r["index"], r["id"], r["field"], r["code"]) for r in answer.json["rejected"]] == [
        (1, "b-1", "data", "unknown_field")
    ]


def test_the_index_of_a_refused_one_is_its_place_in_the_whole_batch(
    send: Callable[..., TestResponse], event: MakeEvent, yixing: Profile
) -> None:
    made = [
        event("patrol.completed", moment(yixing), TOWN, visits=n if n != events.CHUNK + 5 else -1)
        for n in range(events.CHUNK + 10)
    ]
    answer = send(made, events.BATCH)
    assert answer.json["accepted"] == events.CHUNK + 9
    assert [r["index"] for r in answer.json["rejected"]] == [events.CHUNK + 5]


def test_where_none_is_accepted_it_is_422(
    send: Callable[..., TestResponse], opened: Services
) -> None:
    answer = send([{"id": "13912345678"}], events.BATCH)
    assert answer.status_code == 422
    assert "13912345678" not in answer.text
    assert entries(opened) == 0


@pytest.mark.parametrize("auth", [None, "Basic abc", "Bearer", "Bearer board_wrong"])
def test_without_a_known_token_nothing_is_taken(
    send: Callable[..., TestResponse], opened: Services, auth: str | None
) -> None:
    answer = send({}, auth=auth)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "token" in answer.json["detail"]


def test_a_revoked_token_is_refused_from_the_next_request_on(
    send: Callable[..., TestResponse], opened: Services
) -> None:
    assert send([], events.BATCH).status_code == 202
    opened.tokens.revoke("owner")
    assert send([], events.BATCH).status_code == 401


def test_a_token_sends_what_it_may_and_says_what_it_may_not(
    send: Callable[..., TestResponse], opened: Services, event: MakeEvent, yixing: Profile
) -> None:
    at = moment(yixing)
    sent = [
        event("patrol.completed", at, TOWN, source="urn:grid", visits=1),
        event(
            "indicator.reported", at, TOWN, source="urn:grid", indicator="devices.online", value=1
        ),
        event("patrol.completed", at, f"{TOWN}-g001", source="urn:grid", visits=1),
        event("patrol.completed", at, "320282002", source="urn:grid", visits=1),
        event("patrol.completed", at, CITY, source="urn:grid", visits=1),
        event("patrol.completed", at, TOWN, source="urn:other", visits=1),
    ]

    def refused(scope: Scope, lang: str = "en") -> list[tuple[int, str, str]]:
        name = f"sender {len(opened.tokens.all())}"
        auth = f"Bearer {opened.tokens.add(name, scope=scope)}"
        answer = send(sent, events.BATCH, auth=auth, lang=lang)
        assert answer.status_code == 202
        assert {one["code"] for one in answer.json["rejected"]} <= {"scope"}
        return [(one["index"], one["field"], one["reason"]) for one in answer.json["rejected"]]

    assert refused(Scope()) == []
    narrow = Scope(frozenset({"patrol.completed"}), frozenset({TOWN}), frozenset({"urn:grid"}))
    assert [one[:2] for one in refused(narrow)] == [
        (1, "type"),
        (3, "subject"),
        (4, "subject"),
        (5, "source"),
    ]
    assert "beyond what the token may send" in refused(narrow._replace(types=frozenset()))[0][2]
    assert "范围" in refused(Scope(sources=frozenset({"urn:grid"})), "zh")[0][2]
    assert refused(Scope(areas=frozenset({CITY}))) == [], "the city stands for all"


def test_the_last_use_of_a_token_is_written_beside_the_requests(
    send: Callable[..., TestResponse], opened: Services
) -> None:
    def seen() -> int | None:
        opened.tokens._reading.renewed()
        return opened.tokens.all()[0].seen

    before = decoding.now_ms()
    assert send([], events.BATCH).status_code == 202
    assert seen() is None
    opened.last_use.write()
    first = seen()
    assert first is not None
    assert first >= before
    assert send([], events.BATCH).status_code == 202
    opened.last_use.write()
    assert seen() == first, "once a minute is enough"


def test_an_expired_token_is_refused(send: Callable[..., TestResponse], opened: Services) -> None:
    token = opened.tokens.add("short", expires=decoding.now_ms() - 1)
    answer = send([], events.BATCH, auth=f"Bearer {token}")
    assert answer.status_code == 401
    assert "has expired" in answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "media_type", "status", "said"),
    [
        (b'{"id": 1,}', events.ONE, 400, "byte 9"),
        (b'[{"id": 1}', events.BATCH, 400, "truncated"),
        (b"{}", events.BATCH, 400, "array"),
        (b" \n", events.NDJSON, 400, "empty"),
        (b"{}", "text/plain", 415, "application/x-ndjson"),
        (b"[" + b"1," * 60_000 + b"1]", events.BATCH, 413, "100000 bytes"),
    ],
)
def test_what_can_t_be_read_says_why(
    send: Callable[..., TestResponse], body: bytes, media_type: str, status: int, said: str
) -> None:
    answer = send(body, media_type)
    assert (answer.status_code, answer.content_type, answer.json["status"]) == (
        status,
        "application/problem+json",
        status,
    )
    assert said in answer.json["detail"]


def test_a_broken_line_is_one_refused_event(
    send: Callable[..., TestResponse], event: MakeEvent, yixing: Profile
) -> None:
    good = msgspec.json.encode(event("patrol.completed", moment(yixing), TOWN, visits=2))
    answer = send(good + b'\n{"id":\n', events.NDJSON)
    assert (answer.status_code, answer.json["accepted"], answer.json["rejected"][0]["code"]) == (
        202,
        1,
        "json",
    )


def test_when_the_log_is_away_it_is_503_and_to_be_sent_again(
    own_redis: Callable[..., Any], tmp_path: Path, event: MakeEvent, yixing: Profile
) -> None:
    server = own_redis()
    found = services.open_services(Settings(data=tmp_path, redis=server.url))
    token = tokens.begin(tmp_path, found.database).read_text().strip()
    app = flask.Flask("test")
    Authenticator(found.tokens, found.sessions, found.last_use, TOWN, is_open=True).attach(app)
    app.register_blueprint(api.blueprint(found))
    server.stop()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": events.ONE}
    body = msgspec.json.encode(event("patrol.completed", moment(yixing), TOWN, visits=2))
    begun = time.monotonic()
    answer = app.test_client().post(EVENTS, data=body, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert app.test_client().get("/api/v1/kpis").status_code == 503
    assert time.monotonic() - begun < 3
    server.start()
    assert app.test_client().post(EVENTS, data=body, headers=headers).json == {
        "accepted": 1,
        "duplicates": 0,
        "rejected": [],
    }
    found.redis.close()
    found.database.dispose()


# GET /api/v1/kpis


def value(web: FlaskClient, kpi: str, **query: str) -> dict[str, Any]:
    """A figure; asked again, as Retry-After says, where a busy machine was slow with its topic."""
    deadline = time.monotonic() + 60
    answer = web.get("/api/v1/kpis", query_string=query)
    while answer.status_code == 503 and time.monotonic() < deadline:
        answer = web.get("/api/v1/kpis", query_string=query)
    assert answer.status_code == 200, answer.text
    return next(row for row in answer.json["kpis"] if row["id"] == kpi)


def test_an_event_sent_is_in_the_figures_with_its_parts_and_age(
    web: FlaskClient,
    send: Callable[..., TestResponse],
    engine: Engine,
    event: MakeEvent,
    yixing: Profile,
) -> None:
    now = datetime.now(yixing.tz).replace(microsecond=0)
    send(
        event(
            "dispute.accepted", now.isoformat(), TOWN, case="d1", category="labour", centre="town"
        )
    )
    send(event("dispute.closed", now.isoformat(), TOWN, case="d1", outcome="settled"))
    until(lambda: value(web, "disputes.settled", area=TOWN)["value"] == 1)
    rate = value(web, "disputes.success_rate", area=TOWN, period="year")
    assert (
        rate["value"],
        rate["numerator"],
        rate["denominator"],
        rate["unit"],
        rate["target"],
    ) == (1.0, 1, 1, "share", 0.988)
    assert (rate["at"], rate["state"]) == (int(now.timestamp() * 1000), "live")
    assert 0 <= rate["age_s"] < 60


def test_what_never_was_reported_has_no_value(web: FlaskClient, engine: Engine) -> None:
    row = value(web, "incidents.reported")
    assert (row["value"], row["state"], row["at"], row["age_s"]) == (None, "nodata", None, None)


def test_every_figure_is_answered_of_a_topic_nobody_watched(
    web: FlaskClient, engine: Engine
) -> None:
    answer = web.get("/api/v1/kpis", query_string={"area": TOWN, "period": "quarter"})
    assert {row["id"] for row in answer.json["kpis"]} == set(kpis.CATALOGUE)
    assert (answer.json["area"], answer.json["period"]) == (TOWN, "quarter")
    assert answer.json["epoch"]
    assert answer.json["seq"] > 0


def test_an_unchanged_answer_is_304(web: FlaskClient, engine: Engine) -> None:
    first = web.get("/api/v1/kpis?period=year")
    again = web.get("/api/v1/kpis?period=year", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert (
        web.get("/api/v1/kpis?period=year", headers={"If-None-Match": 'W/"other"'}).status_code
        == 200
    )


def test_a_figure_says_whose_it_is_and_its_tag_is_of_that_too(
    web: FlaskClient, opened: Services, engine: Engine
) -> None:
    row = value(web, "disputes.success_rate", period="year")
    named = opened.profile.section(targets.OWNERS)["10"]
    said = opened.profile.section(targets.ORIGINS)["disputes.success_rate"]
    assert (row["owner"], row["target_origin"]) == (
        {"zh": named.zh, "en": named.en},
        {"zh": said.zh, "en": said.en},
    )
    rate, count = (
        value(web, "incidents.closure_rate", period="year"),
        value(web, "incidents.reported", period="year"),
    )
    assert (rate["target_origin"]["en"], count["target"], count["target_origin"]) == (
        "the catalogue's default",
        None,
        None,
    )
    assert value(web, "services.open", period="year")["owner"] is None, "nobody is named"
    other = flask.Flask("of another office")
    owners = {"owners": {"10": {"zh": "法院", "en": "Court"}}}
    changed = msgspec.structs.replace(opened.profile, sections=opened.profile.sections | owners)
    other.register_blueprint(api.blueprint(dataclasses.replace(opened, profile=changed)))
    tag = {"If-None-Match": web.get("/api/v1/kpis?period=year").headers["ETag"]}
    assert web.get("/api/v1/kpis?period=year", headers=tag).status_code == 304
    assert other.test_client().get("/api/v1/kpis?period=year", headers=tag).status_code == 200


def test_without_an_engine_it_says_so(web: FlaskClient) -> None:
    answer = web.get("/api/v1/kpis")
    assert (answer.status_code, answer.json["missing"]) == (503, "engine")


def test_a_snapshot_left_behind_by_a_dead_engine_is_not_taken_before_waiting(
    web: FlaskClient, opened: Services, engine: Engine
) -> None:
    answer = web.get("/api/v1/kpis", query_string={"area": TOWN})
    topic = f"board:snapshot:{TOWN}/week"
    left = {
        **msgspec.json.decode(opened.redis.get(f"board:snapshot:{TOWN}/today")),
        "topic": f"{TOWN}/week",
        "now": 1,
        "epoch": "old",
    }
    opened.redis.set(topic, msgspec.json.encode(left))
    assert (
        web.get("/api/v1/kpis", query_string={"area": TOWN, "period": "week"}).json["epoch"]
        == answer.json["epoch"]
        != "old"
    )


def test_as_of_a_moment_what_happened_later_is_left_out(
    web: FlaskClient,
    opened: Services,
    send: Callable[..., TestResponse],
    engine: Engine,
    event: MakeEvent,
    yixing: Profile,
) -> None:
    noon = (datetime.now(yixing.tz) - timedelta(days=3)).replace(
        hour=12, minute=0, second=0, microsecond=0
    )
    for n, hours in enumerate((-2, -1, 1)):
        send(
            event(
                "patrol.completed", (noon + timedelta(hours=hours)).isoformat(), TOWN, visits=10**n
            )
        )
    last = (noon + timedelta(hours=1)).timestamp() * 1000
    until(lambda: value(web, "incidents.patrol_visits", area=TOWN)["at"] == last)
    answer = web.get(
        "/api/v1/kpis", query_string={"area": TOWN, "period": "today", "at": noon.isoformat()}
    )
    found = next(row for row in answer.json["kpis"] if row["id"] == "incidents.patrol_visits")
    assert (found["value"], found["age_s"]) == (11, 3600)
    assert (answer.json["at"], answer.json["epoch"]) == (int(noon.timestamp() * 1000), None)
    assert answer.json["demo"] is False
    jsonschema.validate(answer.json, described(web, "Kpis"))
    with opened.database.begin() as connection:
        connection.execute(tables.meta.insert(), {"key": "demo", "value": "1"})
    assert (
        web.get("/api/v1/kpis", query_string={"area": TOWN, "at": noon.isoformat()}).json["demo"]
        is True
    )


def test_as_was_known_at_a_moment(
    web: FlaskClient, opened: Services, event: MakeEvent, yixing: Profile
) -> None:
    noon = (datetime.now(yixing.tz) - timedelta(days=3)).replace(
        hour=12, minute=0, second=0, microsecond=0
    )
    noon_ms = int(noon.timestamp() * 1000)
    for hours_late, visits in ((1, 1), (30, 20)):
        clock = noon_ms + (hours_late - 2) * 3_600_000
        told = event(
            "patrol.completed", (noon - timedelta(hours=2)).isoformat(), TOWN, visits=visits
        )
        opened.log.append([decoding.Decoder(lambda clock=clock: clock).decode(told)])
    ingest = core.make_ingest(opened.log, opened.database, opened.profile)
    while ingest.step(100):
        pass
    query = {"area": TOWN, "at": noon.isoformat()}
    for known, visits in (
        ({"known": noon.isoformat()}, 1),
        ({"known": moment(yixing)}, 21),
        ({}, 21),
    ):
        answer = web.get("/api/v1/kpis", query_string=query | known)
        jsonschema.validate(answer.json, described(web, "Kpis"))
        assert (
            next(
                row["value"]
                for row in answer.json["kpis"]
                if row["id"] == "incidents.patrol_visits"
            )
            == visits
        )
        assert answer.json["known"] == (
            decoding.parse_time(known["known"], "known") if known else None
        )


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ({"area": "320283"}, "area", "320282001"),
        ({"period": "decade"}, "period", "today, week, 28d, month, quarter, year"),
        ({"at": "2026-01-01T00:00:00"}, "at", "offset"),
        ({"at": "yesterday"}, "at", "RFC 3339"),
        ({"at": "2999-01-01T00:00:00Z"}, "at", "between 1990 and now"),
        (
            {"at": "2026-01-01T00:00:00Z", "known": "2999-01-01T00:00:00Z"},
            "known",
            "between 1990 and now",
        ),
        ({"known": "2026-01-01T00:00:00Z"}, "known", "goes with at"),
        ({"aera": CITY}, "aera", "area, period, at, known"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(
    web: FlaskClient, query: dict[str, str], parameter: str, said: str
) -> None:
    answer = web.get("/api/v1/kpis", query_string=query, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json["parameter"]) == (400, parameter)
    assert said in answer.json["detail"]


CHINESE = re.compile(r"[\u4e00-\u9fff]")
REFUSED = (
    "/api/v1/kpis?area=x",
    "/api/v1/kpis?period=decade",
    "/api/v1/kpis?aera=x",
    "/api/v1/kpis?at=yesterday",
    "/api/v1/kpis?at=2999-01-01T00:00:00Z",
    "/api/v1/kpis?known=2026-01-01T00:00:00Z",
    "/api/v1/kpis?lang=fr",
    "/api/v1/series",
    "/api/v1/series?kpi=nothing",
    "/api/v1/series?kpi=incidents.reported&from=tomorrow",
    "/api/v1/series?kpi=incidents.reported&from=1900-01-01",
    "/api/v1/series?kpi=incidents.reported&from=2026-02-01&to=2026-01-01",
    "/api/v1/cells?kpi=incidents.reported&by=colour",
    "/api/v1/cells?kpi=incidents.reported&by=day,week",
    "/api/v1/cells?kpi=incidents.reported&by=outcome",
    "/api/v1/cells?kpi=incidents.median_hours&by=town",
    f"/api/v1/cells?kpi=incidents.closed&area={TOWN}&by=grid",
    f"/api/v1/cells?kpi=incidents.reported&area={TOWN}&by=grid,facet",
    "/api/v1/cases?limit=0",
    "/api/v1/cases?cursor=x",
    f"/api/v1/cases?area={TOWN}&grid={TOWN}-g001",
    "/api/v1/remarks?withdrawn=perhaps",
    "/api/v1/alerts?days=99",
    "/api/v1/alerts",
    "/api/v1/nothing",
    "/api/v1/events",
)


@pytest.mark.parametrize("path", REFUSED)
def test_a_refusal_is_in_one_language(web: FlaskClient, path: str) -> None:
    zh, en = (web.get(path, headers={"Accept-Language": one}) for one in ("zh-CN,zh", "en-GB"))
    assert zh.status_code == en.status_code >= 400
    assert (zh.headers["Content-Language"], en.headers["Content-Language"]) == ("zh", "en")
    assert CHINESE.search(zh.json["detail"])
    assert not CHINESE.search(en.json["detail"])
    assert "Accept-Language" in zh.vary
    same = [{k: v for k, v in one.json.items() if k != "detail"} for one in (zh, en)]
    assert same[0] == same[1], "what programs read is in no language"


def test_the_address_chooses_before_the_browser_and_the_board_where_neither_does(
    web: FlaskClient,
) -> None:
    path = "/api/v1/kpis?area=x"
    for query, accepted, lang in (
        ("", "", "zh"),
        ("", "fr", "zh"),
        ("", "*", "zh"),
        ("", "en;q=0.4, zh-Hans;q=0.9", "zh"),
        ("", "zh-CN, en;q=0.5", "zh"),
        ("", "zh;q=0, fr", "zh"),
        ("", "fr, en-US;q=0.7", "en"),
        ("&lang=en", "zh", "en"),
        ("&lang=zh", "en", "zh"),
    ):
        asked = {"Accept-Language": accepted} if accepted else {}
        answer = web.get(path + query, headers=asked)
        assert answer.headers["Content-Language"] == lang, (query, accepted)


def test_a_board_that_speaks_english_refuses_in_english(opened: Services) -> None:
    english = dataclasses.replace(opened.settings, lang="en")
    app = flask.Flask("test")
    app.register_blueprint(api.blueprint(dataclasses.replace(opened, settings=english)))
    answer = app.test_client().get("/api/v1/kpis?area=x", headers={"Accept-Language": "*"})
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b'{"id": 1,}', events.ONE),
        (b'[{"id": 1}', events.BATCH),
        (b"{}", events.BATCH),
        (b" ", events.ONE),
        (b"{}", "text/plain"),
        (b"[" + b"1," * 60_000 + b"1]", events.BATCH),
    ],
)
def test_a_body_is_refused_in_one_language(
    send: Callable[..., TestResponse], body: bytes, media_type: str
) -> None:
    zh, en = (send(body, media_type, lang=lang) for lang in ("", "en"))
    assert CHINESE.search(zh.json["detail"])
    assert not CHINESE.search(en.json["detail"])


def test_a_receipt_gives_its_reasons_in_one_language(send: Callable[..., TestResponse]) -> None:
    zh, en = (send([{"id": "1"}], events.BATCH, lang=lang) for lang in ("zh", "en"))
    assert (zh.headers["Content-Language"], en.headers["Content-Language"]) == ("zh", "en")
    assert CHINESE.search(zh.json["rejected"][0]["reason"])
    assert not CHINESE.search(en.json["rejected"][0]["reason"])
    assert zh.json["rejected"][0]["code"] == en.json["rejected"][0]["code"]


@pytest.mark.parametrize("auth", [None, "Bearer board_wrong"])
def test_a_token_is_asked_for_in_one_language(
    send: Callable[..., TestResponse], auth: str | None
) -> None:
    zh, en = (send([], events.BATCH, auth=auth, lang=lang) for lang in ("zh", "en"))
    assert zh.status_code == en.status_code == 401
    assert CHINESE.search(zh.json["detail"])
    assert not CHINESE.search(en.json["detail"])


# GET /api/v1/series


@pytest.fixture
def patrols(send: Callable[..., TestResponse], opened: Services, event: MakeEvent) -> None:
    for day, visits in (("2026-03-30", 1), ("2026-03-31", 2), ("2026-04-02", 4)):
        send(event("patrol.completed", f"{day}T10:00:00+08:00", TOWN, visits=visits))
    ingest = core.make_ingest(opened.log, opened.database, opened.profile)
    while ingest.step(100):
        pass


@pytest.mark.usefixtures("patrols")
def test_a_series_by_day_holds_both_ends(web: FlaskClient) -> None:
    query = {
        "kpi": "incidents.patrol_visits",
        "area": TOWN,
        "from": "2026-03-30",
        "to": "2026-04-02",
    }
    answer = web.get("/api/v1/series", query_string=query)
    assert [(p["day"], p["value"]) for p in answer.json["points"]] == [
        ("2026-03-30", 1),
        ("2026-03-31", 2),
        ("2026-04-01", 0),
        ("2026-04-02", 4),
    ]


@pytest.mark.usefixtures("patrols")
def test_a_series_by_month_is_csv_for_who_asks(web: FlaskClient) -> None:
    query = {
        "kpi": "incidents.patrol_visits",
        "from": "2026-03-01",
        "to": "2026-04-30",
        "step": "month",
    }
    answer = web.get("/api/v1/series", query_string=query, headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.text.split("\r\n") == [
        "day,value,numerator,denominator,defined_since",
        "2026-03-01,3,3,,",
        "2026-04-01,4,4,,",
        "",
    ]


@pytest.mark.usefixtures("patrols")
def test_a_changed_definition_is_named_with_its_day(web: FlaskClient) -> None:
    query = {"kpi": "incidents.closure_rate", "from": "2026-03-01", "to": "2026-03-01"}
    (point,) = web.get("/api/v1/series", query_string=query).json["points"]
    assert point["defined_since"] == "2026-11-29"


@pytest.mark.usefixtures("patrols")
@pytest.mark.parametrize("area", [TOWN, CITY])
def test_before_the_first_event_there_is_no_figure(web: FlaskClient, area: str) -> None:
    query = {
        "kpi": "incidents.patrol_visits",
        "area": area,
        "from": "2026-03-28",
        "to": "2026-04-01",
    }
    points = web.get("/api/v1/series", query_string=query).json["points"]
    assert [p["value"] for p in points] == [None, None, 1, 2, 0]
    months = web.get(
        "/api/v1/series", query_string=query | {"from": "2026-02-01", "step": "month"}
    ).json["points"]
    assert [p["value"] for p in months] == [None, 3, 4]


@pytest.mark.usefixtures("patrols")
def test_an_area_without_events_has_no_series(web: FlaskClient) -> None:
    points = web.get(
        "/api/v1/series", query_string={"kpi": "incidents.patrol_visits", "area": "320282002"}
    ).json["points"]
    assert {p["value"] for p in points} == {None}


def test_without_its_database_a_series_is_503(opened: Services, tmp_path: Path) -> None:
    gone = dataclasses.replace(
        opened, database=create_engine(f"sqlite:///{tmp_path / 'gone' / 'board.db'}")
    )
    app = flask.Flask("test")
    app.register_blueprint(api.blueprint(gone))
    answer = app.test_client().get("/api/v1/series?kpi=incidents.reported")
    assert (answer.status_code, answer.json["missing"], answer.headers["Retry-After"]) == (
        503,
        "history",
        "5",
    )


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "kpi"),
        ({"kpi": "incidents"}, "kpi"),
        ({"kpi": "incidents.reported", "step": "hour"}, "step"),
        ({"kpi": "incidents.reported", "from": "01.02.2026"}, "from"),
        ({"kpi": "incidents.reported", "from": "2026-02-01", "to": "2026-01-01"}, "from"),
        ({"kpi": "incidents.reported", "from": "1999-01-01"}, "from"),
        ({"kpi": "incidents.reported", "to": "9999-12-31"}, "to"),
        ({"kpi": "incidents.reported", "to": "0001-01-05"}, "to"),
        ({"kpi": "incidents.reported", "to": "9999-12-31T23:59:59-12:00"}, "to"),
        ({"kpi": "incidents.reported", "from": "1989-12-31", "to": "1990-01-02"}, "from"),
    ],
)
def test_a_wrong_series_is_named(web: FlaskClient, query: dict[str, str], parameter: str) -> None:
    answer = web.get("/api/v1/series", query_string=query)
    assert (answer.status_code, answer.json["parameter"]) == (400, parameter)


# What describes and what watches the API


def test_the_description_is_of_every_route_and_resolves(web: FlaskClient) -> None:
    document = web.get("/api/v1/openapi.json").json
    assert {
        (path, method.upper()) for path, found in document["paths"].items() for method in found
    } == {(route.template, route.method) for route in api.ROUTES}
    references = {
        part.split('"')[0] for part in msgspec.json.encode(document).decode().split('"$ref":"')[1:]
    }
    assert references
    for reference in references:
        found = document
        for key in reference.removeprefix("#/").split("/"):
            found = found[key]
    assert document["paths"]["/api/v1/kpis"]["get"]["parameters"][0]["schema"]["enum"][0] == CITY


def described(web: FlaskClient, name: str) -> dict[str, Any]:
    """The schema of an answer, from the board's own description."""
    return {
        "$ref": f"#/components/schemas/{name}",
        "components": web.get("/api/v1/openapi.json").json["components"],
    }


def test_answers_are_as_described(
    web: FlaskClient, engine: Engine, send: Callable[..., TestResponse], event: MakeEvent
) -> None:
    for name, answer in (
        ("Kpis", web.get("/api/v1/kpis")),
        ("Series", web.get("/api/v1/series?kpi=incidents.reported")),
        ("Receipt", send([{}], events.BATCH)),
        ("Problem", web.get("/api/v1/kpis?area=x")),
        ("Health", web.get("/healthz")),
        ("Health", web.get("/readyz")),
    ):
        jsonschema.validate(answer.json, described(web, name))
    jsonschema.validate(
        event("patrol.completed", "2026-01-01T00:00:00+08:00", TOWN, visits=1),
        described(web, "Event"),
    )


def test_what_is_not_there_and_what_is_not_taken(web: FlaskClient) -> None:
    assert web.get("/api/v1/nothing").status_code == 404
    answer = web.delete(EVENTS)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_ready_once_the_engine_computes_and_why_not_before(
    web: FlaskClient, request: pytest.FixtureRequest
) -> None:
    assert web.get("/healthz").json["status"] == "alive"
    before = web.get("/readyz")
    assert (before.status_code, before.json["reasons"]) == (
        503,
        ["engine: 还没有算出数字"],
    )
    request.getfixturevalue("engine")
    until(lambda: web.get("/readyz").status_code == 200)


def test_what_an_engine_of_an_earlier_run_left_makes_no_worker_ready(opened: Services) -> None:
    now = [decoding.now_ms()]
    running = core.make_engine(opened.database, opened.redis, opened.profile, clock=lambda: now[0])
    running.publish()

    def reasons(worker: Services) -> list[str]:
        app = flask.Flask("test")
        app.register_blueprint(api.blueprint(worker))
        found: list[str] = app.test_client().get("/readyz").json["reasons"]
        return found

    started_later = dataclasses.replace(opened, begun_ms=now[0] + 500)
    assert reasons(opened) == []
    assert reasons(started_later) == ["engine: 还没有算出数字"]
    now[0] += 1_000
    running.publish()
    assert reasons(started_later) == []


def test_a_worker_whose_hub_hears_nothing_is_not_ready(opened: Services, engine: Engine) -> None:
    app = flask.Flask("test")
    app.register_blueprint(api.blueprint(dataclasses.replace(opened, hub=lambda: {"connected": 0})))
    until(
        lambda: (
            [reason.split(":")[0] for reason in app.test_client().get("/readyz").json["reasons"]]
            == ["hub"]
        )
    )


def test_metrics_count_doors_refusals_lag_and_clients(
    web: FlaskClient,
    send: Callable[..., TestResponse],
    engine: Engine,
    event: MakeEvent,
    yixing: Profile,
) -> None:
    send([event("patrol.completed", moment(yixing), TOWN, visits=2), {}], events.BATCH)
    until(lambda: web.get("/readyz").status_code == 200)
    text = web.get("/metrics").text
    found = {
        (sample.name, *sorted(sample.labels.values())): (family.type, sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    worker = str(os.getpid())
    assert found["board_events_total", "accepted", "http"] == ("counter", 1)
    assert found["board_events_total", "http", "rejected"] == ("counter", 1)
    assert found["board_hub_clients", worker] == ("gauge", 3)
    assert found["board_hub_sent_total", worker] == ("counter", 7)
    assert found["board_ready", worker] == ("gauge", 1)
    kind, used_s = found["process_cpu_seconds_total", worker]
    assert (kind, used_s > 0) == ("counter", True)
    until(lambda: 'board_ingest_lag_seconds{partition="0"} 0.0\n' in web.get("/metrics").text)
