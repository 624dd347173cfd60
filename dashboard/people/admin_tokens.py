"""/admin/tokens: the tokens of offices and programs. A secret is shown in the answer to the form
that made it, and nowhere else.
"""

from __future__ import annotations

import flask
from flask import Blueprint, Response

from dashboard.audit_trail import now_ms
from dashboard.people import asking, choices
from dashboard.people.asking import Asking, form
from feeds.accounts import token_store
from feeds.accounts.roles import Kind
from feeds.accounts.token_store import OVERLAP_MS, Scope, Token, TokenError
from feeds.city.words import Text
from feeds.events import eventtypes
from layouts.people import admin_tokens, page_values
from layouts.people.page_values import Filled, Problem, Secret
from layouts.view import View

DAY_MS = 86_400_000
MOST_SOURCES, LONGEST_SOURCE = 50, 256
USUAL = Filled({"kind": ("ingest",), "days": ("90",)})
_NO_KIND = Text("请选用途", "choose what it is for")
_NO_AREA = Text("没有这个区域", "there is no such town")
_NO_TYPE = Text("没有这种事件", "there is no such type of event")
_NO_END = Text("请选有效期", "choose how long it is valid")
_BAD_SOURCE = Text(
    f"来源每行一个，最多 {MOST_SOURCES} 个，须为可见字符",
    f"sources are one a line, {MOST_SOURCES} at most, in visible characters",
)


class Wrong(ValueError):
    """A field of the form can't be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.said.en)
        self.problem = problem


def add(made: Blueprint, ask: Asking) -> None:
    ask.add(made, admin_tokens.LIST, lambda: _list(ask), needs="manage")
    ask.add(made, admin_tokens.ADD, lambda: _form(ask, USUAL), lambda: _add(ask), needs="manage")
    ask.add(made, admin_tokens.ONE, lambda: _one(ask), lambda: _act(ask), needs="manage")


def _known(ask: Asking) -> list[Token]:
    """The tokens as they are now, without walls, which have a page of their own."""
    return [one for one in ask.read(token_store.all) if one.kind != "wall"]


def _list(ask: Asking) -> Response:
    view, done = ask.view(), flask.request.args.get("done", "")
    said = view.text("people.done_revoked") if done == "revoked" else ""
    rows = [_row(view, one) for one in _known(ask)]
    return ask.answer(admin_tokens.build(view, rows, said))


def _row(view: View, one: Token) -> page_values.Token:
    now = now_ms()
    is_rotated = one.old_expires is not None and now < one.old_expires
    return page_values.Token(
        one.name,
        one.kind,
        choices.area_name(view, one.area),
        one.by,
        one.created,
        one.expires or 0,
        one.seen or 0,
        tuple(sorted(one.scope.types)),
        choices.town_names(view, one.scope.areas),
        tuple(sorted(one.scope.sources)),
        one.old_expires or 0 if is_rotated else 0,
        not one.lasts(now),
    )


def _form(ask: Asking, found: Filled, status: int = 200) -> Response:
    view = ask.view()
    return ask.answer(admin_tokens.add(view, choices.of_token(view), found), status)


def _add(ask: Asking) -> Response:
    name = form("name").strip()
    try:
        kind, area, scope, expires = _asked(ask)
        if not name:
            raise Wrong(Problem("name", Text("请填写名称", "enter a name")))
        secret = ask.services.tokens.add(
            name, kind, area, who=asking.who(), scope=scope, expires=expires
        )
    except Wrong as error:
        return _form(ask, _filled(error.problem), 422)
    except TokenError as error:
        return _form(ask, _filled(Problem("name", error.said)), 422)
    return ask.answer(admin_tokens.shown(ask.view(name=name), Secret(name, secret)))


def _filled(problem: Problem) -> Filled:
    """The form as it came, the sources a line each."""
    found = asking.filled(problem)
    return Filled({**found.values, "sources": _lines("sources")}, found.problems)


def _asked(ask: Asking) -> tuple[Kind, str, Scope, int | None]:
    """Kind, area, scope and end of this request's form; what a kind does not have is not read.
    Raises Wrong.
    """
    kind: Kind | None = next((one for one in choices.KINDS if one == form("kind")), None)
    if kind is None:
        raise Wrong(Problem("kind", _NO_KIND))
    days = form("days")
    if days and days not in map(str, admin_tokens.DAYS):
        raise Wrong(Problem("days", _NO_END))
    expires = now_ms() + int(days) * DAY_MS if days else None
    towns = ask.services.profile.town_by_code.keys()
    if kind != "ingest":
        if form("area") and form("area") not in towns:
            raise Wrong(Problem("area", _NO_AREA))
        return kind, form("area"), Scope(), expires
    types = frozenset(flask.request.form.getlist("types"))
    areas = frozenset(flask.request.form.getlist("areas"))
    sources = _lines("sources")
    if types - eventtypes.TYPES.keys():
        raise Wrong(Problem("types", _NO_TYPE))
    if areas - towns:
        raise Wrong(Problem("areas", _NO_AREA))
    if len(sources) > MOST_SOURCES or any(not _is_source(one) for one in sources):
        raise Wrong(Problem("sources", _BAD_SOURCE))
    return kind, "", Scope(types, areas, frozenset(sources)), expires


def _lines(name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in form(name).splitlines() if line.strip())


def _is_source(text: str) -> bool:
    return len(text) <= LONGEST_SOURCE and all("!" <= c <= "~" for c in text)


def _one(ask: Asking) -> Response:
    name = flask.request.args.get("name", "")
    view = ask.view(name=name)
    found = next((one for one in _known(ask) if one.name == name), None)
    if found is None:
        return ask.go(admin_tokens.LIST)
    return ask.answer(admin_tokens.one(view, _row(view, found)))


def _act(ask: Asking) -> Response:
    """A new secret, or the end."""
    name, do = form("name"), form("do")
    if all(one.name != name for one in _known(ask)):
        return ask.go(admin_tokens.LIST)
    try:
        if do == "rotate":
            secret = ask.services.tokens.rotate(name, who=asking.who())
            found = next(one for one in _known(ask) if one.name == name)
            until = found.old_expires or now_ms() + OVERLAP_MS
            made = Secret(name, secret, until)
            return ask.answer(admin_tokens.shown(ask.view(name=name), made))
        if do == "revoke":
            ask.services.tokens.revoke(name, who=asking.who())
            return ask.go(admin_tokens.LIST, done="revoked")
    except TokenError:  # somebody else has revoked it meanwhile
        return ask.go(admin_tokens.LIST)
    return ask.go(admin_tokens.ONE, name=name)
