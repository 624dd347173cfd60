"""/admin/walls: the paired walls with what they do now. One that is taken away goes dark within
seconds; an office pairs another at /pair.
"""

from __future__ import annotations

import flask
from flask import Blueprint, Response

from dashboard.audit_trail import now_ms
from dashboard.people import asking, choices
from dashboard.people.asking import Asking, form
from feeds.accounts import token_store
from feeds.accounts.token_store import Token, TokenError
from feeds.screens import heartbeats
from feeds.screens.heartbeats import Screen
from layouts.people import admin_walls, page_values
from layouts.view import View


def add(made: Blueprint, ask: Asking) -> None:
    ask.add(made, admin_walls.LIST, lambda: _list(ask), lambda: _take_away(ask), needs="manage")


def _known(ask: Asking) -> list[Token]:
    return [one for one in ask.read(token_store.all) if one.kind == "wall"]


def _list(ask: Asking) -> Response:
    view, done = ask.view(), flask.request.args.get("done", "")
    screens = {one.name: one for one in heartbeats.walls(ask.services.redis) if one.name}
    rows = [_row(view, one, screens.get(one.name)) for one in _known(ask)]
    said = view.text("people.done_taken_away") if done == "taken_away" else ""
    return ask.answer(admin_walls.build(view, rows, done=said))


def _row(view: View, one: Token, screen: Screen | None) -> page_values.Wall:
    area = choices.area_name(view, one.area)
    if screen is None:
        return page_values.Wall(one.name, area, one.by, one.created, 0)
    painted = screen.last_seen - screen.painted_ago_ms
    state = heartbeats.how(screen.last_seen, painted, now_ms(), left=screen.left)
    return page_values.Wall(one.name, area, one.by, one.created, screen.last_seen, state)


def _take_away(ask: Asking) -> Response:
    name = form("name")
    if all(one.name != name for one in _known(ask)):
        return ask.go(admin_walls.LIST)
    try:
        ask.services.tokens.revoke(name, who=asking.who(), act="wall")
    except TokenError:  # somebody else has done so meanwhile
        return ask.go(admin_walls.LIST)
    _say_goodbye(ask, name)
    return ask.go(admin_walls.LIST, done="taken_away")


def _say_goodbye(ask: Asking, name: str) -> None:
    """A wall that was taken away has not vanished: nobody is to look for it."""
    for screen in heartbeats.walls(ask.services.redis):
        if screen.name == name:
            heartbeats.take_down(ask.services.redis, screen, now_ms())
