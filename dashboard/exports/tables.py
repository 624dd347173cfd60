"""The tables of pages by their addresses: GET /export as CSV or Excel, and as a sheet for the grid
(callbacks/tables.py).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlencode

import flask
from flask import Blueprint, Response

from dashboard import audit_trail, thread_pool
from dashboard.access import principal
from dashboard.api import problems
from dashboard.api.problems import Problem
from dashboard.pages.views import Views
from dashboard.services import Services
from feeds import kpis
from feeds.city.words import Text
from feeds.kpis import splits
from layouts import pages
from layouts.page import Page
from layouts.parts import table_bar
from layouts.sheets import csv_file, sheets, towns
from layouts.sheets.sheets import Sheet, WrongChoice
from layouts.text import texts, times
from layouts.view import View

MOST_KPIS = 40
_PAGE = Page(
    table_bar.PATH,
    "export",
    Text("导出", "Export"),
    lambda _view: None,  # type: ignore[arg-type,return-value]
    page_data=("towns",),
    is_listed=False,
)


class Sheets:
    """Reads the tables for the grids of one worker."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def sheet(self, address: str) -> tuple[View, Sheet]:
        """The table that an address of /export names, and what it is a view of. Raises
        WrongChoice.
        """
        query = dict(parse_qsl(address.partition("?")[2]))
        view = self._views.view(_PAGE, query)
        return view, _sheet(view, query, _now_ms())


def blueprint(services: Services, views: Views) -> Blueprint:
    """The one address."""
    made = Blueprint("exporting", __name__)
    made.add_url_rule(table_bar.PATH, "export", lambda: _answered(services, views))
    return made


def _answered(services: Services, views: Views) -> Response:
    """The table that the address names; a problem (400) with a sentence where it names none."""
    try:
        return _answer(services, views, flask.request.args)
    except WrongChoice as error:
        return problems.answer(Problem(400, error.said), services.settings.lang)


def _answer(services: Services, views: Views, query: Mapping[str, str]) -> Response:
    """The file, once the audit log says who has it."""
    kind = query.get("as", "xlsx")
    if kind not in ("csv", "xlsx"):
        raise WrongChoice(
            Text(f"as 须为 csv 或 xlsx，不能是 {kind!r}", f"as is csv or xlsx, not {kind!r}")
        )
    view, now_ms = views.view(_PAGE, query), _now_ms()
    filters = flask.request.args.getlist("filter")
    sheet = _sheet(view, query, now_ms, filters)
    days = [str(view.date_range.start), str(view.date_range.last)] if view.date_range else []
    about = audit_trail.subject(kind, query.get("table", ""), view.area, view.period, *days)
    root = thread_pool.run(services.trail.note_if_possible, principal.who(), "export", about)
    if root:
        line = (view.text("sheet.root"), audit_trail.printed(root))
        sheet = replace(sheet, head=(*sheet.head, line))
    return _file(view, sheet, kind, now_ms)


def _sheet(view: View, query: Mapping[str, str], now_ms: int, filters: Sequence[str] = ()) -> Sheet:
    """The table with its head, its rows as chosen."""
    name, group = query.get("table", ""), query.get("group", "")
    if group not in ("", *table_bar.GROUPS):
        said = Text(
            f"group 须为 {' 或 '.join(table_bar.GROUPS)}，不能是 {group!r}",
            f"group is {' or '.join(table_bar.GROUPS)}, not {group!r}",
        )
        raise WrongChoice(said)
    if name == "towns":
        whole = towns.of_towns(view, _kpis(query.get("kpis", "")), group)
    elif name in splits.SPLITS:
        whole = towns.of_split(view, name)
    else:
        names = ("towns", *splits.SPLITS)
        said = Text(
            f"没有 {name!r} 这张表；有 {'、'.join(names)}",
            f"there is no table {name!r}; there are {', '.join(names)}",
        )
        raise WrongChoice(said)
    wanted = sheets.choice(query.get("sort", ""), filters)
    found = sheets.chosen(whole, wanted)
    says = texts.under(view.lang, "sheet", view.profile.town_word)
    grouped = [(says["grouping"], says[f"group_{group}"])] if group and name == "towns" else []
    chosen = [*grouped, *sheets.words(whole, wanted, says)]
    return replace(found, head=towns.head(view, now_ms, _source(query), chosen))


def _kpis(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(filter(None, text.split(","))))
    if not found or len(found) > MOST_KPIS:
        said = Text(
            f"kpis 须为 1 至 {MOST_KPIS} 项指标，以逗号分隔",
            f"kpis names 1 to {MOST_KPIS} figures, with commas between them",
        )
        raise WrongChoice(said)
    if wrong := [kpi for kpi in found if kpi not in kpis.CATALOGUE]:
        said = Text(
            f"没有 {wrong[0]!r} 这项指标；board kpis 列出全部",
            f"there is no figure {wrong[0]!r}; board kpis lists them",
        )
        raise WrongChoice(said)
    return found


def _source(query: Mapping[str, str]) -> str:
    """The address of the page that the table is on; this address where it is not one of the
    board's.
    """
    page = query.get("page", "")
    if pages.at(page) is None:
        return flask.request.url
    kept = urlencode(
        {name: query[name] for name in ("area", "period", "from", "to", "lang") if query.get(name)}
    )
    return f"{flask.request.host_url.rstrip('/')}{page}{'?' + kept if kept else ''}"


def _file(view: View, sheet: Sheet, kind: str, now_ms: int) -> Response:
    if kind == "csv":
        answer = Response(csv_file.csv_of(sheet), content_type=csv_file.CSV)
    else:
        from layouts.sheets import workbook  # loads xlsxwriter

        answer = Response(thread_pool.run(workbook.of, sheet), content_type=csv_file.XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"board.{kind}")
    named = quote(_name(view, sheet, kind, now_ms))
    answer.headers["Content-Disposition"] += f"; filename*=UTF-8''{named}"
    return _fresh(answer)


def _name(view: View, sheet: Sheet, kind: str, now_ms: int) -> str:
    """What is in the file, its period and the time it was made."""
    at = times.local(now_ms, view.profile.tz)
    period = (
        f"{view.date_range.start}_{view.date_range.last}"
        if view.date_range
        else view.text(f"period.{view.period}")
    )
    words = (sheet.title.replace(" · ", "-"), period, f"{at:%Y%m%d-%H%M%S}")
    return (
        "_".join("".join(c if c.isalnum() or c in "-_" else "-" for c in word) for word in words)
        + f".{kind}"
    )


def _fresh(answer: Response) -> Response:
    """Headers that forbid caching, because figures change and a file shows when it was made."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
