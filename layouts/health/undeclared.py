"""The sources whose case numbers are not declared, each with the lines that declare it, for
whoever may.
"""

from __future__ import annotations

import json

from dash.development.base_component import Component

from layouts.health import pieces
from layouts.health.page_values import Undeclared
from layouts.html import attributes
from layouts.html import elements as html
from layouts.view import View


def build(view: View, found: tuple[Undeclared, ...]) -> list[Component]:
    """Nothing where every source is declared."""
    if not found:
        return []
    note = html.P(view.text("health.undeclared_note"), className="health-note")
    rows: list[list[pieces.Content]] = [
        [html.Span(one.source, className="health-code"), _copied(view, one)] for one in found
    ]
    head = [view.text(f"health.{name}") for name in ("source_source", "undeclared_lines")]
    table = pieces.table(head, rows, "table--words")
    return [pieces.section(view, "undeclared", note, table)]


def lines(one: Undeclared) -> str:
    """What to write into DATA/sources.toml."""
    patterns = one.patterns[0] if len(one.patterns) == 1 else list(one.patterns)
    said = {"id": one.source, "case": patterns}
    written = [f"{key} = {json.dumps(value)}" for key, value in said.items()]
    return "\n".join(["[[source]]", *written])


def _copied(view: View, one: Undeclared) -> Component:
    """The lines as a button that copies them (assets/shell/copy.js), or who has them."""
    if not one.patterns:
        return html.Span(view.text("health.undeclared_ask"))
    text = lines(one)
    mark = html.Span("", className="copy-mark", **attributes.aria(hidden="true"))
    return html.Button(
        [html.Code(text, className="health-code health-lines"), mark],
        type="button",
        className="copy",
        title=view.text("health.undeclared_copy"),
        **attributes.data(copy=text),
        **attributes.aria(label=view.text("health.undeclared_copy_one", source=one.source)),
    )
