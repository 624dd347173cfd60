"""A press of a chart's point: a bar, a day, a week, a town of a funnel. The address changes to the
one that the point leads to, as with a link (decision 0012).

Which points lead where is layouts/parts/points.py.
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
