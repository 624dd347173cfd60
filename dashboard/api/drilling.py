"""GET areas, cells and cases: the parts of a figure. dashboard/pages/small_cells.py decides who may
see which small count.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar, cast
from urllib.parse import urlencode

import flask
from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.access import permissions
from dashboard.access.permissions import Permissions
from dashboard.api import answers, asking, problems, table_answers
from dashboard.api.problems import Problem
from dashboard.pages import small_cells as boundary
from dashboard.pages.small_cells import Question, Refused, Shown
from dashboard.services import Services
from feeds import kpis
from feeds.cases import query
from feeds.cases.query import Asked, BadCursor
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.city.words import Text, Words
from feeds.history import event_store
from feeds.kpis import dimensions
from feeds.kpis.dimensions import By
from feeds.kpis.formulas import Level

T = TypeVar("T")
_CASES = Text(
    "案件编号只列给案件所在镇（街道）的值守和全市值守；其他人看件数",
    "case numbers are listed to those on duty in the case's town and in the city; "
    "others see how many there are",
)
NUMBERS = ("value", "numerator", "denominator", "hidden")
FILTERS = ("category", "facet", "outcome", "town", "grid")
LIMIT, MOST = 50, 500
MINUTE_MS = 60_000


def areas(services: Services) -> Response:
    """The city and its towns; with `parent` what lies below it: of the city its towns, of a town
    its grids.
    """
    parent = asking.choice("parent", ("", *services.profile.areas), "")
    return _tagged(
        services, lambda: table_answers.json_of(answers.Areas(_areas(services.profile, parent)))
    )


def cells(services: Services) -> Response:
    """One KPI split: numerator and denominator of every cell, small ones hidden from those outside
    the town.
    """
    allowed = permissions.of_request(services.profile)
    kpi, area = asking.kpi(), asking.area(services)
    first, last = _days(services)
    by = _by()
    where = {name: value for name in FILTERS if (value := flask.request.args.get(name)) is not None}
    question = Question(kpi, area, first, last + timedelta(1), by, where)

    def make() -> Response:
        found = _asked(lambda: boundary.cells(services, question, allowed))
        answer = answers.Cells(
            kpi=kpi,
            area=area,
            first=first,
            last=last,
            by=list(by),
            where=where,
            dimensions=list(dimensions.of(kpi)),
            is_guarded=found.is_guarded,
            cells=[_cell(by, shown) for shown in found.cells],
        )
        return table_answers.of_rows(answer, (*by, *NUMBERS), answer.cells)

    formula = kpis.CATALOGUE[kpi].formula
    moves = isinstance(formula, Level) or any(one.waits for one in formula.measures)
    return _tagged(services, make, allowed, by_minute=moves)


def cases(services: Services) -> Response:
    """The numbers of cases that stand open, are overdue or were closed, a page at a time."""
    allowed = permissions.of_request(services.profile)
    family = asking.choice("family", ("", *query.FAMILIES), "")
    area = asking.area(services)
    state = asking.choice("state", query.STATES, "open")
    sort = asking.choice("sort", query.SORTS, "due")
    first, last = _days(services)
    tz, args = services.profile.tz, flask.request.args
    closed_ms = (periods.day_start_ms(first, tz), periods.day_start_ms(last + timedelta(1), tz))
    where = {name: args[name] for name in ("category", "facet", "outcome", "grid") if name in args}
    stage = cast(query.Stage, asking.choice("stage", query.STAGES, ""))
    asked = Asked(
        family, area, cast(query.State, state), where, closed_ms, cast(query.Sort, sort), stage
    )
    limit = asking.whole("limit", LIMIT, MOST)

    def make() -> Response:
        found = _asked(
            lambda: boundary.cases(services, asked, allowed, args.get("cursor", ""), limit)
        )
        page = found.page
        if found.is_partial and not allowed.inside and table_answers.is_csv():
            raise Problem(403, _CASES)
        following = (
            f"{flask.request.path}?{urlencode({**args.to_dict(), 'cursor': page.next})}"
            if page.next
            else None
        )
        answer = answers.Cases(
            family=family,
            area=area,
            state=state,
            total=page.total,
            is_partial=found.is_partial,
            next=following,
            cases=[answers.Case(*entry) for entry in page.entries],
        )
        response = table_answers.of_rows(answer, answers.Case.__struct_fields__, answer.cases)
        if following:
            response.headers["Link"] = f'<{following}>; rel="next"'
        return response

    return _tagged(services, make, allowed, by_minute=True)


def _asked(ask: Callable[[], T]) -> T:
    """An answer of small_cells; what it refuses becomes a problem."""
    try:
        return ask()
    except Refused as error:
        status = 403 if error.is_for_outside else 400
        raise Problem(status, error.said, parameter=error.parameter) from error
    except BadCursor as error:
        raise Problem(400, error.said, parameter="cursor") from error
    except SQLAlchemyError as error:
        raise problems.away("history", problems.NO_HISTORY) from error


def _tagged(
    services: Services,
    make: Callable[[], Response],
    allowed: Permissions = permissions.OUTSIDE,
    *,
    by_minute: bool = False,
) -> Response:
    """An answer with an ETag of the watermark, the day and the permissions; nothing is read where
    the client has the answer already.
    """
    held = _asked(lambda: thread_pool.run(_watermark, services))
    now_ms = asking.now_ms()
    moment = now_ms // MINUTE_MS if by_minute else periods.day_of(now_ms, services.profile.tz)
    whole = (
        held,
        moment,
        sorted(allowed.inside),
        allowed.everywhere,
        services.settings.build,
        flask.request.full_path,
        table_answers.is_csv(),
    )
    tag = hashlib.sha256(repr(whole).encode()).hexdigest()[:24]
    has_it = flask.request.if_none_match.contains_weak(tag)
    answer = Response(status=304) if has_it else make()
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Accept, Authorization, Cookie"
    return answer


def _watermark(services: Services) -> list[tuple[int, str]]:
    with services.database.connect() as connection:
        return sorted(event_store.positions(connection).items())


def _days(services: Services) -> tuple[date, date]:
    """The days asked for: up to today, from the first of the last one's month."""
    last = asking.day(services, "to", periods.day_of(asking.now_ms(), services.profile.tz))
    first = asking.day(services, "from", max(asking.OLDEST, last.replace(day=1)))
    asking.days_apart(first, last)
    return first, last


def _by() -> tuple[By, ...]:
    names = [name for text in flask.request.args.getlist("by") for name in text.split(",") if name]
    for name in names:
        if name not in dimensions.BY:
            raise problems.wrong("by", name, dimensions.BY)
    return cast("tuple[By, ...]", tuple(names))


def _cell(by: tuple[By, ...], shown: Shown) -> answers.Cell:
    keys = dict(zip(by, shown.key, strict=True))
    return answers.Cell(
        shown.value, shown.numerator, shown.denominator, shown.hidden or None, **keys
    )


def _areas(profile: Profile, parent: str) -> list[answers.Area]:
    towns = [
        answers.Area(
            code=town.code,
            name=Words(town.name.zh, town.name.en),
            kind=town.kind,
            parent=profile.code,
            grids=len(town.grid_codes),
        )
        for town in profile.towns
    ]
    if not parent:
        title = Words(profile.title.zh, profile.title.en)
        grids = sum(town.grids for town in towns)
        city = answers.Area(profile.code, title, kind="city", parent=None, grids=grids)
        return [city, *towns]
    if parent == profile.code:
        return towns
    return [_grid(code, parent) for code in profile.town_by_code[parent].grid_codes]


def _grid(code: str, town: str) -> answers.Area:
    """A grid has no name of its own: it is called by its number in the town."""
    own = code.removeprefix(f"{town}-")
    number = own[1:]
    if own.startswith("d"):
        kind, name = "dedicated", Words(f"专属网格 {number}", f"Dedicated grid {number}")
    else:
        kind, name = "grid", Words(f"网格 {number}", f"Grid {number}")
    return answers.Area(code, name, kind, parent=town, grids=0)
