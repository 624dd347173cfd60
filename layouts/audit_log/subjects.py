"""What an entry of the audit log is about, in words: places, figures, periods, kinds and files are
called what the pages call them. Whatever else stands there, as names and codes of freezes, stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from feeds import kpis
from feeds.accounts.roles import ROLES
from feeds.audit_log.entries import Entry
from feeds.city import periods
from feeds.city.words import Text
from layouts.view import View

DECLARED = ("rule", "target", "source")  # of these the log has a fingerprint
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_WORDS: Mapping[str, Text] = {
    "csv": Text("CSV", "CSV"),
    "xlsx": Text("工作簿", "workbook"),
    "pptx": Text("幻灯片", "deck"),
    "pdf": Text("PDF", "PDF"),
    "ndjson": Text("NDJSON", "NDJSON"),
    "slides": Text("汇报页", "presenter"),
    "brief": Text("研判简报", "brief"),
    "draft": Text("未冻结的草稿", "draft, not frozen"),
    "audit_log": Text("审计日志", "audit log"),
    "kpis": Text("指标表", "table of figures"),
    "series": Text("序列", "series"),
    "cells": Text("分项表", "breakdown"),
    "cases": Text("案件清单", "list of cases"),
    "towns": Text("分镇（街道）表", "table of towns"),
    "grid": Text("按网格", "by grid"),
    "category": Text("按类别", "by category"),
    "ingest": Text("报送令牌", "token to send"),
    "view": Text("查看令牌", "viewing token"),
    "edit": Text("编辑令牌", "edit token"),
    "wall": Text("大屏令牌", "wall's token"),
    "add": Text("新增", "added"),
    "roles": Text("改角色", "roles changed"),
    "password": Text("口令", "password"),
    "shown": Text("改显示名", "shown name changed"),
    "subject": Text("关联统一身份", "bound to the identity provider"),
    "link": Text("一次性链接", "one-time link"),
    "disable": Text("停用", "disabled"),
    "enable": Text("启用", "enabled"),
    "rotate": Text("换新", "renewed"),
    "revoke": Text("撤销", "revoked"),
    "take_over": Text("接管", "taken over"),
    "demo": Text("演示角色", "demo role"),
    "oidc": Text("统一身份认证", "identity provider"),
    "paired": Text("配对", "paired"),
    "down": Text("撤下", "taken down"),
    "freezes": Text("已有的冻结", "freezes that were there"),
    "commitments": Text("已有的表态", "commitments that were there"),
    "remarks": Text("已有的批注", "remarks that were there"),
}
_NAMED: Mapping[str, Text] = {**_WORDS, **{str(role): said for role, said in ROLES.items()}}


def of(view: View, one: Entry) -> str:
    """The subject for readers; "—" where an entry has none."""
    if one.act in DECLARED and _FINGERPRINT.fullmatch(one.subject):
        return view.text("audit_log.fingerprint", code=one.subject)
    if one.act == "sign_in_failed" and one.subject.startswith("+"):
        return view.text("audit_log.more_failed", n=one.subject[1:])
    return " · ".join(_word(view, part) for part in one.subject.split()) or "—"


def _word(view: View, part: str) -> str:
    if part in view.profile.areas:
        return view.area_name(part)
    if part in kpis.CATALOGUE:
        return view.title(part)
    if part in periods.PERIODS:
        return view.text(f"pick.{part}")
    said = _NAMED.get(part)
    return said.of(view.lang) if said else part
