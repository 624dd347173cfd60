"""Towns by systems: who reports, and since when not. The city's row is first; a cell is empty where
no town reports the system.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.systems import SYSTEMS
from feeds.health.completeness import Cell, Row
from layouts.health import pieces
from layouts.health.page_values import Completeness
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import labels
from layouts.text import times
from layouts.view import View


def build(view: View, known: Completeness) -> Component:
    numbers = sorted({number for row in known.rows for number in row.cells})
    head = [
        html.Th(view.text("chart.town"), scope="col"),
        *(_head(view, number) for number in numbers),
    ]
    rows = [
        html.Tr([_name(view, row), *(_cell(view, row, number) for number in numbers)])
        for row in known.rows
    ]
    whole = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="table matrix")
    table = html.Div(whole, className="table-scroll")
    return pieces.section(view, "matrix", _key(view), table, is_first=True)


def _key(view: View) -> Component:
    """The three states, and what they are judged by."""
    states = [pieces.state(view, name) for name in ("live", "late", "nodata")]
    return html.P([*states, html.Span(view.text("health.matrix_note"))], className="health-key")


def _head(view: View, number: int) -> Component:
    return html.Th(
        view.text(f"health.system_{number}"), scope="col", title=SYSTEMS[number].of(view.lang)
    )


def _name(view: View, row: Row) -> Component:
    name = labels.place(view, row.area)
    seen = pieces.ago(view, row.at) if row.at else view.text("health.never")
    return html.Th(
        name,
        scope="row",
        title=f"{view.area_name(row.area)}: {seen}",
        **attributes.data(state=row.state),
    )


def _cell(view: View, row: Row, number: int) -> Component:
    cell = row.cells.get(number)
    if cell is None:
        return html.Td("", className="matrix-none")
    hooks = attributes.data(
        state=cell.state, town=row.area, system=str(number), at=str(cell.at or "")
    )
    lines = [
        html.Span(text, className=kind)
        for text, kind in ((_first(view, cell), "matrix-age"), (_second(view, cell), "matrix-at"))
    ]
    return html.Td([html.Span(className="health-mark"), *lines], title=_title(view, cell), **hooks)


def _first(view: View, cell: Cell) -> str:
    """How long ago; the state's word where it isn't live."""
    if cell.state == "live" and cell.at:
        return _span(view, cell.at)
    return view.text(f"health.{cell.state}" if cell.at else "health.never")


def _second(view: View, cell: Cell) -> str:
    """When; what is late or gone says since how long in place of the time."""
    if not cell.at:
        return ""
    return _clock(view, cell.at) if cell.state == "live" else _span(view, cell.at)


def _span(view: View, at_ms: int) -> str:
    age_s = (view.now_ms - at_ms) / 1000
    return times.duration(age_s, view.lang) if age_s >= 60 else view.text("health.now")


def _clock(view: View, at_ms: int) -> str:
    """The time of day of today, else the date: a cell has no room for both."""
    at, now = times.local(at_ms, view.profile.tz), times.local(view.now_ms, view.profile.tz)
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return f"{at.month}-{at.day}" if view.lang == "zh" else times.day(at, view.lang)


def _title(view: View, cell: Cell) -> str:
    """Every kind of event with its state and time, a line each."""
    lines = []
    for need in cell.needs:
        said = (
            view.text("health.never")
            if need.at is None
            else f"{view.text(f'health.{need.state}')} · {pieces.moment(view, need.at)}"
        )
        lines.append(f"{pieces.need(view, need.name)}: {said}")
    return "\n".join(lines)
