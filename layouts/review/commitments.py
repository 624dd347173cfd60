"""Commitments made at review meetings: what was promised, what resulted, and the form for those who
may make one.
"""

from __future__ import annotations

from datetime import timedelta

from dash.development.base_component import Component

from feeds import kpis
from feeds.city import quarters
from feeds.review.review_values import Commitment, Review
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import forms, tables
from layouts.review import page_values
from layouts.view import View

_TRENDS = {
    "met": "better",
    "missed": "worse",
    "unclear": "flat",
    "pending": "flat",
    "nodata": "flat",
}


def section(view: View, review: Review) -> list[Component]:
    """The commitments of the view's area (of the city: all), by due day, and the form; nothing
    where neither is to be shown.
    """
    found = [one for one in review.commitments if view.is_city or one.town == view.area]
    title = html.H2(view.text("review.commitments"), className="section-title")
    body: Component | None = _table(view, found) if found else None
    if body is None and not _are_reported(review):
        body = html.P(view.text("review.no_commitments"), className="control-empty")
    note = html.P(view.text("review.commitments_note"), className="control-note")
    form = _form(view, review)
    if body is None and not form:
        return []
    shown = [] if body is None else [body]
    return [html.Section([title, *shown, note, *form], className="section review-commitments")]


def _are_reported(review: Review) -> bool:
    """Whether commitments are reported as events; then what came of those stands at the top."""
    made = review.figure("commitments.made")
    kept = review.figure("commitments.kept")
    return any(one is not None and one.city.value is not None for one in (made, kept))


def _table(view: View, found: list[Commitment]) -> Component:
    head = [
        view.text(f"review.{name}")
        for name in ("town", "figure", "start", "promised", "due", "became", "outcome")
    ]
    rows = html.Tbody([_row(view, one) for one in found])
    table = html.Table(
        [html.Thead(html.Tr([html.Th(text, scope="col") for text in head])), rows],
        className="table table--commitments",
    )
    return html.Div(table, className="table-scroll")


def _row(view: View, one: Commitment) -> Component:
    unit = view.kpi(one.kpi).unit
    became = page_values.reading(view, one.reading, unit) if one.reading else "—"
    if one.lower is not None and one.upper is not None:
        became += " " + view.text(
            "review.interval",
            low=page_values.number(view, one.lower, unit),
            high=page_values.number(view, one.upper, unit),
        )
    words = view.text(f"review.outcome_{one.outcome}")
    if one.change is not None and one.outcome in ("met", "missed", "unclear"):
        words += view.text("review.then") + view.text(
            "review.real_change" if one.change.is_distinct else "review.no_real_change"
        )
    start = f"{one.made_on} {page_values.number(view, one.start.value, unit)}"
    cells: list[tables.Cell] = [
        view.title(one.kpi),
        start,
        page_values.number(view, one.target, unit),
        one.due,
        became,
    ]
    end = html.Td(words, className="own-change", **attributes.data(trend=_TRENDS[one.outcome]))
    return html.Tr(
        [html.Th(view.area_name(one.town), scope="row"), *(html.Td(cell) for cell in cells), end],
        **attributes.data(commitment=one.id),
    )


def _form(view: View, review: Review) -> list[Component]:
    """Town, figure, due day and target value."""
    editor = forms.editor(view, "freeze")
    if editor is None:
        return []
    towns = list(view.profile.town_by_code) if view.is_city else [view.area]
    chosen = view.filters.get("kpi", "")
    figures = [
        one.kpi
        for one in review.figures
        if one.better != "neutral" and kpis.CATALOGUE[one.kpi].better != "neutral"
    ]
    due = quarters.parse(review.quarter).next.end - timedelta(1)
    fields = [
        _select(view, "town", [(code, view.area_name(code)) for code in towns], ""),
        _select(view, "kpi", [(kpi, view.title(kpi)) for kpi in figures], chosen),
        _labelled(
            view,
            "due",
            markup.tag("input", type="date", name="due", required="", value=due.isoformat()),
        ),
        _labelled(
            view,
            "target",
            markup.tag(
                "input",
                type="text",
                name="target",
                required="",
                inputmode="decimal",
                autocomplete="off",
            ),
        ),
    ]
    foot = [
        markup.tag("button", text=view.text("review.commit"), type="submit"),
        markup.tag(
            "span", text=view.text("remark.as", office=editor.name), **{"class": "remark-office"}
        ),
        markup.tag("p", text=view.text("review.commit_rule"), **{"class": "remark-rule"}),
        forms.error(),
    ]
    hidden = forms.carried(view, editor, quarter=review.quarter)
    form = forms.form("/review/commitments", "remark-form", "".join([*fields, hidden, *foot]))
    return [html.Details([html.Summary(view.text("review.make")), form], className="remark-make")]


def _select(view: View, name: str, choices: list[tuple[str, str]], chosen: str) -> str:
    options = "".join(
        markup.tag(
            "option", text=text, value=value, **({"selected": ""} if value == chosen else {})
        )
        for value, text in choices
    )
    return _labelled(
        view,
        name,
        markup.to_html(islands.Markup("select", {"name": name, "required": ""}, options)),
    )


def _labelled(view: View, name: str, field: str) -> str:
    inner = markup.tag("span", text=view.text(f"review.field_{name}")) + field
    return markup.to_html(islands.Markup("label", {"className": "remark-field"}, inner))
