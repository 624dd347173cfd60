"""The HTTP interface for other systems: the one table of its routes, and the blueprint made from it.

What a route does lives in the module named for it; openapi.json is this table, written out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec
from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException

from dashboard.api import events, figures, health, openapi, problems
from dashboard.api.problems import Problem
from dashboard.api.routes import Answer, Handler, Parameter, Route
from dashboard.services import Services
from feeds import kpis, periods

log = logging.getLogger(__name__)

PREFIX = "/api/v1"
_WRONG = Answer(400, "A parameter or the body is wrong; `detail` says which and what is allowed", ((problems.TYPE, "Problem"),))
_AWAY = Answer(503, "Something the answer needs is away; come again after Retry-After seconds", ((problems.TYPE, "Problem"),))
_AREA = Parameter("area", "The city's or a town's code; the city where absent", schema=lambda s: {"enum": list(s.profile.areas)})
_PERIOD = Parameter("period", "To date, in the city's zone", schema=lambda _: {"enum": list(periods.PERIODS), "default": "today"})
_AT = Parameter("at", "As of this moment, with offset; whatever the period", schema=lambda _: {"type": "string", "format": "date-time"})
_KNOWN = Parameter(
    "known", "With at: only what had been recorded by this moment, with offset", schema=lambda _: {"type": "string", "format": "date-time"}
)
_JSON = "application/json"
_HEALTH = ((_JSON, "Health"),)
_KPI = Parameter("kpi", "A KPI's id", True, lambda _: {"enum": list(kpis.CATALOGUE)})
_FROM = Parameter(
    "from", "First day, from 1990 on; 29 days before the last where absent", schema=lambda _: {"type": "string", "format": "date"}
)
_TO = Parameter("to", "Last day, included, not after today; today where absent", schema=lambda _: {"type": "string", "format": "date"})
_STEP = Parameter("step", "One point a day or a month", schema=lambda _: {"enum": ["day", "month"], "default": "day"})


def openapi_json(services: Services) -> Response:
    """This table."""
    return Response(msgspec.json.encode(openapi.document(services, ROUTES)), content_type=_JSON)


ROUTES = (
    Route(
        "POST", f"{PREFIX}/events", "Send events: one, a batch, or one a line", events.post, is_secured=True,
        bodies=((events.ONE, "Event"), (events.BATCH, "[Event]"), (events.NDJSON, ""), (events.JSON, "Event")),
        answers=(
            Answer(202, "Taken, with what was refused and why; a repeat is accepted and counted once", ((_JSON, "Receipt"),)),
            _WRONG,
            Answer(401, "No token, or one that is not known", ((problems.TYPE, "Problem"),)),
            Answer(413, "The body is larger than max_body_mb", ((problems.TYPE, "Problem"),)),
            Answer(415, "Another media type", ((problems.TYPE, "Problem"),)),
            Answer(422, "Every event was refused", ((_JSON, "Receipt"),)),
            _AWAY,
        ),
    ),
    Route(
        "GET", f"{PREFIX}/kpis", "All figures of an area and period", figures.kpis, (_AREA, _PERIOD, _AT, _KNOWN),
        answers=(Answer(200, "The figures", ((_JSON, "Kpis"),)), Answer(304, "Nothing new since the ETag"), _WRONG, _AWAY),
    ),
    Route(
        "GET", f"{PREFIX}/series", "One figure by day or month", figures.series, (_KPI, _AREA, _FROM, _TO, _STEP),
        answers=(Answer(200, "The series", ((_JSON, "Series"), (figures.CSV, ""))), _WRONG, _AWAY),
    ),
    Route("GET", f"{PREFIX}/openapi.json", "This description", openapi_json, answers=(Answer(200, "OpenAPI 3.1"),)),
    Route("GET", "/healthz", "Whether the process is alive", health.alive, answers=(Answer(200, "Alive", _HEALTH),)),
    Route(
        "GET", "/readyz", "Whether live figures can be served", health.ready,
        answers=(Answer(200, "Ready", _HEALTH), Answer(503, "Not ready; `reasons` says why", _HEALTH)),
    ),
    Route("GET", "/metrics", "Prometheus text", health.metrics, answers=(Answer(200, "The numbers", (("text/plain", ""),)),)),
)  # fmt: skip


def blueprint(services: Services) -> Blueprint:
    """All routes, with errors as problem+json."""
    made = Blueprint("api", __name__)
    for route in ROUTES:
        made.add_url_rule(route.path, route.handler.__name__, _bound(route.handler, services), methods=[route.method])
    made.add_url_rule(f"{PREFIX}/<path:rest>", "nothing", _nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    made.register_error_handler(Problem, problems.answer)
    made.register_error_handler(HTTPException, lambda error: problems.answer(problems.of_http(error)))
    made.register_error_handler(Exception, _failed)
    return made


def _bound(handler: Handler, services: Services) -> Callable[[], Response]:
    def answer() -> Response:
        return handler(services)

    return answer


def _nothing(rest: str) -> Response:
    methods = [route.method for route in ROUTES if route.path == f"{PREFIX}/{rest}"]
    if methods:
        raise Problem(405, f"this path takes {', '.join(methods)}", {"Allow": ", ".join(methods)})
    raise Problem(404, f"there is nothing at {PREFIX}/{rest}; {PREFIX}/openapi.json lists what there is")


def _failed(error: Exception) -> Response:
    log.exception("a request to the API failed")
    return problems.answer(Problem(500, "this is a fault of the board, and is in its log; the request may be sent again"))
