"""Who is signed in, in the header of every page: the account's own page, what else it may open, and
signing out. Where nobody is, the way to sign in, and whether the board is open.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash.development.base_component import Component

from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import components
from layouts.view import View

SIGN_IN, SIGN_OUT, LEAVE = "/sign-in", "/sign-out", "/leave"
PAGES = (("account", "/account"), ("admin", "/admin"), ("audit", "/audit-log"))


def address(view: View, path: str, **more: str) -> str:
    """A link to a page about people, which has a language and a theme and no area or period."""
    theme = {"theme": view.theme} if view.theme != "dark" else {}
    return f"{path}?{urlencode({'lang': view.lang, **theme, **more})}"


def sign_in(view: View) -> Component:
    """The link to where one signs in, to come back to the same page."""
    back = components.address(view)
    link = address(view, SIGN_IN, **({"next": back} if back != "/" else {}))
    return _link(view.text("person.sign_in"), link)


def build(view: View) -> Component:
    return _of_nobody(view) if not view.person.kind else _of_person(view)


def _of_nobody(view: View) -> Component:
    parts: list[Component] = []
    if view.person.is_open:
        title = view.text("person.open_help")
        parts.append(html.Span(view.text("person.open"), className="person-open", title=title))
    parts.append(sign_in(view))
    return html.Div(parts, className="person")


def _of_person(view: View) -> Component:
    name = view.person.name
    summary = html.Summary(
        [html.Span(view.text("person.signed_in"), className="unseen"), name],
        title=view.text("person.signed_in_as", name=name),
    )
    links = [
        _link(view.text(f"person.{page}"), address(view, path))
        for page, path in PAGES
        if page in view.person.may
    ]
    inside = html.Div([*links, sign_out(view)], className="areas-list person-list")
    return html.Details([summary, inside], className="areas person person--menu")


def sign_out(view: View, kind: str = "person-out", look: str = "") -> Component:
    """The form of one button that signs out; an office's token is taken from the browser."""
    path = SIGN_OUT if view.person.kind == "account" else LEAVE
    inner = markup.tag("input", type="hidden", name="csrf", value=view.person.csrf)
    styled = {"class": look} if look else {}
    inner += markup.tag("button", text=view.text("person.sign_out"), type="submit", **styled)
    facts = {"className": kind, "method": "post", "action": address(view, path)}
    return islands.Markup("form", facts, inner)


def _link(said: str, href: str) -> Component:
    whole: dict[str, Any] = attributes.data(whole="")
    return html.A(said, href=href, className="pick", **whole)
