"""One figure of a review in a report: its funnel, its own two years, and its table."""

from __future__ import annotations

import math

from feeds.review.review_values import Figure, TownReading
from layouts.papers import narrative, remarks
from layouts.papers.narrative import Narrator
from layouts.papers.plan import Cell, Column, Page, Table
from layouts.parts import diagrams
from layouts.parts.diagrams import Funnel, Interval, Kind, Legend, Role, Timeline
from layouts.review import answers, funnels, timelines

FEWEST_POINTS = 6  # of a chart over time


def page(narrator: Narrator, figure: Figure) -> Page:
    """The worksheet: every number there is, and the charts."""
    charts = (funnel(narrator, figure.kpi), timeline(narrator, figure.kpi))
    lead = f"{narrator.title(figure.kpi)} · {summary(narrator, figure)}"
    drawn, said = tuple(one for one in charts if one), tuple(remarks.said(narrator, figure.kpi))
    return Page(
        figure.kpi,
        narrator.title(figure.kpi),
        lead,
        full_table(narrator, figure),
        drawn,
        said,
        is_figure=True,
        unit=figure.unit,
    )


def summary(narrator: Narrator, figure: Figure) -> str:
    """The city's value, its target, and what it was."""
    said = narrator.words
    parts = [narrator.say("city_value", value=narrator.reading(figure.city, figure))]
    if figure.target is not None:
        parts.append(narrator.say("target", value=said.target(figure.target, figure.kpi)))
    parts += [said.compare(figure, "previous"), said.compare(figure, "last_year")]
    return narrator.say("join").join(part for part in parts if part)


def closing(narrator: Narrator) -> str:
    """Under every slide's notes: freeze code, hash, and what was known when."""
    found = narrator.review.freeze
    known = narrator.say("known", at=narrator.moment(narrator.review.moment_ms))
    return (
        f"{narrator.code} · SHA-256 {found.hash} · {known}"
        if found
        else f"{narrator.code} · {known}"
    )


def funnel(narrator: Narrator, kpi: str) -> Funnel | None:
    """The towns side by side; None where they can't be compared."""
    said = narrator.words
    standings = said.agenda.standing(kpi)
    if standings is None:
        return None
    groups: dict[Role, str] = {
        "common": said.say("towns_word"),
        "data": said.say("spine_key_better"),
        "concern": said.say("spine_key_worse"),
        "special": said.say("no_chance", text="").strip("，, "),
    }
    limits = {"998": said.say("outer"), "95": said.say("inner")}
    return diagrams.funnel(
        standings,
        said.better(standings),
        narrator.full,
        title=remarks.tagged(narrator, funnels.title(said, standings), kpi),
        alt=funnels.alt(said, standings),
        x_title=said.say(f"x_{standings.kind}"),
        y_title="",
        legend=Legend(funnels.centre(said, standings), limits, groups),
    )


def timeline(narrator: Narrator, kpi: str) -> Timeline | None:
    """The figure's own two years; of a town's finding the town's."""
    control = answers.chart_of(narrator.words, kpi)
    if control is None or sum(one is not None for one in control.points) < FEWEST_POINTS:
        return None
    return timelines.describe(narrator.words, control)


def full_table(narrator: Narrator, figure: Figure) -> Table:
    """The city and its towns with every number the review has of them."""
    columns = _columns(narrator, figure)
    rows = [
        _city_row(narrator, figure),
        *(_town_row(narrator, figure, one) for one in figure.towns),
    ]
    cells = tuple(tuple(row.get(name) for name in columns) for row in rows)
    return Table(narrator.title(figure.kpi), tuple(columns.values()), cells, 1)


def _columns(narrator: Narrator, figure: Figure) -> dict[str, Column]:
    """By key, in the order of a file."""
    unit: Kind = figure.unit
    change: Kind = "share" if figure.form == "share" else "count"
    found: dict[str, tuple[Kind, bool, bool]] = {
        "code": ("text", False, False),
        "town": ("text", False, False),
    }
    if figure.form == "share":
        found |= {"n": ("count", False, False), "of": ("count", False, False)}
    found |= {"value": (unit, False, False)}
    if figure.form != "value":
        found |= {
            "interval": (unit, True, False),
            "expected": ("ratio", False, False),
            "standing": ("text", False, False),
        }
    found |= {"previous": (unit, False, False), "last_year": (unit, False, False)}
    if figure.form != "value":
        found |= {
            "change": (change, False, True),
            "change_year": (change, False, True),
            "moved_year": ("text", False, False),
        }
    return {name: Column(narrator.say(f"col_{name}"), *kind) for name, kind in found.items()}


def _city_row(narrator: Narrator, figure: Figure) -> dict[str, Cell]:
    city = figure.city
    return {
        "code": narrator.review.city.code,
        "town": narrator.city,
        "n": city.n,
        "of": city.of,
        "value": city.value,
        "previous": figure.previous.value,
        "last_year": figure.last_year.value,
    } | _moves(narrator, figure, narrator.review.city.code, figure)


def _town_row(narrator: Narrator, figure: Figure, one: TownReading) -> dict[str, Cell]:
    return {
        "code": one.town,
        "town": narrator.full[one.town],
        "n": one.n,
        "of": one.of,
        "value": one.value,
        "interval": _interval(one),
        "expected": _expected(narrator, figure, one),
        "standing": narrator.against_city(one, figure),
        "previous": one.previous.value,
        "last_year": one.last_year.value,
    } | _moves(narrator, figure, one.town, one)


def _interval(one: TownReading) -> Interval | None:
    return (
        None
        if one.lower is None
        else Interval(one.lower, math.inf if one.upper is None else one.upper)
    )


def _expected(narrator: Narrator, figure: Figure, one: TownReading) -> float | None:
    """How many cases a town would have if it were as the city."""
    standings = narrator.words.agenda.standing(figure.kpi)
    standing = standings.of(one.town) if standings else None
    return standing.expected if standing else None


def _moves(
    narrator: Narrator, figure: Figure, area: str, one: TownReading | Figure
) -> dict[str, Cell]:
    return {
        "change": narrative.gap(one.change, figure),
        "change_year": narrative.gap(one.change_year, figure),
        "moved_year": narrator.moved(figure, area),
    }
