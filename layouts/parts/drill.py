"""The details of a figure: by category, second dimension, outcome, town or grid and month. Each row
is a filter for all other splits.

Bars are of what adds up. A share is a dot with its interval, because bars of shares of few cases
show chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from dash.development.base_component import Component

from feeds.cases import query
from feeds.city import periods
from feeds.events.event import Shape
from feeds.kpis import dimensions
from feeds.kpis.dimensions import By
from feeds.kpis.formulas import Level
from feeds.statistics import intervals
from feeds.statistics.changes import FEW
from feeds.statistics.intervals import Interval
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import comparison, components, labels
from layouts.text import numbers, times
from layouts.view import View

CROSS: tuple[By, ...] = ("category", "facet", "outcome", "town", "grid")
SHOWN = 18
FEW_CASES = 6  # of so few it is said when they were, and of what kind
TIMES: tuple[By, ...] = ("day", "week", "month")


class Row(NamedTuple):
    """One part of a figure: where `hidden` says "<5" or "withheld" its numbers are None; a share of
    none is None.
    """

    code: str
    value: float | None
    numerator: float | None
    denominator: float | None
    hidden: str


NOTHING = Row("", None, 0, None, "")


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
class SingleTown:
    """The few missing cases of one town that stands out or has the lowest share: when they were,
    and its kinds.
    """

    code: str
    course: Split
    splits: tuple[Split, ...]


@dataclass(frozen=True)
class Drill:
    """The active filters, the part that they leave (None without filters, or where it is withheld),
    and every way to split further.

    `every` is the figure without filters over the same days; `course` says when its cases were,
    where they are few; `single` is the town that the answer is about, where its cases are few.
    """

    where: Mapping[str, str]
    whole: Row | None
    splits: tuple[Split, ...]
    every: Row = NOTHING
    course: Split | None = None
    single: SingleTown | None = None

    def by(self, name: By) -> Split | None:
        """The split by a dimension, where there is one and it is not withheld."""
        return next((one for one in self.splits if one.by == name and not one.is_withheld), None)


def block(view: View, kpi: str, found: Drill, leave_out: By | None = None) -> list[Component]:
    """The splits side by side, then the way to the case numbers."""
    splits = [split for split in found.splits if split.by != leave_out]
    tables = [table(view, kpi, found, split) for split in splits]
    has_rows = any(split.rows for split in splits)
    can_choose = has_rows and not found.where
    help = [] if not can_choose else [html.P(view.text("drill.help"), className="drill-help")]
    return [*help, html.Div(tables, className="drill"), *_cases(view, kpi, found.where)]


def chosen(view: View, kpi: str, found: Drill) -> Component:
    """The filters that hold, each with the way to take it back."""
    chips = [
        html.A(
            [
                html.Span(f"{_dimension(view, kpi, name)} {name_of(view, kpi, name, code)}"),
                html.Span("×", **attributes.aria(hidden="true")),
            ],
            href=components.address(view, **{name: ""}),
            className="chip",
            **attributes.aria(label=view.text("drill.remove", name=name_of(view, kpi, name, code))),
        )
        for name, code in found.where.items()
    ]
    return html.Div(chips, className="drill-chosen")


def part_name(view: View, kpi: str, found: Drill) -> str:
    """What the filters leave, by its values: labour disputes · done."""
    names = [name_of(view, kpi, name, code) for name, code in found.where.items()]
    return view.text("live.comma").join(names)


def value(view: View, kpi: str, row: Row) -> numbers.Figure:
    """A part's value: a share of few cases as its cases, because a percentage of them says
    nothing.
    """
    unit = view.kpi(kpi).unit
    if row.hidden:
        return numbers.Figure(_mark(view, row), "")
    if row.denominator is None and unit != "share":
        return numbers.figure(row.value or 0, unit, view.lang)
    if row.value is None or row.denominator is None:
        return numbers.Figure(view.text("drill.no_cases"), "")
    if row.denominator < FEW:
        return numbers.Figure(parts(view, row), "")
    return numbers.figure(row.value, unit, view.lang)


def said(view: View, kpi: str, row: Row) -> str:
    """The value with the cases behind it."""
    figure = value(view, kpi, row).text
    if row.denominator is None or row.hidden or figure == parts(view, row):
        return figure
    return view.text("compare.strip_value", value=figure, cases=parts(view, row))


def large(view: View, kpi: str, row: Row | None) -> list[Component]:
    """The value as a page's number, its cases beneath; of what is withheld that it is."""
    if row is None:
        return [html.P(view.text("drill.withheld"), className="part-cases")]
    digits, unit = value(view, kpi, row)
    number = [html.Span(digits, className="tile-value"), html.Span(unit, className="tile-unit")]
    cases = "" if digits == parts(view, row) else parts(view, row)
    return [
        html.Div(html.Div(number, className="tile-figure"), className="tile tile--headline"),
        html.P(cases, className="part-cases"),
    ]


def parts(view: View, row: Row) -> str:
    """The cases behind a share."""
    return numbers.cases(row.numerator, row.denominator, view.lang)


def _mark(view: View, row: Row) -> str:
    return row.hidden if row.hidden.startswith("<") else view.text("drill.withheld")


def cases_of(view: View, kpi: str, row: Row) -> int:
    """The cases that a row is about: those that a share lacks, else those that it counts. None of
    money.
    """
    n, of = row.numerator or 0, row.denominator
    if of is None:
        return round(n) if view.kpi(kpi).unit == "count" else 0
    return round(n if view.kpi(kpi).better == "down" else of - n)


def is_share(row: Row) -> bool:
    """Whether a row is so many of so many cases."""
    n, of = row.numerator, row.denominator
    return n is not None and of is not None and 0 <= n <= of


def table(view: View, kpi: str, found: Drill, split: Split) -> Component:
    """One dimension's rows: of what adds up bars, the longest first; of a share dots with their
    intervals, in an order that does not judge. What is none is folded into a line.
    """
    heading = html.H3(
        [
            html.Span(_dimension(view, kpi, split.by)),
            html.Span(_days(view, kpi, split), className="title-tag"),
        ]
    )
    facts = attributes.data(by=split.by)
    if split.is_withheld or not split.rows:
        said = view.text("drill.inside_only" if split.is_withheld else "drill.none")
        return html.Section(
            [heading, html.P(said, className="drill-help")], className="drill-split", **facts
        )
    rows = _ordered(view, kpi, split)
    shown = [row for row in rows if not _is_none(row)]
    drawn = _bars(view, kpi, split, shown, found.where)
    if any(row.denominator is not None for row in split.rows):
        drawn = _dots(view, kpi, split, shown, found)
    rest = [
        html.Details(
            [
                html.Summary(view.text("drill.rest", count=len(drawn) - SHOWN)),
                _table(view, kpi, split, drawn[SHOWN:]),
            ]
        )
    ]
    body = [_table(view, kpi, split, drawn[:SHOWN])] if drawn else []
    return html.Section(
        [heading, *body, *(rest if len(drawn) > SHOWN else []), *_none(view, kpi, split, rows)],
        className="drill-split",
        **facts,
    )


def _days(view: View, kpi: str, split: Split) -> str:
    """The days of a split; where its sources fell silent before their end, up to when it is
    known.
    """
    is_now = isinstance(view.kpi(kpi).formula, Level)
    days = times.days(split.start, split.end - timedelta(1), view.lang)
    end_ms = min(periods.day_start_ms(split.end, view.profile.tz), view.now_ms)
    at = view.known_until(kpi)
    if view.freshness(kpi) == "live" or at >= end_ms:
        return view.text("drill.now") if is_now else days
    moment = times.moment(at, view.now_ms, view.profile.tz, view.lang)
    return view.text("drill.until" if is_now else "drill.days_until", moment=moment, days=days)


def _is_none(row: Row) -> bool:
    """Whether a row is 0, or a share of no cases."""
    if row.hidden:
        return False
    return not row.denominator if row.denominator is not None else not row.value


def _ordered(view: View, kpi: str, split: Split) -> list[Row]:
    """A count the most first; months and shares in the order of time or of their names, because a
    sorted list of shares is a league table.
    """
    if split.by in TIMES:
        return list(split.rows)
    if all(row.denominator is None for row in split.rows):
        return sorted(split.rows, key=lambda row: (bool(row.hidden), -(row.value or 0), row.code))
    known = list(names(view, kpi, split.by))
    order = {code: n for n, code in enumerate(known)}
    return sorted(split.rows, key=lambda row: (order.get(row.code, len(known)), row.code))


def _none(view: View, kpi: str, split: Split, rows: Sequence[Row]) -> list[Component]:
    """What is none, as one line with its names: of the names that are known, also those that no
    case has. Months and grids without any are no news; not every outcome is one of the figure's.
    """
    if split.by in TIMES or split.by in ("grid", "outcome"):
        return []
    seen = {row.code for row in rows if not _is_none(row)}
    missing = [name for code, name in names(view, kpi, split.by).items() if code not in seen]
    is_of_cases = any(row.denominator is not None for row in split.rows)
    if not missing:
        return []
    key = "no_cases_of" if is_of_cases else "zeros"
    said = view.text(f"drill.{key}", n=len(missing))
    listed = html.P(view.text("live.comma").join(missing), className="drill-help")
    return [html.Details([html.Summary(said), listed], className="drill-none")]


def _table(view: View, kpi: str, split: Split, rows: list[Component]) -> Component:
    head = [_dimension(view, kpi, split.by), "", view.title(kpi)]
    if any(row.denominator is not None for row in split.rows):
        head.append(view.text("drill.parts"))
    cells = html.Thead(html.Tr([html.Th(text, scope="col", className="unseen") for text in head]))
    return html.Table([cells, html.Tbody(rows)], className="drill-table")


def _bars(
    view: View, kpi: str, split: Split, rows: Sequence[Row], where: Mapping[str, str]
) -> list[Component]:
    most = max((abs(row.value) for row in rows if row.value is not None), default=0) or 1
    found = []
    for row in rows:
        length = 0 if row.value is None else abs(row.value) / most
        bar = html.Span(className="drill-bar", style={"--share": f"{length:.4f}"})
        cells = [
            html.Td(bar if length else "", className="drill-picture"),
            html.Td(_text(view, kpi, row), className="drill-value"),
        ]
        found.append(_row(view, kpi, split.by, row, where, cells))
    return found


def _dots(view: View, kpi: str, split: Split, rows: Sequence[Row], found: Drill) -> list[Component]:
    """Each share with its interval, the whole as a line; what is beyond it by more than chance is
    coloured. A share of under ten cases is its cases alone. Splits side by side have one scale.
    """
    line = _pooled(rows)
    shares = {row.code: (row.numerator, row.denominator) for row in rows if is_share(row)}
    sides = {} if line is None else comparison.classes(shares, line)
    shown = _intervals(rows)
    beside = [split] if split.by in ("town", "month") else found.splits
    together = [share for one in beside for share in _intervals(one.rows).values()]
    scale = comparison.scale(together, line)
    drawn = []
    for row in rows:
        meaning = comparison.meaning(sides.get(row.code, ""), view.kpi(kpi).better)
        share = shown.get(row.code)
        cells = [
            html.Td(comparison.dot(scale, share, line), className="drill-picture"),
            html.Td(_text(view, kpi, row), className="drill-value"),
            html.Td(parts(view, row) if share else "", className="drill-parts"),
        ]
        drawn.append(_row(view, kpi, split.by, row, found.where, cells, meaning))
    return drawn


def _pooled(rows: Sequence[Row]) -> float | None:
    """The share of all rows together: a split leaves out the filter of its own dimension, so that
    neither the part nor the whole is what its rows add up to.
    """
    known = [row for row in rows if is_share(row)]
    of = sum(row.denominator or 0 for row in known)
    return sum(row.numerator or 0 for row in known) / of if of else None


def _intervals(rows: Sequence[Row]) -> dict[str, Interval]:
    """The shares that are drawn, with their intervals, by code."""
    return {
        row.code: intervals.wilson(row.numerator or 0, row.denominator or 0)
        for row in rows
        if is_share(row) and (row.denominator or 0) >= FEW
    }


def _row(
    view: View,
    kpi: str,
    by: By,
    row: Row,
    where: Mapping[str, str],
    cells: Sequence[Component],
    meaning: str = "flat",
) -> Component:
    """The name, then the cells. The row that is chosen leads back to all."""
    is_chosen = where.get(by) == row.code
    name = name_of(view, kpi, by, row.code)
    link = (
        name
        if by in TIMES
        else html.A(name, href=_go(view, by, row.code, is_chosen), **_pressed(is_chosen))
    )
    return html.Tr(
        [html.Th(link, scope="row"), *cells],
        className="drill-row drill-row--chosen" if is_chosen else "drill-row",
        **attributes.data(code=row.code, trend=meaning),
    )


def _go(view: View, by: By, code: str, is_chosen: bool) -> str:
    if by == "town":
        return components.address(view, area=code)
    return components.address(view, **{by: "" if is_chosen else code})


def _pressed(is_chosen: bool) -> dict[str, Any]:
    return attributes.aria(current="true") if is_chosen else {}


def _text(view: View, kpi: str, row: Row) -> str:
    return value(view, kpi, row).text


def _dimension(view: View, kpi: str, by: str) -> str:
    """What a dimension is called; the second one by its own field's name."""
    kind = dimensions.facet(kpi) if by == "facet" else None
    field = next((f for f in kind.fields if f.name == kind.facet), None) if kind else None
    return field.title.of(view.lang) if field else view.text(f"drill.{by}")


def name_of(view: View, kpi: str, by: str, code: str) -> str:
    """A value's name: of what has none, its code."""
    match by:
        case "town":
            return labels.place(view, code)
        case "grid":
            return labels.grid(view, code)
        case "day":
            return times.day(datetime.fromisoformat(code), view.lang)
        case "month":
            return code
        case _:
            return labels.of_dimension(view, _kind(kpi, by), by).get(code, code)


def names(view: View, kpi: str, by: str) -> dict[str, str]:
    """The known values of a dimension, in the order in which they are declared. What is unknown
    is none of them.
    """
    if by == "town":
        return labels.towns(view)
    if by in TIMES or by == "grid":
        return {}
    found = labels.of_dimension(view, _kind(kpi, by), by)
    return {code: name for code, name in found.items() if code not in ("", "unknown")}


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
