"""One town of a review in a report: its spine and what it has to answer; and the commitments as a
table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from feeds.review import review_values
from feeds.review.review_values import Commitment, Figure
from layouts.papers import kpi_slides, plan, remarks
from layouts.papers.narrative import Narrator
from layouts.papers.plan import Cell, Column, Lines, Slide, Spine, Table
from layouts.parts import diagrams
from layouts.parts.diagrams import Role
from layouts.review import outcomes, spine

MOST = 10  # figures on a slide
OUTCOMES: dict[str, Role] = {
    "met": "data",
    "missed": "concern",
    "pending": "common",
    "unclear": "common",
    "nodata": "common",
}


def slides(narrator: Narrator) -> Iterator[Slide]:
    """A slide for each town that there is something to say of."""
    city = narrator.review.city.code
    findings = narrator.words.agenda.findings
    for town in review_values.towns_of(findings, city):
        yield slide(narrator, town)


def slide(narrator: Narrator, town: str) -> Slide:
    """A town's spine at the left, what is to be said of it at the right."""
    said = narrator.words
    found = spine.rows(said, town)
    found.sort(key=lambda row: row.role == "common")
    shown = found[:MOST]
    mark, role, title = spine.headline(said, town)
    block = Spine(
        (narrator.say("col_figure"), said.short[town], "", said.say("spine_city")),
        (said.say("spine_worse"), said.say("spine_better")),
        title,
        tuple(shown),
        tuple(said.title(row.kpi) for row in shown),
    )
    question, answer = spine.question(said, town)
    mine = [row for row in outcomes.of(said).rows if row.town == town]
    lines: list[tuple[Role, str]] = [("text", line) for line in spine.signals(said, town)]
    lines += [
        (outcomes.SHAPES[row.state][1], f"{row.what} {row.became}".strip()) for row in mine[:2]
    ]
    lines.append((role, answer))
    notes = [
        title,
        *spine.signals(said, town),
        *(f"{row.what} {row.became}".strip() for row in mine),
        f"{question}{said.colon}{answer}",
        *remarks.said(narrator, area=town),
        kpi_slides.closing(narrator),
    ]
    return Slide(
        f"town:{town}",
        title,
        spine.counts(said, found),
        "side",
        (block, Lines(question, tuple(lines))),
        "\n".join(notes),
        mark,
        role,
    )


def between(narrator: Narrator, lower: float | None, upper: float | None, figure: Figure) -> str:
    """An interval in words."""
    if lower is None:
        return plan.NOTHING
    return " – ".join(
        diagrams.number(v, figure.unit, narrator.lang)
        for v in (lower, math.inf if upper is None else upper)
    )


def commitments(narrator: Narrator, most: int | None = None) -> Table:
    """All of them, or the first so many."""
    names = (
        "town",
        "figure",
        "target",
        "due",
        "made_on",
        "start",
        "reading",
        "interval",
        "outcome",
    )
    columns = tuple(Column(narrator.say(f"col_{name}"), "text") for name in names)
    return Table(
        "",
        columns,
        tuple(_commitment_row(narrator, one) for one in narrator.review.commitments[:most]),
    )


def _commitment_row(narrator: Narrator, one: Commitment) -> tuple[Cell, ...]:
    figure = narrator.review.figure(one.kpi)
    town = narrator.full.get(one.town, one.town)
    outcome = narrator.say(f"outcome_{one.outcome}")
    if figure is None:
        return (
            town,
            narrator.title(one.kpi),
            f"{one.target:g}",
            one.due,
            one.made_on,
            "",
            "",
            "",
            outcome,
        )
    now = narrator.reading(one.reading, figure) if one.reading else plan.NOTHING
    judged = (
        narrator.reading(one.start, figure),
        now,
        between(narrator, one.lower, one.upper, figure),
    )
    return (
        town,
        narrator.title(one.kpi),
        narrator.number(one.target, figure),
        one.due,
        one.made_on,
        *judged,
        plan.Said(outcome, OUTCOMES[one.outcome]),
    )
