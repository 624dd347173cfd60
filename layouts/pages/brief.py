"""/brief: one page on a day or a month. Completeness comes first, then what is off target, what
changed, what is overdue, which alerts fired.

One line counts the figures that merely vary. With `known` in its address the brief is as known at
that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from dash.development.base_component import Component

from feeds.alerts import alert_rules, alert_wording
from feeds.city.named_periods import Day, Month
from feeds.city.words import Text
from feeds.review.briefs import Brief, Fired
from feeds.review.review_values import Figure, Lesson
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import components, report_links, tables
from layouts.review import page_values
from layouts.review.brief_values import BriefPage
from layouts.text import times
from layouts.view import View

MOST, MOST_FIRED = 14, 6  # sentences that leave room on one sheet for the rest
IN_TABLE = (
    "incidents.reported",
    "incidents.closed",
    "incidents.joint",
    "handoffs.on_time",
    "disputes.accepted",
    "disputes.success_rate",
    "traffic.accidents",
    "fraud.warnings",
    "fraud.dissuasion_rate",
    "order.calls",
    "safety.hazards_found",
    "services.requests",
)


def build(view: View) -> Component:
    """The brief, or a sentence with the reason why there is none."""
    found: BriefPage | None = view.page_data.get("brief")
    if found is None or found.brief is None:
        why = "missing" if found is None else found.refused or "missing"
        head = (
            [html.H1(view.text("brief.day_title"), className="review-title")]
            if found is None
            else [_head(view, found)]
        )
        return html.Div(
            [*head, html.P(view.text(f"brief.no_{why}"), className="health-missing")],
            className="brief",
        )
    brief = found.brief
    parts = [
        _section(view, "quality", _quality(view, brief)),
        _section(view, "missed", [_missed(view, one) for one in brief.missed]),
        _section(view, "changed", _lessons(view, brief)),
        _section(view, "overdue", [_overdue(view, brief)] if brief.overdue else []),
        _section(view, "fired", _fired(view, brief)),
    ]
    kind = "month" if isinstance(found.period, Month) else "day"
    steady = html.P(view.text("brief.steady", n=brief.steady), className="brief-steady")
    return html.Div(
        [_head(view, found), *parts, steady, _table(view, brief)],
        className=f"brief brief--{kind}",
        **_hooks(brief),
    )


def _hooks(brief: Brief) -> dict[str, Any]:
    return attributes.data(brief=brief.period, known=str(brief.review.moment_ms))


def _head(view: View, found: BriefPage) -> Component:
    """Which day or month, as known when, and the way to others."""
    period = found.period
    kind = "month_title" if isinstance(period, Month) else "day_title"
    title = html.H1(
        [view.text(f"brief.{kind}"), " ", html.Span(_when(view, period))], className="review-title"
    )
    bar = [html.Div([title, _others(view, found)], className="review-bar")]
    if found.brief is None:
        return html.Header(bar)
    moment_ms = found.brief.review.moment_ms
    key = "brief.fixed" if found.is_fixed else "brief.open"
    said: list[Component | str] = [view.text(key, moment=page_values.stamp(view, moment_ms))]
    if not found.is_fixed:
        said += [" ", html.A(view.text("brief.fix"), href=_fixed(view, period, moment_ms))]
    return html.Header([*bar, html.P(said, className="review-freeze")])


def _when(view: View, period: Day | Month) -> str:
    if isinstance(period, Month):
        return view.text("brief.month", year=period.start.year, month=period.start.month)
    return (
        f"{times.days(period.start, period.start, view.lang)} "
        f"{view.text('brief.weekdays').split()[period.start.weekday()]}"
    )


def _others(view: View, found: BriefPage) -> Component:
    """The day or month before and after, the last month or the last day; and the sheet to print."""
    period = found.period
    is_month = isinstance(period, Month)
    before = (
        Month((period.start - timedelta(1)).replace(day=1))
        if is_month
        else Day(period.start - timedelta(1))
    )
    after = Month(period.end) if is_month else Day(period.end)
    links = [
        html.A(view.text("brief.before"), href=_link(view, before), className="pick"),
        html.A(view.text("brief.after"), href=_link(view, after), className="pick"),
        html.A(
            view.text("brief.day_title"), href=components.address(view, view.path), className="pick"
        )
        if is_month
        else html.A(
            view.text("brief.month_title"), href=_link(view, found.month), className="pick"
        ),
        *(
            [html.A(view.text("brief.pdf"), href=_file(view, found), className="pick", download="")]
            if found.brief
            else []
        ),
    ]
    return html.Nav(
        links, className="periods brief-others", **attributes.aria(label=view.text("brief.others"))
    )


def _link(view: View, period: Day | Month) -> str:
    day, month = ("", period.name) if isinstance(period, Month) else (period.name, "")
    return components.address(view, day=day, month=month, known="")


def _fixed(view: View, period: Day | Month, moment_ms: int) -> str:
    """The same with the moment in the address."""
    link = _link(view, period)
    return f"{link}{'&' if '?' in link else '?'}{urlencode({'known': _moment(view, moment_ms)})}"


def _file(view: View, found: BriefPage) -> str:
    """What this page shows as a PDF: of the same moment, so that it holds the same figures."""
    assert found.brief
    named = {"month" if isinstance(found.period, Month) else "day": found.period.name}
    query = {"lang": view.lang, **named, "known": _moment(view, found.brief.review.moment_ms)}
    return f"{report_links.BRIEF}?{urlencode(query)}"


def _moment(view: View, at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, view.profile.tz).isoformat(timespec="milliseconds")


def _section(view: View, name: str, lines: Sequence[Component]) -> Component:
    """A heading and its sentences; one that there are none."""
    title = html.H2(view.text(f"brief.{name}"), className="section-title")
    shown = lines or [html.Li(view.text(f"brief.none_{name}"), className="brief-none")]
    return html.Section(
        [title, html.Ul(list(shown), className="lessons")],
        className="brief-part",
        **attributes.data(part=name),
    )


def _line(said: Iterable[Component | str], trend: str = "flat") -> Component:
    return html.Li(list(said), className="lesson", **attributes.data(trend=trend))


def _quality(view: View, brief: Brief) -> list[Component]:
    said = page_values.whole_words(
        view, [view.area_name(town) for town in brief.lacking], len(brief.review.towns)
    )
    found = [_line([said], "worse" if brief.lacking else "flat")]
    whole = brief.review.complete(brief.review.city.code)
    return (
        [
            *found,
            _line([view.text("brief.events", n=page_values.number(view, whole.events, "count"))]),
        ]
        if whole
        else found
    )


def _missed(view: View, one: Figure) -> Component:
    said = view.text(
        "brief.off",
        value=page_values.reading(view, one.city, one.unit),
        target=page_values.number(view, one.target, one.unit),
    )
    return _line([_figure(view, one.kpi), " ", said])


def _figure(view: View, kpi: str) -> Component:
    return html.A(view.title(kpi), href=components.address(view, "/kpi", kpi=kpi))


def _lessons(view: View, brief: Brief) -> list[Component]:
    found = [_lesson(view, brief, one) for one in brief.lessons[:MOST]]
    rest = len(brief.lessons) - len(found)
    return (
        [*found, html.Li(view.text("brief.more", n=rest), className="brief-none")]
        if rest > 0
        else found
    )


def _lesson(view: View, brief: Brief, one: Lesson) -> Component:
    """Who, what, from what to what, what it means."""
    period = "month" if brief.is_month else "day"
    against = view.text(f"brief.{period}_{one.against}")
    before, now = (page_values.number(view, value, one.unit) for value in (one.before, one.now))
    key = "review.lesson_count" if brief.is_month and one.unit != "share" else "review.lesson"
    key = key if one.change.difference is not None else "brief.from_nothing"
    said = view.text(
        key,
        against=against,
        before=before,
        now=now,
        change=page_values.change(view, one.change, one.unit),
    )
    own: list[Component | str] = (
        [" ", html.Span(view.text("review.own"), className="title-tag")] if one.is_own else []
    )
    meaning = html.Span(view.text(f"review.is_{one.meaning}"), className="lesson-meaning")
    parts: list[Component | str] = [
        view.area_name(one.town),
        " ",
        _figure(view, one.kpi),
        " ",
        said,
        " ",
        meaning,
    ]
    return _line([*parts, *own], one.meaning)


def _overdue(view: View, brief: Brief) -> Component:
    """All in one sentence: at the end of the period, and how many there were before."""
    parts: list[Component | str] = []
    for one in brief.overdue:
        was = page_values.number(view, one.previous.value, one.unit)
        parts += [view.text("review.comma")] if parts else []
        parts += [
            _figure(view, one.kpi),
            " ",
            view.text(
                "brief.stood", now=page_values.number(view, one.city.value, one.unit), was=was
            ),
        ]
    return _line(
        [
            view.text(
                "brief.overdue_at",
                against=view.text(f"brief.{'month' if brief.is_month else 'day'}_previous"),
            ),
            *parts,
        ]
    )


def _fired(view: View, brief: Brief) -> list[Component]:
    rules = {rule.id: rule for rule in alert_rules.of(view.profile)}
    names = {
        name: alert_wording.titled(rule, view.profile).of(view.lang) for name, rule in rules.items()
    }
    found = [
        _line([_alert(view, one, names.get(one.rule, one.rule))])
        for one in brief.fired[:MOST_FIRED]
    ]
    rest = len(brief.fired) - len(found)
    return (
        [*found, html.Li(view.text("brief.more", n=rest), className="brief-none")]
        if rest > 0
        else found
    )


def _alert(view: View, one: Fired, title: str) -> str:
    ended = (
        view.text("brief.still")
        if one.over_ms is None
        else view.text("brief.ended", at=page_values.stamp(view, one.over_ms))
    )
    return view.text(
        "brief.alert",
        place=view.area_name(one.area),
        title=title,
        at=page_values.stamp(view, one.fired_ms),
        ended=ended,
    )


def _table(view: View, brief: Brief) -> Component:
    """The city's main figures beside what they are compared with."""
    period = "month" if brief.is_month else "day"
    found = [
        one for kpi in IN_TABLE if (one := brief.review.figure(kpi)) and one.city.value is not None
    ]
    head = [
        view.text("review.figure"),
        view.text("review.value"),
        *(view.text(f"brief.{period}_{a}") for a in ("previous", "last_year")),
    ]
    head += [view.text("brief.meaning")]
    title = html.H2(view.text("brief.table"), className="section-title")
    table = tables.table(head, [_row(view, one) for one in found], "table--brief")
    note = html.P(view.text(f"brief.{period}_note"), className="control-note")
    return html.Section(
        [title, html.Div(table, className="table-scroll"), note],
        className="brief-part",
        **attributes.data(part="table"),
    )


def _row(view: View, one: Figure) -> list[tables.Cell]:
    value = html.Span(
        _breakable(page_values.reading(view, one.city, one.unit)),
        **attributes.data(figure=one.kpi, value=str(one.city.value)),
    )
    before = [
        _breakable(page_values.reading(view, reading, one.unit))
        for reading in (one.previous, one.last_year)
    ]
    is_signal = any(change and change.is_signal for change in (one.change, one.change_year))
    return [
        _figure(view, one.kpi),
        value,
        *before,
        view.text("brief.signal" if is_signal else "brief.varies"),
    ]


def _breakable(words: str) -> str:
    """On a phone a share's two parts may stand below it."""
    return words.replace("（", "\u200b（")


PAGE = Page(
    "/brief",
    "brief",
    Text("每日研判", "Brief"),
    build,
    page_data=("brief",),
    filters=("day", "month", "known"),
    is_listed=False,
)
