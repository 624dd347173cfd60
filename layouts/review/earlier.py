"""What became of what was talked about a quarter ago, in words: on the page and on a slide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dash.development.base_component import Component

from feeds.review.review_values import Became, Earlier
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components
from layouts.parts.diagrams import Role
from layouts.review.sentences import MARKS, Wording
from layouts.view import View

_ROLES: Mapping[Became, Role] = {
    "still": "concern",
    "settled": "data",
    "met": "data",
    "near": "common",
    "few": "common",
    "nodata": "common",
}
_MARKS: Mapping[Became, str] = {"settled": "●", "met": "●", "near": "○", "few": "○", "nodata": ""}


class Line(NamedTuple):
    """One of them: its mark and colour, what it is, then and now, what became of it."""

    kpi: str
    mark: str
    role: Role
    title: str
    values: str
    became: str


def lines(said: Wording) -> list[Line]:
    """Those that are findings still first, in the order of their agenda."""
    found = sorted(said.review.earlier, key=lambda one: one.became != "still")
    return [_line(said, one) for one in found]


def _line(said: Wording, one: Earlier) -> Line:
    is_still = one.became == "still"
    mark = MARKS[one.group] if is_still else _MARKS[one.became]
    town = "" if one.area == said.review.city.code else said.full[one.area]
    title = said.say("subject", town=town, title=said.title(one.kpi)).strip()
    was = said.reading(one.was, one.kpi, one.target)
    now = said.reading(one.now, one.kpi, one.target)
    key = f"earlier_still_{one.group}" if is_still else f"earlier_{one.became}"
    values = said.say("earlier_values", was=was, now=now)
    return Line(one.kpi, mark, _ROLES[one.became], title, values, said.say(key))


def headline(said: Wording) -> str:
    """How many they were, and how many of them are there still."""
    n = len(said.review.earlier)
    still = sum(one.became == "still" for one in said.review.earlier)
    return said.say("earlier_some", n=n, still=still) if still else said.say("earlier_gone", n=n)


def section(view: View, said: Wording) -> list[Component]:
    """Beneath the commitments; nothing where nothing was talked about."""
    found = lines(said)
    if not found:
        return []
    rows = [_row(view, one) for one in found]
    return [html.Section([html.H3(said.say("earlier")), *rows], className="earlier")]


def _row(view: View, one: Line) -> Component:
    address = components.address(view, kpi=one.kpi, area=view.profile.code, rank="")
    parts = [
        html.Span(one.mark, className="mark", **attributes.data(role=one.role)),
        html.A(one.title, href=address),
        html.B(one.became, **attributes.data(role=one.role)),
        html.Span(one.values, className="earlier-values"),
    ]
    return html.Div(parts, className="earlier-row")
