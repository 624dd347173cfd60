"""Anti-fraud: warnings, dissuasions, losses averted."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.alerts import badge
from layouts.page import Page
from layouts.parts import domain
from layouts.view import View

DOMAIN = domain.Domain(
    headline="fraud.warnings",
    beside=("fraud.dissuaded", "fraud.dissuasion_rate", "fraud.loss_averted", "fraud.leaflets"),
    chain=("fraud.warnings", "fraud.dissuaded", "fraud.loss_averted"),
    categories=("fraud.warnings", "fraud.loss_averted"),
    shared="fraud.dissuasion_rate",
    table=(
        "fraud.warnings",
        "fraud.dissuaded",
        "fraud.dissuasion_rate",
        "fraud.loss_averted",
        "fraud.leaflets",
    ),
)


def build(view: View) -> Component:
    return domain.build(view, DOMAIN)


PAGE = Page(
    "/fraud",
    "fraud",
    Text("反诈", "Anti-fraud"),
    build,
    help="read-the-pages#a-domain",
    page_data=(
        "towns",
        "remarks",
    ),
    top=badge.of_domains("fraud"),
)
