"""Tables and lists of facts on the pages about people; on a phone a row is a card."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from layouts.html import attributes
from layouts.html import elements as html
from layouts.text import times
from layouts.view import View

Cell = str | Component | list[str | Component]


def table(view: View, label: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Component:
    """`label` names the table for screen readers; `head` are the names of its columns' texts, "" of
    the one with buttons. The first cell of a row is its name.
    """
    said = [view.text(f"people.{name}") if name else "" for name in head]
    heads = [
        html.Th(word, scope="col")
        if word
        else html.Td(html.Span(view.text("people.acts"), className="unseen"))
        for word in said
    ]
    body = [html.Tr(_row(said, cells)) for cells in rows]
    inside = [html.Thead(html.Tr(heads)), html.Tbody(body)]
    made = html.Table(
        inside, className="table table--people", **attributes.aria(label=view.text(label))
    )
    return html.Div(made, className="table-scroll", tabIndex=0)


def _row(said: Sequence[str], cells: Sequence[Cell]) -> list[Component]:
    first = html.Th(cells[0], scope="row")
    others = [
        html.Td(cell, **attributes.data(name=word))
        for word, cell in zip(said[1:], cells[1:], strict=True)
    ]
    return [first, *others]


def facts(view: View, rows: Sequence[tuple[str, Cell]]) -> Component:
    """What is known of one thing, by the names of the texts."""
    parts = [
        html.Div([html.Dt(view.text(f"people.{name}")), html.Dd(value)]) for name, value in rows
    ]
    return html.Dl(parts, className="people-facts")


def moment(view: View, at_ms: int, none: str = "—") -> str:
    return times.moment(at_ms, view.now_ms, view.profile.tz, view.lang) if at_ms else none
