"""Errors as problem+json (RFC 9457): what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Response
from werkzeug.exceptions import HTTPException

from dashboard.api import answers

TYPE = "application/problem+json"
RETRY_S = 5


class Problem(Exception):
    """A request that can't be answered. `more` are fields of answers.Problem beside `detail`."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.more = more


def wrong(parameter: str, value: str | None, allowed: Iterable[str]) -> Problem:
    """400: a parameter that is missing or not among the allowed values."""
    values = list(allowed)
    given = "is missing" if value is None else f"can't be {value!r}"
    return Problem(
        400,
        f"{parameter} {given}; allowed: {', '.join(values)}",
        parameter=parameter,
        allowed=values,
    )


def away(what: str, detail: str) -> Problem:
    """503: something the answer needs does not answer; the client may come again."""
    return Problem(503, detail, {"Retry-After": str(RETRY_S)}, missing=what)


def answer(problem: Problem) -> Response:
    """The HTTP response of a problem."""
    body = answers.Problem(
        type="about:blank",
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        **problem.more,
    )
    return Response(msgspec.json.encode(body), problem.status, problem.headers, content_type=TYPE)


def of_http(error: HTTPException) -> Problem:
    """Werkzeug's own errors (413, 405 …) in the same form."""
    return Problem(error.code or 500, error.description or error.name)
