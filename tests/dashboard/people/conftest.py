"""The pages about people on a real database and Redis, as browsers use them: a client keeps its
cookies and sends the forms that it was shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.access.middleware import AccessMiddleware
from dashboard.access.principal import Authenticator
from dashboard.audit_trail import now_ms
from dashboard.people import addresses
from dashboard.services import Services
from feeds.accounts import account_store, passwords
from feeds.accounts.account_store import Account
from feeds.accounts.roles import Role
from feeds.audit_log import log_store
from feeds.audit_log.entries import BOARD, Entry

PASSWORD = "three unrelated words"
CITY, TOWN, OTHER = "320282", "320282001", "320282112"


@dataclass
class Browser:
    """One browser: it sends a form as its page shows it, with what is typed into it."""

    client: FlaskClient

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def send(self, page: str, do: str = "", **typed: Any) -> TestResponse:
        """The form of a page, or of several the one that does `do`."""
        return self.client.post(page.partition("?")[0], data=self.form(page, do) | typed)

    def form(self, page: str, do: str = "") -> dict[str, str]:
        """The hidden fields of a form."""
        found = re.findall(r"<form(.*?)</form>", self.get(page).text, flags=re.S)
        forms = [dict(_hidden(one)) for one in found]
        mine = [one for one in forms if one.get("do", "") == do]
        assert mine, (page, do)
        return mine[-1]

    def sign_in(self, name: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.send("/sign-in", name=name, password=password, **more)


def _hidden(form: str) -> list[tuple[str, str]]:
    fields = re.findall(r"<input([^>]*)>", form)
    found = [dict(re.findall(r'([\w-]+)="([^"]*)"', one)) for one in fields]
    return [
        (one["name"], unescape(one.get("value", ""))) for one in found if one["type"] == "hidden"
    ]


@pytest.fixture
def serve() -> Callable[..., flask.Flask]:
    """A board of these pages and one page of figures, closed where nothing else is said."""

    def make(opened: Services, *, is_open: bool = False) -> flask.Flask:
        made = flask.Flask("test")
        authenticator = Authenticator(
            opened.tokens, opened.sessions, opened.last_use, CITY, is_open=is_open
        )
        authenticator.attach(made)
        access = AccessMiddleware(authenticator, "zh", opened.trail)
        made.before_request(access.check)
        made.register_blueprint(addresses.blueprint(opened))
        made.add_url_rule("/", "home", lambda: "figures")
        access.close()
        return made

    return make


@pytest.fixture
def server(serve: Callable[..., flask.Flask], opened: Services) -> flask.Flask:
    return serve(opened)


@pytest.fixture
def browse(server: flask.Flask) -> Callable[[], Browser]:
    return lambda: Browser(server.test_client())


@pytest.fixture
def browser(browse: Callable[[], Browser]) -> Browser:
    return browse()


@pytest.fixture
def account(opened: Services) -> Callable[..., Account]:
    """Makes an account that can sign in."""
    kept = passwords.hash(PASSWORD)

    def make(name: str, *roles: Role, towns: tuple[str, ...] = (), password: str = kept) -> Account:
        with opened.database.begin() as connection:
            return account_store.add(
                connection, now_ms(), BOARD, name, roles or ("viewer",), towns, password=password
            )

    return make


@pytest.fixture
def entries(opened: Services) -> Callable[..., list[Entry]]:
    """The entries of some acts, the oldest first."""

    def read(*acts: str) -> list[Entry]:
        with opened.database.connect() as connection:
            return [one for one in log_store.every(connection) if one.act in acts]

    return read
