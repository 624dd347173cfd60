"""Pairing: a wall shows a code, an administrator enters it at /pair, and the wall collects its
token with its own secret.

`board:pairing:code:<code>` names the wall's secret, `board:pairing:<secret>` holds "" and then, for
two minutes, the token.
"""

from __future__ import annotations

import secrets
from typing import Any, cast

import flask
import msgspec
import redis
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard.access import language, middleware, principal
from dashboard.services import Services
from dashboard.shell import documents
from feeds.accounts.token_store import TokenError
from feeds.audit_log.entries import Who
from feeds.city.words import Text
from feeds.events import decoding
from feeds.remarks import remarks
from feeds.remarks.remarks import WrongRemark
from feeds.screens import heartbeats
from layouts.view import Theme
from layouts.wall import pairing

CODE_S, TAKEN_S, MINUTE_S = 600, 120, 60
MOST = 60  # codes a minute, for all walls together
MOST_EACH = 6  # for the walls of one address, so that nobody takes the others' codes
PLACE = "board:pairing:"
_CLOSED = Text(
    "配对大屏须由管理员进行，或页面已过期；请重新登录",
    "an administrator pairs walls, or the page is out of date; sign in again",
)
_NO_CODE = Text(
    "没有大屏在显示这个配对码，请再看一眼大屏", "No wall shows this code; look at the wall again"
)
_TAKEN = Text("这个名称已被使用，请换一个", "This name is taken; choose another")
_NO_AREA = Text("没有这个区域", "There is no such area")
_AWAY = Text("服务器暂时不能配对，请稍后再试", "The server can't pair now; try again later")


class NoCode(ValueError):
    """No wall shows this code."""


class Pairings:
    """The codes and secrets in Redis, and the tokens made from them."""

    def __init__(self, services: Services) -> None:
        self._store, self._tokens = services.redis, services.tokens

    def ask(self, address: str) -> tuple[str, str] | None:
        """(secret, code) for a wall at an address; None where too many asked. Raises
        redis.RedisError.
        """
        if (
            self._asked(f"{PLACE}asked:{address}") > MOST_EACH
            or self._asked(f"{PLACE}asked") > MOST
        ):
            return None
        secret, code = secrets.token_urlsafe(24), f"{secrets.randbelow(1_000_000):06d}"
        while not self._store.set(f"{PLACE}code:{code}", secret, ex=CODE_S, nx=True):
            code = f"{secrets.randbelow(1_000_000):06d}"
        self._store.set(PLACE + secret, "", ex=CODE_S)
        return secret, code

    def _asked(self, name: str) -> int:
        """How often within a minute, this time included."""
        counted = self._store.pipeline()
        counted.set(name, 0, ex=MINUTE_S, nx=True)
        counted.incr(name)
        return int(counted.execute()[-1])

    def confirm(self, code: str, name: str, area: str, who: Who) -> None:
        """Make the token of the wall that shows a code, for it to collect. Raises NoCode,
        TokenError, redis.RedisError.
        """
        found = cast("bytes | None", self._store.get(f"{PLACE}code:{code}"))
        if found is None:
            raise NoCode
        token = self._tokens.add(name, "wall", area, who=who, act="wall")
        self._store.set(PLACE + found.decode(), token, ex=TAKEN_S)
        self._store.delete(f"{PLACE}code:{code}")

    def claim(self, secret: str) -> str | None:
        """The token, once; "" while the code is not confirmed; None where it has expired. Raises
        redis.RedisError.
        """
        found = cast("bytes | None", self._store.get(PLACE + secret))
        if found:
            self._store.delete(PLACE + secret)
        return None if found is None else found.decode()


def blueprint(services: Services) -> Blueprint:
    """The addresses for walls and for people."""
    made, known = Blueprint("pairing", __name__), Pairings(services)
    made.add_url_rule("/wall/pair", "ask", _answering(lambda: _ask(known)), methods=["POST"])
    made.add_url_rule("/wall/claim", "claim", _answering(lambda: _claim(known)), methods=["POST"])
    made.add_url_rule(
        "/wall/pass", "pass", lambda: Response("", 204, {"Cache-Control": "no-store"})
    )
    made.add_url_rule("/wall/bye", "bye", _answering(lambda: _bye(services)), methods=["POST"])
    made.add_url_rule("/pair", "page", lambda: _page(services))
    made.add_url_rule("/pair", "pair", lambda: _pair(services, known), methods=["POST"])
    return made


def _answering(answer: Any) -> Any:
    def asked() -> Response:
        try:
            return cast(Response, answer())
        except (redis.RedisError, OSError):
            return _json({"state": "away"}, 503)

    return asked


def _ask(known: Pairings) -> Response:
    found = known.ask(flask.request.remote_addr or "")
    if found is None:
        return _json({"state": "away"}, 429)
    return _json({"state": "shown", "secret": found[0], "code": found[1], "for_s": CODE_S})


def _claim(known: Pairings) -> Response:
    body = flask.request.get_json(silent=True)
    secret = body.get("secret") if isinstance(body, dict) else None
    token = known.claim(secret) if isinstance(secret, str) and 20 <= len(secret) <= 60 else None
    if not token:
        return _json({"state": "ended" if token is None else "shown"})
    return middleware.keep(_json({"state": "paired"}), token)


def _bye(services: Services) -> Response:
    """A wall's page was closed, so it must not count as vanished."""
    id = flask.request.get_data(as_text=True)[:32]
    if id.isalnum():
        heartbeats.leave(services.redis, id, decoding.now_ms())
    return Response("", 204)


def _page(
    services: Services, said: Text | None = None, field: str = "", status: int = 200
) -> Response:
    """The form, or why there is none; `said` is the result of the last try."""
    found, lang = principal.of_request(), language.of_page(services.settings.lang)
    towns = [
        (town.code, services.profile.name_of(town.code).of(lang)) for town in services.profile.towns
    ]
    city = (services.profile.code, services.profile.name_of(services.profile.code).of(lang))
    shown = (
        pairing.Form(lang, found.csrf, found.name, (city, *towns)) if found.may("manage") else None
    )
    given = {name: flask.request.form.get(name, "") for name in ("code", "name", "area")}
    theme: Theme = "light" if flask.request.args.get("theme") == "light" else "dark"
    content = pairing.confirm(lang, shown, given, said, field, theme)
    page = documents.plain(content, lang, pairing.TITLE, theme=theme)
    return Response(
        page, status, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def _pair(services: Services, known: Pairings) -> Response:
    found = principal.of_request()
    if not found.may("manage") or not principal.is_own(flask.request.form.get("csrf", "")):
        return _page(services, _CLOSED, "", 403)
    try:
        name = _confirmed(services, known)
    except NoCode:
        return _page(services, _NO_CODE, "code", 422)
    except TokenError:
        return _page(services, _TAKEN, "name", 422)
    except WrongRemark as error:
        return _page(services, error.said, error.field, 422)
    except (redis.RedisError, OSError, SQLAlchemyError):
        return _page(services, _AWAY, "", 503)
    return _page(
        services,
        Text(
            f"“{name}”已配对，几秒后自动显示",
            f"“{name}” is paired; it goes on by itself in a few seconds",
        ),
        "done",
    )


def _confirmed(services: Services, known: Pairings) -> str:
    """The name of the wall that was paired. Raises NoCode, TokenError, WrongRemark,
    redis.RedisError.
    """
    form = flask.request.form
    area = "" if form.get("area", "") == services.profile.code else form.get("area", "")
    if area and area not in services.profile.town_by_code:
        raise WrongRemark("area", _NO_AREA)
    name = remarks.words({"name": form.get("name", "").strip()}, "name", needed=True)
    code = "".join(c for c in form.get("code", "") if c.isdigit())
    known.confirm(code, name, area, principal.who())
    return name


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(
        msgspec.json.encode(body),
        status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
