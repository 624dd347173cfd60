"""/brief: one sheet on a day or a month. Its sentence comes first, then the numbers, what needs
attention, what is overdue, the weeks, and what is due next.

With `known` in its address the brief is as known at that moment. The sections are
layouts/review/brief_sections.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from dash.development.base_component import Component

from feeds.city.named_periods import Day, Month
from feeds.city.words import Text
from feeds.review import brief_wording
from feeds.review.briefs import Brief
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import components, instead, report_links
from layouts.review import brief_sections, page_values
from layouts.review.brief_values import BriefPage
from layouts.text import times
from layouts.view import View

# The verdict whose shape stands before the headline.
SHAPES: dict[brief_wording.Mark, str] = {
    "alarm": "alarm",
    "beyond": "worse",
    "worse": "worse",
    "off": "off",
    "changed": "changed",
    "usual": "usual",
    "nodata": "nodata",
}


def build(view: View) -> Component:
    """The brief, or a sentence with the reason why there is none."""
    if view.is_filling:
        return instead.page(view)
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
    kind = "brief--month" if brief.is_month else "brief--day"
    dense = " brief--dense" if brief_sections.is_dense(brief, view.lang) else ""
    return html.Div(
        [_head(view, found), *_first(view, brief), *_body(view, brief)],
        className=f"brief {kind}{dense}",
        **_hooks(brief),
    )


def _body(view: View, brief: Brief) -> list[Component]:
    """The sections, worded by the state that the brief is of; a day without data has only what
    stands open.
    """
    of = brief_sections.of_state(view, brief)
    has_data = bool(brief.events)
    numbers = [brief_sections.table(of, brief)] if has_data and brief.rows else []
    attention = [brief_sections.needs_attention(of, brief)] if has_data else []
    stands = html.Div(brief_sections.overdue(of, brief), className="brief-two")
    return [
        *brief_sections.fired(of, brief),
        *numbers,
        *attention,
        stands,
        *brief_sections.weeks(of, brief),
        *brief_sections.due(of, brief),
        brief_sections.to_do(of, brief),
    ]


def _hooks(brief: Brief) -> dict[str, Any]:
    return attributes.data(brief=brief.period, known=str(brief.moment_ms))


def _first(view: View, brief: Brief) -> list[Component]:
    """The headline, and one line on alerts and data."""
    said = brief_wording.headline(brief, view.profile, view.lang)
    line = html.P(
        [brief_sections.shape(SHAPES[said.mark]), html.Span(said.text)],
        className="brief-headline",
        **attributes.data(mark=said.mark),
    )
    facts = [] if view.is_city else [view.text("brief.of_city")]
    facts += [
        brief_wording.alerts(brief, view.lang),
        brief_wording.whole(brief, view.profile, view.lang),
    ]
    facts = [fact[:1].upper() + fact[1:] for fact in facts]
    silent = attributes.data(state="note" if brief.silent else "")
    return [line, html.P([html.Span(fact) for fact in facts], className="brief-facts", **silent)]


def _head(view: View, found: BriefPage) -> Component:
    """Which day or month, who made it, as known when, and the way to others."""
    period = found.period
    kind = "month_title" if isinstance(period, Month) else "day_title"
    title = html.H1(
        [view.text(f"brief.{kind}"), " ", html.Span(_when(view, period))], className="review-title"
    )
    bar = [html.Div([title, _others(view, found)], className="review-bar")]
    if found.brief is None:
        return html.Header(bar, className="brief-head")
    moment_ms = found.brief.moment_ms
    key = "brief.fixed" if found.is_fixed else "brief.open"
    said: list[Component | str] = [view.text(key, moment=page_values.stamp(view, moment_ms))]
    if not found.is_fixed:
        said += [" ", html.A(view.text("brief.fix"), href=_fixed(view, period, moment_ms))]
    known = html.P(said, className="brief-known")
    return html.Header([*bar, _issue(view, found.brief), known], className="brief-head")


def _issue(view: View, brief: Brief) -> Component:
    """On paper, where the board's bar is not: the city and its centre, and which issue this is."""
    parts = [view.area_name(view.profile.code)]
    centre = view.profile.centre.text.of(view.lang)
    parts += [centre] if centre else []
    if not brief.is_month:
        issued = times.local(brief.end_ms, view.profile.tz)
        parts.append(view.text("brief.issue", n=issued.timetuple().tm_yday))
    demo = [html.Span(view.text("top.demo"), className="demo-label")] if brief.is_demo else []
    said = [html.Span(part) for part in parts]
    return html.P([*said, *demo], className="brief-issue brief-paper")


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
    query = {"lang": view.lang, **named, "known": _moment(view, found.brief.moment_ms)}
    return f"{report_links.BRIEF}?{urlencode(query)}"


def _moment(view: View, at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, view.profile.tz).isoformat(timespec="milliseconds")


PAGE = Page(
    "/brief",
    "brief",
    Text("每日研判", "Brief"),
    build,
    help="read-the-pages#the-daily-brief",
    page_data=("brief",),
    filters=("day", "month", "known"),
    is_listed=False,
)
