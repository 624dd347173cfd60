"""/sign-in and /sign-out of accounts, /sign-in/demo for anyone on a demo, and /leave, which takes
an office's token from a browser.
"""

from __future__ import annotations

import flask
from flask import Blueprint, Response
from gevent.lock import BoundedSemaphore

from dashboard import thread_pool
from dashboard.access import principal, session_cookie
from dashboard.people import asking, demo_roles
from dashboard.people.asking import STALE, Asking, Forms, form
from dashboard.people.attempts import Attempts
from dashboard.services import Services
from feeds.accounts import account_store, passwords
from feeds.accounts.account_store import Account
from feeds.accounts.session_store import DEMO
from feeds.audit_log.entries import Who
from feeds.city.words import Text
from feeds.events import privacy
from layouts.parts import person_menu
from layouts.people import signing_in
from layouts.people.page_values import EMPTY, Filled, Problem, SignIn

WRONG = Text(
    "账号或密码不对，或账号已停用",
    "the account or the password is wrong, or the account is disabled",
)
_NO_NAME = Text("请填写账号", "enter the account")
_NO_PASSWORD = Text("请填写密码", "enter the password")
_BUSY = Text("同时登录的人太多，请再试一次", "too many are signing in at once; try once more")
_NO_DEMO = Text("这里不能试用角色", "no role can be tried here")
METHOD = "password"
MOST_AT_ONCE, PATIENCE_S = 2, 20.0  # a password takes 64 MB and a fifth of a second to look at


class Passwords:
    """Looks at passwords, few at once and counted. Its account where one is right."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._attempts = Attempts(services.redis)
        self._turn = BoundedSemaphore(MOST_AT_ONCE)

    def check(self, name: str, password: str) -> Account:
        """Raises NotNow where somebody has tried too often, WrongPassword, redis.RedisError, a
        database error.
        """
        address = flask.request.remote_addr or ""
        wait_s = self._attempts.begin(name, address)
        if wait_s:
            raise NotNow(_too_often(wait_s), 429, wait_s)
        if not self._turn.acquire(timeout=PATIENCE_S):
            self._attempts.forgive(name, address)
            raise NotNow(_BUSY, 503, 5)
        try:
            account, is_right = thread_pool.run(self._look, name, password)
        finally:
            self._turn.release()
        if account is None or not is_right:
            known = Who(account.name if account else "", address)
            thread_pool.run(self._services.trail.failed_sign_in, known)
            raise WrongPassword
        self._attempts.forgive(name, address)
        return account

    def _look(self, name: str, password: str) -> tuple[Account | None, bool]:
        """The account of a name, and whether the password is its own and it may be used. Takes as
        long for a name that there is none of.
        """
        with self._services.database.connect() as connection:
            account = account_store.find(connection, name)
        kept = account.password if account else ""
        is_right = passwords.verify(kept, password)
        if account and is_right and passwords.is_outdated(kept):
            renewed = passwords.hash(password)
            with self._services.database.begin() as connection:
                account_store.rehashed(connection, account.id, kept, renewed)
        return account, is_right and account is not None and account.can_sign_in


class WrongPassword(Exception):
    """There is no such account, or its password is another one."""


class NotNow(Exception):
    """Nothing was looked at; it may be tried again after a while."""

    def __init__(self, said: Text, status: int, wait_s: int) -> None:
        super().__init__(said.en)
        self.said, self.status, self.wait_s = said, status, wait_s


def add(made: Blueprint, ask: Asking, known: Passwords) -> None:
    ask.add(
        made, person_menu.SIGN_IN, lambda: _page(ask, ask.failed()), lambda: _sign_in(ask, known)
    )
    ask.add(made, signing_in.TAKE_ROLE, post=lambda: _as_demo(ask))
    ask.add(made, person_menu.SIGN_OUT, lambda: _leaving(ask), lambda: _sign_out(ask))
    ask.add(made, person_menu.LEAVE, lambda: _leaving(ask), lambda: _leave(ask))


def signed_in(ask: Asking, account: Account, method: str, to: str = "/") -> Response:
    """A new session for this browser, in the place of one that it had, and the page to go on to.
    Raises a database error.
    """
    before = principal.of_request()
    if before.kind == "account":
        ask.services.sessions.end(before.credential, asking.who())
    return session_cookie.begin(asking.redirect(to), ask.services.sessions, account, method)


def _page(ask: Asking, found: Filled = EMPTY, status: int = 200) -> Response:
    next = asking.after(form("next") or flask.request.args.get("next", "/"))
    if principal.of_request().kind == "account" and not found.problems:
        return asking.redirect(next)
    forms = Forms()
    view = ask.view(next=next if next != "/" else "")
    demo = demo_roles.choices(ask, view)
    asked = SignIn(forms.csrf, next, ask.ways(next), "next" in view.filters, demo)
    return forms.keep(ask.answer(signing_in.sign_in(view, asked, found), status))


def _sign_in(ask: Asking, known: Passwords) -> Response:
    name, password = form("name").strip(), form("password")
    shown = _typed(name)
    if not Forms().is_own():
        return _page(ask, Filled(shown, (Problem("", STALE),)), 403)
    missing = [Problem("name", _NO_NAME)] if not name else []
    missing += [Problem("password", _NO_PASSWORD)] if not password else []
    if missing:
        return _page(ask, Filled(shown, tuple(missing)), 422)
    try:
        account = known.check(name, password)
    except WrongPassword:
        return _page(ask, Filled(shown, (Problem("", WRONG),)), 403)
    except NotNow as error:
        answer = _page(ask, Filled(shown, (Problem("", error.said),)), error.status)
        answer.headers["Retry-After"] = str(error.wait_s)
        return answer
    return signed_in(ask, account, METHOD, asking.after(form("next")))


def _as_demo(ask: Asking) -> Response:
    if not Forms().is_own():
        return _page(ask, Filled(problems=(Problem("", STALE),)), 403)
    account = demo_roles.account(ask, form("role"))
    if account is None:
        return _page(ask, Filled(problems=(Problem("", _NO_DEMO),)), 403)
    return signed_in(ask, account, DEMO, asking.after(form("next")))


def _typed(name: str) -> dict[str, tuple[str, ...]]:
    """The name as it comes back with an error; nothing of what may be a person's number."""
    return {} if privacy.personal(name) or len(name) > account_store.LONGEST else {"name": (name,)}


def _leaving(ask: Asking) -> Response:
    """The button: a link alone must not sign anybody out."""
    view = ask.view()
    if not view.person.kind:
        return ask.answer(signing_in.signed_out(view))
    return ask.answer(signing_in.sign_out(view))


def _sign_out(ask: Asking) -> Response:
    found = principal.of_request()
    if found.kind != "account":
        return ask.go(person_menu.SIGN_OUT)
    if not principal.is_own(form("csrf")):
        return ask.answer(signing_in.stale(ask.view()), 403)
    ask.services.sessions.end(found.credential, asking.who())
    return session_cookie.clear(ask.go(person_menu.SIGN_OUT))


def _leave(ask: Asking) -> Response:
    """The office's token leaves the browser; it stays valid elsewhere. One that was revoked leaves
    without a proof of whose form it was: nobody is signed in by it.
    """
    answer = ask.go(person_menu.LEAVE)
    if principal.VIEW_COOKIE not in flask.request.cookies:
        return answer
    if principal.of_request().csrf and not principal.is_own(form("csrf")):
        return ask.answer(signing_in.stale(ask.view()), 403)
    thread_pool.run(ask.services.trail.note_if_possible, asking.who(), "sign_out")
    answer.delete_cookie(principal.VIEW_COOKIE, httponly=True, samesite="Lax")
    return answer


def _too_often(wait_s: int) -> Text:
    minutes = -(-wait_s // 60)
    return Text(
        f"试的次数太多，请 {minutes} 分钟后再试；忘了密码可请管理员重设",
        f"too many tries; try again in {minutes} {'minute' if minutes == 1 else 'minutes'}, "
        "or ask an administrator for a new password",
    )
