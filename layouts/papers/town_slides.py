"""One town of a review in a report: its slide, its lessons, and its commitments."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from feeds.review.review_values import Commitment, Figure, Lesson, Reading, TownReading
from layouts.papers import kpi_slides, narrative, plan, remarks
from layouts.papers.narrative import Narrator
from layouts.papers.plan import Cell, Column, Lines, Slide, Table
from layouts.parts import diagrams
from layouts.parts.diagrams import Role

CHOSEN = (
    "incidents.closure_rate",
    "disputes.success_rate",
    "traffic.accidents",
    "fraud.dissuasion_rate",
    "handoffs.on_time",
)
OF_TOWN = (
    *CHOSEN,
    "incidents.reported",
    "incidents.closed",
    "disputes.accepted",
    "disputes.accident_one_visit",
    "incidents.joint",
    "fraud.warnings",
    "safety.hazards_found",
    "services.one_visit_share",
    "order.calls",
)
MOST = 13  # figures on a slide
TONES: dict[str, Role] = {"better": "data", "worse": "concern", "neutral": "special"}
OUTCOMES: dict[str, Role] = {
    "met": "data",
    "missed": "concern",
    "pending": "common",
    "unclear": "common",
    "nodata": "common",
}
LEAST_NAMED = 5


def slide(narrator: Narrator, town: str, chosen: Sequence[str]) -> Slide:
    """A town's figures at the left, what is to be said of it at the right."""
    figures = [
        f
        for kpi in dict.fromkeys((*chosen, *OF_TOWN))
        if (f := narrator.review.figure(kpi)) and f.form != "value"
    ]
    pairs = [(f, one) for f in figures if (one := f.of(town))][:MOST]
    columns = tuple(
        Column(narrator.say(f"col_{name}"), "text")
        for name in ("figure", "value", "interval", "standing", "change")
    )
    table = Table("", columns, tuple(_row(narrator, figure, one) for figure, one in pairs))
    definitions = [
        f"{narrator.title(f.kpi)}{narrator.say('colon')}{narrator.note(f.kpi)}" for f, _ in pairs
    ]
    notes = "\n".join(
        [
            *remarks.said(narrator, area=town),
            narrator.say("town_notes"),
            *definitions,
            kpi_slides.closing(narrator),
        ]
    )
    return Slide(
        f"town:{town}",
        narrator.full[town],
        _completeness(narrator, town),
        "side",
        (table, _said_of(narrator, town)),
        notes,
    )


def _row(narrator: Narrator, figure: Figure, one: TownReading) -> tuple[Cell, ...]:
    value = narrator.reading(Reading(one.value, one.n, one.of), figure)
    interval = between(narrator, one.lower, one.upper, figure)
    return (
        narrator.title(figure.kpi),
        value,
        interval,
        narrator.against_city(one, figure),
        narrator.change(one.change, figure),
    )


def between(narrator: Narrator, lower: float | None, upper: float | None, figure: Figure) -> str:
    """An interval in words."""
    if lower is None:
        return plan.NOTHING
    return " – ".join(
        diagrams.number(v, figure.unit, narrator.lang)
        for v in (lower, math.inf if upper is None else upper)
    )


def lesson(narrator: Narrator, one: Lesson, *, is_named: bool = True) -> str:
    """A change that is a real signal, in a sentence; without `is_named` the town goes without
    saying.
    """
    figure = narrator.review.figure(one.kpi)
    assert figure is not None
    moved = narrator.change(one.change, figure)
    change = moved if figure.form == "share" else narrator.say("by_day", change=moved)
    words = {
        "town": narrator.full[one.town] + narrator.say("colon") if is_named else "",
        "title": narrator.title(one.kpi),
        "against": narrator.say(f"against_{one.against}"),
    }
    values = {
        "before": narrator.number(one.before, figure),
        "now": narrator.number(one.now, figure),
        "change": change,
    }
    return narrator.say(f"lesson_{one.meaning}", **words, **values) + (
        narrator.say("lesson_own") if one.is_own else ""
    )


def _completeness(narrator: Narrator, town: str) -> str:
    one = narrator.review.complete(town)
    if one is None:
        return narrator.say("unheard")
    key = "heard" if one.is_whole else "heard_part"
    late = "" if narrator.review.is_demo else narrator.say("heard_late", n=one.late)
    return narrator.say(
        key, days=one.days, of=one.of_days, kinds=one.kinds, of_kinds=one.of_kinds, late=late
    )


def _said_of(narrator: Narrator, town: str) -> Lines:
    """A town's lessons, where it stands apart, what it committed itself to."""
    lessons = [
        (TONES[one.meaning], lesson(narrator, one, is_named=False))
        for one in narrator.review.lessons
        if one.town == town
    ][:3]
    promised = [
        (OUTCOMES[one.outcome], _commitment(narrator, one))
        for one in narrator.review.commitments
        if one.town == town
    ][:3]
    lines = (*lessons, *_apart(narrator, town), *promised)
    return Lines(narrator.say("said"), lines or (("common", narrator.say("said_nothing")),))


def _apart(narrator: Narrator, town: str) -> Iterator[tuple[Role, str]]:
    apart = [
        (f, one)
        for f in narrator.review.figures
        if f.funnel and (one := f.of(town)) and one.cls.endswith("998")
    ]
    roles: tuple[Role, ...] = ("concern", "data", "special")
    for role in roles:
        names = [narrator.title(f.kpi) for f, one in apart if narrative.class_role(one, f) == role]
        more = (
            narrator.say("more", count=len(names) - LEAST_NAMED) if len(names) > LEAST_NAMED else ""
        )
        if names:
            yield (
                role,
                narrator.say(
                    f"apart_{role}", names=narrator.comma.join(names[:LEAST_NAMED]) + more
                ),
            )


def _commitment(narrator: Narrator, one: Commitment) -> str:
    figure = narrator.review.figure(one.kpi)
    target = narrator.number(one.target, figure) if figure else f"{one.target:g}"
    return narrator.say(
        "commitment",
        title=narrator.title(one.kpi),
        target=target,
        due=one.due,
        outcome=narrator.say(f"outcome_{one.outcome}"),
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
