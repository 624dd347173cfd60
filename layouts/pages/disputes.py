"""Disputes: accepted, mediated, settled, open."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.page import Page
from layouts.parts import domain
from layouts.view import View

DOMAIN = domain.Domain(
    headline="disputes.accepted",
    beside=(
        "disputes.success_rate",
        "disputes.median_days",
        "disputes.village_rooms",
        "disputes.accident_settled",
    ),
    chain=(
        "disputes.accepted",
        "disputes.settled",
        "disputes.failed",
        "disputes.open",
        "disputes.overdue",
        "disputes.accident_one_visit",
    ),
    categories=("disputes.accepted",),
    table=(
        "disputes.accepted",
        "disputes.settled",
        "disputes.failed",
        "disputes.open",
        "disputes.success_rate",
        "disputes.median_days",
    ),
)


def build(view: View) -> Component:
    return domain.build(view, DOMAIN)


PAGE = Page(
    "/disputes", "disputes", Text("矛盾纠纷", "Disputes"), build, page_data=("remarks", "chains")
)
