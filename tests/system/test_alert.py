"""An alert's life over a whole board: events by HTTP, a rule, webhooks to a server that checks
them, a silent source, a person, the end; and the wall, which holds the rule's scene and rings until
the person has acknowledged it, unless a phone wants something else.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.system.conftest import until

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
TOWN, RULE = "320282112", "open"
LIVE = timedelta(
    hours=4
)  # twice the cadence of open incidents: an older newest event leaves them without one that is live
MAY_SOUND = "--autoplay-policy=no-user-gesture-required"  # as deploy/kiosk starts it
HEADROOM = timedelta(seconds=25)  # so long the source of the test is live
RULES = """
[[alert]]
id = "open"
kind = "threshold"
title = { zh = "在办事件过多", en = "Too many open" }
severity = "critical"
kpi = "incidents.open"
above = 2
clear = 1
for_min = 0.05
scene = "oldest"

[[town]]
"""
SOUND = '[wall]\nsound = ["critical"]\n'


@pytest.fixture
def watched(boards: Callable[..., Any], robots: Any) -> Iterator[Any]:
    """A board with the rule and a webhook of each kind."""
    with tempfile.TemporaryDirectory(prefix="board-") as folder:
        data = Path(folder)
        city = (ROOT / "feeds" / "city" / "profiles" / "yixing.toml").read_text("utf-8")
        (data / "city.toml").write_text(
            city.replace("[[town]]\n", RULES, 1).replace("[wall]\n", SOUND, 1), "utf-8"
        )
        hooks = (
            f'[[webhooks]]\nname = "{h.name}"\nkind = "{h.kind}"\nurl = "{h.url}"\nsecret = "{h.secret}"\n'
            for h in robots.hooks()
        )
        (data / "board.toml").write_text("".join(hooks), "utf-8")
        running = boards(data, "--profile", str(data / "city.toml"))
        yield running
        running.stop()


class Told:
    """A source that says what the test has it say, when that happened included."""

    def __init__(self, board: Any) -> None:
        self._board, self._sent = board, 0

    def tell(self, at: datetime, kind: str, *cases: str, **data: Any) -> None:
        events = [self._event(at, f"incident.{kind}", data | {"case": case}) for case in cases]
        token = (self._board.data / "ingest.token").read_text("utf-8").strip()
        head = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/cloudevents-batch+json",
        }
        asked = urllib.request.Request(
            f"{self._board.url}/api/v1/events", json.dumps(events).encode(), head
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert json.load(answer)["accepted"] == len(events)

    def _event(self, at: datetime, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        self._sent += 1
        head = {
            "specversion": "1.0",
            "id": f"a{self._sent}",
            "source": "urn:test:alert",
            "type": kind,
            "time": at.isoformat(),
        }
        return head | {"subject": TOWN, "data": data}


def said(board: Any) -> dict[str, Any]:
    """How the alerts stand, as the API says it; {} before that is known."""
    try:
        with urllib.request.urlopen(f"{board.url}/api/v1/alerts?days=1", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError:
        return {}


def alert(board: Any) -> dict[str, Any]:
    """The rule's alert; one without a state where none stands."""
    return next(
        (one for one in said(board).get("alerts", []) if one["rule"] == RULE), {"state": ""}
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", MAY_SOUND],
        )
        yield browser
        browser.close()


def test_an_alert_lives_from_an_event_to_its_end_with_a_silent_source_in_it(
    watched: Any,
    robots: Any,
    chromium: Browser,
    code_for: Callable[..., str],
) -> None:
    board, source = watched, Told(watched)

    def told(count: int) -> list[str]:
        """What the webhook of JSON heard, once all four heard so many messages together."""
        until(
            lambda: len(robots.taken) == count or robots.wrong,
            20,
            f"webhooks took {count}, not {len(robots.taken)}",
        )
        assert robots.wrong == []
        return [body["state"] for kind, body in robots.taken if kind == "json"]

    until(lambda: "at" in said(board), 30, "the alerts stand")
    lobby, phone = wall_of(board, chromium), chromium.new_page()
    phone.fill("#remote-code", code_for(phone, lobby, f"{board.url}/remote"))
    phone.click(".remote-form button")
    wall = wall_of(board, chromium)
    then = datetime.now(UTC) - LIVE + HEADROOM
    source.tell(then, "reported", "c1", "c2", "c3", category="order", severity=2, channel="patrol")
    until(lambda: alert(board)["state"] == "pending", 20, "the alert is pending")
    assert robots.taken == []
    until(lambda: alert(board)["state"] == "firing", 20, "the alert fires")
    assert (alert(board)["value"], alert(board)["bound"], told(4)) == (3, 2, ["firing"])
    for one in (wall, lobby):
        one.wait_for_function(
            "board.wall.now().scene === 'urgent' && board.wall.now().mode === 'held'"
        )
    wall.wait_for_function("board.bell.rung === 1")
    phone.click("[data-act=resume]")  # wants the pictures to go on, whatever fires
    lobby.wait_for_function("board.wall.now().mode === 'auto'")
    lobby.evaluate("board.wall.faster(60)")
    lobby.wait_for_function("board.wall.now().scene !== 'urgent'")
    phone.click("[data-act=hold]")
    lobby.wait_for_function("board.wall.now().mode === 'held'")

    until(lambda: alert(board).get("silent_since"), 60, "the source is silent")
    source.tell(
        then, "closed", "c1", "c2", outcome="done"
    )  # of old: the figure is good again, and still nobody knows
    until(lambda: board.figure("incidents.open") == 1, 20, "the figure is good")
    seen = said(board)["at"]
    until(lambda: said(board)["at"] > seen + 10_000, 30, "the watch looked again, and again")
    one = alert(board)
    assert (one["state"], one["silent_since"] > one["fired"]) == ("firing", True)
    assert wall.evaluate("board.wall.now().scene") == "urgent"
    held = lobby.evaluate("board.wall.now()")
    assert (held["mode"], held["scene"] != "urgent") == ("held", True)

    acknowledge(board, chromium)
    until(lambda: alert(board)["state"] == "acknowledged", 20, "the alert is acknowledged")
    assert (alert(board)["by"], told(8)) == ("desk", ["firing", "acknowledged"])
    wall.wait_for_function("board.wall.now().mode === 'auto'")
    assert wall.evaluate(
        "[board.bell.rung, document.querySelector('[data-mute]').textContent]"
    ) == [1, ""]
    lobby.wait_for_function(
        "!board.topics.get(board.main()).alerts.some(one => one.state === 'firing')"
    )
    assert (
        lobby.evaluate("board.wall.now()") == held
    )  # the alert's end changes nothing of what the phone wanted
    changes = lobby.evaluate("board.wall.changes")
    phone.click("[data-act=resume]")
    lobby.wait_for_function(f"board.wall.now().mode === 'auto' && board.wall.changes > {changes}")

    source.tell(datetime.now(UTC), "reported", "c4", category="order", severity=2, channel="patrol")
    source.tell(datetime.now(UTC), "closed", "c4", outcome="done")
    until(lambda: alert(board)["state"] == "", 20, "the alert is over")
    assert [one["state"] for one in said(board)["history"]] == [
        "firing",
        "acknowledged",
        "resolved",
    ]
    assert told(12) == ["firing", "acknowledged", "resolved"]
    for page in (wall, lobby, phone):
        page.close()


def wall_of(board: Any, chromium: Browser) -> Page:
    page = chromium.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{board.url}/wall")
    page.wait_for_function("board.wall && board.wall.now()", timeout=90_000)
    return page


def acknowledge(board: Any, chromium: Browser) -> None:
    """As a person of an office does, on the page, which says since when nothing is known."""
    token = board.command("tokens", "add", "desk", "--kind", "edit").stdout.strip()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{board.url}/enter?token={token}")
    page.goto(f"{board.url}/alerts")
    page.wait_for_function(
        "document.querySelector('#react-entry-point .board') && !document.getElementById('first-paint')"
    )
    assert page.locator(".alarm-unknown").count() == 1
    page.click("form[action$='/acknowledge'] button")
    page.wait_for_selector("form[action$='/acknowledge']", state="detached")
    context.close()
