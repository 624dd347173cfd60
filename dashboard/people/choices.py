"""Roles, towns, kinds and types in the words of a page, and as the choices of a form."""

from __future__ import annotations

from collections.abc import Iterable

from feeds.accounts.roles import ROLES, Kind
from feeds.events import eventtypes
from layouts.people.page_values import Choice, Options, TokenOptions
from layouts.view import View

KINDS: tuple[Kind, ...] = ("ingest", "view", "edit")  # walls are paired


def role_names(view: View, roles: Iterable[str]) -> tuple[str, ...]:
    held = frozenset(roles)
    return tuple(title.of(view.lang) for role, title in ROLES.items() if role in held)


def town_names(view: View, towns: Iterable[str]) -> tuple[str, ...]:
    """In the order of the city; a town that it has no longer, by its code."""
    held = frozenset(towns)
    known = view.profile.town_by_code
    names = [town.name.text.of(view.lang) for code, town in known.items() if code in held]
    return (*names, *sorted(held - known.keys()))


def area_name(view: View, area: str) -> str:
    """A town's name; "" of the whole city."""
    return next(iter(town_names(view, [area])), "") if area else ""


def of_account(view: View) -> Options:
    roles = [
        Choice(role, title.of(view.lang), view.text(f"people.role_{role}"))
        for role, title in ROLES.items()
    ]
    return Options(tuple(roles), _towns(view))


def of_token(view: View) -> TokenOptions:
    kinds = [
        Choice(kind, view.text(f"people.kind_{kind}"), view.text(f"people.kind_{kind}_help"))
        for kind in KINDS
    ]
    city = Choice("", view.text("people.whole_city"))
    types = [
        Choice(name, f"{one.title.of(view.lang)} {name}") for name, one in eventtypes.TYPES.items()
    ]
    return TokenOptions(tuple(kinds), (city, *_towns(view)), _towns(view), tuple(types))


def _towns(view: View) -> tuple[Choice, ...]:
    return tuple(Choice(town.code, town.name.text.of(view.lang)) for town in view.profile.towns)
