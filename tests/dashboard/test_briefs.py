"""The brief's page over a real history: late reports change it, but never the one whose address fixes the moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from dashboard import facts
from dashboard.services import Services
from layouts import html, pages, shell
from layouts.view import View

TOWN = "320282112"
PAGE = next(one for one in pages.PAGES if one.name == "brief")


def page(opened: Services, **query: str) -> str:
    view = View(opened.profile, "zh", "320282", "today", None, 0, "0", "/brief", filters=query)
    found = view.__class__(**{**vars(view), "facts": {"brief": facts.brief(opened, view)}})
    return html.to_html(shell.build(PAGE, found))


def test_late_events_change_the_page_but_not_the_one_of_a_moment(opened: Services, tell: Callable[..., None], incident: Any) -> None:
    tell(*(incident(TOWN, time=f"2026-08-{day:02}T10:00:00+08:00") for day in (10, 11, 17) for _ in range(day)))
    known = datetime.fromtimestamp(time.time(), opened.profile.tz).isoformat(timespec="milliseconds")
    asked = {"day": "2026-08-17", "known": known}
    before = page(opened, **asked)
    assert 'data-figure="incidents.reported" data-value="17' in before
    assert "此链接始终显示同样的数值" in before
    tell(*(incident(TOWN, time="2026-08-17T11:00:00+08:00") for _ in range(40)))
    assert page(opened, **asked) == before
    now = page(opened, day="2026-08-17")
    assert 'data-figure="incidents.reported" data-value="57' in now
    assert "较上周同日由 10 变为 57" in now
    assert 'data-figure="incidents.reported" data-value="95' not in page(opened, month="2026-08")  # the history begins within it
    tell(incident(TOWN, time="2026-07-01T10:00:00+08:00"))
    assert 'data-figure="incidents.reported" data-value="78' in page(opened, month="2026-08")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"day": "2026-08-32"}, "日期不对"), ({"month": "2026-13"}, "日期不对"), ({"day": "2099-01-01"}, "还没有结束"),
        ({"day": "2026-08-01"}, "还没有结束"), ({"day": "2026-08-17", "known": "2099-01-01T00:00:00+08:00"}, "known"),
        ({"day": "2026-08-17", "known": "yesterday"}, "known"),
    ],
    ids=str,
)  # fmt: skip
def test_what_can_t_be_shown_is_said(opened: Services, tell: Callable[..., None], incident: Any, query: dict[str, str], said: str) -> None:
    tell(incident(TOWN))
    assert said in page(opened, **query)
