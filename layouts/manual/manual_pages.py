"""/help: the list of the manual's pages, a page beside its contents, and what there is instead of a
page that does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.manual.page_values import Listed, Opened
from layouts.parts import help_link
from layouts.people import frame
from layouts.people.page_values import Built
from layouts.view import View

KIND, OTHERS = "manual", "manual-others"


def contents(view: View, listed: Sequence[Listed]) -> Built:
    """All pages: those in both languages with their sections, then the others."""
    lead = html.P(view.text("manual.lead"), className="people-lead")
    return frame.build(view, "manual.title", [lead, *_contents(view, listed)], kind=KIND)


def missing(view: View, listed: Sequence[Listed]) -> Built:
    return frame.build(view, "manual.missing", _contents(view, listed), kind=KIND)


def page(view: View, opened: Opened, listed: Sequence[Listed]) -> Built:
    """A page, and beside it its sections and the other pages. On a phone they come after it."""
    line = opened.line
    is_other = line.lang != view.lang
    note = [html.P(view.text("manual.only_other"), className="people-note")] if is_other else []
    jump = html.P(
        html.A(view.text("manual.jump"), href=f"#{OTHERS}", className="pick"),
        className="manual-jump",
    )
    language = "zh-CN" if line.lang == "zh" else "en"
    text = islands.Markup("div", {"className": "manual-text", "lang": language}, opened.content)
    body = html.Div([*note, jump, text], className="manual-page")
    lists = [_sections(view, line), _pages(view, line, listed)]
    beside = html.Div(lists, id=OTHERS, className="manual-beside")
    whole = html.Div([body, beside], className="manual")
    return frame.build(view, "manual.named", [whole], kind=KIND, name=line.title)


def _contents(view: View, listed: Sequence[Listed]) -> list[Component]:
    first = [html.Article(_entry(view, one)) for one in listed if one.is_in_both]
    others = [html.Li(_link(view, one)) for one in listed if not one.is_in_both]
    return [
        html.Div(first, className="manual-entries"),
        html.H2(view.text("manual.more")),
        html.Ul(others, className="manual-more"),
    ]


def _entry(view: View, one: Listed) -> list[Component]:
    sections = [html.Li(html.A(name, href=_to(view, one, id))) for id, name in one.sections]
    return [html.H2(_link(view, one)), html.Ul(sections)]


def _sections(view: View, line: Listed) -> Component:
    links = [html.Li(html.A(name, href=f"#{id}")) for id, name in line.sections]
    return _list(view.text("manual.on_this_page"), links) if links else html.Div([])


def _pages(view: View, line: Listed, listed: Sequence[Listed]) -> Component:
    whole = html.Li(html.A(view.text("manual.all"), href=help_link.to(view.lang, view.theme)))
    links = [
        html.Li(_link(view, one, is_here=one.name == line.name)) for one in listed if one.is_in_both
    ]
    return _list(view.text("manual.title"), [*links, whole])


def _list(name: str, links: Sequence[Component]) -> Component:
    return html.Nav(
        [html.P(name, className="manual-heading"), html.Ul(links)],
        className="manual-list",
        **attributes.aria(label=name),
    )


def _link(view: View, one: Listed, *, is_here: bool = False) -> Component:
    here: dict[str, Any] = attributes.aria(current="page") if is_here else {}
    if one.lang != view.lang:
        here["lang"] = "zh-CN" if one.lang == "zh" else "en"
    return html.A(one.title, href=_to(view, one), **here)


def _to(view: View, one: Listed, section: str = "") -> str:
    return help_link.to(view.lang, view.theme, one.name, section)
