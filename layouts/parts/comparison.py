"""A figure beside what it is compared with: target, period before, last year, the city, similar
towns. Intervals and words, no ranks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from dash.development.base_component import Component

from feeds.city.profile import Profile
from feeds.kpis import Better
from feeds.statistics import intervals, tails
from feeds.statistics.intervals import Interval
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels, tables
from layouts.text import numbers
from layouts.view import View

NEAREST = 5
SMALL = 100  # a share of fewer is shown with its interval
Part = tuple[float | None, float | None]


class Row(NamedTuple):
    """One comparison: with what, its own value, the difference, and what that means, in words."""

    name: str
    value: str
    difference: str
    words: str


def similar(profile: Profile, town: str) -> tuple[str, ...]:
    """The towns that the profile names as like one; else the nearest of its kind by number of
    communities, if that is known.
    """
    mine = profile.town_by_code[town]
    if mine.similar or not mine.villages:
        return mine.similar
    others = [t for t in profile.towns if t.code != town and t.kind == mine.kind and t.villages]
    others.sort(key=lambda t: abs(math.log(t.villages / mine.villages)))
    return tuple(t.code for t in others[:NEAREST])


def table(view: View, kpi: str) -> Component:
    """The comparisons that can be made of the figure in this view."""
    rows = [*_with_target(view, kpi), *_with_past(view, kpi), *_with_others(view, kpi)]
    if not rows:
        return html.P(view.text("compare.none"), className="control-empty")
    has_words = any(row.words for row in rows)
    names = ["with", "value", "difference", *(["meaning"] if has_words else [])]
    head = [html.Th(view.text(f"compare.{name}"), scope="col") for name in names]
    body = [
        html.Tr(
            [
                html.Th(row.name, scope="row"),
                html.Td(row.value),
                html.Td(row.difference),
                *([html.Td(row.words, className="compare-words")] if has_words else []),
            ]
        )
        for row in rows
    ]
    whole = html.Table(
        [html.Thead(html.Tr(head)), html.Tbody(body)], className="table table--compare"
    )
    return html.Div(whole, className="table-scroll")


def interval_text(view: View, kpi: str) -> str:
    """The 95 % interval of a share of few; nothing of anything else."""
    n, of = view.parts(kpi)
    if view.kpi(kpi).unit != "share" or n is None or not of or of >= SMALL or not 0 <= n <= of:
        return ""
    found = intervals.wilson(n, of)
    low, high = (numbers.text(v, "share", view.lang) for v in (found.low, found.high))
    return view.text(
        "compare.interval",
        n=numbers.text(n, "count", view.lang),
        of=numbers.text(of, "count", view.lang),
        low=low,
        high=high,
    )


def strip(view: View, kpi: str) -> Component | None:
    """The towns' shares with their intervals on one scale, the city's as a line, in the register's
    order. None without parts.
    """
    parts = town_parts(view, kpi)
    shares = {
        code: intervals.wilson(n, of)
        for code, (n, of) in parts.items()
        if n is not None and of and 0 <= n <= of
    }
    if view.kpi(kpi).unit != "share" or len(shares) < 2:
        return None
    city, names = view.value(kpi) if view.is_city else _pooled(parts.values()), labels.towns(view)
    sides = town_classes(parts, city) if city is not None else {}
    low = min([i.low for i in shares.values()] + ([city] if city is not None else []))
    rows = [
        _strip_row(
            view, kpi, code, names[code], shares[code], parts[code], city, low, sides.get(code, "")
        )
        for code in names
        if code in shares
    ]
    note = html.P(view.text("compare.strip_note"), className="control-note")
    head = html.H3(
        html.Span(view.text("compare.strip", title=view.title(kpi)), className="title-text"),
        className="chart-title",
    )
    return html.Section(
        [head, html.Div(rows, className="strip"), note], className="chart chart--strip"
    )


def town_parts(view: View, kpi: str) -> Mapping[str, Part]:
    """Numerator and denominator by town, of towns alone; empty where they could not be had."""
    of_period = (view.page_data.get("towns") or {}).get(view.period) or {}
    found = of_period.get(kpi) or {}
    return {
        code: (row[0], row[1]) for code, row in found.items() if code in view.profile.town_by_code
    }


def distinct(one: Interval, line: float) -> str:
    """Whether an interval lies beyond a line: high, low, or "" where neither is certain."""
    return "high" if one.low > line else "low" if one.high < line else ""


def town_classes(parts: Mapping[str, Part], city: float) -> dict[str, str]:
    """Each town's side of the city by the exact tail beyond 99.8 %: high, low, or "" where it may
    be chance.
    """
    known = {code: (n, of) for code, (n, of) in parts.items() if n is not None and of}
    if not known or not 0 < city < 1:
        return dict.fromkeys(known, "")
    x, n = (np.array([both[i] for both in known.values()], float) for i in (0, 1))
    sides = {"high998": "high", "low998": "low"}
    classes = tails.classes(tails.binomial(x, n, city))
    return {code: sides.get(one, "") for code, one in zip(known, classes, strict=True)}


def contributors(view: View, kpi: str, count: int = 3) -> list[tuple[str, str]]:
    """Where most of a count lies, or most of the cases that a share lacks, each with its number. It
    says nothing of who does worse: a large town has more of everything. Of a town none.
    """
    parts = _counted(view, kpi) if view.kpi(kpi).unit != "share" else _lacking(view, kpi)
    most = sorted(parts, key=lambda code: -parts[code])[:count] if view.is_city else []
    unit, names = view.kpi(kpi).unit, labels.towns(view)
    shown = "count" if unit == "share" else unit
    return [(code, f"{names[code]} {numbers.text(parts[code], shown, view.lang)}") for code in most]


def _counted(view: View, kpi: str) -> dict[str, float]:
    """The towns' parts of what can be added up."""
    if view.kpi(kpi).unit not in ("count", "yuan"):
        return {}
    cells: Mapping[str, float | None] = view.series(f"towns:{kpi}") or {}
    return {code: v for code, v in cells.items() if v and code in view.profile.town_by_code}


def _lacking(view: View, kpi: str) -> dict[str, float]:
    """How many cases each town lacks to the target, else to the city's own share."""
    line = view.target(kpi) or view.value(kpi) or 0
    sign = -1 if view.kpi(kpi).better == "down" else 1
    found = {}
    for code, (n, of) in town_parts(view, kpi).items():
        lacking = math.ceil(((line * (of or 0)) - (n or 0)) * sign - 1e-9)
        if of and lacking > 0:
            found[code] = float(lacking)
    return found


def _with_target(view: View, kpi: str) -> list[Row]:
    """The target, and how far the figure is from it."""
    wanted, value = view.target(kpi), view.value(kpi)
    if wanted is None or value is None or view.verdict(kpi).window:
        return []
    unit = view.kpi(kpi).unit
    gap = (
        numbers.change(value - wanted, unit, view.lang)
        if unit == "share"
        else numbers.text(value - wanted, unit, view.lang)
    )
    return [Row(view.text("compare.target"), numbers.text(wanted, unit, view.lang), gap, "")]


def _with_past(view: View, kpi: str) -> list[Row]:
    """Last year and the period before, as far as either can be compared with: what a change means
    is the verdict's.
    """
    declared, verdict, value = view.kpi(kpi), view.verdict(kpi), view.value(kpi)
    found = []
    for name, difference in zip(("year", "previous"), view.change(kpi), strict=True):
        if difference is None or value is None or not verdict.said:
            continue
        before = _before(value, difference, is_share=declared.unit == "share")
        change = numbers.change(difference, declared.unit, view.lang)
        found.append(
            Row(
                view.text(f"compare.{name}", before=view.text(f"before.{view.period}")),
                tables.cell(view, before, declared.unit),
                change if verdict.said == "part" else "",
                "",
            )
        )
    return found


def _before(value: float, difference: float, *, is_share: bool) -> float | None:
    """The value before a change."""
    if is_share:
        return value - difference
    return value / (1 + difference) if difference > -1 else None


def _with_others(view: View, kpi: str) -> list[Row]:
    """A town against the rest of the city, and against the towns most like it."""
    if view.is_city:
        return []
    parts = town_parts(view, kpi)
    mine = parts.get(view.area)
    groups = (
        ("rest", [c for c in parts if c != view.area]),
        ("similar", [c for c in similar(view.profile, view.area) if c in parts]),
    )
    rows = [
        _against(view, kpi, mine, [parts[c] for c in codes], name, codes)
        for name, codes in groups
        if mine and codes
    ]
    return [row for row in rows if row]


def _against(
    view: View, kpi: str, mine: Part, others: Sequence[Part], name: str, codes: Sequence[str]
) -> Row | None:
    declared = view.kpi(kpi)
    if declared.unit == "share":
        gap, value = _share_gap(mine, others)
    elif declared.unit == "count" and mine[1] is None:
        gap, value = _rate_gap(view.profile, view.area, mine, others, codes)
    else:
        return None
    if math.isnan(gap.estimate):
        return None
    is_share = declared.unit == "share"
    nothing = 0.0 if is_share else 1.0
    side = distinct(gap, nothing)
    lows = [numbers.change(v if is_share else v - 1, declared.unit, view.lang) for v in gap]
    difference = view.text("compare.between", estimate=lows[0], low=lows[1], high=lows[2])
    words = view.text(f"compare.{name}_{side or 'alike'}")
    title = view.text(f"compare.{name}", names=_names(view, codes)) + (
        "" if is_share else view.text("compare.per_head")
    )
    return Row(
        title,
        tables.cell(view, value, declared.unit) if is_share else "",
        difference,
        words,
    )


def _meaning(side: str, better: Better) -> str:
    """What lying beyond a line means, as a data-trend."""
    if not side:
        return "flat"
    return (
        "neutral"
        if better == "neutral"
        else "better"
        if (side == "high") == (better == "up")
        else "worse"
    )


def _share_gap(mine: Part, others: Sequence[Part]) -> tuple[Interval, float | None]:
    n, of = (sum(part[i] or 0 for part in others) for i in (0, 1))
    if not of or not mine[1] or mine[0] is None:
        return Interval(math.nan, math.nan, math.nan), None
    return intervals.difference(mine[0], mine[1], n, of), n / of


def _rate_gap(
    profile: Profile, town: str, mine: Part, others: Sequence[Part], codes: Sequence[str]
) -> tuple[Interval, float | None]:
    """Counts by population, so that a large town is not more for being large; NaN where one of the
    populations is not known.
    """
    people = [profile.town_by_code[c].population for c in (town, *codes)]
    if not all(people):
        return Interval(math.nan, math.nan, math.nan), None
    n = sum(part[0] or 0 for part in others)
    return intervals.rate_ratio(mine[0] or 0, n, people[0], sum(people[1:])), None


def _names(view: View, codes: Sequence[str]) -> str:
    names = labels.towns(view)
    return view.text("live.comma").join(names[c] for c in codes) if len(codes) <= NEAREST else ""


def _pooled(parts: Iterable[Part]) -> float | None:
    n, of = (
        (sum(part[i] or 0 for part in parts) for i in (0, 1)) if (parts := list(parts)) else (0, 0)
    )
    return n / of if of else None


def _strip_row(
    view: View,
    kpi: str,
    code: str,
    name: str,
    share: Interval,
    part: Part,
    city: float | None,
    low: float,
    side: str,
) -> Component:
    """A link to the town, its interval drawn between the least and one, and its value."""
    span = 1 - low or 1
    at = [f"{100 * max(0.0, v - low) / span:.2f}%" for v in (share.estimate, share.low, share.high)]
    better = _meaning(side, view.kpi(kpi).better)
    line = (
        [html.Span(className="strip-city", style={"left": f"{100 * (city - low) / span:.2f}%"})]
        if city is not None
        else []
    )
    span_of = html.Span(
        className="strip-range", style={"left": at[1], "right": f"calc(100% - {at[2]})"}
    )
    dot = html.Span(className="strip-dot", style={"left": at[0]})
    bar = html.Span([*line, span_of, dot], className="strip-bar", **attributes.aria(hidden="true"))
    low_text, high_text = (numbers.text(v, "share", view.lang) for v in (share.low, share.high))
    estimate = numbers.text(share.estimate, "share", view.lang)
    cases = numbers.cases(*part, view.lang)
    value = view.text("compare.strip_value", value=estimate, cases=cases)
    return html.A(
        [html.Span(name, className="strip-name"), bar, html.Span(value, className="strip-value")],
        href=components.address(view, area=code),
        className="strip-row",
        title=f"{low_text} – {high_text}",
        **attributes.data(trend=better),
    )
