"""A brief in a few lines for a webhook's message, in both languages. layouts/pages/brief.py is the
page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from feeds.city.words import Lang, Text
from feeds.notify.webhooks import Message
from feeds.review.briefs import Brief

PATH = "/brief"
DAILY, MONTHLY = Text("每日研判", "Daily brief"), Text("月报", "Monthly brief")
OPEN = Text("查看研判", "Open the brief")
_DEMO = Text("演示数据", "Demo data")
_WHOLE = Text("各区域数据完整", "The data of all areas are whole")
_LACKING = Text("{n} 个区域数据不完整", "The data of {n} areas are incomplete")
_COUNTS = (
    Text("未达目标 {missed} 项", "Off target: {missed}"),
    Text(
        "全市确有变化 {city} 项，各区域 {towns} 项",
        "Real changes: {city} of the city, {towns} of areas",
    ),
    Text("有超期的 {overdue} 项", "Kinds of work overdue: {overdue}"),
    Text("触发告警 {fired} 次", "Alerts fired: {fired}"),
    Text("其余 {steady} 项只是正常波动", "The other {steady} merely vary"),
)


def message(brief: Brief, tz: ZoneInfo, lang: Lang) -> Message:
    """Headline, what there is in numbers, and a link to the page as known at the brief's moment."""
    kind = (MONTHLY if brief.is_month else DAILY).of(lang)
    city = brief.review.city
    headline = f"{kind} {_when(brief, lang)} · {city.zh if lang == 'zh' else city.en}"
    counts = _counts(brief)
    fields = {
        "brief": brief.period,
        "known": brief.review.moment_ms,
        "area": city.code,
        "demo": brief.review.is_demo,
        **counts,
    }
    path = f"{PATH}?{urlencode(address(brief, tz, lang))}"
    return Message(
        headline, tuple(_lines(brief, counts, lang)), "notice", False, fields, path, OPEN
    )


def address(brief: Brief, tz: ZoneInfo, lang: Lang) -> dict[str, str]:
    """The page's query."""
    known = datetime.fromtimestamp(brief.review.moment_ms / 1000, tz)
    spec = "milliseconds" if brief.review.moment_ms % 1000 else "seconds"
    return {
        "month" if brief.is_month else "day": brief.period,
        "known": known.isoformat(timespec=spec),
        "lang": lang,
    }


def _counts(brief: Brief) -> dict[str, int]:
    city = sum(one.town == brief.review.city.code for one in brief.lessons)
    found = {
        "missed": len(brief.missed),
        "city": city,
        "towns": len(brief.lessons) - city,
        "overdue": len(brief.overdue),
    }
    return found | {
        "fired": len(brief.fired),
        "steady": brief.steady,
        "incomplete": len(brief.lacking),
    }


def _lines(brief: Brief, counts: dict[str, int], lang: Lang) -> Iterator[str]:
    if brief.review.is_demo:
        yield _DEMO.of(lang)
    yield (_LACKING if brief.lacking else _WHOLE).of(lang).format(n=len(brief.lacking))
    yield from (line.of(lang).format(**counts) for line in _COUNTS)


def _when(brief: Brief, lang: Lang) -> str:
    if brief.is_month:
        year, month = brief.period.split("-")
        return f"{year}年{int(month)}月" if lang == "zh" else brief.period
    day = date.fromisoformat(brief.period)
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else brief.period
