"""/admin/sources: which sources are declared, how their case numbers look, and the form that
changes one. They stand in DATA/sources.toml.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.html import elements as html
from layouts.people import fields, frame, tables
from layouts.people.page_values import EMPTY, Built, Filled, Source, Sources
from layouts.view import View

LIST, ONE = "/admin/sources", "/admin/source"
SECTION = "sources"


def build(view: View, found: Sources, filled: Filled = EMPTY, done: str = "") -> Built:
    """The declared ones, then those that send without being declared."""
    parts: list[Component] = [
        html.P(
            view.text("people.sources_lead", n=str(len(found.declared))), className="people-lead"
        ),
        frame.action(view, "people.add_source", ONE),
    ]
    if found.declared:
        head = ("source", "case", "source_name", "source_owner")
        rows = [_declared(view, one) for one in found.declared]
        parts.append(tables.table(view, "people.sources", head, rows))
    if found.undeclared:
        rows = [_undeclared(view, one) for one in found.undeclared]
        table = tables.table(view, "people.undeclared", ("source", "last", ""), rows)
        note = html.P(view.text("people.undeclared_note"), className="people-note")
        heading = html.H2(view.text("people.undeclared"))
        parts.append(html.Section([heading, note, table], className="people-part"))
    parts.append(html.P(view.text("people.sources_file", file=found.file), className="people-note"))
    return frame.build(
        view, "people.sources", parts, filled, done=done, section=SECTION, kind="wide"
    )


def one(view: View, found: Sources, id: str, filled: Filled = EMPTY) -> Built:
    """The form of a declared source, or of a new one where `id` is none of them."""
    lang, text = view.lang, view.text
    is_known = any(one.id == id for one in found.declared)
    parts = [
        fields.field(
            filled, lang, "id", text("people.source"), text("people.source_hint"), **fields.PLAIN
        ),
        fields.lines(filled, lang, "case", text("people.case"), text("people.case_hint")),
        fields.field(filled, lang, "title", text("people.source_title"), maxlength="80"),
        fields.field(
            filled, lang, "owner", text("people.owner"), text("people.owner_hint"), maxlength="80"
        ),
        fields.button(text("people.save")),
    ]
    action, csrf = frame.at(view, ONE), view.person.csrf
    about = {"was": id if is_known else "", "stamp": found.stamp}
    inside: list[Component] = [_how(view), fields.form(action, csrf, parts, do="save", **about)]
    if is_known:
        said = text("people.undeclare_help")
        label = text("people.undeclare")
        inside.append(fields.confirmed(label, said, action, csrf, "remove", **about))
    inside.append(frame.back(view, "people.back_to_sources", LIST))
    title = "people.one_source" if is_known else "people.add_source"
    return frame.build(
        view, title, inside, filled, section=SECTION, **({"id": id} if is_known else {})
    )


def _declared(view: View, one: Source) -> list[tables.Cell]:
    patterns = [html.Code(pattern, className="people-code") for pattern in one.patterns]
    return [
        html.A(one.id, href=frame.at(view, ONE, id=one.id), className="people-code"),
        html.Div(patterns, className="people-codes"),
        one.title or "—",
        one.owner or "—",
    ]


def _undeclared(view: View, one: Source) -> list[tables.Cell]:
    link = html.A(view.text("people.declare"), href=frame.at(view, ONE, id=one.id))
    return [html.Code(one.id, className="people-code"), tables.moment(view, one.last), link]


def _how(view: View) -> Component:
    """How a pattern is written."""
    rows = [
        html.Div([html.Dt(html.Code(sign)), html.Dd(view.text(f"people.pattern_{name}"))])
        for sign, name in (
            ("JJ", "plain"),
            ("[0-9]{12}", "digits"),
            ("[A-Z]{1,3}", "range"),
            ("[.]", "dot"),
        )
    ]
    summary = html.Summary(view.text("people.pattern"))
    return html.Details([summary, html.Dl(rows, className="people-facts")], className="people-help")
