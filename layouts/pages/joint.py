"""/joint: the joint work of city and towns: incidents in joint handling, hand-offs both ways, and
where they are stuck.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.alerts import badge
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import chains, domain, instead, sections
from layouts.parts.sections import Part
from layouts.view import View

PARTS = (
    Part(
        "joint",
        headline="incidents.joint",
        beside=("incidents.joint_closure_rate",),
        where="incidents.joint",
        table=("incidents.joint", "incidents.joint_closure_rate"),
    ),
    Part(
        "handoffs",
        headline="handoffs.sent",
        beside=("handoffs.accepted", "handoffs.on_time", "handoffs.open", "handoffs.overdue"),
        trend="handoffs.sent",
        what=("handoffs.sent",),
        where="handoffs.sent",
        table=(
            "handoffs.sent",
            "handoffs.accepted",
            "handoffs.on_time",
            "handoffs.open",
            "handoffs.overdue",
        ),
    ),
)


def build(view: View) -> Component:
    """The handling chains first, because they show what waits for whom; then the figures."""
    if view.without_figures:
        return instead.page(view)
    return html.Div(
        [
            domain.section(view, "stages", *chains.of_page(view), kind="chains"),
            sections.build(view, PARTS),
        ]
    )


PAGE = Page(
    "/joint",
    "joint",
    Text("联动处置", "Joint handling"),
    build,
    help="read-the-pages#joint-handling",
    page_data=("towns", "remarks", "chains"),
    top=badge.of_domains("handoffs", "exchange"),
)
