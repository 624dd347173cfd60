"""The small forms that change something, on any page: who may send them, what they carry, and where
they show an error (callbacks/forms.py).
"""

from __future__ import annotations

from typing import NamedTuple

from dash.development.base_component import Component

from feeds.accounts.roles import Right, Rights
from layouts.html import attributes, islands
from layouts.html import render as markup
from layouts.parts import components
from layouts.view import View


class Editor(NamedTuple):
    """Who may change things from this page: a person or an office, what they may, and what their
    forms must carry.
    """

    name: str
    rights: Rights
    csrf: str


def editor(view: View, right: Right, area: str = "") -> Editor | None:
    """Who may do something in an area ("" is the whole city) from this page."""
    found: Editor | None = view.page_data.get("editor")
    return found if found and found.rights.may(right, area) else None


def form(action: str, kind: str, inner: str) -> Component:
    """Sent by assets/shell/forms.js, which stays on the page; without it the browser follows."""
    return islands.Markup(
        "form",
        {"className": kind, "action": action, "method": "post", **attributes.data(form="")},
        inner,
    )


def carried(view: View, who: Editor, **more: str) -> str:
    """The hidden fields: whose form it is, where it stands, and what it is about."""
    values = {**more, "csrf": who.csrf, "back": components.address(view), "lang": view.lang}
    return "".join(
        markup.tag("input", type="hidden", name=name, value=text) for name, text in values.items()
    )


def error() -> str:
    """The place for a form's error."""
    return markup.tag("p", **{"class": "form-error", "role": "alert"})


def button(
    view: View,
    who: Editor,
    action: str,
    word: str,
    label: str,
    kind: str = "alarm-form alarm-do",
    **about: str,
) -> Component:
    """A form of one button; `label` is its text for screen readers, `about` further fields."""
    inner = carried(view, who, **about) + markup.tag(
        "button", text=view.text(word), type="submit", aria_label=f"{view.text(word)}: {label}"
    )
    return form(action, kind, inner + error())
