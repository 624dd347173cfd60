"""What DATA/sources.toml declares holds at every door alike, and /health says what to declare."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
import pytest
import redis as redis_client
from click.testing import CliRunner
from sqlalchemy import select

from dashboard import api, cli, services
from dashboard.access import session_cookie
from dashboard.access.principal import VIEW_COOKIE
from dashboard.pages import health_data, loaders
from dashboard.pages.views import Views
from dashboard.processes import core
from dashboard.services import Services
from dashboard.settings import Settings
from feeds.events.declared_sources import FILE, SourcesError
from feeds.history import tables
from feeds.live import publish_intake
from feeds.live.publish_intake import PublishIntake
from layouts import pages, shell
from layouts.html import render

SOURCE, NUMBER, IDENTITY = "urn:hotline", "13912345678", "32028219770407393X"
DECLARED = f'[[source]]\nid = "{SOURCE}"\ncase = ["1[0-9]{{10}}", "[0-9]{{17}}[0-9X]"]\n'
CASES = {NUMBER: "accepted", IDENTITY: "refused", "JJ1": "refused"}
INDICATOR = {"indicator": "devices.online", "value": 345, "total": 351}
SHEET = f"""
source = "{SOURCE}"
zone = "Asia/Shanghai"
subject = {{ column = "镇" }}
id = {{ columns = ["编号"] }}
[[event]]
type = "dispute.accepted"
time = {{ column = "日期" }}
data = {{ category = "labour", centre = "town" }}
"""


@pytest.fixture
def declared(opened: Services) -> Services:
    (opened.settings.data / FILE).write_text(DECLARED)
    return opened


@pytest.fixture
def sent(event: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """An event for each case number; the id of each says its case, as that of many sources does."""
    what = {"category": "order", "severity": 3, "channel": "app"}
    at = "2026-08-10T10:00:00+08:00"
    return [
        event(
            "incident.reported",
            at,
            "320282001",
            id=f"{case}:reported",
            source=SOURCE,
            case=case,
            **what,
        )
        for case in CASES
    ]


def cases(opened: Services) -> list[str]:
    """The case numbers that are in the history once the log is read to its end."""
    worker = core.make_ingest(opened.log, opened.database, opened.profile)
    while worker.step(10):
        pass
    with opened.database.connect() as connection:
        rows = connection.execute(select(tables.events.c.data)).scalars()
        return [json.loads(data)["case"] for data in rows]


def test_http(door: Any, declared: Services, sent: list[dict[str, Any]]) -> None:
    app: flask.Flask = door.app()
    app.register_blueprint(api.blueprint(declared))
    headers = {"Authorization": f"Bearer {declared.tokens.add('hotline')}"}
    answer = app.test_client().post("/api/v1/events", json=sent, headers=headers)
    reasons = [(one["field"], one["code"]) for one in answer.get_json()["rejected"]]
    assert reasons == [("id", "personal:resident_id"), ("data.case", "form")]
    assert "1[0-9]{10}" in answer.get_data(as_text=True)
    assert cases(declared) == [NUMBER]


def test_publish(declared: Services, sent: list[dict[str, Any]]) -> None:
    stop = threading.Event()
    intake = declared.intake("publish")

    def connect() -> redis_client.Redis:
        return services.connect(declared.settings.redis)

    worker = threading.Thread(target=PublishIntake(connect, intake, stop).run)
    worker.start()
    try:
        while not declared.redis.publish(publish_intake.INBOX, json.dumps(sent[1])):
            pass
        for one in (sent[2], sent[0]):
            declared.redis.publish(publish_intake.INBOX, json.dumps(one))
        while not cases(declared):
            pass
    finally:
        stop.set()
        worker.join()
    assert cases(declared) == [NUMBER]


@pytest.mark.parametrize("kind", ["publish", "import"])
def test_files(
    kind: str, declared: Services, sent: list[dict[str, Any]], tmp_path: Path, redis_server: str
) -> None:
    where = ["--data", str(declared.settings.data), "--redis", redis_server]
    if kind == "publish":
        file = tmp_path / "events.ndjson"
        file.write_text("".join(f"{json.dumps(one)}\n" for one in sent))
        done = CliRunner().invoke(cli.main, ["publish", str(file), *where])
    else:
        file, mapping = tmp_path / "rows.csv", tmp_path / "rows.toml"
        rows = [f"{case},2026-08-10,320282001" for case in CASES]
        file.write_text("\n".join(["编号,日期,镇", *rows]))
        mapping.write_text(SHEET)
        done = CliRunner().invoke(
            cli.main, ["import", str(file), "--mapping", str(mapping), *where]
        )
        report = (tmp_path / "rows.csv.refused.csv").read_text("utf-8-sig")
        assert "1[0-9]{10} | [0-9]{17}[0-9X]" in report
        assert IDENTITY not in report
    assert IDENTITY not in done.output
    assert cases(declared) == [NUMBER]


def test_a_file_that_can_not_be_used_stops_the_start(tmp_path: Path, redis_server: str) -> None:
    (tmp_path / FILE).write_text('[[source]]\nid = "urn:a"\ncase = "(a+)+"\n')
    with pytest.raises(SourcesError, match=r"no\. 1"):
        services.open_services(Settings(data=tmp_path, redis=redis_server))


def page(door: Any, opened: Services, cookie: str = "") -> str:
    """/health as the browser with a cookie sees it."""
    found = pages.at("/health")
    assert found
    app: flask.Flask = door.app()
    headers = {"Cookie": cookie}
    with app.test_request_context("/health", headers=headers):
        views = Views(opened, loaders.LOADERS)
        return render.to_html(shell.build(found, views.view(found, {})))


def test_health_says_what_to_declare(
    door: Any,
    opened: Services,
    tell: Callable[..., None],
    event: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health_data, "KEPT_S", 0.0)
    what = {"category": "order", "severity": 3, "channel": "app"}
    at = "2026-08-10T10:00:00+08:00"
    numbers = [f"JJ20260810{n:04d}" for n in range(5)]
    tell(
        *(
            event("incident.reported", at, "320282001", source=SOURCE, case=case, **what)
            for case in numbers
        ),
        event("indicator.reported", at, "320282001", source="urn:counts", **INDICATOR),
    )

    def session(name: str) -> str:
        secret = opened.sessions.begin(door.account(name, name), "password", agent="", address="")
        return f"{session_cookie.COOKIE}={secret}"

    admin = session("admin")
    shown = page(door, opened, admin)
    lines = f'[[source]]\nid = "{SOURCE}"\ncase = "JJ[0-9]{{12}}"'
    assert f'data-copy="{lines.replace(chr(34), "&quot;")}"' in shown
    assert shown.count("data-copy=") == 1, "a source without case numbers has nothing to declare"
    assert not [one for one in numbers if one in shown]
    city = f"{VIEW_COOKIE}={opened.tokens.add('指挥中心', 'edit')}"
    for outsider in ("", city, session("host"), session("auditor")):
        seen = page(door, opened, outsider)
        assert "请管理员登录" in seen
        assert "JJ[" not in seen, "the form of case numbers is for whoever may declare it"
    (opened.settings.data / FILE).write_text(lines)
    assert "data-copy" not in page(door, opened, admin)
