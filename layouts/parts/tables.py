"""Plain HTML tables: the one behind a chart, and the one of towns side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from dash.development.base_component import Component

from feeds.kpis import Unit, splits
from layouts import ids
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import labels, table_bar
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
    head = [view.text("chart.town"), *(view.title(k) for k in kpis)]
    city = [view.area_name(), *(cell(view, view.value(k), view.kpi(k).unit) for k in kpis)]
    rows = [
        [names[t.code], *(cell(view, _of_town(view, k, t.code), view.kpi(k).unit) for k in kpis)]
        for t in view.profile.towns
    ]
    units = " ".join(view.kpi(k).unit for k in kpis)
    hooks = attributes.data(area=view.area, period=view.period, kpis=" ".join(kpis), units=units)
    return table_bar.around(
        view, "towns", kpis, table(head, [city, *rows], "table--towns", hooks, ["", *names])
    )


def of_split(view: View, name: str) -> Component:
    """A row a goal, a department or a group, a column a KPI; the sum of all first. Values without a
    name show their code.
    """
    kpis = splits.SPLITS[name].kpis
    found = {kpi: view.series(f"by_{name}:{kpi}") or {} for kpi in kpis}
    names = labels.of_split(view, name)
    codes = [*names, *sorted({code for cells in found.values() for code in cells} - names.keys())]
    whole = [view.text("split.all"), *(cell(view, view.value(k), view.kpi(k).unit) for k in kpis)]
    rows = [
        [names.get(code, code), *(cell(view, found[k].get(code), view.kpi(k).unit) for k in kpis)]
        for code in codes
    ]
    hooks = attributes.data(
        area=view.area,
        period=view.period,
        kpis=" ".join(kpis),
        units=" ".join(view.kpi(k).unit for k in kpis),
        by=f"by_{name}",
    )
    head = [view.text(f"split.{name}"), *(view.title(k) for k in kpis)]
    return table_bar.around(
        view,
        name,
        kpis,
        table(head, [whole, *rows], "table--towns table--split", hooks, ["", *codes]),
    )


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    kind: str = "",
    hooks: Mapping[str, Any] | None = None,
    towns: Sequence[str] = (),
) -> Component:
    """The first cell of each row is its heading. `hooks` and each row's town are for the live
    client.
    """
    body = [_row(row, town) for row, town in zip_longest(rows, towns, fillvalue="")]
    return html.Table(
        [html.Thead(html.Tr([html.Th(text, scope="col") for text in head])), html.Tbody(body)],
        className=f"table {kind}".strip(),
        **(hooks or {}),
    )


def cell(view: View, value: float | None, unit: Unit) -> str:
    return "—" if value is None else numbers.text(value, unit, view.lang)


def _of_town(view: View, kpi: str, town: str) -> float | None:
    found: float | None = (view.series(f"towns:{kpi}") or {}).get(town)
    return found


def _row(row: Sequence[Cell], town: str) -> Component:
    hook = attributes.data(town=town) if town else {}
    return html.Tr([html.Th(row[0], scope="row"), *(html.Td(text) for text in row[1:])], **hook)
