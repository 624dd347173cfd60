"""The query parameters of a request, checked: a wrong parameter is an error, never ignored."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import cast

import flask

from dashboard.access import language
from dashboard.api import problems
from dashboard.api.problems import Problem
from dashboard.services import Services
from feeds import kpis
from feeds.city import periods, words
from feeds.city.periods import Period
from feeds.city.words import Text
from feeds.events import decoding
from feeds.events.rejects import InvalidEvent
from feeds.figures.windows import Step

STEPS: tuple[Step, ...] = ("month", "week", "day")
OLDEST = date(1990, 1, 1)
LONGEST_DAYS = 3 * 366


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def only(*names: str) -> None:
    """400 for a parameter that does not exist here: a misspelt one would be ignored."""
    for name in flask.request.args:
        if name not in (*names, language.PARAMETER):
            said = Text(
                f"这里没有参数 {name!r}；可用：{'、'.join(names)}",
                f"there is no parameter {name!r} here; allowed: {', '.join(names)}",
            )
            raise Problem(400, said, parameter=name, allowed=list(names))


def area(services: Services) -> str:
    """The area of the request; the city where none is given."""
    return choice("area", services.profile.areas, services.profile.code)


def period() -> Period:
    return cast(Period, choice("period", periods.PERIODS, "today"))


def kpi() -> str:
    return choice("kpi", tuple(kpis.CATALOGUE), None)


def remarked_kpi() -> str | None:
    """None where no KPI is named: remarks on every one are meant."""
    return kpi() if "kpi" in flask.request.args else None


def truth(name: str) -> bool:
    """False where it is absent."""
    return choice(name, ("true", "false"), "false") == "true"


def step() -> Step:
    return cast(Step, choice("step", STEPS, "day"))


def moment(name: str) -> int | None:
    """A time with an offset, as epoch milliseconds. In a query "+" may have become a blank."""
    value = flask.request.args.get(name)
    if value is None:
        return None
    try:
        at_ms = decoding.parse_time(value.replace(" ", "+"), name)
    except InvalidEvent as error:
        raise Problem(400, words.both(error), parameter=name) from error
    if not decoding.OLDEST_MS <= at_ms <= now_ms() + decoding.AHEAD_MS:
        said = Text(f"{name} 须在 1990 年至现在之间", f"{name} must lie between 1990 and now")
        raise Problem(400, said, parameter=name)
    return at_ms


def whole(name: str, default: int, most: int) -> int:
    """A whole number from 1 on."""
    value = flask.request.args.get(name, str(default))
    if not (value.isascii() and value.isdecimal() and 1 <= int(value[:9]) <= most):
        said = Text(
            f"{name} 须为 1 至 {most} 的整数，不能是 {value!r}",
            f"{name} must be a whole number from 1 to {most}, not {value!r}",
        )
        raise Problem(400, said, parameter=name)
    return int(value)


def day(services: Services, name: str, default: date, ahead: timedelta = timedelta(0)) -> date:
    """A date, or a time whose date in the city's zone is meant, from 1990 to today (or so far
    ahead).
    """
    value = flask.request.args.get(name)
    if value is None:
        return default
    try:
        found = datetime.fromisoformat(value.replace(" ", "+"))
        wanted = found.astimezone(services.profile.tz).date() if found.tzinfo else found.date()
    except (ValueError, OverflowError) as error:
        said = Text(
            f"{name} 须为日期，如 2026-09-30，不能是 {value!r}",
            f"{name} must be a date such as 2026-09-30, not {value!r}",
        )
        raise Problem(400, said, parameter=name) from error
    today = periods.day_of(now_ms(), services.profile.tz)
    latest = today + ahead
    if not OLDEST <= wanted <= latest:
        end = Text(str(latest), str(latest)) if ahead else Text(f"今天 {today}", f"today, {today}")
        said = Text(
            f"{name} 须在 {OLDEST} 至 {end.zh} 之间",
            f"{name} must lie between {OLDEST} and {end.en}",
        )
        raise Problem(400, said, parameter=name)
    return wanted


def check_language() -> None:
    """400 for a language that the board does not speak."""
    choice(language.PARAMETER, language.LANGS, language.LANGS[0])


def days_apart(first: date, last: date) -> None:
    """400 where the days asked for are in the wrong order, or too many."""
    if not 0 <= (last - first).days <= LONGEST_DAYS:
        said = Text(
            f"from 不能晚于 to，也不能早于它 {LONGEST_DAYS} 天以上",
            f"from must not be after to, nor more than {LONGEST_DAYS} days before it",
        )
        raise Problem(400, said, parameter="from")


def choice(name: str, allowed: tuple[str, ...], default: str | None) -> str:
    """A parameter's value; 400 where it is not among the allowed, or is missing and has no
    default.
    """
    value = flask.request.args.get(name, default)
    if value not in allowed:
        raise problems.wrong(name, value, allowed)
    return value
