"""Plotly figures as plain dicts, one function for each kind of chart. layouts/parts/charts.py makes
the cards around them.

Lengths and letters are those of an ordinary screen; assets/styles/chart.css makes the whole picture
larger on a large one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from feeds.city.words import Lang
from layouts import theme
from layouts.text import numbers
from layouts.view import Theme

Figure = dict[str, Any]
Values = Sequence[float | None]
PARTIAL = 0.45  # opacity of the hour or day that isn't over
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@dataclass(frozen=True)
class Look:
    """What a figure depends on besides its data."""

    theme: Theme
    lang: Lang
    size_px: int = 14


@dataclass(frozen=True)
class Bar:
    """One bar of a sorted chart, with the text at its end and the address it leads to, if any."""

    name: str
    value: float
    text: str
    link: str = ""


def hours(now: Values, before: Values, first_ms: int, tz: ZoneInfo, look: Look) -> Figure:
    """This year's hours in front of last year's; x is local time."""
    start = datetime.fromtimestamp(first_ms / 1000, tz).replace(tzinfo=None)
    x = [(start + timedelta(hours=i)).isoformat(timespec="minutes") for i in range(len(now))]
    ticks = {
        "dtick": 6 * HOUR_MS,
        "tick0": f"{start:%Y-%m-%d}T00:00",
        "tickformat": "%-H 时" if look.lang == "zh" else "%H:00",
    }
    return _timed(x, now, before, ticks, HOUR_MS, look)


def days(now: Values, before: Values, first: date, look: Look, *, is_over: bool = False) -> Figure:
    """This year's days in front of last year's."""
    x = [(first + timedelta(days=i)).isoformat() for i in range(len(now))]
    ticks = {
        "dtick": 7 * DAY_MS,
        "tick0": _monday(first),
        "tickformat": "%-m月%-d日" if look.lang == "zh" else "%-d %b",
    }
    return _timed(x, now, before, ticks, DAY_MS, look, is_over=is_over)


def months(now: Values, before: Values, first: date, look: Look) -> Figure:
    """Chosen months in front of those a year before; all of them are over."""
    x = [add_months(first, i).isoformat() for i in range(len(now))]
    ticks = {
        "dtick": "M1" if len(x) <= 12 else "M3",
        "tickformat": month_form(look.lang),
    }
    return _timed(x, now, before, ticks, 26 * DAY_MS, look, is_over=True)


def month_form(lang: Lang) -> str:
    """How a chart names a month, with the year under the first of each."""
    return "%-m月\n%Y" if lang == "zh" else "%b\n%Y"


def add_months(day: date, n: int) -> date:
    """The first day of the month so many months on."""
    month = day.month - 1 + n
    return date(day.year + month // 12, month % 12 + 1, 1)


def bars(rows: Sequence[Bar], look: Look) -> Figure:
    """Horizontal bars, the greatest on top, each with its value."""
    t = theme.tokens(look.theme)
    rows = sorted(rows, key=lambda r: (r.value, r.name))
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": [r.value for r in rows],
        "y": [r.name for r in rows],
        "text": [r.text for r in rows],
        "ids": [r.link for r in rows],  # layouts/parts/points.py
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": t.data},
        "width": 0.56,
        "textfont": {"color": t.text, "size": look.size_px},
        "hoverinfo": "none",
        "constraintext": "none",
    }
    layout = _layout(look) | {"hovermode": "y"}  # all of a bar's row is the bar
    greatest = max([r.value for r in rows], default=0) or 1
    layout["xaxis"] = {"range": [0, greatest], "visible": False, "fixedrange": True}
    layout["yaxis"] = {
        "type": "category",
        "showgrid": False,
        "automargin": True,
        "tickfont": {"color": t.text, "size": look.size_px},
        "ticklabelstandoff": 8,
    }
    layout["margin"] = {"l": 0, "r": _beside(rows, look), "t": 0, "b": 0, "pad": 0}
    return {"data": [trace], "layout": layout}


def _beside(rows: Sequence[Bar], look: Look) -> int:
    """The pixels that the longest value takes beside its bar, however narrow the chart is."""
    ems = [sum(1.0 if letter > "\u2e80" else 0.6 for letter in row.text) for row in rows]
    return round((max(ems, default=0) + 0.6) * look.size_px)


def _timed(
    x: Sequence[str],
    now: Values,
    before: Values,
    ticks: Mapping[str, Any],
    step_ms: int,
    look: Look,
    *,
    is_over: bool = False,
) -> Figure:
    t = theme.tokens(look.theme)
    shade = _shade(now, is_over=is_over)
    past = {
        "type": "bar",
        "x": list(x),
        "y": list(before),
        "marker": {"color": t.before},
        "width": step_ms * 0.92,
    }
    current = {
        "type": "bar",
        "x": list(x),
        "y": list(now),
        "marker": {"color": t.data, "opacity": shade},
        "width": step_ms * 0.5,
    }
    names = ("去年同期", "今年") if look.lang == "zh" else ("Last year", "This year")
    for trace, name in ((past, names[0]), (current, names[1])):
        trace |= {"name": name, "hovertemplate": "%{y}"}
    layout = _layout(look) | {"barmode": "overlay", "bargap": 0}
    layout["xaxis"] = {
        "type": "date",
        "showgrid": False,
        "hoverformat": ticks["tickformat"],
        **ticks,
    }
    layout["yaxis"] = {"rangemode": "tozero", "nticks": 4, "minallowed": 0} | scale(
        _greatest(now, before), look.lang
    )
    if _greatest(now, before) < 4:  # few cases: no fractions of one on the axis
        layout["yaxis"] |= {"dtick": 1, "range": [0, 4]}
    bottom = 44 if "\n" in ticks["tickformat"] else 28
    layout["margin"] = {"l": 40, "r": 0, "t": 8, "b": bottom, "pad": 4}
    layout["yaxis"]["automargin"] = True
    return {"data": [past, current], "layout": layout}


def _shade(now: Values, *, is_over: bool) -> list[float]:
    """How strong each step is drawn: the last one with a value is paler, because it is not over, or
    its data ended within it.
    """
    last = None if is_over else last_known(now)
    return [PARTIAL if n == last else 1.0 for n in range(len(now))]


def last_known(values: Values) -> int | None:
    """Which of some steps is the last one with a value."""
    return max((n for n, value in enumerate(values) if value is not None), default=None)


def scale(greatest: float, lang: Lang, form: str = "d") -> dict[str, Any]:
    """How an axis of counts or sums up to about `greatest` reads: grouped in English; in Chinese
    1.5万, 2000万, 1.2亿.

    The library words its ticks itself, so each that it can come to is named: of two digits, up to
    twice the next power of ten.
    """
    if lang == "en" or greatest < numbers.WAN:
        return {"tickformat": f",{form}" if lang == "en" else form}
    unit = 10 ** (math.floor(math.log10(greatest)) - 1)
    ticks = [n * unit for n in (*range(1, 100), *range(100, 201, 10)) if n % 2 == 0 or n % 5 == 0]
    return {
        "tickformat": form,
        "labelalias": {str(n): numbers.tick(n) for n in ticks if n >= numbers.WAN},
    }


def _layout(look: Look) -> dict[str, Any]:
    return {
        "template": theme.template(look.theme, look.size_px),
        "autosize": True,
        "dragmode": False,
    }


def _greatest(*series: Values) -> float:
    return max((v for values in series for v in values if v is not None), default=0)


def _monday(day: date) -> str:
    return (day - timedelta(day.weekday())).isoformat()
