"""Errors as problem+json (RFC 9457): what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response
from werkzeug.exceptions import HTTPException

from dashboard.access import language
from dashboard.api import answers
from feeds.city.words import Text

TYPE = "application/problem+json"
RETRY_S = 5
NO_HISTORY = Text(
    "历史库没有应答，恢复后即可再查",
    "the history's database does not answer; the answer comes back with it",
)


class Problem(Exception):
    """A request that can't be answered. `more` are fields of answers.Problem beside `detail`, which
    is worded in both languages until the answer is made.
    """

    def __init__(
        self, status: int, detail: Text, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail.en)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.more = more


def wrong(parameter: str, value: str | None, allowed: Iterable[str]) -> Problem:
    """400: a parameter that is missing or not among the allowed values."""
    values = list(allowed)
    if value is None:
        given = Text(f"缺少参数 {parameter}", f"{parameter} is missing")
    else:
        given = Text(f"参数 {parameter} 不能是 {value!r}", f"{parameter} can't be {value!r}")
    detail = Text(
        f"{given.zh}；可用：{'、'.join(values)}", f"{given.en}; allowed: {', '.join(values)}"
    )
    return Problem(400, detail, parameter=parameter, allowed=values)


def away(what: str, detail: Text) -> Problem:
    """503: something the answer needs does not answer; the client may come again."""
    return Problem(503, detail, {"Retry-After": str(RETRY_S)}, missing=what)


def answer(problem: Problem, own: str) -> Response:
    """The HTTP response of a problem, in one language; `own` is the board's."""
    lang = language.of_answer(own)
    body = answers.Problem(
        type="about:blank",
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail.of(lang),
        **problem.more,
    )
    raw = msgspec.json.encode(body) + b"\n"
    made = Response(raw, problem.status, problem.headers, content_type=TYPE)
    return language.marked(made, lang)


def of_http(error: HTTPException) -> Problem:
    """Werkzeug's own errors (413, 405 …) in the same form."""
    status = error.code or 500
    said = _HTTP.get(status) or Text(f"请求没有成功（{error.name}）", error.name)
    return Problem(status, said)


_HTTP = {
    400: Text("请求无法读取", "the request can't be read"),
    404: Text("没有这个地址", "there is nothing at this address"),
    405: Text("这个地址不接受此方法", "this address does not take that method"),
    413: Text("请求正文过大", "the body of the request is too large"),
    415: Text("不接受这种正文类型", "this media type is not taken"),
}
