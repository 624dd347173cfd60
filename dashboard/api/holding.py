"""The holder of the token of a request, for the routes that need one."""

from __future__ import annotations

import flask

from dashboard import thread_pool
from dashboard.access import acting, tokens
from dashboard.access.tokens import Kind, Token
from dashboard.api.problems import Problem
from dashboard.services import Services
from feeds.city.words import Text

_MAKE = {
    "ingest": "`board tokens add NAME`",
    "view": "`board tokens add NAME --kind view`",
    "edit": "`board tokens add NAME --kind edit`",
}
_FIRST = {
    "ingest": Text(
        f"首个令牌在看板数据文件夹的 {tokens.FIRST}",
        f"the first token stands in {tokens.FIRST} in the board's data folder",
    )
}


def holder(services: Services, kind: Kind) -> Token:
    """The token of the request. Raises Problem: 401 without one that is known, 403 where it is for
    something else.
    """
    scheme, _, sent = flask.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not sent.strip():
        made = Text(
            f"在看板所在机器上用 {_MAKE[kind]} 生成",
            f"{_MAKE[kind]} on the board's machine makes one",
        )
        where = _FIRST.get(kind, made)
        detail = Text(
            f"请带请求头 Authorization: Bearer 令牌（token）；{where.zh}",
            f"send the header Authorization: Bearer TOKEN; {where.en}",
        )
        raise Problem(401, detail, {"WWW-Authenticate": 'Bearer realm="board"'})
    found = services.tokens.known(sent.strip())
    if found is None:
        thread_pool.run(services.trail.failed_sign_in, acting.of_office(""))
        detail = Text(
            f"这里没有这个令牌（token），或已撤销；在看板所在机器上用 {_MAKE[kind]} 另生成一个",
            f"this token is not known here, or was revoked; {_MAKE[kind]} "
            "on the board's machine makes a new one",
        )
        raise Problem(
            401, detail, {"WWW-Authenticate": 'Bearer realm="board", error="invalid_token"'}
        )
    if not found.opens(kind):
        thread_pool.run(services.trail.failed_sign_in, acting.of_office(found.name))
        detail = Text(
            f"这个令牌是 {found.kind} 类，这里需要 {kind} 类；"
            f"在看板所在机器上用 {_MAKE[kind]} 生成",
            f"this token is of kind {found.kind}, and this needs one of kind "
            f"{kind}; {_MAKE[kind]} on the board's machine makes one",
        )
        raise Problem(
            403, detail, {"WWW-Authenticate": 'Bearer realm="board", error="insufficient_scope"'}
        )
    return found
