"""What the parts of /health share: a section, a table of cells, a state as shape and word, a moment
with its age.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from feeds.events.eventtypes import INDICATORS
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels
from layouts.text import times
from layouts.view import View

Content = Component | str | int
_INDICATOR = "indicator:"


def section(view: View, name: str, *content: Component, is_first: bool = False) -> Component:
    """A section under its heading, to which a phone folds it, the first one not."""
    heading = html.H2(view.text(f"health.{name}"), className="section-title")
    folded = components.fold(name, heading, *content, is_first=is_first)
    return html.Section(folded, className=f"section health-{name}")


def missing(view: View, which: str) -> Component:
    """A sentence that a part could not be read, and whether Redis or the database is missing."""
    return html.P(view.text(f"health.missing_{which}"), className="health-missing")


def table(head: Sequence[str], rows: Sequence[Sequence[Content]], kind: str = "") -> Component:
    """The first cell of each row is its heading; it scrolls in its own place where it is wide."""
    body = [html.Tr([html.Th(row[0], scope="row"), *_named(head, row)]) for row in rows]
    heads = html.Thead(html.Tr([html.Th(text, scope="col") for text in head]))
    return html.Div(
        html.Table([heads, html.Tbody(body)], className=f"table {kind}".strip()),
        className="table-scroll",
    )


def _named(head: Sequence[str], row: Sequence[Content]) -> list[Component]:
    """The cells after the first; on a phone, where a row is a block, each says its column."""
    cells = zip(head[1:], row[1:], strict=True)
    return [html.Td(cell, **attributes.data(column=name)) for name, cell in cells]


def state(view: View, name: str, words: str = "") -> Component:
    """A shape and a word; `name` is live, late or nodata, or what a screen or a part of the pipe
    is.
    """
    return html.Span(
        [html.Span(className="health-mark"), html.Span(words or view.text(f"health.{name}"))],
        className="health-state",
        **attributes.data(state=name),
    )


def moment(view: View, at_ms: int | None) -> str:
    """A time of day or a date with it; a dash for never."""
    return times.moment(at_ms, view.now_ms, view.profile.tz, view.lang) if at_ms else "—"


def ago(view: View, at_ms: int) -> str:
    return times.age((view.now_ms - at_ms) / 1000, view.lang)


def when(view: View, at_ms: int | None) -> Content:
    """How long ago, and when that was."""
    if not at_ms:
        return "—"
    return html.Span(
        [ago(view, at_ms), html.Span(moment(view, at_ms), className="health-moment")],
        className="health-when",
    )


def need(view: View, name: str) -> str:
    """What an event type or an indicator is called."""
    if not name.startswith(_INDICATOR):
        return labels.type_name(view, name)
    known = INDICATORS.get(name.removeprefix(_INDICATOR))
    return known.of(view.lang) if known else name


def listed(view: View, words: Sequence[str]) -> str:
    return view.text("live.comma").join(words)
