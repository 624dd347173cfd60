"""Grid incidents: reported, handled, closed, overdue."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.alerts import badge
from layouts.page import Page
from layouts.parts import domain
from layouts.view import View

DOMAIN = domain.Domain(
    headline="incidents.reported",
    beside=(
        "incidents.closure_rate",
        "incidents.median_hours",
        "incidents.p90_hours",
        "incidents.patrol_visits",
    ),
    chain=(
        "incidents.reported",
        "incidents.handled",
        "incidents.joint",
        "incidents.closed",
        "incidents.open",
        "incidents.overdue",
    ),
    categories=("incidents.reported",),
    shared="incidents.closure_rate",
    table=(
        "incidents.reported",
        "incidents.closed",
        "incidents.open",
        "incidents.overdue",
        "incidents.closure_rate",
        "incidents.median_hours",
    ),
)


def build(view: View) -> Component:
    return domain.build(view, DOMAIN)


PAGE = Page(
    "/incidents",
    "incidents",
    Text("网格事件", "Grid incidents"),
    build,
    help="read-the-pages#a-domain",
    page_data=("towns", "remarks", "chains"),
    top=badge.of_domains("incidents"),
)
