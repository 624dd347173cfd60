"""Remarks over HTTP: anyone who may read figures reads them; a token of kind edit makes and
withdraws them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import flask
import msgspec
from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.access import principal
from dashboard.api import answers, asking, holding, problems, table_answers
from dashboard.api.problems import Problem
from dashboard.pages import remark_service
from dashboard.services import Services
from feeds.city import words
from feeds.city.words import Text
from feeds.remarks import remark_store
from feeds.remarks import remarks as declared
from feeds.remarks.remarks import NotYours, Remark, WrongRemark

SPAN_DAYS = 3 * 366
_BODY = msgspec.json.Decoder(dict[str, Any])


def remarks(services: Services) -> Response:
    """Those on a KPI, or on all, of an area and its city, oldest first."""
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
    shown = [_shown(one) for one in found]
    return table_answers.json_of(answers.Remarks(area=area, first=first, last=last, remarks=shown))


def add_remark(services: Services) -> Response:
    """201 with the remark, once it is written down."""
    office = holding.office(services, "remark")
    try:
        asked = _BODY.decode(flask.request.get_data())
    except (msgspec.DecodeError, RecursionError) as error:
        said = Text("正文须为一个 JSON 对象", "the body must be one JSON object")
        raise Problem(400, said) from error
    made = _asked(remark_service.add, services, asked, office, principal.who())
    return table_answers.json_of(_shown(made), 201)


def withdraw_remark(services: Services) -> Response:
    """The remark with who withdrew it and when; 409 where that was done before."""
    office = holding.office(services, "remark")
    id = str((flask.request.view_args or {})["id"])
    withdrawn = _asked(remark_service.withdraw, services, id, office, principal.who())
    return table_answers.json_of(_shown(withdrawn))


def _asked(ask: Any, *args: Any, **kwargs: Any) -> Any:
    """The answer, read or written in a thread; an error becomes a problem."""
    try:
        return thread_pool.run(ask, *args, **kwargs)
    except WrongRemark as error:
        raise Problem(400, words.both(error), field=error.field) from error
    except NotYours as error:
        raise Problem(403, error.said, field="area") from error
    except remark_store.NotThere as error:
        said = Text(f"没有批注 {error}", f"there is no remark {error}")
        raise Problem(404, said) from error
    except remark_store.Withdrawn as error:
        said = Text(f"批注 {error} 先前已撤回", f"the remark {error} was withdrawn before")
        raise Problem(409, said) from error
    except SQLAlchemyError as error:
        raise problems.away("history", problems.NO_HISTORY) from error


def _shown(remark: Remark) -> answers.Remark:
    return answers.Remark(**remark._asdict())
