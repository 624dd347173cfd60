"""A list of case numbers: what was asked for, how many cases there are, and one page of them. Codes
and times only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from feeds.cases import query
from feeds.cases.query import Asked, Entry, Page
from feeds.events import eventtypes
from feeds.events.event import Shape
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels
from layouts.text import numbers, times
from layouts.view import View


@dataclass(frozen=True)
class Listing:
    """What was asked for and what was found. With `is_grid_withheld` it is of all grids, because
    grids are shown only inside the town.
    """

    asked: Asked
    page: Page
    is_grid_withheld: bool = False


def build(view: View, found: Listing) -> Component:
    """The choices, then how many there are, then the cases and the way to the next of them."""
    asked, page = found.asked, found.page
    total = view.text(
        f"cases.total_{asked.state}",
        count=numbers.text(page.total, "count", view.lang),
        area=view.area_name(),
    )
    heading = html.H1(
        [html.Span(_family(view, asked.family)), html.Span(total, className="cases-total")],
        className="section-title",
    )
    notes = (
        [html.P(view.text("cases.grid_withheld"), className="drill-help")]
        if found.is_grid_withheld
        else []
    )
    choices = html.Div(
        [_families(view, asked), _states(view, asked), *_filters(view, asked)],
        className="cases-choices",
    )
    body = (
        _table(view, found)
        if page.entries
        else html.P(view.text(f"cases.none_{asked.state}"), className="control-empty")
    )
    return html.Div([heading, choices, *notes, body, *_pages(view, page)], className="cases")


def _families(view: View, asked: Asked) -> Component:
    links = [
        _choice(
            view, _family(view, f), f == asked.family, family=f, category="", facet="", outcome=""
        )
        for f in query.FAMILIES
    ]
    summary = html.Summary(_family(view, asked.family), title=view.text("cases.family"))
    listed = html.Nav(
        links, className="areas-list", **attributes.aria(label=view.text("cases.family"))
    )
    return html.Details([summary, listed], className="areas")


def _states(view: View, asked: Asked) -> Component:
    states = [
        _choice(view, view.text(f"cases.{s}"), s == asked.state, state=s, stage="")
        for s in query.STATES
    ]
    sorts = [
        _choice(view, view.text(f"cases.by_{s}"), s == asked.sort, sort=s) for s in query.SORTS
    ]
    return html.Nav(
        [*states, html.Span(className="cases-gap"), *sorts],
        className="periods",
        **attributes.aria(label=view.text("cases.choices")),
    )


def _choice(view: View, said: str, is_current: bool, **changes: str) -> Component:
    current = attributes.aria(current="true") if is_current else {}
    return html.A(
        said, href=components.address(view, cursor="", **changes), className="pick", **current
    )


def _filters(view: View, asked: Asked) -> list[Component]:
    """What narrows the list, each a link that takes it away."""
    chosen = dict(asked.where) | ({"stage": asked.stage} if asked.stage else {})
    return [
        html.A(
            [
                html.Span(_value(view, asked.family, name, code)),
                html.Span("×", **attributes.aria(hidden="true")),
            ],
            className="chip",
            href=components.address(view, cursor="", **{name: ""}),
            **attributes.aria(
                label=view.text("drill.remove", name=_value(view, asked.family, name, code))
            ),
        )
        for name, code in chosen.items()
    ]


def _value(view: View, family: str, name: str, code: str) -> str:
    if name == "stage":
        return view.text(f"cases.stage_{code}")
    return (
        labels.grid(view, code)
        if name == "grid"
        else labels.of_dimension(view, _opening(family), name).get(code, code)
    )


def _table(view: View, found: Listing) -> Component:
    asked = found.asked
    has_grid = any(entry.grid for entry in found.page.entries)
    names = [
        "case",
        *(["town"] if view.is_city else ["grid"] if has_grid else []),
        "category",
        "opened",
        "stage",
        _last(asked),
    ]
    head = html.Thead(
        html.Tr([html.Th(view.text(f"cases.{name}_column"), scope="col") for name in names])
    )
    rows = [
        html.Tr([_cell(view, asked, entry, name) for name in names], **_hooks(entry))
        for entry in found.page.entries
    ]
    return html.Div(
        html.Table([head, html.Tbody(rows)], className="table table--cases"),
        className="table-scroll",
        tabIndex=0,
    )


def _last(asked: Asked) -> str:
    """Of closed cases how they ended, of others when they are due."""
    return "outcome" if asked.state == "closed" else "due"


def _hooks(entry: Entry) -> dict[str, Any]:
    return attributes.data(case=entry.case, overdue="late" if entry.is_overdue else "")


def _cell(view: View, asked: Asked, entry: Entry, name: str) -> Component:
    if name == "case":
        return html.Th(html.Code(entry.case), scope="row")
    texts = {
        "town": labels.towns(view).get(entry.town, view.area_name("")),
        "grid": labels.grid(view, entry.grid) if entry.grid else "—",
    }
    if name in texts:
        return html.Td(texts[name])
    if name in ("category", "outcome"):
        code = entry.category if name == "category" else entry.outcome
        return html.Td(
            labels.of_dimension(view, _opening(asked.family), name).get(code, code) or "—"
        )
    if name == "stage":
        return html.Td(view.text(f"cases.stage_{entry.stage}"))
    return html.Td(_moment(view, entry.opened) if name == "opened" else _due(view, entry))


def _due(view: View, entry: Entry) -> str:
    """When it is due, and how long it is over that or has till then."""
    if entry.due is None:
        return "—"
    left_s = (entry.due - view.now_ms) / 1000
    said = view.text(
        "cases.over" if entry.is_overdue else "cases.left",
        span=times.duration(abs(left_s), view.lang),
    )
    return f"{_moment(view, entry.due)} · {said}"


def _moment(view: View, at_ms: int | None) -> str:
    return (
        "—"
        if at_ms is None
        else f"{times.iso_day(at_ms, view.profile.tz)} {times.local(at_ms, view.profile.tz):%H:%M}"
    )


def _pages(view: View, page: Page) -> list[Component]:
    ways = [("first", "")] if "cursor" in view.filters else []
    ways += [("next", page.next)] if page.next else []
    links = [
        html.A(
            view.text(f"cases.{way}"),
            href=components.address(view, cursor=cursor),
            className="pick",
        )
        for way, cursor in ways
    ]
    return (
        [html.Nav(links, className="periods", **attributes.aria(label=view.text("cases.pages")))]
        if links
        else []
    )


def _family(view: View, family: str) -> str:
    return view.text(f"family.{family.replace('.', '_')}")


def _opening(family: str) -> str:
    return next(
        t.name
        for t in eventtypes.TYPES.values()
        if t.shape is Shape.CASE and t.family == family and t.step == "opened"
    )
