"""/sign-in and /sign-out, and the page of an account that may not see what it asked for."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.html import elements as html
from layouts.parts import person_menu
from layouts.people import fields, frame
from layouts.people.page_values import EMPTY, Built, Filled, SignIn, Way
from layouts.view import View

TAKE_ROLE = "/sign-in/demo"
USERNAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
PASSWORD = {"type": "password", "autocomplete": "current-password", "maxlength": "128"}
_SECOND = "button button--second"


def sign_in(view: View, asked: SignIn, filled: Filled = EMPTY, done: str = "") -> Built:
    """The form, with the sentence that says why the reader is here."""
    parts: list[Component] = []
    if asked.is_asked:
        parts.append(html.P(view.text("people.needs_sign_in"), className="people-lead"))
    elif view.person.is_open:
        parts.append(html.P(view.text("people.open_lead"), className="people-lead"))
    parts += [*_demo(view, asked), _form(view, asked, filled), *_ways(view, asked.ways)]
    parts.append(_help(view))
    return frame.build(view, "people.sign_in", parts, filled, done=done)


def signed_out(view: View) -> Built:
    """After signing out, with the way back."""
    again = html.A(
        view.text("people.sign_in"),
        href=frame.at(view, "/sign-in"),
        className="button button--link",
    )
    said = html.P(view.text("people.signed_out_help"), className="people-lead")
    return frame.build(view, "people.signed_out", [said, again])


def sign_out(view: View) -> Built:
    """The button that signs out, for whoever opens the address: a link must not do it."""
    name = view.person.name
    key = "people.leave_lead" if view.person.kind == "office" else "people.sign_out_lead"
    lead = html.P(view.text(key, name=name), className="people-lead")
    return frame.build(
        view, "people.sign_out", [lead, person_menu.sign_out(view, "people-form", "button")]
    )


def forbidden(view: View, needs: str) -> Built:
    """Instead of a page that this account may not see; `needs` is who may."""
    parts = [html.P(view.text("people.forbidden_help", needs=needs), className="people-lead")]
    return frame.build(view, "people.forbidden", parts)


def away(view: View) -> Built:
    """Instead of any of these pages, while the database or Redis does not answer."""
    said = html.P(view.text("people.away_help"), className="people-lead")
    return frame.build(view, "people.away", [said])


def stale(view: View) -> Built:
    """In answer to a form that another browser's page has sent, or this one's before it signed in
    anew.
    """
    again = html.A(view.text("people.again"), href=frame.at(view, view.path, **view.filters))
    parts = [html.P(view.text("people.stale_help"), className="people-lead"), html.P(again)]
    return frame.build(view, "people.stale", parts)


def _demo(view: View, asked: SignIn) -> list[Component]:
    """A button for each role that anyone may take; beside it what the role is for."""
    if not asked.demo:
        return []
    rows = [
        html.Li(
            [
                html.Button(
                    one.label, type="submit", name="role", value=one.value, className=_SECOND
                ),
                html.Span(one.help, className="field-hint"),
            ]
        )
        for one in asked.demo
    ]
    lead = html.P(view.text("people.demo_lead"), className="people-lead")
    listed = [html.Ul(rows, className="people-roles")]
    form = fields.form(frame.at(view, TAKE_ROLE), asked.csrf, listed, next=asked.next)
    return [lead, form, html.P(view.text("people.or"), className="people-or")]


def _form(view: View, asked: SignIn, filled: Filled) -> Component:
    lang = view.lang
    focus = {} if filled.problems else {"autofocus": ""}
    parts = [
        fields.field(filled, lang, "name", view.text("people.name"), **USERNAME, **focus),
        fields.field(filled, lang, "password", view.text("people.password"), **PASSWORD),
        fields.button(view.text("people.sign_in")),
    ]
    return fields.form(frame.at(view, "/sign-in"), asked.csrf, parts, next=asked.next)


def _ways(view: View, ways: tuple[Way, ...]) -> list[Component]:
    if not ways:
        return []
    links = [
        html.A(
            view.text("people.sign_in_with", title=way.title),
            href=way.href,
            className=_SECOND,
        )
        for way in ways
    ]
    return [html.P(view.text("people.or"), className="people-or"), *links]


def _help(view: View) -> Component:
    said = [html.P(view.text("people.help_account")), html.P(view.text("people.help_token"))]
    return html.Details([html.Summary(view.text("people.help")), *said], className="people-help")
