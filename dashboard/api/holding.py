"""The holder of the token of a request, for the routes that need one. A session's cookie is none: a
program sends its token with each request, so that no page of another site can send for it.
"""

from __future__ import annotations

import flask

from dashboard import thread_pool
from dashboard.access import principal, tokens
from dashboard.access.principal import Principal
from dashboard.api.problems import Problem
from dashboard.services import Services
from feeds.accounts.roles import Kind, Right
from feeds.accounts.token_store import Token
from feeds.city.words import Text

_MAKE: dict[Kind, str] = {
    "ingest": "`board tokens add NAME`",
    "edit": "`board tokens add NAME --kind edit`",
}
_FIRST = Text(
    f"首个令牌在看板数据文件夹的 {tokens.FIRST}",
    f"the first token stands in {tokens.FIRST} in the board's data folder",
)


def sender(services: Services) -> Token:
    """The token of a request that sends events. Raises Problem: 401 without one that is known, 403
    where it is for something else.
    """
    found = _holder(services, "ingest")
    if found.token is None or found.token.kind != "ingest":
        raise _other_kind(services, found, "ingest")
    return found.token


def office(services: Services, right: Right) -> Principal:
    """The office whose token a request carries. Raises Problem as `sender`."""
    found = _holder(services, "edit")
    if not found.rights.may_somewhere(right):
        raise _other_kind(services, found, "edit")
    return found


def _holder(services: Services, kind: Kind) -> Principal:
    scheme, _, sent = flask.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not sent.strip():
        made = Text(
            f"在看板所在机器上用 {_MAKE[kind]} 生成",
            f"{_MAKE[kind]} on the board's machine makes one",
        )
        where = _FIRST if kind == "ingest" else made
        detail = Text(
            f"请带请求头 Authorization: Bearer 令牌（token）；{where.zh}",
            f"send the header Authorization: Bearer TOKEN; {where.en}",
        )
        raise Problem(401, detail, {"WWW-Authenticate": 'Bearer realm="board"'})
    found = principal.of_bearer()
    if found is None:
        thread_pool.run(services.trail.failed_sign_in, principal.nobody())
        detail = Text(
            "这里没有这个令牌（token），或已过期、已撤销；"
            f"在看板所在机器上用 {_MAKE[kind]} 另生成一个",
            f"this token is not known here, has expired or was revoked; {_MAKE[kind]} "
            "on the board's machine makes a new one",
        )
        raise Problem(
            401, detail, {"WWW-Authenticate": 'Bearer realm="board", error="invalid_token"'}
        )
    return found


def _other_kind(services: Services, found: Principal, kind: Kind) -> Problem:
    thread_pool.run(services.trail.failed_sign_in, principal.who())
    has = found.token.kind if found.token else ""
    detail = Text(
        f"这个令牌是 {has} 类，这里需要 {kind} 类；在看板所在机器上用 {_MAKE[kind]} 生成",
        f"this token is of kind {has}, and this needs one of kind {kind}; "
        f"{_MAKE[kind]} on the board's machine makes one",
    )
    return Problem(
        403, detail, {"WWW-Authenticate": 'Bearer realm="board", error="insufficient_scope"'}
    )
