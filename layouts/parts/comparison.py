"""A figure beside what it is compared with: target, period before, last year, the city, similar
towns. Intervals and words, no ranks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from dash.development.base_component import Component

from feeds.city.profile import Profile
from feeds.kpis import Better
from feeds.statistics import intervals, tails
from feeds.statistics.changes import FEW
from feeds.statistics.intervals import Interval
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels, tables
from layouts.text import numbers
from layouts.view import View

if TYPE_CHECKING:
    from layouts.parts import town_funnels

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
    drawn = {code: share for code, share in shares.items() if (parts[code][1] or 0) >= FEW}
    if view.kpi(kpi).unit != "share" or not drawn or len(shares) < 2:
        return None
    city, names = city_value(view, kpi), labels.towns(view)
    marked = sides(view, kpi, parts, city)
    on = scale(drawn.values(), city)
    rows = []
    for code, name in names.items():
        if code in shares:
            trend = meaning(marked.get(code, ""), view.kpi(kpi).better)
            picture = dot(on, drawn.get(code), city)
            rows.append(_strip_row(view, code, name, shares[code], parts[code], picture, trend))
    note = html.P(view.text("compare.strip_note"), className="control-note")
    head = html.H3(
        html.Span(view.text("compare.strip", title=view.title(kpi)), className="title-text"),
        className="chart-title",
    )
    return html.Section(
        [head, html.Div(rows, className="strip"), *_without(view, names, shares), note],
        className="chart chart--strip",
    )


def _without(
    view: View, names: Mapping[str, str], shares: Mapping[str, Interval]
) -> list[Component]:
    """The towns that have no cases, in one line."""
    missing = [name for code, name in names.items() if code not in shares]
    if not missing:
        return []
    said = view.text("drill.no_cases_of", n=len(missing))
    listed = html.P(view.text("live.comma").join(missing), className="drill-help")
    return [html.Details([html.Summary(said), listed], className="drill-none")]


def city_value(view: View, kpi: str) -> float | None:
    """The city's own share: on a town's page that of its towns together."""
    return view.value(kpi) if view.is_city else _pooled(town_parts(view, kpi).values())


class Usual(NamedTuple):
    """By town what it has and what is usual: overdue cases and what its workload would give, or
    cases that took longer than the city's figure (`limit`) and all of its cases. `quantile` is the
    figure's, None of a stock.
    """

    towns: Mapping[str, tuple[float, float]]
    quantile: float | None = None
    limit: float | None = None


def usual_classes(usual: Usual) -> dict[str, str]:
    """The side of the usual on which each town lies by its exact tail beyond 99.8 %; "" where it
    may be chance, and of too few cases.
    """
    known = {code: both for code, both in usual.towns.items() if both[1] > 0}
    if len(known) < 2:
        return {}
    from layouts.parts import town_funnels  # loads pandas

    if usual.quantile is None:
        return town_funnels.of_counts(known).sides
    return town_funnels.of_durations(known, usual.quantile).sides


class Scale(NamedTuple):
    """What dots lie between: shares, from the least end of an interval to the greatest."""

    low: float
    high: float

    def at(self, share: float) -> str:
        """Where a share lies, as a length of CSS."""
        return f"{100 * (share - self.low) / ((self.high - self.low) or 1):.2f}%"


def scale(shares: Iterable[Interval], line: float | None) -> Scale:
    """The one scale of the dots that stand beneath each other, and of the line through them."""
    ends = [end for share in shares for end in (share.low, share.high)]
    ends += [line] if line is not None else []
    return Scale(min(ends, default=0.0), max(ends, default=1.0))


def dot(on: Scale, share: Interval | None, line: float | None) -> Component:
    """A share as a dot with its interval, the whole as a line; the line alone where the share is of
    too few cases to be drawn.
    """
    drawn: list[Component] = []
    if line is not None:
        drawn.append(html.Span(className="strip-city", style={"left": on.at(line)}))
    if share is not None:
        ends = {"left": on.at(share.low), "right": f"calc(100% - {on.at(share.high)})"}
        drawn.append(html.Span(className="strip-range", style=ends))
        drawn.append(html.Span(className="strip-dot", style={"left": on.at(share.estimate)}))
    return html.Span(drawn, className="strip-bar", **attributes.aria(hidden="true"))


def town_parts(view: View, kpi: str) -> Mapping[str, Part]:
    """Numerator and denominator by town, of towns alone; empty where they could not be had."""
    of_period = (view.page_data.get("towns") or {}).get(view.period) or {}
    found = of_period.get(kpi) or {}
    return {
        code: (row[0], row[1]) for code, row in found.items() if code in view.profile.town_by_code
    }


def sides(view: View, kpi: str, parts: Mapping[str, Part], whole: float | None) -> dict[str, str]:
    """The same as `classes`, for what a page says now: of a late figure no town is judged."""
    if whole is None or view.state(kpi) != "live":
        return {}
    return classes(parts, whole)


def classes(parts: Mapping[str, Part], whole: float) -> dict[str, str]:
    """The side of the whole on which each share lies by its exact tail beyond 99.8 %: high, low, or
    "" where it may be chance. Where many differ by more than chance, each has to differ by more
    than they do.
    """
    known = {code: (n, of) for code, (n, of) in parts.items() if n is not None and of}
    found = _standing(known, whole)
    return dict.fromkeys(known, "") if found is None else found.sides


def differ(parts: Mapping[str, Part], whole: float) -> bool:
    """Whether the shares differ among themselves by more than chance: then one that does not stand
    out need not be chance.
    """
    known = {code: (n, of) for code, (n, of) in parts.items() if n is not None and of}
    found = _standing(known, whole)
    return found is not None and found.is_adjusted


def _standing(
    known: Mapping[str, tuple[float, float]], whole: float
) -> town_funnels.Standing | None:
    from layouts.parts import town_funnels  # loads pandas

    return town_funnels.of_shares(known, whole)


def worst(view: View, kpi: str, parts: Mapping[str, Part]) -> list[str]:
    """The towns with the worst share, several where they tie; none where all are alike, of a share
    without a direction, and of few cases.
    """
    sign = {"up": 1, "down": -1, "neutral": 0}[view.kpi(kpi).better]
    shares = {
        code: sign * n / of
        for code, (n, of) in parts.items()
        if n is not None and of and of >= FEW and code in view.profile.town_by_code
    }
    if not sign or len(shares) < 2 or len(set(shares.values())) == 1:
        return []
    least = min(shares.values())
    return [code for code, share in shares.items() if share == least]


def singled_out(view: View, kpi: str, parts: Mapping[str, Part], city: float | None) -> str:
    """The one town that an answer is about: worse than the city beyond chance, else the worst; ""
    where it is none or several.
    """
    towns = {code: part for code, part in parts.items() if code in view.profile.town_by_code}
    lowest = worst(view, kpi, towns)
    if city is None:
        return ""
    better = view.kpi(kpi).better
    beyond = [
        code for code, side in classes(towns, city).items() if meaning(side, better) == "worse"
    ]
    found = beyond or lowest
    return found[0] if len(found) == 1 else ""


class Contributors(NamedTuple):
    """Where most of a count lies, or most of the cases that a share lacks: code and words of each
    town, and what follows in words where further towns tie.
    """

    towns: list[tuple[str, str]]
    tied: str = ""


def contributors(view: View, kpi: str, count: int = 3) -> Contributors:
    """It says nothing of who does worse: a large town has more of everything. Of towns that tie
    either all are named or none. Of a town none.
    """
    parts = _counted(view, kpi) if view.kpi(kpi).unit != "share" else lacking(view, kpi)
    if not view.is_city:
        return Contributors([])
    unit, names = view.kpi(kpi).unit, labels.towns(view)

    def text(value: float) -> str:
        return numbers.text(value, "count" if unit == "share" else unit, view.lang)

    most = above_tie(parts, count)
    named = [(code, f"{names[code]} {text(parts[code])}") for code in most]
    if len(most) == min(count, len(parts)):
        return Contributors(named)
    level = max(value for code, value in parts.items() if code not in most)
    tied = sum(1 for value in parts.values() if value == level)
    key = "others_tied" if most else "tied"
    return Contributors(named, view.text(f"answer.{key}", n=tied, each=text(level)))


def above_tie(parts: Mapping[str, float], count: int) -> list[str]:
    """The codes with the most, at most so many: where some of a level would have to be left out,
    none of that level.
    """
    ordered = sorted(parts, key=lambda code: -parts[code])
    if len(ordered) <= count:
        return ordered
    level = parts[ordered[count]]
    return [code for code in ordered[:count] if parts[code] > level]


def _counted(view: View, kpi: str) -> dict[str, float]:
    """The towns' parts of what can be added up."""
    if view.kpi(kpi).unit not in ("count", "yuan"):
        return {}
    cells: Mapping[str, float | None] = view.series(f"towns:{kpi}") or {}
    return {code: v for code, v in cells.items() if v and code in view.profile.town_by_code}


def lacking(view: View, kpi: str) -> dict[str, float]:
    """How many cases each town lacks to the target, else to the city's own share."""
    line = view.target(kpi) or view.value(kpi) or 0
    sign = -1 if view.kpi(kpi).better == "down" else 1
    found = {}
    for code, (n, of) in town_parts(view, kpi).items():
        short = math.ceil(((line * (of or 0)) - (n or 0)) * sign - 1e-9)
        if of and short > 0:
            found[code] = float(short)
    return found


def _with_target(view: View, kpi: str) -> list[Row]:
    """The target, and how far the figure is from it."""
    wanted, value = view.target(kpi), view.value(kpi)
    if wanted is None or value is None or view.verdict(kpi).window:
        return []
    unit = view.kpi(kpi).unit
    gap = numbers.from_target(value, wanted, unit, view.lang)
    return [Row(view.text("compare.target"), numbers.text(wanted, unit, view.lang), gap, "")]


def _with_past(view: View, kpi: str) -> list[Row]:
    """Last year and the period before, as far as either can be compared with: what a change means
    is the verdict's. The cases behind a share of then are not known here, so its change stands
    alone.
    """
    declared, verdict, value = view.kpi(kpi), view.verdict(kpi), view.value(kpi)
    found = []
    for name, difference in zip(("year", "previous"), view.change(kpi), strict=True):
        if difference is None or value is None or not verdict.said:
            continue
        before = None if declared.unit == "share" else _before(value, difference)
        change = numbers.change(difference, declared.unit, view.lang)
        found.append(
            Row(
                view.text(f"compare.{name}", before=view.text(f"before.{view.compared_over(kpi)}")),
                "" if before is None else numbers.text(before, declared.unit, view.lang),
                change if verdict.said == "part" else "",
                "",
            )
        )
    return found


def _before(value: float, difference: float) -> float | None:
    """The value before a change."""
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
    """The interval shows how much; whether it is more than chance its exact tail says, as it does
    wherever towns are compared.
    """
    declared = view.kpi(kpi)
    if declared.unit == "share":
        gap, value = _share_gap(mine, others)
        side = "" if value is None else classes({view.area: mine}, value).get(view.area, "")
    elif declared.unit == "count" and mine[1] is None:
        gap, value = _rate_gap(view.profile, view.area, mine, others, codes)
        side = _rate_side(view.profile, view.area, mine, others, codes)
    else:
        return None
    if math.isnan(gap.estimate):
        return None
    is_share = declared.unit == "share"
    lows = [numbers.change(v if is_share else v - 1, declared.unit, view.lang) for v in gap]
    difference = view.text("compare.between", estimate=lows[0], low=lows[1], high=lows[2])
    words = view.text(f"compare.{name}_{side or 'alike'}")
    title = view.text(f"compare.{name}", names=_names(view, codes)) + (
        "" if is_share else view.text("compare.per_head")
    )
    return Row(
        title,
        _with_cases(view, value, others) if is_share else "",
        difference,
        words,
    )


def _with_cases(view: View, value: float | None, parts: Sequence[Part]) -> str:
    """A share of several towns together, with their cases."""
    n, of = (sum(part[i] or 0 for part in parts) for i in (0, 1))
    said = tables.cell(view, value, "share")
    cases = numbers.cases(n, of, view.lang)
    return view.text("compare.strip_value", value=said, cases=cases)


def meaning(side: str, better: Better) -> str:
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


def _rate_side(
    profile: Profile, town: str, mine: Part, others: Sequence[Part], codes: Sequence[str]
) -> str:
    """On which side of what its population would give a town's count lies."""
    people = [profile.town_by_code[c].population for c in (town, *codes)]
    n = sum(part[0] or 0 for part in others)
    if not all(people) or not n:
        return ""
    expected = n / sum(people[1:]) * people[0]
    found = tails.classes(tails.poisson(np.array([mine[0] or 0.0]), np.array([expected])))
    return tails.SIDES.get(found[0], "")


def _names(view: View, codes: Sequence[str]) -> str:
    names = labels.towns(view)
    return view.text("live.comma").join(names[c] for c in codes) if len(codes) <= NEAREST else ""


def _pooled(parts: Iterable[Part]) -> float | None:
    n, of = (
        (sum(part[i] or 0 for part in parts) for i in (0, 1)) if (parts := list(parts)) else (0, 0)
    )
    return n / of if of else None


def _strip_row(
    view: View, code: str, name: str, share: Interval, part: Part, picture: Component, trend: str
) -> Component:
    """A link to the town, its interval on the scale, and its value; of few cases those alone."""
    cases = numbers.cases(*part, view.lang)
    low, high = (numbers.text(v, "share", view.lang) for v in (share.low, share.high))
    value = cases
    if (part[1] or 0) >= FEW:
        estimate = numbers.text(share.estimate, "share", view.lang)
        value = view.text("compare.strip_value", value=estimate, cases=cases)
    here = attributes.aria(current="true") if code == view.area else {}
    return html.A(
        [
            html.Span(name, className="strip-name"),
            picture,
            html.Span(value, className="strip-value"),
        ],
        href=components.address(view, area=code),
        className="strip-row",
        title=f"{low} – {high}",
        **here,
        **attributes.data(trend=trend),
    )
