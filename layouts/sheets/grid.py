"""A sheet as a grid that a reader sorts and filters: its columns, its rows, and their format.

assets/shell/grids.js orders the rows and formats their numbers in the browser.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import dash_ag_grid
from dash import dcc
from dash.development.base_component import Component

from layouts import ids
from layouts.sheets import sheets
from layouts.sheets.sheets import Column, Row, Sheet
from layouts.text import texts
from layouts.view import View

AGAIN_MS = 10_000  # the figures of an open grid move with the page's
Rows = list[dict[str, Any]]


class Screen(NamedTuple):
    """What of the reader's screen a grid depends on."""

    is_touched: bool = False
    is_narrow: bool = False


def grid(view: View, name: str, sheet: Sheet, screen: Screen) -> list[Component]:
    """The grid of a table, and what asks for its rows again while it is open."""
    columns = [_column(view, column, n, screen) for n, column in enumerate(_shown(sheet))]
    height = 48 if screen.is_touched else 38
    whole, rows = rows_of(sheet)
    options = {
        "theme": {"function": "boardTheme(themeQuartz)"},
        "domLayout": "autoHeight",
        "suppressFieldDotNotation": True,
        "pinnedTopRowData": whole,
        "localeText": _words(view),
        "rowHeight": height,
        "headerHeight": height,
        "animateRows": False,
        "enableCellTextSelection": True,
        "suppressDragLeaveHidesColumns": True,
        "tooltipShowDelay": 400,
    }
    shown = dash_ag_grid.AgGrid(
        id=ids.grid_view(name),
        columnDefs=columns,
        rowData=rows,
        getRowId="params.data.key",
        style={"width": "100%"},
        defaultColDef={
            "resizable": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
            "suppressHeaderMenuButton": True,
        },
        rowClassRules={"is-total": "params.data.level !== 'row'"},
        dashGridOptions=options,
    )
    return [shown, dcc.Interval(id=ids.grid_tick(name), interval=AGAIN_MS)]


def rows_of(sheet: Sheet) -> tuple[Rows, Rows]:
    """The rows of the whole, which always stand first, and the others. A word in a number's place
    is under the column's key with "!".
    """
    places = [n for n, column in enumerate(sheet.columns) if not column.is_file_only]
    columns = [sheet.columns[n] for n in places]
    whole, others = Rows(), Rows()
    for row in sheet.rows:
        cells = [row.cells[n] for n in places]
        (whole if row.level == "all" else others).append(_row(row, columns, cells))
    return whole, others


def _row(row: Row, columns: list[Column], cells: list[sheets.Cell]) -> dict[str, Any]:
    found: dict[str, Any] = {"key": row.key, "level": row.level, "group": row.group}
    for column, cell in zip(columns, cells, strict=True):
        is_word = column.kind != "text" and isinstance(cell, str)
        found[column.key] = None if is_word else cell
        if is_word:
            found[f"{column.key}!"] = cell
    return found


def _shown(sheet: Sheet) -> list[Column]:
    return [column for column in sheet.columns if not column.is_file_only]


def _column(view: View, column: Column, n: int, screen: Screen) -> dict[str, Any]:
    is_text = column.kind == "text"
    ways = sheets.TEXT_OPS if is_text else sheets.NUMBER_OPS
    declared: dict[str, Any] = {
        "field": column.key,
        "headerName": column.name,
        "headerTooltip": column.definition or column.name,
        "context": {"kind": column.kind, "lang": view.lang},
        "pinned": None if n else "left",
        "sortable": True,
        "minWidth": 110 if screen.is_narrow else 130,
        "flex": 1,
        "filter": "agTextColumnFilter" if is_text else "agNumberColumnFilter",
        "comparator": {"function": "boardText" if is_text else "boardNumber"},
        "suppressMovable": True,
        "filterParams": {
            "maxNumConditions": 1,
            "inRangeInclusive": True,
            "filterOptions": list(ways),
        },
    }
    if not is_text:
        declared["type"] = "rightAligned"
        declared["valueFormatter"] = {"function": "boardShow(params)"}
    if column.kind == "share":
        declared["filterValueGetter"] = {"function": "boardPercent(params)"}
    return declared


def _words(view: View) -> dict[str, str]:
    """The grid's own words."""
    ways = {way: view.text(f"sheet.{way}") for way in (*sheets.TEXT_OPS, *sheets.NUMBER_OPS)}
    return texts.under(view.lang, "aggrid") | ways
