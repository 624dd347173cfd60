"""Disputes: accepted, mediated, settled, open."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.alerts import badge
from layouts.page import Page
from layouts.parts import domain
from layouts.parts.domain import Beneath
from layouts.view import View

DOMAIN = domain.Domain(
    headline="disputes.accepted",
    beside=(
        "disputes.success_rate",
        "disputes.median_days",
        "disputes.village_rooms",
    ),
    chain=(
        "disputes.accepted",
        "disputes.settled",
        "disputes.failed",
        "disputes.open",
        "disputes.overdue",
    ),
    beneath=Beneath(
        "accident",
        (
            "disputes.accident_accepted",
            "disputes.accident_settled",
            "disputes.accident_one_visit",
            "disputes.accident_median_days",
            "disputes.accident_open",
        ),
    ),
    categories=("disputes.accepted",),
    shared="disputes.success_rate",
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
    "/disputes",
    "disputes",
    Text("矛盾纠纷", "Disputes"),
    build,
    help="read-the-pages#a-domain",
    page_data=("towns", "remarks", "chains"),
    top=badge.of_domains("disputes"),
)
