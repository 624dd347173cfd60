"""/cases: the numbers of the cases that are open, overdue or closed, by town,
category and stage.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.html import attributes
from layouts.html import elements as html
from layouts.page import Page
from layouts.parts import case_list
from layouts.view import View

AGAIN_S = 60


def build(view: View) -> Component:
    found: case_list.Listing | None = view.page_data.get("cases")
    again = attributes.data(again=str(AGAIN_S))
    if found is None:
        return html.Div(
            html.P(view.text("cases.missing"), className="health-missing"),
            className="cases",
            **again,
        )
    return html.Div(case_list.build(view, found), **again)


PAGE = Page(
    "/cases",
    "cases",
    Text("案件", "Cases"),
    build,
    help="read-the-pages#cases",
    page_data=("cases",),
    filters=("family", "state", "stage", "category", "facet", "outcome", "grid", "sort", "cursor"),
)
