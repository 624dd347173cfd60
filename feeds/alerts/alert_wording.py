"""The wording of an alert where no page formats it: on the wall's strip, in a webhook's message, in
the API. In both languages.

The units are those of the KPIs, and two more: `change` (a ratio) and `points` (a difference of
shares).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from feeds.alerts import alert_rules
from feeds.alerts.alert_rules import Change, Completeness, NoData, Oldest, Overdue, Wall
from feeds.alerts.lifecycle import Alert, Silence, State, silenced
from feeds.city.profile import Profile
from feeds.city.words import Lang, Text
from feeds.kpis import CATALOGUE, counted

LANGS: tuple[Lang, Lang] = ("zh", "en")
BOUND = "{bound}"  # in a rule's title
STATES: Mapping[State, Text] = {
    "pending": Text("观察中", "Pending"),
    "firing": Text("告警中", "Firing"),
    "acknowledged": Text("已确认", "Acknowledged"),
    "resolved": Text("已恢复", "Resolved"),
    "retired": Text("规则已撤", "Rule withdrawn"),
}


def ordered(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Alerts as every screen has them: what nobody has acknowledged first, pending last; the worst
    first, then what fired first.
    """
    return tuple(sorted(alerts, key=_urgency))


def _urgency(alert: Alert) -> tuple[int, int, int]:
    waiting = ("firing", "acknowledged", "pending")
    place = waiting.index(alert.state) if alert.state in waiting else len(waiting)
    severity = alert_rules.SEVERITIES.index(alert.severity)
    return place, severity, alert.fired or alert.since


def strip(
    profile: Profile, alerts: Iterable[Alert], silences: Sequence[Silence], now_ms: int
) -> tuple[dict[str, Any], ...]:
    """What screens show of alerts, in their order: those that fire and that no silence covers, with
    words as [zh, en].
    """
    rules = {rule.id: rule for rule in alert_rules.of(profile)}
    burning = [
        a for a in alerts if a.is_burning and a.rule in rules and not silenced(a, silences, now_ms)
    ]
    return tuple(_shown(profile, rules[a.rule], a) for a in burning)


def _shown(profile: Profile, rule: alert_rules.AnyRule, alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "area": alert.area,
        "severity": alert.severity,
        "state": alert.state,
        "fired": alert.fired,
        "title": list(titled(rule, profile, alert.bound)),
        "place": list(profile.name_of(alert.area)),
        "said": list(short(rule, alert)),
        "value": list(_alone(rule, alert)),
        "silent": bool(alert.silent_since),
        "scene": rule.scene,
        "kpi": rule.figure,
    }


def unit(rule: alert_rules.AnyRule) -> str:
    """What a rule's value is counted in."""
    match rule:
        case Change():
            return "points" if CATALOGUE[rule.kpi].unit == "share" else "change"
        case NoData():
            return "hours"
        case Oldest():
            return "days"
        case Completeness():
            return "share"
        case Wall():
            return "walls"
        case Overdue():
            return "share" if rule.open else CATALOGUE[rule.kpi].unit
    return CATALOGUE[rule.kpi].unit


def number(value: float, unit: str, lang: Lang) -> str:
    """A number in one line."""
    return _number(value, unit, lang).replace("-", "\u2212")


def _number(value: float, unit: str, lang: Lang) -> str:
    zh = lang == "zh"
    match unit:
        case "share":
            return f"{value * 100:.1f}\u00a0%"
        case "change":
            return f"{value * 100:+.1f}\u00a0%"
        case "points":
            return f"{value * 100:+.1f}{' 个百分点' if zh else ' points'}"
        case "yuan":
            return (
                f"{value / 10_000:,.1f} 万元"
                if zh and value >= 10_000
                else f"{value:,.0f} 元"
                if zh
                else f"¥{value:,.0f}"
            )
        case "hours" if value >= 72:
            return f"{value / 24:.0f} {'天' if zh else 'days'}"
        case "hours":
            return f"{value:.1f} {'小时' if zh else 'h'}"
        case "walls":
            return f"{value:.0f} {'面' if zh else 'wall' if value == 1 else 'walls'}"
        case "days":
            shown = f"{value:.0f}" if value >= 10 or value == round(value) else f"{value:.1f}"
            return f"{shown} {'天' if zh else 'days'}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def measured(rule: alert_rules.AnyRule, value: float, lang: Lang) -> str:
    """A value, or a bound, of a rule with what it is counted in: 18 件."""
    return f"{number(value, unit(rule), lang)} {_word(rule, value, lang)}".strip()


def _word(rule: alert_rules.AnyRule, value: float, lang: Lang) -> str:
    """What a count is of; empty of what has its unit in its number."""
    return counted.word(rule.figure, value, lang) if unit(rule) == "count" else ""


def value(rule: alert_rules.AnyRule, alert: Alert) -> Text:
    """The value against its bound; empty where there is none."""
    if alert.value is None:
        return Text("", "")
    zh, en = measured(rule, alert.value, "zh"), measured(rule, alert.value, "en")
    if alert.bound is None:
        return Text(zh, en)
    return Text(
        f"{zh}（界限 {measured(rule, alert.bound, 'zh')}）",
        f"{en} (limit {measured(rule, alert.bound, 'en')})",
    )


def short(rule: alert_rules.AnyRule, alert: Alert) -> Text:
    """The value for where there is little room: without its bound where the title says that."""
    is_in_title = BOUND in rule.title.zh + rule.title.en
    return _alone(rule, alert) if is_in_title else value(rule, alert)


def _alone(rule: alert_rules.AnyRule, alert: Alert) -> Text:
    """The value without its bound; empty where there is none."""
    if alert.value is None:
        return Text("", "")
    return Text(measured(rule, alert.value, "zh"), measured(rule, alert.value, "en"))


def ended(rule: alert_rules.AnyRule, fired: Alert, last: Alert) -> Text:
    """The value of an alert that is over: the one it fired with against its bound, and the one it
    ended with.
    """
    begin = value(rule, fired)
    if last.value is None or last.state != "resolved":
        return begin
    zh, en = measured(rule, last.value, "zh"), measured(rule, last.value, "en")
    return Text(f"{begin.zh}；恢复时 {zh}", f"{begin.en}; ended at {en}")


def titled(rule: alert_rules.AnyRule, profile: Profile, bound: float | None = None) -> Text:
    """A rule's title. `{bound}` in it becomes the bound of an alert; without one the bounds of the
    rule's areas, from the lowest to the highest.
    """
    found = rule.title.text
    if BOUND not in found.zh + found.en:
        return found
    bounds = [bound] if bound is not None else _bounds(rule, profile)
    zh, en = (_range(bounds, unit(rule), lang) for lang in ("zh", "en"))
    title = Text(found.zh.replace(BOUND, zh), found.en.replace(BOUND, en))
    if len(bounds) < 2:
        return title
    return Text(f"{title.zh}（各地界限不同）", f"{title.en} (each area has its own limit)")


def _bounds(rule: alert_rules.AnyRule, profile: Profile) -> list[float]:
    areas = alert_rules.places(rule, profile.code, profile.town_by_code)
    found = [alert_rules.bounds(rule, profile, area)[0] for area in areas]
    return sorted({one for one in found if one is not None})


def _range(bounds: Sequence[float], unit: str, lang: Lang) -> str:
    """One bound, or the lowest and the highest."""
    if not bounds:
        return ""
    ends = [number(one, unit, lang) for one in (bounds[0], bounds[-1])]
    if ends[0] == ends[1]:
        return ends[0]
    return f"{ends[0]} 至 {ends[1]}" if lang == "zh" else f"{ends[0]} to {ends[1]}"


def title(
    rule: str, profile: Profile, kept: Mapping[str, Text], bound: float | None = None
) -> Text:
    """What a rule is called. One that is no longer declared keeps its title, and it is said that it
    was withdrawn; of one whose title nobody kept only that.
    """
    declared = next((one for one in alert_rules.of(profile) if one.id == rule), None)
    if declared:
        return titled(declared, profile, bound)
    if rule in kept:
        return Text(f"{kept[rule].zh}（规则已撤）", f"{kept[rule].en} (rule withdrawn)")
    return Text(f"已撤的规则（{rule}）", f"a withdrawn rule ({rule})")


def headline(rule: alert_rules.AnyRule, profile: Profile, alert: Alert) -> Text:
    """State, severity, place and title in one line."""
    place, title = profile.name_of(alert.area), titled(rule, profile, alert.bound)
    state, severity = STATES[alert.state], alert_rules.TITLES[alert.severity]
    return Text(
        f"【{state.zh} · {severity.zh}】{place.zh} {title.zh}",
        f"[{state.en} · {severity.en}] {place.en}: {title.en}",
    )


def lines(rule: alert_rules.AnyRule, alert: Alert, tz: ZoneInfo, lang: Lang) -> list[str]:
    """The lines of an alert's message below its headline."""
    zh, said = lang == "zh", value(rule, alert).of(lang)
    name = (
        ("恢复时数值" if zh else "Value at the end") if alert.is_over else "数值" if zh else "Value"
    )
    found = [f"{name}: {said}"] if said else []
    found.append(f"{'始于' if zh else 'Since'}: {_moment(alert.fired or alert.began, tz)}")
    if alert.state != "firing":
        found.append(
            f"{STATES[alert.state].of(lang)}: "
            f"{_moment(alert.since, tz)}{f' {alert.by}' if alert.by and not alert.is_over else ''}"
        )
    return found


def _moment(at_ms: int, tz: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, tz):%Y-%m-%d %H:%M}"


def condition(rule: alert_rules.AnyRule, profile: Profile) -> Text:
    """When a rule begins, and where it ends, in one line."""
    if isinstance(rule, Wall):
        return Text(
            f"已配对的大屏 {rule.still_s:.0f} 秒没有刷新，或未关闭即失联",
            f"a paired wall shows nothing new, or was lost, for {rule.still_s:.0f} s",
        )
    bound, clear, up = alert_rules.bounds(rule, profile)
    if isinstance(rule, Overdue) and rule.most_in:
        return _of_towns(rule, profile)
    if bound is None or clear is None:
        return _UNNUMBERED[rule.state if isinstance(rule, NoData) else "signal"]
    zh, en = measured(rule, bound, "zh"), measured(rule, bound, "en")
    ends_zh, ends_en = measured(rule, clear, "zh"), measured(rule, clear, "en")
    lead = _LEADS[
        rule.against
        if isinstance(rule, Change)
        else "towns"
        if isinstance(rule, Completeness)
        else ""
    ]
    ends = (
        Text(f"，回到 {ends_zh} 恢复", f", ends at {ends_en}") if clear != bound else Text("", "")
    )
    return Text(
        f"{lead.zh}{'高于' if up else '低于'} {zh}{ends.zh}",
        f"{lead.en}{'above' if up else 'below'} {en}{ends.en}",
    )


def _of_towns(rule: Overdue, profile: Profile) -> Text:
    """The condition of a rule with bounds of single areas."""
    bounds = _bounds(rule, profile)
    zh, en = (
        f"{_range(bounds, unit(rule), lang)} {_word(rule, bounds[-1], lang)}".strip()
        for lang in LANGS
    )
    part = 1.0 if rule.clear is None or not rule.most else rule.clear / rule.most
    return Text(
        f"高于各地界限（{zh}），回到界限的 {part:.0%} 恢复",
        f"above the area's own limit ({en}), ends at {part:.0%} of it",
    )


_UNNUMBERED: Mapping[str, Text] = {
    "signal": Text("控制图最近一点异常", "special cause in the control chart's last point"),
    "late": Text("超过两倍上报间隔没有数据", "nothing for twice the cadence"),
    "nodata": Text("超过十倍上报间隔没有数据", "nothing for ten times the cadence"),
}
_LEADS: Mapping[str, Text] = {
    "": Text("", ""),
    "towns": Text("在报区域", "areas reporting "),
    "previous": Text("较上一时段", "against the period before: "),
    "year": Text("较去年同期", "against last year: "),
}
