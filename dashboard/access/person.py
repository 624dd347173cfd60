"""Who looks, as the header of a page says it."""

from __future__ import annotations

from dashboard.access import principal
from dashboard.access.principal import Principal
from layouts.view import Person


def of_request() -> Person:
    """The person of this request. A wall is nobody: there is no one to sign out."""
    return of(principal.of_request(), is_open=principal.is_open())


def of(found: Principal, *, is_open: bool) -> Person:
    if found.kind == "account":
        may = {"account"} | ({"admin"} if found.may("manage") else set())
        may |= {"audit"} if found.may("audit") else set()
        return Person(found.shown or found.name, "account", found.csrf, frozenset(may), is_open)
    if found.kind == "token" and found.csrf:
        return Person(found.name, "office", found.csrf, is_open=is_open)
    return Person(is_open=is_open)
