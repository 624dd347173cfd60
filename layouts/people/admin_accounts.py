"""/admin: the accounts of the board, the form that adds one, and one account's own page."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from layouts.html import elements as html
from layouts.people import fields, frame, tables
from layouts.people.page_values import EMPTY, Account, Built, Filled, Link, Options
from layouts.people.signing_in import USERNAME
from layouts.view import View

ADD, ONE = "/admin/add-account", "/admin/account"
SECTION = "accounts"


def build(view: View, accounts: Sequence[Account], done: str = "") -> Built:
    """The list."""
    disabled = sum(one.state == "disabled" for one in accounts)
    lead = view.text("people.accounts_lead", n=str(len(accounts)))
    if disabled:
        lead += view.text("people.accounts_disabled", n=str(disabled))
    head = ("account", "roles", "towns", "state", "seen")
    parts = [
        html.P(lead, className="people-lead"),
        frame.action(view, "people.add_account", ADD),
        tables.table(view, "people.accounts", head, [_row(view, one) for one in accounts]),
    ]
    return frame.build(view, "people.accounts", parts, done=done, section=SECTION, kind="wide")


def add(view: View, options: Options, filled: Filled = EMPTY) -> Built:
    lang, text = view.lang, view.text
    parts = [
        fields.field(
            filled, lang, "name", text("people.name"), text("people.name_hint"), **USERNAME
        ),
        fields.field(filled, lang, "shown", text("people.shown"), text("people.shown_hint")),
        *_roles(view, options, filled),
        fields.button(text("people.add_account_do")),
    ]
    form = fields.form(frame.at(view, ADD), view.person.csrf, parts)
    lead = html.P(text("people.add_account_lead"), className="people-lead")
    return frame.build(view, "people.add_account", [lead, form], filled, section=SECTION)


def linked(view: View, link: Link) -> Built:
    """After a link was made: the one time that it is shown."""
    until = tables.moment(view, link.expires)
    shown = frame.secret(view, view.text("people.link_lead", until=until), link.address)
    back = frame.back(view, "people.back_to_account", ONE, name=link.name)
    return frame.build(view, "people.link_title", [shown, back], section=SECTION, name=link.name)


def one(
    view: View, found: Account, options: Options, filled: Filled = EMPTY, done: str = ""
) -> Built:
    """One account: what it may do, how it signs in, and its end."""
    lang, text = view.lang, view.text
    parts = [
        fields.field(filled, lang, "shown", text("people.shown"), text("people.shown_hint")),
        *_roles(view, options, filled),
        fields.button(text("people.save")),
    ]
    action, csrf = frame.at(view, ONE), view.person.csrf
    form = fields.form(action, csrf, parts, do="change", name=found.name)
    facts = tables.facts(
        view,
        [
            ("name", found.name),
            ("state", _state(view, found)),
            ("created", tables.moment(view, found.created)),
            ("seen", tables.moment(view, found.seen, text("people.not_in"))),
        ],
    )
    return frame.build(
        view,
        "people.one_account",
        [facts, *_follows(view, found), form, _access(view, found)],
        filled,
        done=done,
        section=SECTION,
        name=found.shown or found.name,
    )


def _follows(view: View, found: Account) -> list[Component]:
    """That roles and towns come from elsewhere."""
    if not found.provider:
        return []
    said = view.text("people.follows_groups", provider=found.provider)
    return [html.P(said, className="people-note")]


def _access(view: View, found: Account) -> Component:
    """What is done to the account as a whole."""
    text, name = view.text, found.shown or found.name
    action, csrf = frame.at(view, ONE), view.person.csrf

    def act(do: str) -> Component:
        label, said = text(f"people.{do}"), text(f"people.{do}_help", name=name)
        return fields.confirmed(label, said, action, csrf, do, name=found.name)

    if found.state == "disabled":
        acts = [act("enable")]
    else:
        acts = [] if found.provider else [act("link")]
        acts += [act("end_sessions")] if found.sessions else []
        acts += [] if found.is_own else [act("disable")]
    return html.Section([html.H2(text("people.access")), *acts], className="people-part")


def _row(view: View, one: Account) -> list[tables.Cell]:
    comma = view.text("people.comma")
    link = html.A(one.shown or one.name, href=frame.at(view, ONE, name=one.name))
    you = html.Span(view.text("people.you"), className="people-mark")
    name: list[str | Component] = [link, *([you] if one.is_own else [])]
    if one.shown and one.shown != one.name:
        name.append(html.Span(one.name, className="people-second"))
    return [
        name,
        comma.join(one.roles) or "—",
        comma.join(one.towns) or "—",
        _state(view, one),
        tables.moment(view, one.seen, view.text("people.not_in")),
    ]


def _state(view: View, one: Account) -> Component:
    word = view.text(f"people.state_{one.state}")
    return html.Span(word, className=f"people-state people-state--{one.state}")


def _roles(view: View, options: Options, filled: Filled) -> list[Component]:
    lang = view.lang
    return [
        fields.choose(filled, lang, "roles", view.text("people.roles"), options.roles),
        fields.choose(
            filled,
            lang,
            "towns",
            view.text("people.towns"),
            options.towns,
            hint=view.text("people.towns_hint"),
            look="choices-field--columns choices-field--towns",
        ),
    ]
