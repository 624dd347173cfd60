"""The doctor: what it finds of a board that is well, that is away, and of one that is behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import redis as redis_client
from werkzeug.serving import make_server

from dashboard import api, doctor, services, settings, vitals
from dashboard.doctor import Finding
from dashboard.services import Services
from dashboard.settings import Loaded
from dashboard.vitals import Vitals
from feeds.engine import Engine
from feeds.frames import Outlet
from feeds.ingest import Ingest

MakeEvent = Callable[..., dict[str, Any]]


def levels(findings: list[Finding]) -> dict[str, set[str]]:
    return {section: {f.level for f in findings if f.section == section} for section in doctor.SECTIONS}


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    found = services.open_services(settings.load({"data": tmp_path, "redis": redis_server}, {}).settings)
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def loaded(opened: Services) -> Iterator[Loaded]:
    """Settings whose port is that of a web server with the API."""
    app = flask.Flask("test")
    app.register_blueprint(api.blueprint(opened))
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield settings.load({"data": opened.settings.data, "redis": opened.settings.redis, "port": server.port}, {})
    server.shutdown()
    thread.join()
    server.server_close()


def test_of_a_board_that_is_well_it_finds_nothing_to_do(loaded: Loaded, opened: Services) -> None:
    Engine(opened.database, Outlet(opened.redis), opened.profile).publish()
    findings = doctor.examine(loaded)
    assert doctor.is_well(findings), doctor.report(findings, "en")
    assert levels(findings)["reachable"] == {"ok"}
    assert [f.todo.en for f in findings if f.section != "full" and f.todo.en] == []


def test_every_setting_stands_there_with_its_source(loaded: Loaded) -> None:
    text = doctor.report(doctor.examine(loaded), "en")
    assert all(f"{name} = " in text for name in settings.rules())
    assert f"port = {loaded.settings.port} (command line)" in text
    assert "profile = yixing (default)" in text


def test_what_is_away_is_said_with_what_to_do_in_both_languages(tmp_path: Path) -> None:
    findings = doctor.examine(settings.load({"data": tmp_path / "new", "port": 1}, {}))
    assert not doctor.is_well(findings)
    failed = [f for f in findings if f.level == "failed"]
    assert len(failed) == 3
    assert all(f.todo.en and f.todo.zh for f in failed)
    assert "3 failed, 0 to look at" in doctor.report(findings, "en")
    assert "3 项故障，0 项提醒" in doctor.report(findings, "zh")
    assert not (tmp_path / "new").exists(), "looking makes nothing"


def test_without_an_engine_it_is_not_well(loaded: Loaded) -> None:
    text = doctor.report(doctor.examine(loaded), "en")
    assert "nothing has been computed yet" in text
    assert "web is not ready" in text


def test_what_is_not_committed_is_behind_as_long_as_it_waits(opened: Services, event: MakeEvent) -> None:
    door = opened.door("test")
    door.take([event("patrol.completed", "2026-01-01T08:00:00+08:00", "320282001", visits=1)])

    def seen() -> Vitals:
        return vitals.of_redis(opened.redis, opened.log, opened.profile).with_database(vitals.of_database(opened.database))

    waiting = [lag for lag in seen().lag_s.values() if lag]
    assert len(waiting) <= 1
    assert sum(tip != "0-0" for tip in seen().tips.values()) == 1
    assert Ingest(opened.log, opened.database, opened.profile).step(100)
    assert set(seen().lag_s.values()) == {0.0}
    assert seen().watermark_age_s is not None


def test_the_lag_is_since_the_watermark() -> None:
    seen = Vitals(tips={0: "50000-0", 1: "7-1", 2: "9-0"}, positions={0: "20000-3", 1: "7-1"}, asked_ms=60_000)
    assert seen.lag_s == {"0": 40.0, "1": 0.0, "2": 59.991}


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    chosen = settings.load({"data": tmp_path, "redis": "redis://u:secret@127.0.0.1:1/0", "port": 1}, {})
    text = doctor.report(doctor.examine(chosen), "en")
    assert "secret" not in text
    assert "redis://u:***@127.0.0.1:1/0" in text
