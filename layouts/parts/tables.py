"""Plain HTML tables: the one behind a chart, and the one of towns side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from dash.development.base_component import Component

from feeds.kpis import Unit, splits
from feeds.statistics.changes import FEW
from layouts import ids
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import labels, table_bar, tile
from layouts.text import numbers
from layouts.view import View

Cell = str | Component


def behind(view: View, name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Component:
    """The figures of a chart, folded away under it."""
    return html.Details(
        [
            html.Summary(view.text("chart.table")),
            html.Div(table(head, rows), className="table-scroll"),
        ],
        className="chart-table",
        id=ids.table(name),
    )


def of_towns(view: View, kpis: Sequence[str]) -> Component:
    """A row a town, a column a KPI, the city's own row first; empty cells say so with a dash."""
    names = labels.towns(view)
    head: list[Cell] = [view.text("chart.town"), *(_column(view, k) for k in kpis)]
    city = [view.area_name(), *(_whole(view, k) for k in kpis)]
    rows = [
        [names[t.code], *(_part(view, "towns", k, t.code) for k in kpis)]
        for t in view.profile.towns
    ]
    return table_bar.around(
        view,
        "towns",
        kpis,
        table(
            head,
            [city, *rows],
            "table--towns",
            _hooks(view, kpis),
            ["", *names],
            _states(view, kpis),
        ),
    )


def of_split(view: View, name: str) -> Component:
    """A row a goal, a department or a group, a column a KPI; the sum of all first. Values without a
    name show their code.
    """
    kpis = splits.SPLITS[name].kpis
    found = {kpi: view.series(f"by_{name}:{kpi}") or {} for kpi in kpis}
    names = labels.of_split(view, name)
    codes = [*names, *sorted({code for cells in found.values() for code in cells} - names.keys())]
    whole = [view.text("split.all"), *(_whole(view, k) for k in kpis)]
    rows = [
        [names.get(code, code), *(_part(view, f"by_{name}", k, code) for k in kpis)]
        for code in codes
    ]
    head: list[Cell] = [view.text(f"split.{name}"), *(_column(view, k) for k in kpis)]
    hooks = _hooks(view, kpis) | attributes.data(by=f"by_{name}")
    return table_bar.around(
        view,
        name,
        kpis,
        table(
            head,
            [whole, *rows],
            "table--towns table--split",
            hooks,
            ["", *codes],
            _states(view, kpis),
        ),
    )


def _column(view: View, kpi: str) -> Component:
    """The figure's name, and how late its sources are: that holds for each of its cells."""
    at = view.kpi_at(kpi)
    state = view.freshness(kpi)
    late = "" if at is None else tile.word_of_state(view, state, at, is_empty=False)
    return html.Span([html.Span(view.title(kpi)), html.Span(late, className="column-state")])


def _states(view: View, kpis: Sequence[str]) -> list[str]:
    return [view.freshness(kpi) for kpi in kpis]


def _hooks(view: View, kpis: Sequence[str]) -> dict[str, Any]:
    """What the live client needs to go on with the table."""
    return attributes.data(
        area=view.area,
        period=view.period,
        kpis=" ".join(kpis),
        units=" ".join(view.kpi(k).unit for k in kpis),
        needs=";".join(" ".join(view.kpi(k).needs) for k in kpis),
        cadences=" ".join(str(view.cadence_alone_s(k)) for k in kpis),
        few=str(FEW),
    )


def table(
    head: Sequence[Cell],
    rows: Sequence[Sequence[Cell]],
    kind: str = "",
    hooks: Mapping[str, Any] | None = None,
    towns: Sequence[str] = (),
    states: Sequence[str] = (),
) -> Component:
    """The first cell of each row is its heading. `hooks` and each row's town are for the live
    client. `states`: how fresh each further column is.
    """
    body = [_row(row, town, states) for row, town in zip_longest(rows, towns, fillvalue="")]
    return html.Table(
        [html.Thead(html.Tr([html.Th(text, scope="col") for text in head])), html.Tbody(body)],
        className=f"table {kind}".strip(),
        **(hooks or {}),
    )


def cell(view: View, value: float | None, unit: Unit) -> str:
    return "—" if value is None else numbers.text(value, unit, view.lang)


def _whole(view: View, kpi: str) -> Cell:
    """The area's own figure."""
    return _with_cases(view, kpi, view.value(kpi), view.parts(kpi)[1])


def _part(view: View, kind: str, kpi: str, code: str) -> Cell:
    """The figure of one town, or of one value of a split."""
    value = (view.series(f"{kind}:{kpi}") or {}).get(code)
    return _with_cases(view, kpi, value, (view.series(f"{kind}_of:{kpi}") or {}).get(code))


def _with_cases(view: View, kpi: str, value: float | None, of: float | None) -> Cell:
    """A figure; of a share also its cases, and of few cases these alone. The cases of a share of
    what is not cases (devices, rooms) are as good.
    """
    unit = view.kpi(kpi).unit
    said = cell(view, value, unit)
    if unit != "share":
        return said
    cases = "" if value is None or not of else numbers.cases(value * of, of, view.lang)
    if cases and (of or 0) < FEW:
        said, cases = cases, ""
    return html.Span(
        [html.Span(said, className="cell-value"), html.Span(cases, className="cell-cases")],
        className="cell-share",
    )


def _row(row: Sequence[Cell], town: str, states: Sequence[str]) -> Component:
    hook = attributes.data(town=town) if town else {}
    cells = [
        html.Td(text, **(attributes.data(state=state) if state else {}))
        for text, state in zip_longest(row[1:], states, fillvalue="")
    ]
    return html.Tr([html.Th(row[0], scope="row"), *cells], **hook)
