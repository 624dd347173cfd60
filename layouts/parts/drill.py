"""The details of a figure: by category, second dimension, outcome, town or grid and month. Each row
is a filter for all other splits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from dash.development.base_component import Component

from feeds.cases import query
from feeds.events.event import Shape
from feeds.kpis import dimensions
from feeds.kpis.dimensions import By
from feeds.kpis.formulas import Level
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels
from layouts.text import numbers, times
from layouts.view import View

CROSS: tuple[By, ...] = ("category", "facet", "outcome", "town", "grid")
SHOWN = 12


class Row(NamedTuple):
    """One part of a figure: where `hidden` says "<5" or "withheld" its numbers are None; a share of
    none is None.
    """

    code: str
    value: float | None
    numerator: float | None
    denominator: float | None
    hidden: str


@dataclass(frozen=True)
class Split:
    """A figure by one dimension, over the days from `start` up to, not including, `end`. Withheld:
    shown only to those inside the town.
    """

    by: By
    rows: tuple[Row, ...]
    start: date
    end: date
    is_withheld: bool = False


@dataclass(frozen=True)
class Drill:
    """The active filters, the part that they leave (None without filters, or where it is withheld),
    and every way to split further.
    """

    where: Mapping[str, str]
    whole: Row | None
    splits: tuple[Split, ...]


def block(view: View, kpi: str, found: Drill) -> list[Component]:
    """The filters that hold with their figure, then the splits side by side, then the way to the
    case numbers.
    """
    tables = [_table(view, kpi, split, found.where) for split in found.splits]
    return [
        *_chosen(view, kpi, found),
        html.Div(tables, className="drill"),
        *_cases(view, kpi, found.where),
    ]


def _chosen(view: View, kpi: str, found: Drill) -> list[Component]:
    if not found.where:
        return [html.P(view.text("drill.help"), className="drill-help")]
    chips = [
        html.A(
            [
                html.Span(f"{_dimension(view, kpi, name)} {_name(view, kpi, name, code)}"),
                html.Span("×", **attributes.aria(hidden="true")),
            ],
            href=components.address(view, **{name: ""}),
            className="chip",
            **attributes.aria(label=view.text("drill.remove", name=_name(view, kpi, name, code))),
        )
        for name, code in found.where.items()
    ]
    said = _said(view, kpi, found.whole) if found.whole else view.text("drill.withheld")
    return [
        html.Div(
            [*chips, html.Span(said, className="drill-whole")],
            className="drill-chosen",
            role="status",
        )
    ]


def _said(view: View, kpi: str, row: Row) -> str:
    """The value with the parts that it is made of."""
    unit = view.kpi(kpi).unit
    if row.hidden:
        return _mark(view, row)
    if row.denominator is None:
        return numbers.text(row.value or 0, unit, view.lang)
    value = (
        view.text("drill.no_cases")
        if row.value is None
        else numbers.text(row.value, unit, view.lang)
    )
    return (
        f"{value}（{_parts(view, row)}）" if view.lang == "zh" else f"{value} ({_parts(view, row)})"
    )


def _parts(view: View, row: Row) -> str:
    return " ÷ ".join(
        numbers.text(n or 0, "count", view.lang) for n in (row.numerator, row.denominator)
    )


def _mark(view: View, row: Row) -> str:
    return row.hidden if row.hidden.startswith("<") else view.text("drill.withheld")


def _table(view: View, kpi: str, split: Split, where: Mapping[str, str]) -> Component:
    """One dimension's rows as bars in a table; what is over twelve folds out."""
    heading = html.H3(
        [
            html.Span(_dimension(view, kpi, split.by)),
            html.Span(_days(view, kpi, split), className="title-tag"),
        ]
    )
    if split.is_withheld or not split.rows:
        said = view.text("drill.inside_only" if split.is_withheld else "drill.none")
        return html.Section(
            [heading, html.P(said, className="drill-help")], className="drill-split"
        )
    ordered = _ordered(view, kpi, split)
    most = max((abs(row.value) for row in ordered if row.value is not None), default=0) or 1
    shown = [_row(view, kpi, split.by, row, most, where) for row in ordered]
    rest = [
        html.Details(
            [
                html.Summary(view.text("drill.rest", count=len(shown) - SHOWN)),
                _rows(view, kpi, split, shown[SHOWN:]),
            ]
        )
    ]
    parts = [heading, _rows(view, kpi, split, shown[:SHOWN]), *(rest if len(shown) > SHOWN else [])]
    return html.Section(parts, className="drill-split", **attributes.data(by=split.by))


def _days(view: View, kpi: str, split: Split) -> str:
    if isinstance(view.kpi(kpi).formula, Level):
        return view.text("drill.now")
    return times.days(split.start, split.end - timedelta(1), view.lang)


def _ordered(view: View, kpi: str, split: Split) -> list[Row]:
    """Months in their order; a share the worst first; a count the most first. What is hidden comes
    last.
    """
    if split.by == "month":
        return list(split.rows)
    is_worst_low = view.kpi(kpi).unit == "share" and view.kpi(kpi).better == "up"
    sign = 1 if is_worst_low else -1
    return sorted(
        split.rows,
        key=lambda row: (row.value is None, bool(row.hidden), sign * (row.value or 0), row.code),
    )


def _rows(view: View, kpi: str, split: Split, rows: list[Component]) -> Component:
    is_share = any(row.denominator is not None for row in split.rows)
    head = [
        _dimension(view, kpi, split.by),
        view.title(kpi),
        *([view.text("drill.parts")] if is_share else []),
    ]
    cells = html.Thead(html.Tr([html.Th(text, scope="col", className="unseen") for text in head]))
    return html.Table([cells, html.Tbody(rows)], className="drill-table")


def _row(
    view: View, kpi: str, by: By, row: Row, most: float, where: Mapping[str, str]
) -> Component:
    """Name, bar and value, and of a share its parts. The one that is chosen leads back to all."""
    is_chosen = where.get(by) == row.code
    name = _name(view, kpi, by, row.code)
    link = (
        name
        if by == "month"
        else html.A(name, href=_go(view, by, row.code, is_chosen), **_pressed(is_chosen))
    )
    value = _mark(view, row) if row.hidden else _value(view, kpi, row)
    share = 0 if row.value is None else abs(row.value) / most
    bar = html.Span(className="drill-bar", style={"--share": f"{share:.4f}"})
    parts = [] if row.denominator is None else [html.Td(_parts(view, row), className="drill-parts")]
    cells = [
        html.Th(link, scope="row"),
        html.Td([bar, html.Span(value)], className="drill-value"),
        *parts,
    ]
    return html.Tr(
        cells,
        className="drill-row drill-row--chosen" if is_chosen else "drill-row",
        **attributes.data(code=row.code),
    )


def _go(view: View, by: By, code: str, is_chosen: bool) -> str:
    if by == "town":
        return components.address(view, area=code)
    return components.address(view, **{by: "" if is_chosen else code})


def _pressed(is_chosen: bool) -> dict[str, Any]:
    return attributes.aria(current="true") if is_chosen else {}


def _value(view: View, kpi: str, row: Row) -> str:
    return (
        view.text("drill.no_cases")
        if row.value is None
        else numbers.text(row.value, view.kpi(kpi).unit, view.lang)
    )


def _dimension(view: View, kpi: str, by: str) -> str:
    """What a dimension is called; the second one by its own field's name."""
    kind = dimensions.facet(kpi) if by == "facet" else None
    field = next((f for f in kind.fields if f.name == kind.facet), None) if kind else None
    return field.title.of(view.lang) if field else view.text(f"drill.{by}")


def _name(view: View, kpi: str, by: str, code: str) -> str:
    """A value's name: of what has none, its code."""
    match by:
        case "town":
            return labels.towns(view).get(code, view.area_name(""))
        case "grid":
            return labels.grid(view, code)
        case "month":
            return code
        case _:
            return labels.of_dimension(view, _kind(kpi, by), by).get(code, code)


def _kind(kpi: str, by: str) -> str:
    found = dimensions.facet(kpi) if by == "facet" else dimensions.category(kpi)
    return found.name if found else ""


def _cases(view: View, kpi: str, where: Mapping[str, str]) -> list[Component]:
    """Links to the numbers of the cases that the figure is about, under the same filters."""
    kind = dimensions.category(kpi)
    if kind is None or kind.shape is not Shape.CASE:
        return []
    kept = {name: value for name, value in where.items() if name != "town"}
    lists = {
        state: components.address(view, "/cases", family=kind.family, state=state, **kept)
        for state in query.STATES
    }
    links = [
        html.A(view.text(f"cases.{state}"), href=href, className="pick")
        for state, href in lists.items()
    ]
    return [html.P([html.Span(view.text("drill.cases")), *links], className="drill-cases")]
