"""/set-up: a one-time link makes the first admin, or sets the password of an account."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.html import elements as html
from layouts.people import fields, frame
from layouts.people.page_values import EMPTY, Built, Filled, SetUp
from layouts.people.signing_in import USERNAME
from layouts.view import View


def build(view: View, found: SetUp, filled: Filled = EMPTY) -> Built:
    """The form of a link that works."""
    lang = view.lang
    parts: list[Component] = []
    if found.purpose == "set_up":
        parts += [
            fields.field(
                filled,
                lang,
                "name",
                view.text("people.name"),
                view.text("people.name_hint"),
                **USERNAME,
            ),
            fields.field(
                filled,
                lang,
                "shown",
                view.text("people.shown"),
                view.text("people.shown_hint"),
                maxlength="40",
            ),
        ]
    else:
        parts.append(_whose(view, found))
    parts += passwords(view, filled)
    parts.append(fields.button(view.text(f"people.{found.purpose}_do")))
    form = fields.form(frame.at(view, "/set-up"), found.csrf, parts, link=found.link)
    lead = html.P(view.text(f"people.{found.purpose}_lead"), className="people-lead")
    return frame.build(view, f"people.{found.purpose}_title", [lead, form], filled)


def gone(view: View) -> Built:
    """For a link that is unknown, used or expired, which look alike."""
    said = [
        html.P(view.text("people.link_gone_help"), className="people-lead"),
        html.P(view.text("people.link_gone_admin")),
    ]
    return frame.build(view, "people.link_gone", said)


def passwords(view: View, filled: Filled) -> list[Component]:
    """A new password, twice."""
    hint = view.text("people.password_hint")
    new = {"minlength": "12", **fields.NEW_PASSWORD}
    return [
        fields.field(filled, view.lang, "new", view.text("people.new_password"), hint, **new),
        fields.field(
            filled, view.lang, "again", view.text("people.new_again"), **fields.NEW_PASSWORD
        ),
    ]


def _whose(view: View, found: SetUp) -> Component:
    """The account's name in a field that can't be changed, for password managers."""
    known = Filled({"name": (found.name,)})
    label = view.text("people.name_of", shown=found.shown)
    return fields.field(known, view.lang, "name", label, readonly="", **USERNAME)
