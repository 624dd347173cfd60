"""The brief over a real history: late reports change its page, but never the one whose address
fixes the moment; the morning's link.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from datetime import time as dtime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard import settings
from dashboard.pages import briefs
from dashboard.services import Services
from feeds.notify import deliveries
from layouts import pages, shell
from layouts.html import render
from layouts.view import View

TOWN = "320282112"
PAGE = next(one for one in pages.PAGES if one.name == "brief")


def page(opened: Services, **query: str) -> str:
    view = View(opened.profile, "zh", "320282", "today", None, 0, "0", "/brief", filters=query)
    found = view.__class__(
        **{**vars(view), "page_data": {"brief": briefs.of_address(opened, view)}}
    )
    return render.to_html(shell.build(PAGE, found))


def test_late_events_change_the_page_but_not_the_one_of_a_moment(
    opened: Services, tell: Callable[..., None], incident: Any
) -> None:
    tell(
        *(
            incident(TOWN, time=f"2026-08-{day:02}T10:00:00+08:00")
            for day in (10, 11, 17)
            for _ in range(day)
        )
    )
    known = datetime.fromtimestamp(time.time(), opened.profile.tz).isoformat(
        timespec="milliseconds"
    )
    asked = {"day": "2026-08-17", "known": known}
    before = page(opened, **asked)
    assert 'data-figure="incidents.reported" data-value="17' in before
    assert "此链接始终显示同样的数值" in before
    tell(*(incident(TOWN, time="2026-08-17T11:00:00+08:00") for _ in range(40)))
    assert page(opened, **asked) == before
    now = page(opened, day="2026-08-17")
    assert 'data-figure="incidents.reported" data-value="57' in now
    assert "当日的数据只到 11:00" in now
    assert 'data-figure="incidents.reported" data-value="95' not in page(
        opened, month="2026-08"
    )  # the history begins within it
    tell(incident(TOWN, time="2026-07-01T10:00:00+08:00"))
    assert 'data-figure="incidents.reported" data-value="78' in page(opened, month="2026-08")


def test_a_history_imported_since_is_not_taken_back(
    opened: Services, tell: Callable[..., None], incident: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(*(incident(TOWN, time=f"2026-08-{day:02}T10:00:00+08:00") for day in (10, 17)))
    asked = {"day": "2026-08-17", "known": "2026-08-18T07:30:00+08:00"}
    assert 'data-brief="2026-08-17"' in page(opened, **asked)
    monkeypatch.setattr(briefs, "MOST_LATE", 1)
    assert "后来导入" in page(opened, **asked)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"day": "2026-08-32"}, "日期不对"),
        ({"month": "2026-13"}, "日期不对"),
        ({"day": "2099-01-01"}, "还没有结束"),
        ({"day": "2026-08-01"}, "还没有结束"),
        ({"day": "2026-08-17", "known": "2099-01-01T00:00:00+08:00"}, "known"),
        ({"day": "2026-08-17", "known": "yesterday"}, "known"),
        ({"day": "2026-08-17", "known": "2026-08-17T23:59:59+08:00"}, "known"),
    ],
    ids=str,
)
def test_what_can_t_be_shown_is_said(
    opened: Services, tell: Callable[..., None], incident: Any, query: dict[str, str], said: str
) -> None:
    tell(incident(TOWN))
    assert said in page(opened, **query)


class Listener(HTTPServer):
    """Keeps what is sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.server.heard.put(body)  # type: ignore[attr-defined]

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def test_a_core_process_sends_the_morning_s_link_which_opens_that_very_brief(
    opened: Services, tell: Callable[..., None], incident: Any, listener: Listener
) -> None:
    zone, own = opened.profile.tz, opened.settings
    yesterday = datetime.now(zone).date() - timedelta(1)
    tell(
        *(
            incident(TOWN, time=f"{yesterday - timedelta(n)}T10:00:00+08:00")
            for n in (0, 0, 0, 1, 2)
        )
    )
    hook = f'name = "duty"\nkind = "json"\nurl = "http://127.0.0.1:{listener.server_port}"\nlink = "http://board.example/"\nbriefs = true\n'
    (own.data / "board.toml").write_text(
        f'brief_at = "00:00"\n[[webhooks]]\n{hook}', encoding="utf-8"
    )
    loaded = settings.load({"data": own.data, "redis": own.redis}, {}).settings
    before = int(datetime.combine(yesterday, dtime(12), zone).timestamp() * 1000)
    deliveries.Sender(
        opened.database, loaded.webhooks, opened.profile, clock=lambda: before
    ).turn()  # it was there yesterday
    given = {**os.environ, **settings.variables(loaded)}
    command = [sys.executable, "-m", "dashboard", "core"]
    with (
        (own.data / "said.log").open("wb") as said,
        subprocess.Popen(command, env=given, stdout=said, stderr=said) as process,
    ):
        try:
            sent = listener.heard.get(timeout=60)
            while sent.get("brief") != str(yesterday):  # the first of a month has its month's too
                sent = listener.heard.get(timeout=60)
        finally:
            process.terminate()
    query = {name: values[0] for name, values in parse_qs(urlsplit(sent["link"]).query).items()}
    shown = page(opened, day=query["day"], known=query["known"])
    assert f'data-brief="{yesterday}"' in shown
    assert f'data-known="{sent["known"]}"' in shown
