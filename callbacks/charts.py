"""A press on a chart's point: a bar, a day, a week, a town of a funnel. It changes the address to
the one that the point leads to, as a link does (decision 0012).

layouts/parts/points.py decides which point leads where.
"""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output

from layouts import ids


def register(app: Dash) -> None:
    """One callback for every chart of every page; it asks no server."""
    app.clientside_callback(
        ClientsideFunction("points", "pressed"),
        Output(ids.LOCATION, "href"),
        Input(ids.chart(ALL), "clickData"),
        prevent_initial_call=True,
    )
