"""/admin/tokens: the tokens of offices and programs, the form that adds one, and one token's own
page.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from layouts.html import elements as html
from layouts.people import fields, frame, tables
from layouts.people.page_values import EMPTY, Built, Choice, Filled, Secret, Token, TokenOptions
from layouts.view import View

LIST, ADD, ONE = "/admin/tokens", "/admin/add-token", "/admin/token"
SECTION = "tokens"
DAYS = (30, 90, 180, 365)


def build(view: View, tokens: Sequence[Token], done: str = "") -> Built:
    """The list."""
    expired = sum(one.is_expired for one in tokens)
    lead = view.text("people.tokens_lead", n=str(len(tokens)))
    if expired:
        lead += view.text("people.tokens_expired", n=str(expired))
    head = ("token", "kind", "scope", "by", "expires", "used")
    parts: list[Component] = [
        html.P(lead, className="people-lead"),
        frame.action(view, "people.add_token", ADD),
    ]
    if tokens:
        rows = [_row(view, one) for one in tokens]
        parts.append(tables.table(view, "people.tokens", head, rows))
    return frame.build(view, "people.tokens", parts, done=done, section=SECTION, kind="wide")


def add(view: View, options: TokenOptions, filled: Filled = EMPTY) -> Built:
    """The fields that a kind does not have are hidden by the style sheet, and not read."""
    lang, text = view.lang, view.text
    ends = [Choice(str(n), text("people.days", n=str(n))) for n in DAYS]
    ends.append(Choice("", text("people.no_end")))
    for_sending = [
        fields.choose(
            filled,
            lang,
            "areas",
            text("people.token_areas"),
            options.towns,
            hint=text("people.token_areas_hint"),
            look="choices-field--columns",
        ),
        fields.lines(
            filled, lang, "sources", text("people.token_sources"), text("people.token_sources_hint")
        ),
        _types(view, options, filled),
    ]
    area = fields.select(
        filled,
        lang,
        "area",
        text("people.token_area"),
        options.areas,
        text("people.token_area_hint"),
    )
    parts = [
        fields.field(
            filled,
            lang,
            "name",
            text("people.token_name"),
            text("people.token_name_hint"),
            **fields.PLAIN,
        ),
        fields.choose(filled, lang, "kind", text("people.kind"), options.kinds, kind="radio"),
        html.Div(area, className="only-looking"),
        html.Div(for_sending, className="only-sending"),
        fields.select(filled, lang, "days", text("people.lasts"), ends),
        fields.button(text("people.add_token_do")),
    ]
    form = fields.form(frame.at(view, ADD), view.person.csrf, parts, "people-form--token")
    return frame.build(view, "people.add_token", [form], filled, section=SECTION)


def shown(view: View, made: Secret) -> Built:
    """After a token was made or got a new secret: the one time that it is shown."""
    said = view.text("people.secret_lead")
    if made.until:
        said += view.text("people.secret_until", until=tables.moment(view, made.until))
    parts = [
        frame.secret(view, said, made.value),
        html.P(view.text("people.secret_use"), className="people-note"),
        frame.back(view, "people.back_to_tokens", LIST),
    ]
    return frame.build(view, "people.secret_title", parts, section=SECTION, name=made.name)


def one(view: View, found: Token, filled: Filled = EMPTY) -> Built:
    """One token: all that it may, its new secret, its end."""
    text = view.text
    rows: list[tuple[str, tables.Cell]] = [
        ("kind", text(f"people.kind_{found.kind}")),
        ("scope", _scope(view, found, short=False)),
        ("by", found.by or "—"),
        ("created", tables.moment(view, found.created)),
        ("expires", _expires(view, found)),
        ("used", tables.moment(view, found.seen, text("people.never"))),
    ]
    if found.rotated:
        rows.append(("rotated", text("people.until", until=tables.moment(view, found.rotated))))
    action, csrf = frame.at(view, ONE), view.person.csrf
    acts = [
        fields.confirmed(
            text(f"people.{do}"),
            text(f"people.{do}_help", name=found.name),
            action,
            csrf,
            do,
            name=found.name,
        )
        for do in ("rotate", "revoke")
    ]
    section = html.Section([html.H2(text("people.token_acts")), *acts], className="people-part")
    parts = [tables.facts(view, rows), section, frame.back(view, "people.back_to_tokens", LIST)]
    return frame.build(view, "people.one_token", parts, filled, section=SECTION, name=found.name)


def _types(view: View, options: TokenOptions, filled: Filled) -> Component:
    """Dozens of types, folded until somebody chooses among them."""
    chosen = fields.choose(
        filled,
        view.lang,
        "types",
        view.text("people.token_types"),
        options.types,
        look="choices-field--columns",
    )
    is_open = bool(filled.chosen("types") or filled.problem("types"))
    summary = html.Summary(view.text("people.token_types_some"))
    return html.Details([summary, chosen], open=is_open, className="people-fold")


def _row(view: View, one: Token) -> list[tables.Cell]:
    return [
        html.A(one.name, href=frame.at(view, ONE, name=one.name)),
        view.text(f"people.kind_{one.kind}"),
        _scope(view, one),
        one.by or "—",
        _expires(view, one),
        tables.moment(view, one.seen, view.text("people.never")),
    ]


def _expires(view: View, one: Token) -> Component:
    state = "disabled" if one.is_expired else "active"
    word = tables.moment(view, one.expires, view.text("people.no_end"))
    if one.is_expired:
        word = view.text("people.expired", at=word)
    return html.Span(word, className=f"people-state people-state--{state}")


def _scope(view: View, one: Token, *, short: bool = True) -> str:
    """What it may send or see: in short how many of each, else all of them."""
    if one.kind != "ingest":
        return one.area or view.text("people.whole_city")
    comma = view.text("people.comma")
    parts = []
    for name, values in (("areas", one.areas), ("sources", one.sources), ("types", one.types)):
        if values and (len(values) == 1 or not short):
            parts.append(comma.join(values))
        elif values:
            parts.append(view.text(f"people.n_{name}", n=str(len(values))))
    return view.text("people.semicolon").join(parts) or view.text("people.sends_all")
