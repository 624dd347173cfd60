"""What a brief says first: its headline and its few lines, in both languages. The page
(layouts/pages/brief.py) opens with the same headline, and a webhook's message is made of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from urllib.parse import urlencode

from feeds.alerts import alert_rules, alert_wording
from feeds.city.profile import Profile
from feeds.city.words import Lang, Text
from feeds.figures.verdicts import Code
from feeds.kpis import CATALOGUE
from feeds.notify.webhooks import Message
from feeds.review.briefs import Brief, Row

PATH = "/brief"
DAILY, MONTHLY = Text("每日研判", "Daily brief"), Text("月报", "Monthly brief")
OPEN = Text("查看研判", "Open the brief")
Mark = Literal["alarm", "beyond", "worse", "off", "changed", "usual", "nodata"]
_MOST_NAMED = 3
_DEMO = Text("演示数据", "Demo data")
_JOIN, _STOP = Text("、", ", "), Text("。", ". ")
_YESTERDAY, _THAT_DAY, _MONTH = (
    Text("昨日", "Yesterday"),
    Text("当日", "That day"),
    Text("本月", ""),
)
_FIRING = Text("{n} 条告警还没有解除：{title}", "{n} alerts are not over: {title}")
_FIRING_ONE = Text("告警还没有解除：{title}", "An alert is not over: {title}")
_SILENT_DAY = Text("{when}没有收到数据", "{when}: no data came")
_SILENT_MONTH = Text("这个月没有收到数据", "No data came in the month")
_MORE = Text("{when}{titles}多于通常", "{when}: more than usual of {titles}")
_FEWER = Text("{when}{titles}少于通常", "{when}: fewer than usual of {titles}")
_BOTH = Text(
    "{when}{titles}多于通常，{others}少于通常",
    "{when}: more than usual of {titles}, fewer of {others}",
)
_UNTIL = Text("{when}的数据只到 {time}", "{when}: data only until {time}")
_ONLY_UNTIL = Text("数据只到 {time}", "data only until {time}")
_CALM = Text("{when}平稳", "{when} was as usual")
_CALM_KNOWN = Text("{when}有数据的各项平稳", "{when}: what came was as usual")
_EVENTS = Text("{when}收到 {n} 件事件", "{when}: {n} events")
_BEYOND = Text(
    "要督办的是{town}：超期 {n} 件，按业务量约应 {expected} 件",
    "to follow up: {town}, {n} overdue, about {expected} by its workload",
)
_PARTS: Mapping[Code, Text] = {
    "alarm": Text("{n} 项有告警", "{n} with an alert"),
    "worse": Text("{n} 项变差", "{n} worse"),
    "off": Text("{n} 项未达目标", "{n} off target"),
}
_NONE_OFF = Text("没有变差，没有未达目标", "nothing worse, nothing off target")
_NONE_OFF_KNOWN = Text(
    "{n} 项没有新数据，不作判断；其余没有变差，没有未达目标",
    "{n} without new data are not judged; nothing else is worse or off target",
)
_WHOLE_DAY = Text("{n} 个{towns}都有报送", "all {n} {towns} reported")
_WHOLE_MONTH = Text("{n} 个{towns}数据齐全", "the data of all {n} {towns} are whole")
_LACKING_DAY = Text("{n} 个{towns}没有报送：{names}", "{n} {towns} did not report: {names}")
_LACKING_MONTH = Text(
    "{n} 个{towns}数据不齐：{names}", "the data of {n} {towns} are incomplete: {names}"
)
_OTHERS = Text("{names}等", "{names} and others")
_NO_ALERT, _ALERTS = Text("没有告警", "No alert"), Text("告警 {n} 条", "Alerts: {n}")
_OVERDUE = Text("超期未结 {n} 件，最久 {days} 天", "{n} overdue, the oldest for {days} days")
_NONE_OVERDUE = Text("没有超期的案件", "Nothing is overdue")


class Headline(NamedTuple):
    """The sentence of a brief, and the mark before it."""

    mark: Mark
    text: str


def headline(brief: Brief, profile: Profile, lang: Lang) -> Headline:
    """How it went, and what to do about it: an alert first, then a town with too much overdue, then
    figures off their target.
    """
    mark, clauses = _first(brief, profile, lang)
    if brief.overdue.beyond and brief.events and not brief.ends_early:
        town = brief.overdue.beyond[0]
        name = profile.name_of(town.town).of(lang)
        expected = rounded(town.expected)
        clauses.append(_BEYOND.of(lang).format(town=name, n=town.n, expected=expected))
        mark = mark if mark == "alarm" else "beyond"
    elif brief.events:
        clauses.append(attention(brief, lang))
        if mark != "alarm":
            worst: Mark = "worse" if brief.coded("worse") else "off"
            mark = worst if brief.coded("worse", "off") else mark
    stop = _STOP.of(lang)
    text = stop.join(one[:1].upper() + one[1:] for one in clauses)
    return Headline(mark, text)


def _first(brief: Brief, profile: Profile, lang: Lang) -> tuple[Mark, list[str]]:
    """What comes before everything else: alerts that are not over, then the day itself."""
    mark: Mark = "usual"
    clauses = []
    if brief.firing:
        titles = [_title(one.rule, profile, lang) for one in brief.firing]
        text = _FIRING_ONE if len(titles) == 1 else _FIRING
        clauses.append(text.of(lang).format(n=len(titles), title=titles[0]))
        mark = "alarm"
    if not brief.events:
        text = _SILENT_MONTH if brief.is_month else _SILENT_DAY
        clauses.append(text.of(lang).format(when=when(brief, lang)))
        return "nodata" if mark == "usual" else mark, clauses
    if brief.is_month:
        return mark, clauses
    clauses.append(_day(brief, profile, lang))
    if brief.unusual and mark == "usual":
        mark = "changed"
    return mark, clauses


def _day(brief: Brief, profile: Profile, lang: Lang) -> str:
    """Whether the day was as usual; until when there are data, where they end before the day; of a
    history that is too short to say so, how much came.
    """
    words = {"when": when(brief, lang)}
    if brief.ends_early:
        return _UNTIL.of(lang).format(time=_last(brief, profile), **words)
    more = [row for row in brief.rows if row.side > 0]
    fewer = [row for row in brief.rows if row.side < 0]
    if more and fewer:
        return _BOTH.of(lang).format(
            titles=_titles(more, lang), others=_titles(fewer, lang), **words
        )
    if more or fewer:
        text = _MORE if more else _FEWER
        return text.of(lang).format(titles=_titles(more or fewer, lang), **words)
    if not any(row.high is not None for row in brief.rows):
        return _EVENTS.of(lang).format(n=brief.events, **words)
    if any(one.fired_ms < brief.end_ms for one in brief.fired):
        return _EVENTS.of(lang).format(n=brief.events, **words)
    return (_CALM_KNOWN if brief.is_partial else _CALM).of(lang).format(**words)


def _last(brief: Brief, profile: Profile) -> str:
    """When the newest event happened."""
    return f"{datetime.fromtimestamp((brief.newest_ms or 0) / 1000, profile.tz):%H:%M}"


def when(brief: Brief, lang: Lang) -> str:
    """Yesterday, that day, or the month."""
    if brief.is_month:
        return _MONTH.of(lang)
    return (_YESTERDAY if brief.is_yesterday else _THAT_DAY).of(lang)


def _titles(rows: Sequence[Row], lang: Lang) -> str:
    names = [CATALOGUE[row.kpi].title.of(lang) for row in rows]
    return _named(names, lang)


def _named(names: Sequence[str], lang: Lang) -> str:
    """Names; of many the first."""
    joined = _JOIN.of(lang).join(names[:_MOST_NAMED])
    if len(names) <= _MOST_NAMED:
        return joined
    return _OTHERS.of(lang).format(names=joined)


def _title(rule: str, profile: Profile, lang: Lang) -> str:
    rules = {one.id: one for one in alert_rules.of(profile)}
    if rule not in rules:
        return rule
    return alert_wording.titled(rules[rule], profile).of(lang)


def rounded(value: float) -> str:
    """An expected number as people say it: whole, below one with a decimal."""
    return f"{value:.0f}" if value >= 1 else f"{value:.1f}"


def attention(brief: Brief, lang: Lang) -> str:
    """How many figures need attention, and why."""
    parts = [
        text.of(lang).format(n=len(brief.coded(code)))
        for code, text in _PARTS.items()
        if brief.coded(code)
    ]
    late = len(brief.unheard)
    none = _NONE_OFF_KNOWN if late else _NONE_OFF
    return _JOIN.of(lang).join(parts) or none.of(lang).format(n=late)


def whole(brief: Brief, profile: Profile, lang: Lang) -> str:
    """Whether the data are whole, in one line; else who lacks some, or until when they are."""
    if brief.ends_early:
        return _ONLY_UNTIL.of(lang).format(time=_last(brief, profile))
    word = profile.town_word
    towns = word.zh if lang == "zh" else word.en
    if not brief.silent:
        text = _WHOLE_MONTH if brief.is_month else _WHOLE_DAY
        return text.of(lang).format(n=len(profile.towns), towns=towns)
    text = _LACKING_MONTH if brief.is_month else _LACKING_DAY
    names = _named([profile.name_of(town).of(lang) for town in brief.silent], lang)
    return text.of(lang).format(n=len(brief.silent), towns=towns, names=names)


def alerts(brief: Brief, lang: Lang) -> str:
    """How many alerts there were."""
    text = _ALERTS if brief.fired else _NO_ALERT
    return text.of(lang).format(n=len(brief.fired))


def overdue(brief: Brief, lang: Lang) -> str:
    """How much is overdue, and for how long the oldest."""
    found = brief.overdue
    if not found.oldest:
        return _NONE_OVERDUE.of(lang)
    return _OVERDUE.of(lang).format(n=found.total, days=found.oldest[0].days)


def message(brief: Brief, profile: Profile, lang: Lang) -> Message:
    """The brief for a webhook: its headline, its lines, and a link to the page as known at its
    moment.
    """
    kind = (MONTHLY if brief.is_month else DAILY).of(lang)
    city = profile.name_of(profile.code).of(lang)
    title = f"{kind} {_dated(brief, lang)} · {city}"
    path = f"{PATH}?{urlencode(address(brief, profile, lang))}"
    fields = {
        "brief": brief.period,
        "known": brief.moment_ms,
        "area": profile.code,
        "demo": brief.is_demo,
        "events": brief.events,
        "silent": list(brief.silent),
        "overdue": brief.overdue.total,
        "beyond": [one.town for one in brief.overdue.beyond],
        "worse": brief.coded("worse"),
        "off": brief.coded("off"),
        "fired": len(brief.fired),
        "firing": len(brief.firing),
    }
    lines = tuple(_lines(brief, profile, lang))
    return Message(title, lines, "notice", False, fields, path, OPEN)


def _lines(brief: Brief, profile: Profile, lang: Lang) -> Iterator[str]:
    if brief.is_demo:
        yield _DEMO.of(lang)
    yield headline(brief, profile, lang).text
    for line in (
        whole(brief, profile, lang),
        overdue(brief, lang),
        attention(brief, lang),
        alerts(brief, lang),
    ):
        yield line[:1].upper() + line[1:]


def address(brief: Brief, profile: Profile, lang: Lang) -> dict[str, str]:
    """The page's query."""
    known = datetime.fromtimestamp(brief.moment_ms / 1000, profile.tz)
    spec = "milliseconds" if brief.moment_ms % 1000 else "seconds"
    return {
        "month" if brief.is_month else "day": brief.period,
        "known": known.isoformat(timespec=spec),
        "lang": lang,
    }


def _dated(brief: Brief, lang: Lang) -> str:
    if brief.is_month:
        year, month = brief.period.split("-")
        return f"{year}年{int(month)}月" if lang == "zh" else brief.period
    day = date.fromisoformat(brief.period)
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else brief.period
