"""The format of times: ages, clocks and dates by language, in the profile's zone.

assets/live repeats ages, durations, moments and the clock by the rules in docs/reference/dom.md.
"""

from __future__ import annotations

import datetime as dates
from datetime import datetime
from zoneinfo import ZoneInfo

from feeds.city.words import Lang

SPACE = "\u00a0"
_UNITS: tuple[tuple[int, dict[Lang, str]], ...] = (
    (86_400, {"zh": "天", "en": "d"}),
    (3600, {"zh": "小时", "en": "h"}),
    (60, {"zh": "分钟", "en": "min"}),
)
_WEEKDAYS = "一二三四五六日"


def age(age_s: float, lang: Lang) -> str:
    """How long ago something was."""
    if age_s < 60:
        return "刚刚" if lang == "zh" else "just now"
    return f"{duration(age_s, lang)}{'前' if lang == 'zh' else SPACE + 'ago'}"


def duration(age_s: float, lang: Lang) -> str:
    """How long something lasts, in one unit."""
    for seconds, word in _UNITS:
        if age_s >= seconds:
            return f"{int(age_s // seconds)}{SPACE}{word[lang]}"
    return f"1{SPACE}{_UNITS[-1][1][lang]}"


def span(age_s: float, lang: Lang) -> str:
    """How long something has stood, to a tenth of the unit: 9.7 days, 19.2 h, 47 min."""
    for seconds, word in _UNITS[:2]:
        if age_s >= seconds:
            tenths = int(age_s / seconds * 10)
            return f"{tenths // 10}.{tenths % 10}{SPACE}{word[lang]}"
    return duration(age_s, lang)


def lasting(age_s: float, lang: Lang) -> str:
    """How long something has lasted, to the second: 17 min 08 s."""
    seconds = max(0, int(age_s))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    zh = lang == "zh"
    if seconds < 60:
        return f"{seconds}{SPACE}{'秒' if zh else 's'}"
    rest = f"{seconds % 60:02d}{SPACE}{'秒' if zh else 's'}"
    found = f"{minutes}{SPACE}{'分' if zh else 'min'}{SPACE}{rest}"
    return f"{hours}{SPACE}{'小时' if zh else 'h'}{SPACE}{found}" if hours else found


def moment(at_ms: int, now_ms: int, tz: ZoneInfo, lang: Lang) -> str:
    """The time of day, with the date where it isn't today, and the year where it isn't this one."""
    at, now = local(at_ms, tz), local(now_ms, tz)
    if at.date() == now.date():
        return f"{at:%H:%M}"
    if at.year != now.year:
        return f"{days(at.date(), at.date(), lang)} {at:%H:%M}"
    return f"{day(at, lang)} {at:%H:%M}"


def clock(at_ms: int, tz: ZoneInfo) -> str:
    return f"{local(at_ms, tz):%H:%M:%S}"


def date(at_ms: int, tz: ZoneInfo, lang: Lang) -> str:
    at = local(at_ms, tz)
    if lang == "en":
        return f"{at:%a} {at.day} {at:%b %Y}"
    return f"{at.year}年{day(at, lang)} 周{_WEEKDAYS[at.weekday()]}"


def day(at: datetime, lang: Lang) -> str:
    """The date without its year."""
    return f"{at.month}月{at.day}日" if lang == "zh" else f"{at.day} {at:%b}"


def day_of_year(at: dates.date, now_ms: int, tz: ZoneInfo, lang: Lang) -> str:
    """The date, with its year where that isn't the year of now."""
    if at.year != local(now_ms, tz).year:
        return days(at, at, lang)
    return day(datetime.combine(at, dates.time()), lang)


def month(first: dates.date, lang: Lang) -> str:
    """The month without its year."""
    return f"{first.month} 月" if lang == "zh" else f"{first:%B}"


def days(first: dates.date, last: dates.date, lang: Lang) -> str:
    """Days with the year: one day, or from the first to the last."""
    names = [
        f"{d.year}年{d.month}月{d.day}日" if lang == "zh" else f"{d.day} {d:%b %Y}"
        for d in (first, last)
    ]
    if first == last:
        return names[0]
    if first.year != last.year:
        return "—".join(names) if lang == "zh" else " – ".join(names)
    return (
        f"{names[0]}—{last.month}月{last.day}日"
        if lang == "zh"
        else f"{first.day} {first:%b} – {names[1]}"
    )


def iso_day(at_ms: int, tz: ZoneInfo) -> str:
    """The date with its year, the same in both languages: 2026-09-30."""
    return f"{local(at_ms, tz):%Y-%m-%d}"


def local(at_ms: int, tz: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, tz)
