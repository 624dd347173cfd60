"""One town of a review for a report: its slide, its lessons in words, and what it committed itself
to.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from feeds.review.review_values import Commitment, Figure, Lesson, Reading, TownReading
from layouts.papers import kpi_slides, narrative, plan, remarks
from layouts.papers.narrative import Teller
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


def slide(teller: Teller, town: str, chosen: Sequence[str]) -> Slide:
    """A town's figures at the left, what is to be said of it at the right."""
    figures = [
        f
        for kpi in dict.fromkeys((*chosen, *OF_TOWN))
        if (f := teller.review.figure(kpi)) and f.form != "value"
    ]
    pairs = [(f, one) for f in figures if (one := f.of(town))][:MOST]
    columns = tuple(
        Column(teller.say(f"col_{name}"), "text")
        for name in ("figure", "value", "interval", "standing", "change")
    )
    table = Table("", columns, tuple(_row(teller, figure, one) for figure, one in pairs))
    definitions = [
        f"{teller.title(f.kpi)}{teller.say('colon')}{teller.note(f.kpi)}" for f, _ in pairs
    ]
    notes = "\n".join(
        [
            *remarks.said(teller, area=town),
            teller.say("town_notes"),
            *definitions,
            kpi_slides.closing(teller),
        ]
    )
    return Slide(
        f"town:{town}",
        teller.full[town],
        _completeness(teller, town),
        "side",
        (table, _said_of(teller, town)),
        notes,
    )


def _row(teller: Teller, figure: Figure, one: TownReading) -> tuple[Cell, ...]:
    value = teller.reading(Reading(one.value, one.n, one.of), figure)
    interval = between(teller, one.lower, one.upper, figure)
    return (
        teller.title(figure.kpi),
        value,
        interval,
        teller.against_city(one, figure),
        teller.change(one.change, figure),
    )


def between(teller: Teller, lower: float | None, upper: float | None, figure: Figure) -> str:
    """An interval in words."""
    if lower is None:
        return plan.NOTHING
    return " – ".join(
        diagrams.number(v, figure.unit, teller.lang)
        for v in (lower, math.inf if upper is None else upper)
    )


def lesson(teller: Teller, one: Lesson, *, is_named: bool = True) -> str:
    """A change that is a real signal, in a sentence; without `is_named` the town goes without
    saying.
    """
    figure = teller.review.figure(one.kpi)
    assert figure is not None
    moved = teller.change(one.change, figure)
    change = moved if figure.form == "share" else teller.say("by_day", change=moved)
    words = {
        "town": teller.full[one.town] + teller.say("colon") if is_named else "",
        "title": teller.title(one.kpi),
        "against": teller.say(f"against_{one.against}"),
    }
    values = {
        "before": teller.number(one.before, figure),
        "now": teller.number(one.now, figure),
        "change": change,
    }
    return teller.say(f"lesson_{one.meaning}", **words, **values) + (
        teller.say("lesson_own") if one.is_own else ""
    )


def _completeness(teller: Teller, town: str) -> str:
    one = teller.review.complete(town)
    if one is None:
        return teller.say("unheard")
    key = "heard" if one.is_whole else "heard_part"
    late = "" if teller.review.is_demo else teller.say("heard_late", n=one.late)
    return teller.say(
        key, days=one.days, of=one.of_days, kinds=one.kinds, of_kinds=one.of_kinds, late=late
    )


def _said_of(teller: Teller, town: str) -> Lines:
    """A town's lessons, where it stands apart, what it committed itself to."""
    lessons = [
        (TONES[one.meaning], lesson(teller, one, is_named=False))
        for one in teller.review.lessons
        if one.town == town
    ][:3]
    promised = [
        (OUTCOMES[one.outcome], _commitment(teller, one))
        for one in teller.review.commitments
        if one.town == town
    ][:3]
    lines = (*lessons, *_apart(teller, town), *promised)
    return Lines(teller.say("said"), lines or (("common", teller.say("said_nothing")),))


def _apart(teller: Teller, town: str) -> Iterator[tuple[Role, str]]:
    apart = [
        (f, one)
        for f in teller.review.figures
        if f.funnel and (one := f.of(town)) and one.cls.endswith("998")
    ]
    roles: tuple[Role, ...] = ("concern", "data", "special")
    for role in roles:
        names = [teller.title(f.kpi) for f, one in apart if narrative.class_role(one, f) == role]
        more = (
            teller.say("more", count=len(names) - LEAST_NAMED) if len(names) > LEAST_NAMED else ""
        )
        if names:
            yield (
                role,
                teller.say(f"apart_{role}", names=teller.comma.join(names[:LEAST_NAMED]) + more),
            )


def _commitment(teller: Teller, one: Commitment) -> str:
    figure = teller.review.figure(one.kpi)
    target = teller.number(one.target, figure) if figure else f"{one.target:g}"
    return teller.say(
        "commitment",
        title=teller.title(one.kpi),
        target=target,
        due=one.due,
        outcome=teller.say(f"outcome_{one.outcome}"),
    )


def commitments(teller: Teller, most: int | None = None) -> Table:
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
    columns = tuple(Column(teller.say(f"col_{name}"), "text") for name in names)
    return Table(
        "", columns, tuple(_commitment_row(teller, one) for one in teller.review.commitments[:most])
    )


def _commitment_row(teller: Teller, one: Commitment) -> tuple[Cell, ...]:
    figure, town, outcome = (
        teller.review.figure(one.kpi),
        teller.full.get(one.town, one.town),
        teller.say(f"outcome_{one.outcome}"),
    )
    if figure is None:
        return (
            town,
            teller.title(one.kpi),
            f"{one.target:g}",
            one.due,
            one.made_on,
            "",
            "",
            "",
            outcome,
        )
    now = teller.reading(one.reading, figure) if one.reading else plan.NOTHING
    judged = (teller.reading(one.start, figure), now, between(teller, one.lower, one.upper, figure))
    return (
        town,
        teller.title(one.kpi),
        teller.number(one.target, figure),
        one.due,
        one.made_on,
        *judged,
        plan.Said(outcome, OUTCOMES[one.outcome]),
    )
