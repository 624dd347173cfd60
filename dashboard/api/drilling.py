"""GET areas, cells and cases: what lies below a figure. Who may see which small count is decided in
dashboard/pages/small_cells.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import flask
from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.access import permissions
from dashboard.access.permissions import Viewer
from dashboard.api import asking, problems, table_answers
from dashboard.api.problems import Problem
from dashboard.pages import small_cells as boundary
from dashboard.pages.small_cells import Question, Refused
from dashboard.services import Services
from feeds import kpis
from feeds.cases import query
from feeds.cases.listing import BadCursor
from feeds.cases.query import Asked
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.history import event_store
from feeds.kpis import dimensions
from feeds.kpis.dimensions import By
from feeds.kpis.formulas import Level

T = TypeVar("T")
FILTERS = ("category", "facet", "outcome", "town", "grid")
LIMIT, MOST = 50, 500
MINUTE_MS = 60_000


def areas(services: Services) -> Response:
    """The city and its towns; with `parent` what lies below it: of the city its towns, of a town
    its grids.
    """
    asking.only("parent")
    parent = asking.choice("parent", ("", *services.profile.areas), "")
    return _tagged(
        services, lambda: table_answers.answer({"areas": _areas(services.profile, parent)})
    )


def cells(services: Services) -> Response:
    """One KPI split: numerator and denominator of every cell, small ones hidden from those outside
    the town.
    """
    asking.only("kpi", "area", "from", "to", "by", *FILTERS)
    viewer = permissions.of_request(services.tokens, services.profile)
    kpi, area = asking.kpi(), asking.area(services)
    first, last = _days(services)
    by = _by()
    where = {name: value for name in FILTERS if (value := flask.request.args.get(name)) is not None}
    question = Question(kpi, area, first, last + timedelta(1), by, where)
    head = {
        "kpi": kpi,
        "area": area,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "by": list(by),
        "where": where,
    }

    def make() -> Response:
        found = _asked(lambda: boundary.cells(services, question, viewer))
        numbers = ("value", "numerator", "denominator", "hidden")
        rows = [
            (*cell.key, cell.value, cell.numerator, cell.denominator, cell.hidden or None)
            for cell in found.cells
        ]
        more = {"dimensions": list(dimensions.of(kpi)), "is_guarded": found.is_guarded}
        return table_answers.of_rows(head | more, "cells", (*by, *numbers), rows)

    moves = isinstance(kpis.CATALOGUE[kpi].formula, Level) or any(
        m.endswith("fell_due") for m in kpis.CATALOGUE[kpi].formula.measures
    )
    return _tagged(services, make, viewer, by_minute=moves)


def cases(services: Services) -> Response:
    """The numbers of cases that stand open, are overdue or were closed, a page at a time."""
    asking.only(
        "family",
        "area",
        "state",
        "stage",
        "from",
        "to",
        "sort",
        "cursor",
        "limit",
        "category",
        "facet",
        "outcome",
        "grid",
    )
    viewer, family, area = (
        permissions.of_request(services.tokens, services.profile),
        asking.choice("family", query.FAMILIES, None),
        asking.area(services),
    )
    state, sort = (
        asking.choice("state", query.STATES, "open"),
        asking.choice("sort", query.SORTS, "due"),
    )
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
        page = _asked(
            lambda: boundary.cases(services, asked, viewer, args.get("cursor", ""), limit)
        )
        following = (
            f"{flask.request.path}?{urlencode({**args.to_dict(), 'cursor': page.next})}"
            if page.next
            else None
        )
        head = {
            "family": family,
            "area": area,
            "state": state,
            "total": page.total,
            "next": following,
        }
        answer = table_answers.of_rows(head, "cases", query.Entry._fields, page.entries)
        if following:
            answer.headers["Link"] = f'<{following}>; rel="next"'
        return answer

    return _tagged(services, make, viewer, by_minute=True)


def _asked(ask: Callable[[], T]) -> T:
    """An answer of the boundary, its refusals as problems."""
    try:
        return ask()
    except Refused as error:
        raise Problem(
            403 if error.is_for_outside else 400, str(error), parameter=error.parameter
        ) from error
    except BadCursor as error:
        raise Problem(400, str(error), parameter="cursor") from error
    except SQLAlchemyError as error:
        raise problems.away(
            "history", "the history's database does not answer; the answer comes back with it"
        ) from error


def _tagged(
    services: Services,
    make: Callable[[], Response],
    viewer: Viewer = permissions.OUTSIDE,
    *,
    by_minute: bool = False,
) -> Response:
    """With an ETag of the watermark, the day and who looks; nothing is read where the client has
    the answer already.
    """
    held = _asked(lambda: thread_pool.run(_watermark, services))
    now_ms = asking.now_ms()
    moment = now_ms // MINUTE_MS if by_minute else periods.day_of(now_ms, services.profile.tz)
    whole = (
        held,
        moment,
        sorted(viewer.inside),
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
    if not 0 <= (last - first).days <= asking.LONGEST_DAYS:
        raise Problem(
            400,
            f"from must not be after to, nor more than {asking.LONGEST_DAYS} days before it",
            parameter="from",
        )
    return first, last


def _by() -> tuple[By, ...]:
    names = [name for text in flask.request.args.getlist("by") for name in text.split(",") if name]
    for name in names:
        if name not in dimensions.BY:
            raise problems.wrong("by", name, dimensions.BY)
    return cast("tuple[By, ...]", tuple(names))


def _areas(profile: Profile, parent: str) -> list[dict[str, Any]]:
    towns = [
        {
            "code": t.code,
            "name": {"zh": t.name.zh, "en": t.name.en},
            "kind": t.kind,
            "parent": profile.code,
            "grids": len(t.grid_codes),
        }
        for t in profile.towns
    ]
    if not parent:
        title = {"zh": profile.title.zh, "en": profile.title.en}
        grids = sum(len(t.grid_codes) for t in profile.towns)
        return [
            {"code": profile.code, "name": title, "kind": "city", "parent": None, "grids": grids},
            *towns,
        ]
    if parent == profile.code:
        return towns
    return [_grid(code, parent) for code in profile.town_by_code[parent].grid_codes]


def _grid(code: str, town: str) -> dict[str, Any]:
    """A grid has no name of its own: it is called by its number in the town."""
    own = code.removeprefix(f"{town}-")
    kind, number = ("dedicated", "专属网格") if own.startswith("d") else ("grid", "网格")
    name = {
        "zh": f"{number} {own[1:]}",
        "en": f"{'Dedicated grid' if kind == 'dedicated' else 'Grid'} {own[1:]}",
    }
    return {"code": code, "name": name, "kind": kind, "parent": town, "grids": 0}
