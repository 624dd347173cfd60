"""Remarks over HTTP: read by whoever may read figures, made and withdrawn with a token of kind
edit.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import flask
import msgspec
from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.api import asking, holding, problems
from dashboard.api.problems import Problem
from dashboard.pages import remark_service
from dashboard.services import Services
from feeds.remarks import remark_store
from feeds.remarks import remarks as declared
from feeds.remarks.remarks import NotYours, Remark, WrongRemark

SPAN_DAYS = 3 * 366
_BODY = msgspec.json.Decoder(dict[str, Any])


def remarks(services: Services) -> Response:
    """Those on a KPI, or on all, of an area and its city, oldest first."""
    asking.only("kpi", "area", "from", "to", "withdrawn")
    kpi, area = asking.remarked_kpi(), asking.area(services)
    last = asking.day(
        services, "to", remark_service.today(services) + declared.AHEAD, ahead=declared.AHEAD
    )
    first = asking.day(
        services, "from", max(asking.OLDEST, last - timedelta(SPAN_DAYS)), ahead=declared.AHEAD
    )
    found = _asked(
        remark_service.read, services, kpi, area, first, last, withdrawn=asking.truth("withdrawn")
    )
    return _json(
        {"area": area, "from": first, "to": last, "remarks": [_shown(one) for one in found]}
    )


def add_remark(services: Services) -> Response:
    """201 with the remark, once it is written down."""
    token = holding.holder(services, "edit")
    try:
        asked = _BODY.decode(flask.request.get_data())
    except msgspec.DecodeError as error:
        raise Problem(400, f"the body must be one JSON object: {error}") from error
    return _json(_shown(_asked(remark_service.add, services, asked, token)), 201)


def withdraw_remark(services: Services) -> Response:
    """The remark with who withdrew it and when; 409 where that was done before."""
    token = holding.holder(services, "edit")
    return _json(
        _shown(
            _asked(
                remark_service.withdraw, services, str((flask.request.view_args or {})["id"]), token
            )
        )
    )


def _asked(ask: Any, *args: Any, **kwargs: Any) -> Any:
    """The answer, read or written in a thread; what is wrong as the problem that says so."""
    try:
        return thread_pool.run(ask, *args, **kwargs)
    except WrongRemark as error:
        raise Problem(400, str(error), field=error.field) from error
    except NotYours as error:
        raise Problem(403, str(error), field="area") from error
    except remark_store.NotThere as error:
        raise Problem(404, f"there is no remark {error}") from error
    except remark_store.Withdrawn as error:
        raise Problem(409, f"the remark {error} was withdrawn before") from error
    except SQLAlchemyError as error:
        raise problems.away(
            "history", "the history's database does not answer; remarks come back with it"
        ) from error


def _shown(remark: Remark) -> dict[str, Any]:
    return remark._asdict()


def _json(body: dict[str, date | Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, content_type="application/json")
