"""The grid of a table: opens and closes it, serves its rows, keeps them current, and groups them as
the reader chose.

The content of a table is the sheet that its address names (/export); the grid sorts and filters it.
"""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import urlencode

import flask
from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, Patch, State

from layouts import ids
from layouts.parts import table_bar
from layouts.sheets import grid
from layouts.sheets.grid import Screen
from layouts.sheets.sheets import Sheet, WrongChoice
from layouts.view import View

EXPORT = "data-export"  # on a table: its address


class Sheets(Protocol):
    """Where tables are read."""

    def sheet(self, address: str) -> tuple[View, Sheet]:
        """The table that an address of /export names. Raises WrongChoice."""


def register(app: Dash, sheets: Sheets) -> None:
    """The grid's callbacks. Those that only change what is seen run in the browser."""
    # The library has to be there before a grid can be drawn.
    app.clientside_callback(
        ClientsideFunction("grids", "asked"),
        Output(ids.sheet_asked(MATCH), "data"),
        Output(ids.sheet_said(MATCH), "children"),
        Input(ids.sheet_open(MATCH), "n_clicks"),
        State(ids.sheet_open(MATCH), "data-failed"),
        State(ids.sheet_asked(MATCH), "data"),
        State(ids.GRID_LIBRARY, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("grids", "shown"),
        Output(ids.sheet(MATCH), "data-open"),
        Output(ids.sheet_open(MATCH), "aria-expanded"),
        Input(ids.grid(MATCH), "children"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("grids", "grouped"),
        Output(ids.sheet_group_chosen(MATCH), "data"),
        Output(ids.sheet_group(MATCH, ALL), "aria-pressed"),
        Input(ids.sheet_group(MATCH, ALL), "n_clicks"),
        State(ids.sheet_group(MATCH, ALL), "id"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(ids.grid(MATCH), "children"),
        Input(ids.sheet_asked(MATCH), "data"),
        State(ids.sheet_group_chosen(MATCH), "data"),
        State(ids.sheet(MATCH), EXPORT),
        State(ids.grid(MATCH), "id"),
        prevent_initial_call=True,
    )
    def opened(
        asked: dict[str, bool] | None, group: str | None, export: str, place: dict[str, str]
    ) -> Any:
        """The grid of an open table; None for a closed one."""
        if not asked:
            return None
        view, sheet = _read(sheets, export, group)
        screen = Screen(asked.get("touch", False), asked.get("narrow", False))
        return grid.grid(view, place["name"], sheet, screen)

    @app.callback(
        Output(ids.grid_view(MATCH), "rowData"),
        Output(ids.grid_view(MATCH), "dashGridOptions"),
        Input(ids.grid_tick(MATCH), "n_intervals"),
        Input(ids.sheet_group_chosen(MATCH), "data"),
        State(ids.sheet(MATCH), EXPORT),
        prevent_initial_call=True,
    )
    def again(_: int, group: str | None, export: str) -> Any:
        """The rows as they are now, grouped as chosen; sorting and filters stay as they are."""
        _view, sheet = _read(sheets, export, group)
        whole, rows = grid.rows_of(sheet)
        options = Patch()
        options["pinnedTopRowData"] = whole
        return rows, options


def _read(sheets: Sheets, export: str, group: str | None) -> tuple[View, Sheet]:
    """The table of an address, with its rows grouped. An address that no page gave is a wrong
    request.
    """
    if group in table_bar.GROUPS:
        export = f"{export}&{urlencode({'group': group})}"
    try:
        return sheets.sheet(export)
    except WrongChoice:
        flask.abort(400)
