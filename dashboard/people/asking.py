"""What the pages about people share: whose page it is, whether a form came from it, who may see it,
and the answer.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import flask
import redis
from flask import Blueprint, Response
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.access import language, middleware, oidc, person, principal
from dashboard.access.principal import Principal
from dashboard.services import Services
from dashboard.shell import assets, documents
from feeds.accounts.account_store import Account
from feeds.accounts.roles import RIGHTS, Right
from feeds.audit_log.entries import Who
from feeds.city import periods
from feeds.city.words import Lang, Text
from layouts.parts import person_menu
from layouts.people import signing_in
from layouts.people.page_values import EMPTY, Built, Filled, Problem, Way
from layouts.view import Person, Theme, View

log = logging.getLogger(__name__)
T = TypeVar("T")
Handler = Callable[[], Response]
FORM_COOKIE, FORM_S = "board_form", 86_400
LONGEST_NEXT = 2_000
STALE = Text("这个页面已过期，请再提交一次", "this page was out of date; please send it once more")


class Asking:
    """One board's pages about people."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def add(
        self,
        made: Blueprint,
        path: str,
        get: Handler | None = None,
        post: Handler | None = None,
        needs: Right | None = None,
        *,
        is_own: bool = False,
    ) -> None:
        """An address. `needs` is the right that its account must have; `is_own`: any account that
        is signed in.
        """
        for method, handler in (("GET", get), ("POST", post)):
            if handler is not None:
                guarded = self._guarded(handler, needs) if needs or is_own else handler
                name = f"{method.lower()}{path.replace('/', '_')}"
                made.add_url_rule(path, name, self._answering(guarded), methods=[method])

    def view(self, **filters: str) -> View:
        """The page of this request, in the language and theme of its address."""
        return self.view_of(person.of_request(), **filters)

    def view_of(self, who: Person, **filters: str) -> View:
        """The same for somebody who is known already."""
        settings, profile = self.services.settings, self.services.profile
        theme: Theme = "light" if flask.request.args.get("theme") == "light" else "dark"
        return View(
            profile,
            language.of_page(settings.lang),
            profile.code,
            periods.USUAL,
            None,
            time.time_ns() // 1_000_000,
            settings.build,
            flask.request.path,
            theme,
            filters={name: value for name, value in filters.items() if value},
            person=who,
        )

    def ways(self, to: str) -> tuple[Way, ...]:
        """The ways to sign in besides a password, for the address to go on to."""
        declared = self.services.settings.oidc
        return (Way(*oidc.way(declared, self.lang, to)),) if declared else ()

    def failed(self) -> Filled:
        """Why one of these ways led back here; empty where none did."""
        said = oidc.said(self.services.settings.oidc, flask.request.args.get("said", ""))
        return Filled(problems=(Problem("", said),)) if said else EMPTY

    def provider_of(self, account: Account) -> str:
        """How pages call the provider that an account comes from; "" of one with a password."""
        declared = self.services.settings.oidc
        owner = account.subject.partition("|")[0]
        return declared.title.of(self.lang) if declared and declared.owner == owner else owner

    def account(self) -> Principal:
        """Who is signed in, behind a guard."""
        return principal.of_request()

    def read(self, act: Callable[[Connection], T]) -> T:
        """What a reader of the database gives. Raises a database error."""

        def run() -> T:
            with self.services.database.connect() as connection:
                return act(connection)

        return thread_pool.run(run)

    def write(self, act: Callable[[Connection], T]) -> T:
        """What an act gives, all of it in one transaction; what a worker knows of sessions is read
        again. Raises what the act raises, and a database error.
        """

        def run() -> T:
            with self.services.database.begin() as connection:
                return act(connection)

        done = thread_pool.run(run)
        self.services.sessions.renew()
        return done

    def answer(self, built: Built, status: int = 200) -> Response:
        """A page, which no cache keeps: it has a form of this browser's."""
        lang, theme = self.lang, "light" if flask.request.args.get("theme") == "light" else "dark"
        page = documents.plain(
            built.content, lang, built.title, theme=theme, styles=assets.styles()
        )
        headers = {"Cache-Control": "no-store"}
        return Response(page, status, content_type="text/html; charset=utf-8", headers=headers)

    def go(self, path: str, **more: str) -> Response:
        """To another page about people, in the same language and theme."""
        return redirect(person_menu.address(self.view(), path, **more))

    @property
    def lang(self) -> Lang:
        return language.of_page(self.services.settings.lang)

    def _answering(self, handler: Handler) -> Handler:
        """A handler whose page says so where the database or Redis is away."""

        @functools.wraps(handler)
        def answered() -> Response:
            try:
                return handler()
            except (SQLAlchemyError, redis.RedisError, OSError):
                log.exception("%s can't be answered", flask.request.path)
                return self.answer(signing_in.away(self.view()), 503)

        return answered

    def _guarded(self, handler: Handler, needs: Right | None) -> Handler:
        """A handler for those alone who may; a form must be this browser's own."""

        @functools.wraps(handler)
        def guarded() -> Response:
            found = principal.of_request()
            if found.kind != "account":
                back = flask.request.full_path.rstrip("?") if flask.request.method == "GET" else ""
                return self.go(person_menu.SIGN_IN, next=back or flask.request.path)
            if needs and not found.may(needs):
                said = RIGHTS[needs].of(self.lang)
                return self.answer(signing_in.forbidden(self.view(), said), 403)
            if flask.request.method == "POST" and not principal.is_own(form("csrf")):
                return self.answer(signing_in.stale(self.view()), 403)
            return handler()

        return guarded


def form(name: str) -> str:
    return flask.request.form.get(name, "")


def filled(*problems: Problem) -> Filled:
    """What this request's form was filled with. Passwords are never written back by its page."""
    values = {name: tuple(flask.request.form.getlist(name)) for name in flask.request.form}
    return Filled(values, problems)


def who() -> Who:
    return principal.who()


def redirect(address: str) -> Response:
    return Response("", 303, {"Location": address, "Cache-Control": "no-store"})


def after(asked: str) -> str:
    """Where to go on after a sign-in: an address of this board that is none of signing in and
    out.
    """
    found = middleware.next_page(asked[:LONGEST_NEXT])
    is_loop = urlsplit(found).path in (person_menu.SIGN_IN, person_menu.SIGN_OUT, person_menu.LEAVE)
    return "/" if is_loop else found


class Forms:
    """The csrf value of forms that nobody is signed in for: it needs a cookie that the page of the
    form has set.
    """

    def __init__(self) -> None:
        self._cookie = flask.request.cookies.get(FORM_COOKIE, "")
        self._fresh = "" if len(self._cookie) >= 32 else secrets.token_urlsafe(32)

    @property
    def csrf(self) -> str:
        return _digest(self._fresh or self._cookie)

    def is_own(self) -> bool:
        """Whether this request's form was made for this browser."""
        return not self._fresh and hmac.compare_digest(
            form("csrf").encode(), _digest(self._cookie).encode()
        )

    def keep(self, answer: Response) -> Response:
        """The answer with the cookie, where the browser has none yet."""
        if self._fresh:
            secure = flask.request.is_secure
            answer.set_cookie(
                FORM_COOKIE, self._fresh, FORM_S, httponly=True, samesite="Lax", secure=secure
            )
        return answer


def _digest(cookie: str) -> str:
    return hashlib.sha256(f"form:{cookie}".encode()).hexdigest()


def asked(values: Mapping[str, str]) -> Filled:
    """A form that is filled with what is known."""
    return Filled({name: (value,) for name, value in values.items()})
