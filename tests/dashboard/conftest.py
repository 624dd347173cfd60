"""A history of its own for each test, and events sent to it through the real intake and ingest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import redis as redis_client
from flask.testing import FlaskClient

from dashboard import services
from dashboard.access import principal, session_cookie, sign_in
from dashboard.access.principal import Authenticator
from dashboard.processes import core
from dashboard.services import Services
from dashboard.settings import Settings
from feeds.accounts import account_store
from feeds.accounts.account_store import Account
from feeds.accounts.roles import Kind, Role
from feeds.audit_log.entries import BOARD
from feeds.events import decoding, intake

MakeEvent = Callable[..., dict[str, Any]]


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    found = services.open_services(Settings(data=tmp_path, redis=redis_server))
    yield found
    found.redis.close()
    found.database.dispose()


class Door:
    """Apps in which a request has its principal, and browsers of people and offices."""

    def __init__(self, opened: Services) -> None:
        self.opened = opened

    def authenticator(self, *, is_open: bool) -> Authenticator:
        opened = self.opened
        return Authenticator(
            opened.tokens, opened.sessions, opened.last_use, opened.profile.code, is_open=is_open
        )

    def app(self, *, is_open: bool = True) -> flask.Flask:
        """An empty app, with /enter."""
        opened, made = self.opened, flask.Flask("test")
        self.authenticator(is_open=is_open).attach(made)
        made.register_blueprint(
            sign_in.blueprint(opened.tokens, opened.profile, opened.settings.lang, opened.trail)
        )
        return made

    def account(self, name: str, *roles: Role, towns: Iterable[str] = ()) -> Account:
        """An account that can sign in; the same one when it is asked for again."""
        with self.opened.database.begin() as connection:
            known = account_store.find(connection, name)
            return known or account_store.add(
                connection, 1, BOARD, name, roles, towns, password="hash"
            )

    def sign_in(
        self, web: FlaskClient, name: str, *roles: Role, towns: Iterable[str] = ()
    ) -> Account:
        """The browser, signed in to an account."""
        account = self.account(name, *roles, towns=towns)
        secret = self.opened.sessions.begin(account, "password", agent="test", address="127.0.0.1")
        web.set_cookie(session_cookie.COOKIE, secret)
        return account

    def enter(
        self, web: FlaskClient, name: str = "指挥中心", kind: Kind = "edit", area: str = ""
    ) -> str:
        """The browser, entered with a new token."""
        token = self.opened.tokens.add(name, kind, area)
        assert web.get(f"/enter?token={token}").status_code == 303
        return token

    def form(self, web: FlaskClient, **fields: str) -> dict[str, str]:
        """The fields of a form, with what this browser's own page gives it."""
        return {**fields, "csrf": self.csrf(web)}

    def csrf(self, web: FlaskClient) -> str:
        kept = (web.get_cookie(name) for name in (session_cookie.COOKIE, principal.VIEW_COOKIE))
        cookies = "; ".join(f"{one.key}={one.value}" for one in kept if one)
        with web.application.test_request_context(headers={"Cookie": cookies}):
            return principal.of_request().csrf


@pytest.fixture
def door(opened: Services) -> Door:
    return Door(opened)


@pytest.fixture
def tell(opened: Services) -> Callable[..., None]:
    """Events through the door and ingest into the history."""
    events_in = intake.Intake(opened.log, decoding.Decoder(), name="test")
    worker = core.make_ingest(opened.log, opened.database, opened.profile)

    def tell(*events: dict[str, Any]) -> None:
        assert events_in.take(events).rejected == []
        while worker.step(10):
            pass

    return tell


@pytest.fixture
def incident(event: MakeEvent) -> Callable[..., dict[str, Any]]:
    count = iter(range(10_000))

    def make(
        grid: str,
        category: str = "order",
        time: str = "2026-08-10T10:00:00+08:00",
        channel: str = "app",
    ) -> dict[str, Any]:
        return event(
            "incident.reported",
            time,
            grid,
            case=f"c{next(count)}",
            category=category,
            severity=3,
            channel=channel,
        )

    return make
