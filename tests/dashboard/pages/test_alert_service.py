"""Alerts over HTTP and by form, over a real history and Redis: what stands, who may acknowledge and
silence, and settings of webhooks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import jsonschema
import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

import callbacks
from dashboard import api, services, settings
from dashboard.pages import alert_service, form_handlers, loaders, page_data
from dashboard.services import Services
from dashboard.settings import SettingsError
from feeds.alerts import alert_store, alert_watch
from feeds.alerts.lifecycle import Alert
from feeds.events import decoding
from feeds.notify import deliveries, delivery_tables
from feeds.notify.deliveries import Attempt
from feeds.screens import heartbeats
from layouts.alerts.page_values import Alarms
from layouts.view import View

CITY, TOWN, OTHER = "320282", "320282001", "320282112"
PATH = "/api/v1/alerts"
HOUR = 3_600_000
Form = Callable[..., dict[str, str]]
HOOK = '[[webhooks]]\nname = "群"\nkind = "dingtalk"\nurl = "https://oapi.dingtalk.com/robot/send?access_token=t"\nsecret = "SECx"\n'


@pytest.fixture
def web(door: Any, opened: Services) -> FlaskClient:
    return served(door, opened)


def served(door: Any, opened: Services) -> FlaskClient:
    app: flask.Flask = door.app()
    app.register_blueprint(api.blueprint(opened))
    callbacks.alerts.register(app, form_handlers.FormHandlers(opened))
    callbacks.health.register(app, form_handlers.FormHandlers(opened))
    return app.test_client()


@pytest.fixture
def fired(opened: Services) -> Callable[..., Alert]:
    """An alert in the book, as the watch writes one."""

    def fire(id: str = "a1", area: str = CITY, rule: str = "incidents-overdue") -> Alert:
        now = alert_service.now_ms()
        with opened.database.begin() as connection:
            return alert_store.write(
                connection, Alert(id, rule, area, "warning", "firing", now, now, now, 0.5, 0.4, now)
            )

    return fire


@pytest.fixture
def watch(opened: Services) -> alert_watch.Watch:
    """The watch; without an engine nothing is known, so it only says what the book holds."""
    return alert_watch.Watch(opened.database, opened.redis, opened.profile)


@pytest.fixture
def form(door: Any, web: FlaskClient) -> Callable[..., dict[str, str]]:
    """The form's fields as the page gives them to this browser."""

    def form(**fields: str) -> dict[str, str]:
        return {"csrf": door.csrf(web), "back": "/alerts", "lang": "en"} | fields

    return form


def open_alerts(opened: Services) -> list[Alert]:
    with opened.database.connect() as connection:
        return alert_store.read_open(connection)


def test_the_api_says_what_stands_and_until_then_that_nobody_said(
    web: FlaskClient, opened: Services, watch: alert_watch.Watch, fired: Callable[..., Alert]
) -> None:
    away = web.get(PATH)
    assert (away.status_code, away.content_type, away.headers["Retry-After"]) == (
        503,
        "application/problem+json",
        "5",
    )
    fired()
    fired("a2", TOWN, "incidents-overdue-town")
    watch.turn()
    found = web.get(f"{PATH}?days=30").json
    assert [(a["id"], a["state"], a["value"], a["bound"]) for a in found["alerts"]] == [
        ("a1", "firing", 0.5, 0.4),
        ("a2", "firing", 0.5, 0.4),
    ]
    assert (found["alerts"][0]["kpi"], found["alerts"][0]["unit"]) == ("incidents.overdue", "count")
    assert [a["id"] for a in found["history"]] == ["a1", "a2"]
    assert [a["id"] for a in web.get(f"{PATH}?area={TOWN}").json["alerts"]] == ["a2"]
    assert web.get(f"{PATH}?area={OTHER}").json["alerts"] == []
    document = web.get("/api/v1/openapi.json").json
    schema = {"$ref": "#/components/schemas/Alerts", "components": document["components"]}
    jsonschema.validate(found, schema)
    for query in ("?days=31", "?days=x", "?area=nowhere", "?state=firing"):
        wrong = web.get(PATH + query)
        assert (wrong.status_code, wrong.content_type) == (400, "application/problem+json")


def test_an_alert_is_acknowledged_once_by_an_office(
    door: Any, form: Form, web: FlaskClient, opened: Services, fired: Callable[..., Alert]
) -> None:
    fired()
    door.enter(web)
    answer = web.post("/alerts/a1/acknowledge", data=form())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts")
    (one,) = open_alerts(opened)
    assert (one.state, one.by, one.version) == ("acknowledged", "指挥中心", 2)
    assert web.post("/alerts/a1/acknowledge", data=form()).status_code == 409
    assert web.post("/alerts/nothing/acknowledge", data=form()).status_code == 409


def test_a_message_that_was_not_accepted_is_sent_again_by_an_office(
    door: Any, form: Form, web: FlaskClient, opened: Services, fired: Callable[..., Alert]
) -> None:
    one = fired()
    given = {"alert": one.id, "version": str(one.version), "hook": "群"}
    failed = Attempt(one.id, one.version, "群", 1, one.since, "failed", "93000")
    door.enter(web, "丁蜀镇", "edit", OTHER)
    with opened.database.begin() as connection:
        connection.execute(insert(delivery_tables.deliveries).values(failed._asdict()))
    assert web.post("/alerts/again", data=form(**given)).status_code == 403, "the city's"
    door.enter(web)
    for wrong in ({"version": "x"}, {"version": "2"}, {"hook": "other"}, {"alert": "a9"}):
        answer = web.post("/alerts/again", data=form(**(given | wrong)))
        assert answer.status_code == 409
    assert web.post("/alerts/again", data=form(**given)).status_code == 303
    assert web.post("/alerts/again", data=form(**given)).status_code == 409
    with opened.database.connect() as connection:
        (found,) = deliveries.failing(connection, 0)
    assert (found.last.said, found.tries, found.due_ms) == ("93000", 0, 0)


def test_a_form_of_another_site_or_without_a_right_changes_nothing(
    door: Any, form: Form, web: FlaskClient, opened: Services, fired: Callable[..., Alert]
) -> None:
    fired()
    assert web.post("/alerts/a1/acknowledge", data=form()).status_code == 403, "nobody entered"
    door.enter(web, "viewer", "view", TOWN)
    assert web.post("/alerts/a1/acknowledge", data=form()).status_code == 403, (
        "who may look may not handle"
    )
    door.enter(web)
    for csrf in ("", "0" * 64):
        assert web.post("/alerts/a1/acknowledge", data=form(csrf=csrf)).status_code == 403
    assert [a.state for a in open_alerts(opened)] == ["firing"]


def test_a_town_s_token_is_for_its_town(
    door: Any, form: Form, web: FlaskClient, opened: Services, fired: Callable[..., Alert]
) -> None:
    fired("a1", CITY)
    fired("a2", TOWN, "incidents-overdue-town")
    door.enter(web, "宜城街道", "edit", TOWN)
    assert web.post("/alerts/a1/acknowledge", data=form()).status_code == 403
    assert web.post("/alerts/a2/acknowledge", data=form()).status_code == 303
    quiet = {"rule": "incidents-overdue-town", "hours": "4", "reason": "演练"}
    assert web.post("/alerts/silence", data=form(area=OTHER, **quiet)).status_code == 403
    assert web.post("/alerts/silence", data=form(area=TOWN, **quiet)).status_code == 303
    assert {a.id: a.state for a in open_alerts(opened)} == {"a1": "firing", "a2": "acknowledged"}


def test_a_wall_that_vanished_is_taken_down_by_an_administrator(
    door: Any, form: Form, web: FlaskClient, opened: Services
) -> None:
    def hung(id: str, area: str, ago_s: int, path: str = heartbeats.WALL) -> None:
        here = heartbeats.Here(id, path, "zh", area, 1, 1, "", 0, 0, 0, 0, 0, 0, 0)
        heartbeats.keep(opened.redis, here, decoding.now_ms() - 1000 * ago_s)

    def down(id: str) -> int:
        return web.post(f"/health/walls/{id}/down", data=form()).status_code

    (
        hung("lostlost", CITY, 600),
        hung("livelive", CITY, 5),
        hung("pagepage", CITY, 70, "/"),
    )
    assert down("lostlost") == 403, "nobody entered"
    door.enter(web)
    assert down("lostlost") == 403, "walls are an administrator's"
    door.sign_in(web, "li.ming", "admin")
    assert {id: down(id) for id in ("lostlost", "livelive", "pagepage", "nothing1")} == {
        "lostlost": 303,
        "livelive": 409,
        "pagepage": 409,
        "nothing1": 409,
    }
    assert down("lostlost") == 409
    assert {wall.id: wall.left for wall in heartbeats.walls(opened.redis)} == {
        "lostlost": True,
        "livelive": False,
    }


def test_without_redis_no_wall_is_taken_down_and_it_is_said(
    door: Any, form: Form, opened: Services
) -> None:
    web = served(door, dataclasses.replace(opened, redis=services.connect("redis://127.0.0.1:1")))
    door.sign_in(web, "li.ming", "admin")
    answer = web.post(
        "/health/walls/lostlost/down", data=door.form(web), headers={"Accept": "application/json"}
    )
    assert (answer.status_code, "Redis" in answer.json["said"]) == (503, True)


def test_a_silence_has_an_end_and_a_reason_and_may_be_ended(
    door: Any,
    form: Form,
    web: FlaskClient,
    opened: Services,
    watch: alert_watch.Watch,
    fired: Callable[..., Alert],
) -> None:
    fired()
    watch.turn()
    door.enter(web)
    given = {"rule": "incidents-overdue", "area": CITY, "hours": "4", "reason": "系统切换"}
    assert web.post("/alerts/silence", data=form(**given)).status_code == 303
    watch.turn()
    (one,) = web.get(PATH).json["silences"]
    assert (one["by"], one["reason"], one["until"] - one["at"]) == (
        "指挥中心",
        "系统切换",
        4 * HOUR,
    )
    said = alert_service.published(opened)
    assert said
    assert (said.strip, [a.state for a in said.alerts]) == ((), ["firing"]), (
        "off the wall, and still an alert"
    )
    assert web.post(f"/alerts/silences/{one['id']}/end", data=form()).status_code == 303
    assert web.post(f"/alerts/silences/{one['id']}/end", data=form()).status_code == 409
    watch.turn()
    assert web.get(PATH).json["silences"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "联系 13800138000"}, "reason"),
        ({"hours": "5000"}, "hours"),
        ({"rule": "x"}, "rule"),
        ({"area": "x"}, "area"),
    ],
)
def test_a_wrong_silence_is_refused_and_its_field_named(
    door: Any, form: Form, web: FlaskClient, opened: Services, changes: dict[str, str], field: str
) -> None:
    door.enter(web)
    given = {"rule": "incidents-overdue", "area": CITY, "hours": "4", "reason": "演练"} | changes
    answer = web.post("/alerts/silence", data=form(**given), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["field"]) == (422, field)
    assert "13800138000" not in answer.text
    with opened.database.connect() as connection:
        assert alert_store.read_silences(connection) == []


def test_a_page_is_given_what_stands_in_its_area(
    opened: Services, watch: alert_watch.Watch, fired: Callable[..., Alert]
) -> None:
    fired("a1", CITY)
    fired("a2", TOWN, "incidents-overdue-town")
    watch.turn()

    def page(area: str) -> Alarms:
        view = View(
            opened.profile, "zh", area, "today", None, alert_service.now_ms(), "", "/alerts"
        )
        with flask.Flask("page").test_request_context():
            found: Alarms = page_data.load(loaders.LOADERS, opened, view, ("alarms",))["alarms"]
        return found

    assert [a.id for a in page(CITY).open] == ["a1", "a2"]
    assert [life.alert.id for life in page(TOWN).history] == ["a2"]
    said = alert_watch.read(opened.redis)
    assert said
    moved = msgspec.structs.replace(
        said, alerts=tuple(msgspec.structs.replace(a, value=0.7) for a in said.alerts)
    )
    opened.redis.set(alert_watch.KEY, msgspec.json.encode(moved))
    assert {a.value for a in (*page(CITY).open, *(life.alert for life in page(CITY).history))} == {
        0.7
    }, "one alert has one value"
    assert page(CITY).at is not None
    opened.redis.flushall()
    assert page(CITY).at is None
    assert [a.id for a in page(CITY).open] == ["a1", "a2"], "the book knows them without Redis"


# Settings


def test_webhooks_are_tables_of_the_settings_file_and_travel_to_the_processes(
    tmp_path: Path,
) -> None:
    (tmp_path / "board.toml").write_text(HOOK, encoding="utf-8")
    loaded = settings.load({"data": tmp_path}, {}).settings
    assert [(hook.name, hook.kind, hook.secret) for hook in loaded.webhooks] == [
        ("群", "dingtalk", "SECx")
    ]
    assert (
        settings.load({"data": tmp_path}, settings.variables(loaded)).settings.webhooks
        == loaded.webhooks
    )
    assert settings.shown(loaded, "webhooks") == "群", "neither address nor secret, which are keys"


def test_a_wrong_webhook_stops_the_start_without_telling_its_secret(tmp_path: Path) -> None:
    (tmp_path / "board.toml").write_text(HOOK.replace('dingtalk"', 'pager"', 1), encoding="utf-8")
    with pytest.raises(SettingsError, match="webhooks") as wrong:
        settings.load({"data": tmp_path}, {})
    assert "SECx" not in str(wrong.value)


def test_what_is_over_keeps_the_value_that_it_fired_with(opened: Services) -> None:
    """Also of one that fired before the days that the page lists."""
    now = alert_service.now_ms()
    day = 24 * HOUR
    with opened.database.begin() as connection:
        for id, begin in (("new", now - 2 * day), ("old", now - 40 * day)):
            fired = Alert(id, "r", CITY, "warning", "firing", begin, begin, begin, 10.1, 10, begin)
            stored = alert_store.write(connection, fired)
            end = now - day
            over = msgspec.structs.replace(stored, state="resolved", since=end, value=0.3)
            alert_store.write(connection, over)
    page = View(opened.profile, "zh", CITY, "28d", None, now, "", "/alerts")
    lives = {life.alert.id: life for life in alert_service.of(opened, page).history}
    assert lives.keys() == {"new", "old"}
    for life in lives.values():
        assert life.alert.value == 0.3
        assert life.fired is not None
        assert life.fired.value == 10.1
