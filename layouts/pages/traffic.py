"""Road safety: accidents, deaths, injuries, hazards found and rectified."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.alerts import badge
from layouts.page import Page
from layouts.parts import domain
from layouts.view import View

DOMAIN = domain.Domain(
    headline="traffic.accidents",
    beside=(
        "traffic.deaths",
        "traffic.injuries",
        "traffic.hazards_rectified",
        "traffic.hazards_overdue",
    ),
    chain=("traffic.hazards_found", "traffic.hazards_rectified", "traffic.hazards_overdue"),
    categories=("traffic.accidents", "traffic.hazards_found"),
    table=(
        "traffic.accidents",
        "traffic.deaths",
        "traffic.injuries",
        "traffic.hazards_found",
        "traffic.hazards_rectified",
        "traffic.hazards_overdue",
    ),
)


def build(view: View) -> Component:
    return domain.build(view, DOMAIN)


PAGE = Page(
    "/traffic",
    "traffic",
    Text("道路交通", "Road safety"),
    build,
    help="read-the-pages#a-domain",
    page_data=(
        "towns",
        "remarks",
    ),
    top=badge.of_domains("traffic"),
)
