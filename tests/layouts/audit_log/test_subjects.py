"""What an entry of the audit log is about stands on its page in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from feeds.audit_log import entries
from feeds.audit_log.entries import Act, Root, Who
from layouts.audit_log import subjects
from layouts.view import View

Views = Callable[..., View]
FINGERPRINT = "0123456789abcdef"


def said(view: View, act: Act, subject: str) -> str:
    before = Root(0, entries.START)
    return subjects.of(view, entries.entry(before, 0, Who("指挥中心"), act, subject))


@pytest.mark.parametrize(
    ("act", "subject", "zh", "en"),
    [
        (
            "export",
            "csv towns 320282 28d",
            "CSV · 分镇（街道）表 · 宜兴市 · 近四周",
            "CSV · table of towns · Yixing · 4 weeks",
        ),
        ("export", "pptx 2026Q3 draft", "幻灯片 · 2026Q3 · 未冻结的草稿", None),
        ("token", "add 指挥中心 edit", "新增 · 指挥中心 · 编辑令牌", None),
        ("account", "roles wang town_duty", "改角色 · wang · 属地值守", None),
        ("remark", "incidents.reported 320282", "事件上报 · 宜兴市", None),
        ("rule", FINGERPRINT, f"现行内容的指纹 {FINGERPRINT}", None),
        ("export", FINGERPRINT, FINGERPRINT, FINGERPRINT),
        ("sign_in_failed", "+480", "此前一分钟另有 480 次", "480 more in the minute before"),
        ("sign_out", "", "—", "—"),
    ],
)
def test_codes_are_named(make_view: Views, act: Act, subject: str, zh: str, en: str | None) -> None:
    assert said(make_view("/audit-log", lang="zh"), act, subject) == zh
    if en is not None:
        assert said(make_view("/audit-log", lang="en"), act, subject) == en
