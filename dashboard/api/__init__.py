"""The HTTP interface for other systems: the one table of its routes, and the blueprint made from
it.

Each route is in the module named after it; openapi.json is generated from this table.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import flask
import msgspec
from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException

from dashboard import audit_trail, thread_pool
from dashboard.access import principal
from dashboard.api import (
    alerting,
    answers,
    asking,
    drilling,
    events,
    figures,
    health,
    openapi,
    parameters,
    problems,
    remarks,
    table_answers,
)
from dashboard.api.problems import Problem
from dashboard.api.routes import Answer, Route
from dashboard.services import Services
from feeds.city.words import Text
from feeds.events import intake

__all__ = [
    "answers",  # the figures as the API words them
    "blueprint",
    "problems",  # errors as problem+json
]

log = logging.getLogger(__name__)

PREFIX = "/api/v1"
_JSON = "application/json"
_PROBLEM = ((problems.TYPE, answers.Problem),)
_WRONG = Answer(
    400,
    "A parameter or the body is wrong; `detail` says which and what is allowed",
    _PROBLEM,
)
_AWAY = Answer(
    503,
    "Something the answer needs is away; come again after Retry-After seconds",
    _PROBLEM,
)
_SAME = Answer(304, "Nothing new since the ETag")
_INSIDE = Answer(
    403,
    "Not for those outside the town; `detail` says what is, and what opens the rest",
    _PROBLEM,
)
_HEALTH = ((_JSON, answers.Health),)
_UNKNOWN = (
    Answer(401, "No token, or one that is not known", _PROBLEM),
    Answer(
        403,
        "A token of another kind, or of a town and the remark is another's",
        _PROBLEM,
    ),
)


def openapi_json(services: Services) -> Response:
    """This table."""
    return Response(
        msgspec.json.encode(openapi.document(services, ROUTES)) + b"\n", content_type=_JSON
    )


ROUTES = (
    Route(
        "POST",
        f"{PREFIX}/events",
        "Send events: one, a batch, or one a line",
        events.post,
        is_secured=True,
        bodies=(
            (events.ONE, "Event"),
            (events.BATCH, "[Event]"),
            (events.NDJSON, ""),
            (events.JSON, "Event"),
        ),
        answers=(
            Answer(
                202,
                "Taken, with what was refused and why; a repeat is accepted and counted once",
                ((_JSON, intake.Receipt),),
            ),
            _WRONG,
            Answer(401, "No token, or one that is not known", _PROBLEM),
            Answer(403, "A token of another kind", _PROBLEM),
            Answer(
                413,
                "The body is larger than max_body_mb, or has more than 100,000 events",
                _PROBLEM,
            ),
            Answer(415, "Another media type", _PROBLEM),
            Answer(422, "Every event was refused", ((_JSON, intake.Receipt),)),
            _AWAY,
        ),
    ),
    Route(
        "GET",
        f"{PREFIX}/kpis",
        "All figures of an area and period",
        figures.kpis,
        parameters.KPIS,
        answers=(
            Answer(
                200,
                "The figures, each with its owner and where its target comes from",
                ((_JSON, answers.Kpis),),
            ),
            Answer(304, "Nothing new since the ETag"),
            _WRONG,
            _AWAY,
        ),
    ),
    Route(
        "GET",
        f"{PREFIX}/series",
        "One figure by day, week or month",
        figures.series,
        parameters.SERIES,
        answers=(
            Answer(200, "The series", ((_JSON, answers.Series), (table_answers.CSV, ""))),
            _WRONG,
            _AWAY,
        ),
    ),
    Route(
        "GET",
        f"{PREFIX}/remarks",
        "Remarks on an area's figures, its own and the city's",
        remarks.remarks,
        parameters.REMARKS,
        answers=(Answer(200, "The remarks", ((_JSON, answers.Remarks),)), _WRONG, _AWAY),
    ),
    Route(
        "POST",
        f"{PREFIX}/remarks",
        "Make a remark on a figure, or rebase its limits",
        remarks.add_remark,
        is_secured=True,
        bodies=((_JSON, "RemarkAsked"),),
        answers=(Answer(201, "Written down", ((_JSON, answers.Remark),)), _WRONG, *_UNKNOWN, _AWAY),
    ),
    Route(
        "POST",
        f"{PREFIX}/remarks/<id>/withdraw",
        "Withdraw a remark; it stays in the book",
        remarks.withdraw_remark,
        (parameters.ID,),
        is_secured=True,
        answers=(
            Answer(200, "Withdrawn", ((_JSON, answers.Remark),)),
            *_UNKNOWN,
            Answer(404, "No such remark", _PROBLEM),
            Answer(409, "It was withdrawn before", _PROBLEM),
            _AWAY,
        ),
    ),
    Route(
        "GET",
        f"{PREFIX}/alerts",
        "Alerts that are open, silences, and what was written down lately",
        alerting.alerts,
        parameters.ALERTS,
        answers=(Answer(200, "The alerts", ((_JSON, answers.Alerts),)), _WRONG, _AWAY),
    ),
    Route(
        "GET",
        f"{PREFIX}/areas",
        "The city, its towns and their grids",
        drilling.areas,
        (parameters.PARENT,),
        answers=(Answer(200, "The areas", ((_JSON, answers.Areas),)), _SAME, _WRONG, _AWAY),
    ),
    Route(
        "GET",
        f"{PREFIX}/cells",
        "One figure split by category, second dimension, outcome, time, town and grid",
        drilling.cells,
        parameters.CELLS,
        answers=(
            Answer(200, "The cells", ((_JSON, answers.Cells), (table_answers.CSV, ""))),
            _SAME,
            _WRONG,
            _INSIDE,
            _AWAY,
        ),
    ),
    Route(
        "GET",
        f"{PREFIX}/cases",
        "Case numbers: open, overdue, or closed between two days",
        drilling.cases,
        parameters.CASES,
        answers=(
            Answer(200, "A page of cases", ((_JSON, answers.Cases), (table_answers.CSV, ""))),
            _SAME,
            _WRONG,
            _INSIDE,
            _AWAY,
        ),
    ),
    Route(
        "GET",
        f"{PREFIX}/openapi.json",
        "This description",
        openapi_json,
        answers=(Answer(200, "OpenAPI 3.1"),),
    ),
    Route(
        "GET",
        "/healthz",
        "Whether the process is alive",
        health.alive,
        answers=(Answer(200, "Alive", _HEALTH),),
    ),
    Route(
        "GET",
        "/readyz",
        "Whether live figures can be served",
        health.ready,
        answers=(
            Answer(200, "Ready", _HEALTH),
            Answer(503, "Not ready; `reasons` says why", _HEALTH),
        ),
    ),
    Route(
        "GET",
        "/metrics",
        "Prometheus text",
        health.metrics,
        answers=(Answer(200, "The numbers", (("text/plain", ""),)),),
    ),
)


def blueprint(services: Services) -> Blueprint:
    """All routes, with errors as problem+json."""
    made = Blueprint("api", __name__)
    numbers = health.registry(services)
    made.record_once(lambda state: state.app.extensions.update({health.METRICS: numbers}))
    for route in ROUTES:
        made.add_url_rule(
            route.path,
            route.handler.__name__,
            _bound(route, services),
            methods=[route.method],
        )
    made.add_url_rule(
        f"{PREFIX}/<path:rest>",
        "nothing",
        _nothing,
        methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    )
    own = services.settings.lang
    made.register_error_handler(Problem, lambda problem: problems.answer(problem, own))
    made.register_error_handler(
        HTTPException, lambda error: problems.answer(problems.of_http(error), own)
    )
    made.register_error_handler(Exception, lambda _: _failed(own))
    return made


def _bound(route: Route, services: Services) -> Callable[..., Response]:
    def answer(**_: str) -> Response:
        asking.check_language()
        if route.queries:
            asking.only(*route.queries)
        made = route.handler(services)
        if made.mimetype == table_answers.CSV and made.status_code == 200:
            _note_export(route, services)
        return made

    return answer


def _note_export(route: Route, services: Services) -> None:
    """A table that leaves as a file, in the audit log."""
    named = [str(value) for value in (flask.request.view_args or {}).values()]
    area = flask.request.args.get("area", services.profile.code)
    kpi = flask.request.args.get("kpi", "")
    about = audit_trail.subject("csv", route.handler.__name__, *named, kpi, area)
    thread_pool.run(services.trail.note_if_possible, principal.who(), "export", about)


def _nothing(rest: str) -> Response:
    methods = [route.method for route in ROUTES if route.fits(f"{PREFIX}/{rest}")]
    if methods:
        allowed = ", ".join(methods)
        takes = Text(f"这个地址只接受 {allowed}", f"this path takes {allowed}")
        raise Problem(405, takes, {"Allow": allowed})
    said = Text(
        f"没有 {PREFIX}/{rest} 这个地址；{PREFIX}/openapi.json 列出全部地址",
        f"there is nothing at {PREFIX}/{rest}; {PREFIX}/openapi.json lists what there is",
    )
    raise Problem(404, said)


def _failed(own: str) -> Response:
    log.exception("a request to the API failed")
    said = Text(
        "看板自身出错，已记入日志；可以再发一次",
        "this is a fault of the board, and is in its log; the request may be sent again",
    )
    return problems.answer(Problem(500, said), own)
