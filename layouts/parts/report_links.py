"""The links of a review and of a brief to their files, to presenting, and to the briefs of its
days.
"""

from __future__ import annotations

from urllib.parse import urlencode

from dash.development.base_component import Component

from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components
from layouts.view import View

FILES = "/report"
PRESENT = "/review/present"
BRIEF = "/brief.pdf"
KINDS = ("pptx", "xlsx", "pdf", "csv")


def bar(view: View, quarter: str, code: str = "") -> Component:
    """The daily brief, and for whoever may have the papers present and the four kinds of file; with
    a `code` of that freeze.
    """
    query = {"quarter": quarter, "lang": view.lang} | ({"code": code} if code else {})
    present = html.A(
        view.text("report.present"),
        href=f"{PRESENT}?{urlencode(query)}",
        className="pick",
        target="_blank",
        rel="noopener",
    )
    files = [
        html.A(
            view.text(f"report.link_{kind}"),
            href=f"{FILES}?{urlencode(query | {'as': kind})}",
            className="pick",
            download="",
        )
        for kind in KINDS
    ]
    daily = html.A(
        view.text("brief.day_title"), href=components.address(view, "/brief"), className="pick"
    )
    return html.Nav(
        [daily, *([present, *files] if view.page_data.get("deck", True) else [])],
        className="review-files",
        **attributes.aria(label=view.text("report.files")),
    )
