"""/account: who one is here, where one is signed in, and one's password."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.html import elements as html
from layouts.people import devices, fields, frame, tables
from layouts.people.page_values import EMPTY, Built, Filled, OwnAccount, Session
from layouts.people.setting_up import passwords
from layouts.people.signing_in import PASSWORD, USERNAME
from layouts.view import View

ACCOUNT = "/account"


def build(view: View, own: OwnAccount, filled: Filled = EMPTY, done: str = "") -> Built:
    """Who one is here, the sessions, the password."""
    parts = [_facts(view, own), _sessions(view, own), _password(view, own, filled)]
    return frame.build(
        view, "people.own", parts, filled, done=done, kind="wide", name=own.shown or own.name
    )


def _facts(view: View, own: OwnAccount) -> Component:
    comma = view.text("people.comma")
    rows = [
        ("name", own.name),
        ("roles", comma.join(own.roles) or view.text("people.no_roles")),
        *([("towns", comma.join(own.towns))] if own.towns else []),
    ]
    does = html.Ul([html.Li(said) for said in own.does], className="people-does")
    return html.Section(
        [tables.facts(view, rows), html.H2(view.text("people.may")), does], className="people-first"
    )


def _sessions(view: View, own: OwnAccount) -> Component:
    head = ("device", "address", "since", "seen", "ends", "")
    rows = [_session(view, one) for one in own.sessions]
    others = len(own.sessions) - 1
    ends = [_end(view, "others", "people.end_others")] if others > 0 else []
    ends.append(_end(view, "all", "people.end_all"))
    note = view.text("people.sessions_note", hours=f"{own.idle_hours:g}")
    return html.Section(
        [
            html.H2(view.text("people.sessions")),
            html.P(note, className="people-note"),
            tables.table(view, "people.sessions", head, rows),
            html.Div(ends, className="people-acts"),
        ],
        className="people-part",
    )


def _session(view: View, one: Session) -> list[tables.Cell]:
    name: tables.Cell = devices.words(one.agent, view.lang)
    if one.is_this:
        this = html.Span(view.text("people.this_one"), className="people-mark")
        name = [devices.words(one.agent, view.lang), " ", this]
    times_of = [tables.moment(view, at) for at in (one.created, one.seen, one.ends)]
    end: tables.Cell = "" if one.is_this else _end(view, one.handle, "people.end_one")
    return [name, one.address or "—", *times_of, end]


def _end(view: View, which: str, label: str) -> Component:
    parts = [fields.button(view.text(label), "button--second")]
    action, csrf = frame.at(view, ACCOUNT), view.person.csrf
    return fields.form(action, csrf, parts, "people-inline", do="end", which=which)


def _password(view: View, own: OwnAccount, filled: Filled) -> Component:
    heading = html.H2(view.text("people.change_password"))
    if not own.has_password:
        said = html.P(view.text("people.no_password", provider=own.provider))
        return html.Section([heading, said], className="people-part")
    lang = view.lang
    parts = [
        _name(view, own),
        fields.field(filled, lang, "password", view.text("people.old_password"), **PASSWORD),
        *passwords(view, filled),
        fields.button(view.text("people.change_password")),
    ]
    form = fields.form(frame.at(view, ACCOUNT), view.person.csrf, parts, do="password")
    note = html.P(view.text("people.change_password_note"), className="people-note")
    return html.Section([heading, note, form], className="people-part")


def _name(view: View, own: OwnAccount) -> Component:
    """For password managers, which keep a password with a name."""
    known = Filled({"name": (own.name,)})
    return html.Div(
        fields.field(known, view.lang, "name", view.text("people.name"), readonly="", **USERNAME),
        hidden=True,
    )
