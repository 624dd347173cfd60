"""The frame of every page: root, bars, navigation, pickers, footer. Each page's file makes its
content.
"""

from __future__ import annotations

import json
from typing import Any

from dash.development.base_component import Component

from feeds import kpis
from feeds.city.words import Text
from layouts import ids
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.pages import PAGES
from layouts.parts import components, help_link, person_menu, tile
from layouts.text import texts
from layouts.view import View

AT_FOOT = ("/", "/cases", "/alerts", "/kpi")


def build(page: Page, view: View) -> Component:
    """The whole page, ready for Dash or for html.to_html."""
    built = page.build(view)
    inside = [*_heading(page, view, built), *components.not_past(view), *page.top(view), built]
    content = html.Main(inside, id=ids.MAIN, className=f"page page--{page.name}", tabIndex=-1)
    parts: list[Component] = (
        [content]
        if page.bare
        else [_skip(view), _bar(page, view), content, _footer(view), _foot(page, view)]
    )
    kind = "wall" if page.bare else "desk"
    kind = f"{kind} is-replay" if view.replay else kind
    parts += [components.stale_banner(), components.voice(), components.printed(view)]
    look: dict[str, Any] = {
        "className": f"board {kind} {view.theme}",
        "lang": _language(view),
        "style": dict(page.style(view)),
    }
    return html.Div(
        parts, id=ids.ROOT, key=components.address(view), **look, **_data_attributes(view)
    )


def title(page: Page, view: View) -> str:
    """The document's title: the page's, or that of the one figure it is about."""
    kpi = view.filters.get("kpi", "")
    return (
        f"{view.title(kpi) if kpi in kpis.CATALOGUE else page.title.of(view.lang)} "
        f"· {view.area_name()}"
    )


def _heading(page: Page, view: View, built: Component) -> list[Component]:
    """A first heading for screen readers, where the page shows none of its own."""
    parts = built._traverse()  # type: ignore[no-untyped-call]
    has_own = isinstance(built, html.H1) or any(isinstance(part, html.H1) for part in parts)
    return [] if has_own else [html.H1(title(page, view), className="unseen")]


def _data_attributes(view: View) -> dict[str, Any]:
    """What the live client must know of the page."""
    words = texts.under(view.lang, "live", view.profile.town_word)
    words |= {"as_of": view.text("footer.as_of"), "state": view.text("footer.state")}
    return attributes.data(
        lang=view.lang,
        zone=view.profile.zone,
        now=str(view.now_ms),
        build=view.build,
        area=view.area,
        period=view.live_period,
        towns=str(len(view.profile.towns)),
        words=json.dumps(words, ensure_ascii=False),
        tile=json.dumps(tile.for_browser(view), ensure_ascii=False),
    )


def _skip(view: View) -> Component:
    return html.A(view.text("top.skip"), href=f"#{ids.MAIN}", className="skip")


def _bar(page: Page, view: View) -> Component:
    brand = html.A(
        [
            html.Span(view.profile.title.text.of(view.lang), className="brand-city"),
            html.Span(_centre(view), className="brand-centre"),
        ],
        href=components.address(view, "/"),
        className="brand",
    )
    status = html.Div(
        [
            *components.demo(view),
            components.reporting_link(view),
            components.connection(view),
            components.clock(view),
        ],
        className="status",
    )
    pickers = html.Div(
        [
            components.area_picker(view),
            components.period_picker(view),
            components.language_switch(view),
            help_link.build(view, page.help),
            person_menu.build(view),
        ],
        className="pickers",
    )
    return html.Header(
        [
            html.Div([brand, status], className="bar"),
            html.Div([_nav(page, view), pickers], className="bar bar--nav"),
        ],
        className="top",
    )


def _nav(page: Page, view: View) -> Component:
    links = [_link(page, view, p) for p in PAGES if p.is_listed]
    return html.Nav(links, className="nav", **attributes.aria(label=view.text("top.pages")))


def _foot(page: Page, view: View) -> Component:
    """The bar of a phone: four pages and all others behind the fifth place."""
    listed = [p for p in PAGES if p.is_listed]
    four = [_link(page, view, p) for p in listed if p.path in AT_FOOT]
    others = [_link(page, view, p) for p in listed if p.path not in AT_FOOT]
    is_other = page.path not in AT_FOOT
    more = html.Details(
        [
            html.Summary(view.text("top.more"), className="nav-link", **_current(is_other)),
            html.Div(others, className="areas-list foot-list"),
        ],
        className="areas foot-more",
    )
    label = attributes.aria(label=view.text("top.pages"))
    return html.Nav([*four, more], className="foot", **label)


def _link(page: Page, view: View, other: Page) -> Component:
    return html.A(
        [other.title.of(view.lang), *other.badge(view)],
        href=components.address(view, other.path),
        className="nav-link",
        **_current(other.path == page.path),
        **_whole(other),
    )


def _whole(page: Page) -> dict[str, Any]:
    """A bare page is a document of its own, loaded whole."""
    return attributes.data(whole="") if page.bare else {}


def _current(is_current: bool) -> dict[str, Any]:
    return attributes.aria(current="page") if is_current else {}


def _footer(view: View) -> Component:
    state = view.text("footer.state", epoch=view.epoch or "—", seq=view.seq)
    parts = (
        html.Span(components.as_of(view), **attributes.data(as_of="")),
        html.Span(view.text("footer.no_people")),
        html.Span(view.text("footer.build", build=view.build)),
        html.Span(state, **attributes.data(state_of_topic="")),
        components.theme_switch(view),
    )
    return html.Footer([*components.demo(view), *parts], className="footer")


def _centre(view: View) -> str:
    centre: Text = view.profile.centre.text
    return centre.of(view.lang)


def _language(view: View) -> str:
    return "zh-CN" if view.lang == "zh" else "en"
