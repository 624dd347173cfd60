"""Who acts in a request, as the audit log names them, and who acts for the whole city."""

from __future__ import annotations

import flask

from dashboard.access import editing, permissions, principal
from dashboard.access.tokens import Token, Tokens
from feeds.audit_log.entries import Who


def of_office(name: str) -> Who:
    """An office that sends a form, or the holder of a token."""
    return Who(name, flask.request.remote_addr or "")


def of_request(tokens: Tokens) -> Who:
    """Whoever makes this request: the holder of its token, or "" where it has none."""
    scheme, _, bearer = flask.request.headers.get("Authorization", "").partition(" ")
    sent = [bearer.strip()] if scheme.lower() == "bearer" else []
    cookies = (permissions.COOKIE, principal.COOKIE)
    sent += [flask.request.cookies.get(name, "") for name in cookies]
    for token in sent:
        known = tokens.known(token) if token else None
        if known:
            return of_office(known.name)
    return of_office("")


def city_office(tokens: Tokens) -> Token | None:
    """The office of the whole city that makes this request: it may read the audit log, and see what
    is to be declared of a source.
    """
    found = editing.editor(tokens)
    return found if found and not found.area else None
