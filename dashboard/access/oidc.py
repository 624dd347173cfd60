"""/sign-in/oidc and /sign-in/oidc/back: people sign in with the city's provider of identities.

What a sign-in began with is kept in a signed cookie of its browser for ten minutes, so that any
worker can end it and nobody else can. Whatever fails leads back to /sign-in, which says why.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

import flask
from flask import Blueprint, Response
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.access import language, principal, session_cookie, workplace_clients
from dashboard.access.identity_client import Asked, Client, NotProved
from dashboard.access.middleware import SIGN_IN, next_page
from dashboard.access.sessions import Sessions
from dashboard.audit_trail import Trail, now_ms
from feeds.accounts import identities, provider
from feeds.accounts.account_store import Account
from feeds.accounts.identities import Identity, Refused
from feeds.accounts.provider import Provider
from feeds.audit_log.entries import Who
from feeds.city.profile import Profile
from feeds.city.words import Lang, Text

log = logging.getLogger(__name__)
BEGIN, BACK = "/sign-in/oidc", "/sign-in/oidc/back"
METHOD = "oidc"
COOKIE = "board_oidc"
KEEP_S = 600
LONGEST_NEXT = 2000
ERROR = re.compile(r"[a-z_]{1,40}")  # as OAuth names its errors; nothing else is logged
LOG_EVERY_S = 60.0  # how often the same failure is logged

Why = Literal[
    "away", "wrong", "outsider", "late", "stopped", "no_role", "disabled", "last_admin", "database"
]
SAID: Mapping[Why, Text] = {
    "away": Text(
        "{title}现在无法连接，请稍后再试，或用本地账号登录",
        "{title} can't be reached now; try again later, or sign in with a local account",
    ),
    "wrong": Text(
        "{title}的答复无法确认您的身份，请重新登录；若仍不行，请联系看板管理员",
        "The answer of {title} does not prove who you are; sign in again, "
        "or ask the board's administrator",
    ),
    "outsider": Text(
        "您不是本单位在{title}中的成员，不能登录本看板",
        "You are no member of this organisation in {title}, so you can't sign in here",
    ),
    "late": Text(
        "这次登录已过期、已用过，或不是在本浏览器中开始的；请重新登录",
        "This sign-in has expired, was used already, or began in another browser; sign in again",
    ),
    "stopped": Text(
        "登录未在{title}完成；请重新登录",
        "The sign-in was not completed at {title}; sign in again",
    ),
    "no_role": Text(
        "{title}已确认您的身份，但您所在的组在本看板没有角色；请联系看板管理员",
        "{title} knows you, but none of your groups has a role on this board; "
        "ask its administrator",
    ),
    "disabled": Text(
        "您的账号已在本看板停用；请联系看板管理员",
        "Your account on this board is disabled; ask its administrator",
    ),
    "last_admin": Text(
        "您是本看板最后一个管理员，但{title}中的组已不再是管理员；请先另设一个管理员",
        "You are this board's last administrator, but your groups in {title} no longer are; "
        "make another administrator first",
    ),
    "database": Text(
        "看板的数据库现在不可用，请稍后再试",
        "The board's database is not available now; try again later",
    ),
}


class OidcSignIn:
    """Both addresses. `lang` is the board's own language."""

    def __init__(
        self, client: Client, database: Engine, sessions: Sessions, trail: Trail, lang: Lang
    ) -> None:
        self._client, self._provider = client, client.provider
        self._database, self._sessions, self._trail = database, sessions, trail
        self._lang, self._logged = lang, _Logged()
        key = hashlib.sha256(f"board sign-in:{client.provider.secret()}".encode()).digest()
        self._signed = URLSafeTimedSerializer(key, salt=COOKIE)

    def blueprint(self) -> Blueprint:
        made = Blueprint("oidc", __name__)
        made.add_url_rule(BEGIN, "begin", self._begin)
        made.add_url_rule(BACK, "back", self._back)
        return made

    def _begin(self) -> Response:
        """To the provider, with a cookie to come back with."""
        lang, to = language.of_page(self._lang), _next(flask.request.args.get("next", ""))
        redirect = f"{self._provider.address or flask.request.host_url.rstrip('/')}{BACK}"
        # The state has digits and letters alone, because WeCom takes no others.
        asked = Asked(
            secrets.token_hex(16), secrets.token_urlsafe(16), secrets.token_urlsafe(48), redirect
        )
        agent = flask.request.headers.get("User-Agent", "")
        try:
            address = self._client.address(asked, agent)
        except NotProved as error:
            self._logged.once(self._provider, str(error))
            return _private(_to_sign_in(error.why, to, lang))
        answer = Response("", 303, {"Location": address})
        answer.set_cookie(
            _cookie(),
            self._signed.dumps([*asked, to, lang]),
            KEEP_S,
            httponly=True,
            samesite="Lax",
            secure=flask.request.is_secure,
            path="/",
        )
        return _private(answer)

    def _back(self) -> Response:
        """From the provider: signed in, or a sentence on /sign-in. The cookie is good once; it
        stays where another sign-in than its own came back.
        """
        kept = self._kept()
        if kept is None:
            return _private(self._failed("late", "/", language.of_page(self._lang)))
        answer = self._ended(*kept)
        secure = flask.request.is_secure
        answer.delete_cookie(_cookie(), httponly=True, samesite="Lax", secure=secure, path="/")
        return _private(answer)

    def _kept(self) -> tuple[Asked, str, Lang] | None:
        """What this browser's sign-in began with; None where it is another one that came back."""
        try:
            *asked, to, lang = self._signed.loads(
                flask.request.cookies.get(_cookie(), ""), max_age=KEEP_S
            )
            kept = Asked(*asked)
        except (BadData, TypeError, ValueError):
            return None
        state = flask.request.args.get("state", "")
        is_same = hmac.compare_digest(state.encode(), kept.state.encode())
        return (kept, to, lang) if is_same else None

    def _ended(self, asked: Asked, to: str, lang: Lang) -> Response:
        sent = flask.request.args
        code = sent.get("code") or sent.get("authCode") or ""  # DingTalk's is authCode
        if sent.get("error") or not code:
            if ERROR.fullmatch(sent.get("error", "")):
                self._logged.once(self._provider, f"it sent somebody back with {sent['error']}")
            return self._failed("stopped", to, lang)
        try:
            self._check_issuer(sent.get("iss"))
            identity = self._client.identity(asked, code)
            account = thread_pool.run(self._admitted, identity, flask.request.remote_addr or "")
            if isinstance(account, Refused):
                self._sessions.renew()
                return self._failed(account.why, to, lang, account.name)
            before = principal.of_request()
            if before.kind == "account":
                self._sessions.end(before.credential, principal.who())
            done = Response("", 303, {"Location": to})
            return session_cookie.begin(done, self._sessions, account, METHOD)
        except NotProved as error:
            self._logged.once(self._provider, str(error))
            return self._failed(error.why, to, lang)
        except SQLAlchemyError:
            log.exception("nobody can sign in: the database does not answer")
            return _to_sign_in("database", to, lang)

    def _check_issuer(self, sent: str | None) -> None:
        """That no other provider sent this browser back (RFC 9207), where it says who did."""
        if sent is not None and self._provider.issuer and sent != self._provider.issuer:
            raise NotProved("wrong", "another issuer came back")

    def _admitted(self, identity: Identity, address: str) -> Account | Refused:
        granted = self._provider.granted(identity.groups)
        with self._database.begin() as connection:
            return identities.admit(connection, now_ms(), address, identity, granted)

    def _failed(self, why: Why, to: str, lang: Lang, name: str = "") -> Response:
        """Back to /sign-in, with the failure in the audit log."""
        who = Who(name, flask.request.remote_addr or "")
        thread_pool.run(self._trail.failed_sign_in, who)
        return _to_sign_in(why, to, lang)


def blueprint(
    declared: Provider,
    profile: Profile,
    database: Engine,
    sessions: Sessions,
    trail: Trail,
    lang: Lang,
) -> Blueprint:
    """Both addresses for a declared provider. Raises WrongProvider."""
    provider.check_towns(declared, profile)
    client = workplace_clients.of_provider(declared)
    return OidcSignIn(client, database, sessions, trail, lang).blueprint()


class _Logged:
    """Failures in the process's own log: of the same one, that comes again and again, one line a
    minute.
    """

    def __init__(self) -> None:
        self._last = ("", 0.0)

    def once(self, declared: Provider, detail: str) -> None:
        now = time.monotonic()
        what, at = self._last
        if detail != what or now >= at + LOG_EVERY_S:
            self._last = (detail, now)
            log.warning("signing in with %s failed: %s", declared.name, detail)


def way(declared: Provider, lang: Lang, to: str) -> tuple[str, str]:
    """The button of /sign-in: whose account, and where it begins. `to` is where it goes on."""
    return declared.title.of(lang), f"{BEGIN}?{urlencode({'next': _next(to), 'lang': lang})}"


def said(declared: Provider | None, why: str) -> Text | None:
    """The sentence for /sign-in?said=…, where a sign-in by the provider failed."""
    found: Any = SAID
    text = found.get(why)
    if declared is None or text is None:
        return None
    title = declared.title
    return Text(text.zh.format(title=title.zh), text.en.format(title=title.en))


def _next(asked: str) -> str:
    """Where to go on: an address of this board that a cookie has room for."""
    return next_page(asked) if len(asked) <= LONGEST_NEXT else "/"


def _cookie() -> str:
    """Under TLS browsers take a cookie of this prefix from this very host alone."""
    return f"__Host-{COOKIE}" if flask.request.is_secure else COOKIE


def _to_sign_in(why: Why, to: str, lang: Lang) -> Response:
    query = {"said": why, "next": to, "lang": lang}
    return Response("", 303, {"Location": f"{SIGN_IN}?{urlencode(query)}"})


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
