"""Narrows the list of figures at /kpi while a text is typed. Domain, system, order and the filter
of what is off target are links.

All figures are on the page already, so the server is not asked. The rule is the one of
layouts/parts/catalogue.py.
"""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from layouts import ids


def register(app: Dash) -> None:
    """Register the one callback: it hides the figures that do not match, and shows how many do."""
    app.clientside_callback(
        ClientsideFunction("figures", "found"),
        Output(ids.FOUND, "children"),
        Input(ids.SEARCH, "value"),
        State(ids.FOUND, "data-words"),
        prevent_initial_call=True,
    )
