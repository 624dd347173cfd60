"""The "?" of a page, which leads to the section of the manual that is about it."""

from __future__ import annotations

from urllib.parse import urlencode

from dash.development.base_component import Component

from feeds.city.words import Lang
from layouts.html import attributes
from layouts.html import elements as html
from layouts.text import texts
from layouts.view import View

HELP = "/help"


def to(lang: Lang, theme: str, name: str = "", section: str = "") -> str:
    """The address of a page of the manual and a section in it; without a name, of its contents."""
    look = {"theme": theme} if theme != "dark" else {}
    page = f"{HELP}/{name}" if name else HELP
    at = f"#{section}" if section else ""
    return f"{page}?{urlencode({'lang': lang, **look})}{at}"


def build(view: View, place: str) -> Component:
    """`place` is a page of the manual and a section, such as `alerts#3-handle-them`."""
    return link(view.lang, view.theme, place)


def link(lang: Lang, theme: str, place: str) -> Component:
    name, _, section = place.partition("#")
    said = texts.get(lang, "manual.help")
    return html.A(
        "?",
        href=to(lang, theme, name, section),
        className="help-link",
        title=said,
        **attributes.aria(label=said),
        **attributes.data(whole=""),
    )
