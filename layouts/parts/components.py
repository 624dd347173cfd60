"""Small parts that many pages share: clock, connection, towns reporting, demo label, pickers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from dash.development.base_component import Component

from feeds.city import periods
from feeds.city.periods import Period
from feeds.figures.windows import DateRange
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import home
from layouts.text import times
from layouts.view import View


def address(view: View, path: str | None = None, **changes: str) -> str:
    """A link that keeps area, period or days, language and theme, and on the same page its filters,
    with some of them changed.

    Defaults and empty values stay out of it; `from_` and `to` are the days. On a device that
    remembers a town the area always stands in it, so that it means the same elsewhere.
    """
    said = urlencode(query(view, path, **changes))
    return f"{view.path if path is None else path}{'?' + said if said else ''}"


def query(view: View, path: str | None = None, **changes: str) -> dict[str, str]:
    """What such a link carries, by name."""
    days = (
        {"from_": view.date_range.start.isoformat(), "to": view.date_range.last.isoformat()}
        if view.date_range and "period" not in changes
        else {}
    )
    wanted = {
        "area": view.area,
        "period": view.live_period,
        **days,
        "lang": view.lang,
        "theme": view.theme,
    }
    wanted |= {**(view.filters if path is None else {}), **changes}
    defaults = {"period": periods.USUAL, "lang": "zh", "theme": "dark"}
    if not view.home:
        defaults["area"] = view.profile.code
    return {k.rstrip("_"): v for k, v in wanted.items() if v and v != defaults.get(k)}


def paging(
    view: View, parameter: str, ways: Sequence[tuple[str, str]], label: str
) -> list[Component]:
    """Links to other pages of a list: the words of each, and its value of a parameter."""
    links = [
        html.A(words, href=address(view, **{parameter: value}), className="pick")
        for words, value in ways
    ]
    return [html.Nav(links, className="periods", **attributes.aria(label=label))] if links else []


def fold(name: str, heading: Component, *content: Component, is_first: bool = False) -> Component:
    """A section that a phone folds to its heading (assets/shell/folds.js), the first one not; on a
    larger screen it is open.
    """
    return html.Details(
        [html.Summary(heading), *content],
        open=True,
        className="fold",
        **attributes.data(fold=name, **({"fold_first": "yes"} if is_first else {})),
    )


def clock(view: View) -> Component:
    """Date and time of the server, kept going in the browser."""
    tz = view.profile.tz
    return html.Div(
        [
            html.Span(
                times.date(view.now_ms, tz, view.lang),
                className="clock-date",
                **attributes.data(date=""),
            ),
            html.Span(
                times.clock(view.now_ms, tz), className="clock-time", **attributes.data(clock="")
            ),
        ],
        className="clock",
        title=view.text("top.server_clock"),
    )


def connection(view: View) -> Component:
    """Whether the page is connected; the browser writes it to <html data-live> and
    here in words.
    """
    return html.Div(
        [
            html.Span(className="connection-mark"),
            html.Span(
                view.text("live.reconnecting"),
                className="connection-word",
                **attributes.data(connection=""),
            ),
        ],
        className="connection",
    )


def stale_banner() -> Component:
    """The banner across the foot of a page without a connection; the browser fills it, and hides it
    while connected.
    """
    return html.Div(html.Span("", **attributes.data(connection="")), className="stale-banner")


def voice() -> Component:
    """The live region for screen readers (assets/live/voice.js)."""
    return html.P(
        "",
        className="unseen",
        role="status",
        **attributes.data(voice=""),
        **attributes.aria(live="polite"),
    )


def printed(view: View) -> Component:
    """On paper alone: area, period and newest event; address and time of printing are filled in by
    the browser as it prints.
    """
    period = (
        times.days(view.date_range.start, view.date_range.last, view.lang)
        if view.date_range
        else view.text(f"pick.{view.period}")
    )
    scope = f"{view.area_name()} · {period} · "
    newest = html.Span(as_of(view), **attributes.data(as_of=""))
    return html.P(
        [scope, newest, " · ", html.Span("", **attributes.data(printed=""))], className="printed"
    )


def reporting(view: View) -> Component:
    """How many of the towns report."""
    return html.Div(_reporting(view), className="reporting")


def reporting_link(view: View) -> Component:
    """The same, leading to who reports; its title names the towns that are silent, also while the
    page is open.
    """
    names = {town.code: town.name.text.of(view.lang) for town in view.profile.towns}
    said = view.text("live.comma").join(names.get(town, town) for town in view.towns_silent)
    title = view.text("live.silent", towns=said) if said else ""
    hooks = attributes.data(silent=json.dumps(names, ensure_ascii=False))
    return html.A(
        _reporting(view), href=address(view, "/health"), className="reporting", title=title, **hooks
    )


def _reporting(view: View) -> list[Component]:
    n, of = view.towns_reporting
    return [
        html.Span(f"{n}/{of}", className="reporting-count", **attributes.data(reporting="")),
        html.Span(view.text("top.towns"), className="reporting-word"),
    ]


def demo(view: View) -> list[Component]:
    """The label of demonstration data, wherever it shows."""
    return [html.Span(view.text("top.demo"), className="demo-label")] if view.demo else []


def not_past(view: View) -> list[Component]:
    """What a page asked for as of a past moment says first: that it shows now."""
    return (
        [html.P(view.text("page.not_past"), className="not-past", role="note")]
        if view.at_asked
        else []
    )


def period_picker(view: View) -> Component:
    """The periods as links, so that it works before any script does."""
    links = [
        html.A(
            view.text(f"pick.{p}"),
            href=address(view, period=p),
            className="pick",
            **_current(p == view.period),
        )
        for p in periods.PERIODS
    ]
    return html.Nav(
        [*links, days_picker(view)],
        className="periods",
        **attributes.aria(label=view.text("top.period")),
    )


def days_picker(view: View) -> Component:
    """Past periods as links, and any days that are over by their dates; works before any script
    does.
    """
    links = [
        html.A(
            view.text(f"days.{name}"),
            href=address(view, from_=days.start.isoformat(), to=days.last.isoformat()),
            className="pick",
        )
        for name, days in past_ranges(times.local(view.now_ms, view.profile.tz).date())
    ]
    chosen = (
        times.days(view.date_range.start, view.date_range.last, view.lang)
        if view.date_range
        else view.text("days.choose")
    )
    summary = html.Summary(chosen, className="pick", **_current(view.date_range is not None))
    return html.Details(
        [summary, html.Div([*links, _days_form(view)], className="days-list")], className="days"
    )


def past_ranges(today: date) -> list[tuple[str, DateRange]]:
    """The past date ranges that are asked for most, by name."""
    return [
        ("yesterday", DateRange(today - timedelta(1), today)),
        ("seven", DateRange(today - timedelta(7), today)),
        ("last_week", _previous("week", today)),
        ("last_month", _previous("month", today)),
        ("thirty", DateRange(today - timedelta(30), today)),
        ("last_quarter", _previous("quarter", today)),
        ("last_year", _previous("year", today)),
    ]


def _previous(period: Period, today: date) -> DateRange:
    """The period before the one that today is in."""
    start, _ = periods.days(period, today)
    return DateRange(*periods.days(period, start - timedelta(1)))


def _days_form(view: View) -> Component:
    """Two dates and a button; the rest of the address goes along unseen."""
    latest = (times.local(view.now_ms, view.profile.tz).date() - timedelta(1)).isoformat()
    kept = query(view, period=view.live_period)
    hidden = [
        markup.tag("input", type="hidden", name=name, value=value) for name, value in kept.items()
    ]
    shown = view.date_range
    dates = [
        markup.tag("label", text=view.text(f"days.{name}"))
        + markup.tag(
            "input",
            type="date",
            name=name,
            max=latest,
            required="",
            aria_label=view.text(f"days.{name}"),
            value=day.isoformat() if day else "",
        )
        for name, day in (("from", shown and shown.start), ("to", shown and shown.last))
    ]
    button = markup.tag("button", text=view.text("days.show"), type="submit")
    return islands.Markup(
        "form",
        {"className": "days-form", "action": view.path, "method": "get"},
        "".join([*hidden, *dates, button]),
    )


def area_picker(view: View) -> Component:
    """The city and its towns as links that fold out of the current one's name."""
    links = [
        html.A(
            view.area_name(a),
            href=address(view, area=a),
            className="pick",
            **_current(a == view.area),
        )
        for a in view.profile.areas
    ]
    return html.Details(
        [
            html.Summary(view.area_name(), title=view.text("top.area")),
            html.Nav(
                [*links, *home.offer(view)],
                className="areas-list",
                **attributes.aria(label=view.text("top.area")),
            ),
        ],
        className="areas",
    )


def language_switch(view: View) -> Component:
    other = "en" if view.lang == "zh" else "zh"
    return html.A(
        view.text("top.language"),
        href=address(view, lang=other),
        className="language",
        lang="zh-CN" if other == "zh" else "en",
    )


def theme_switch(view: View) -> Component:
    other = "dark" if view.theme == "light" else "light"
    return html.A(
        view.text(f"footer.theme_{other}"),
        href=address(view, theme=other),
        className="theme-switch",
    )


def loading(view: View) -> Component:
    """What a page says before its first figures, or where they cannot be read."""
    name = waits_for(view)
    texts = [
        html.P(view.text(f"page.{name}"), className="loading-what"),
        html.P(view.text(f"page.{name}_help")),
    ]
    return html.Div(texts, className="loading", role="status", **attributes.data(waiting=""))


def waits_for(view: View) -> str:
    """Why a page is without figures, by the name of its text."""
    return "unreadable" if view.is_unreadable else "loading"


def as_of(view: View) -> str:
    """The newest event the page reflects, in words."""
    if view.at is None:
        return view.text("footer.nothing")
    return view.text(
        "footer.as_of", moment=times.moment(view.at, view.now_ms, view.profile.tz, view.lang)
    )


def _current(is_current: bool) -> dict[str, Any]:
    return attributes.aria(current="true") if is_current else {}
