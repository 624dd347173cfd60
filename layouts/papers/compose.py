"""From a review to the plan of its report: which slides there are, in which order, and what stands
on those that are of no one figure.

Lessons first, completeness before any result, then the chosen figures, a slide a town, commitments,
definitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.review.review_values import Changed, Completeness, Figure, Review
from layouts.papers import kpi_slides, plan, remarks, town_slides
from layouts.papers.narrative import Teller
from layouts.papers.plan import Block, Cell, Column, Lines, Page, Report, Said, Slide, Table
from layouts.parts.diagrams import Role

LESSONS, MOST = 11, 16  # sentences, and rows, that fit on a slide
METHODS = ("funnel", "interval", "movement")


def of(review: Review, lang: Lang, city: Profile, chosen: Sequence[str] = ()) -> Report:
    """`chosen` are the figures with slides of their own, else oftown.CHOSEN; those the review has
    none of are passed over.
    """
    teller = Teller(review, lang, city.tz, city.town_word)
    figures = [
        figure
        for kpi in chosen or town_slides.CHOSEN
        if (figure := review.figure(kpi)) and figure.form != "value"
    ]
    slides = tuple(_slides(teller, figures, chosen))
    pages = (
        *_front(teller),
        *(kpi_slides.page(teller, figure) for figure in review.figures),
        _definitions_page(teller),
    )
    code = review.freeze.code if review.freeze else "draft"
    stamp = f"{teller.city} · {teller.quarter()} · {teller.code}"
    mark = teller.say("demo") if review.is_demo else ""
    return Report(
        f"{review.quarter}-{code}",
        _title(teller),
        lang,
        mark,
        stamp,
        review.moment_ms,
        slides,
        pages,
    )


def _title(teller: Teller) -> str:
    return teller.say("title", city=teller.city, quarter=teller.quarter())


def _slides(teller: Teller, figures: list[Figure], chosen: Sequence[str]) -> Iterator[Slide]:
    yield _cover(teller)
    yield _lessons(teller)
    if teller.review.revision or teller.review.late_events:
        yield _revision(teller)
    yield _completeness(teller)
    yield _overview(teller)
    for figure in figures:
        yield from kpi_slides.slides(teller, figure)
    for town in teller.review.towns:
        yield town_slides.slide(teller, town.code, chosen)
    yield from remarks.slides(teller, kpi_slides.closing(teller))
    yield _commitments(teller)
    yield _definitions(teller, figures)


def _cover(teller: Teller) -> Slide:
    found = teller.review.freeze
    lines: list[tuple[Role, str]] = [("text", teller.code)]
    if found:
        lines.append(("secondary", teller.say("known", at=teller.moment(teller.review.moment_ms))))
        lines.append(
            (
                "secondary",
                teller.say("cover_hash", hash=f"{found.hash[:16]}…", by=found.by or plan.NOTHING),
            )
        )
        if found.superseded_by:
            lines.append(("concern", teller.say("superseded", code=found.superseded_by)))
    if teller.review.is_demo:
        lines.append(("concern", teller.say("demo_long")))
    return Slide(
        "cover",
        _title(teller),
        teller.say("subtitle"),
        "cover",
        (Lines("", tuple(lines)),),
        kpi_slides.closing(teller),
    )


def _slide(teller: Teller, key: str, lead: str, block: Block, *notes: str) -> Slide:
    """One with a single block and the title of its key."""
    return Slide(
        key,
        teller.say(key),
        lead,
        "whole",
        (block,),
        "\n".join([*notes, kpi_slides.closing(teller)]),
    )


def _lessons(teller: Teller) -> Slide:
    """What really changed: the towns' own signals first, then the city's."""
    found = sorted(
        teller.review.lessons,
        key=lambda one: (not one.is_own, one.meaning != "worse", one.meaning != "better"),
    )
    lines = [
        (town_slides.TONES[one.meaning], town_slides.lesson(teller, one)) for one in found[:LESSONS]
    ]
    if more := len(found) - len(lines):
        lines.append(("secondary", teller.say("lessons_more", count=more)))
    if not lines:
        lines.append(("common", teller.say("lessons_none")))
    said = [town_slides.lesson(teller, one) for one in found]
    return _slide(
        teller,
        "lessons",
        teller.say("lessons_lead", count=len(found)),
        Lines("", tuple(lines)),
        teller.say("lessons_notes"),
        *said,
    )


def _revision(teller: Teller) -> Slide:
    """What is another figure now than when the quarter was frozen."""
    found = [one for one in teller.review.revision if teller.review.figure(one.kpi)]
    names = ("col_figure", "col_town", "col_was", "col_now")
    columns = (
        *(Column(teller.say(name), "text") for name in names),
        Column(teller.say("col_events"), "count"),
    )
    lead = teller.say("revision_lead", count=len(found), events=teller.review.late_events)
    table = Table("", columns, tuple(_changed(teller, one) for one in found[:MOST]))
    return _slide(teller, "revision", lead, table, teller.say("revision_notes"))


def _changed(teller: Teller, one: Changed) -> tuple[Cell, ...]:
    figure = teller.review.figure(one.kpi)
    assert figure is not None
    return (
        teller.title(one.kpi),
        teller.full[one.town],
        teller.reading(one.was, figure),
        teller.reading(one.now, figure),
        one.events,
    )


def _completeness(teller: Teller) -> Slide:
    towns = {town.code for town in teller.review.towns}
    whole = sum(one.is_whole for one in teller.review.completeness if one.town in towns)
    lead = teller.say("complete_lead", whole=whole, count=len(towns))
    return _slide(
        teller, "completeness", lead, _complete_table(teller), teller.say("complete_notes")
    )


def _complete_table(teller: Teller) -> Table:
    numbers = [
        Column(teller.say(f"col_{name}"), "count")
        for name in ("events", "days", "of_days", "kinds", "of_kinds", "late")
    ]
    texts = [Column(teller.say(name), "text") for name in ("col_town", "col_newest", "col_verdict")]
    rows = tuple(_complete(teller, one) for one in teller.review.completeness)
    return Table(
        "",
        (texts[0], *numbers, *texts[1:]),
        rows,
        sum(one.town == teller.review.city.code for one in teller.review.completeness),
    )


def _complete(teller: Teller, one: Completeness) -> tuple[Cell, ...]:
    is_town = one.town in {town.code for town in teller.review.towns}
    verdict = (
        Said(teller.say("whole"), "common")
        if one.is_whole
        else Said(teller.say("not_whole"), "concern")
    )
    late = None if teller.review.is_demo else one.late  # a demo records two years at once
    numbers = (one.events, one.days, one.of_days, one.kinds, one.of_kinds, late)
    return (
        teller.full.get(one.town, one.town),
        *numbers,
        teller.day(one.newest_ms),
        verdict if is_town else "",
    )


def _overview(teller: Teller) -> Slide:
    """The city's figures against target, quarter before and last year."""
    names = ("figure", "value", "target", "previous", "change", "moved", "last_year", "change_year")
    columns = tuple(Column(teller.say(f"col_{name}"), "text") for name in names)
    rows = tuple(
        _overview_row(teller, figure)
        for kpi in town_slides.OF_TOWN
        if (figure := teller.review.figure(kpi))
    )
    return _slide(
        teller,
        "overview",
        teller.say("overview_lead"),
        Table("", columns, rows),
        teller.say("overview_notes"),
    )


def _overview_row(teller: Teller, one: Figure) -> tuple[Cell, ...]:
    values = [teller.number(v, one) for v in (one.city.value, one.target, one.previous.value)]
    year = [teller.number(one.last_year.value, one), teller.change(one.change_year, one)]
    return (
        teller.title(one.kpi),
        *values,
        teller.change(one.change, one),
        teller.moved(one.change, one),
        *year,
    )


def _commitments(teller: Teller) -> Slide:
    found = teller.review.commitments
    block: Block = (
        town_slides.commitments(teller, MOST)
        if found
        else Lines("", (("common", teller.say("commitments_how")),))
    )
    lead = (
        teller.say("commitments_lead", count=len(found))
        if found
        else teller.say("commitments_none")
    )
    return _slide(teller, "commitments", lead, block, teller.say("commitments_notes"))


def _definitions(teller: Teller, figures: list[Figure]) -> Slide:
    lines: list[tuple[Role, str]] = [
        ("text", f"{teller.title(f.kpi)}{teller.say('colon')}{teller.note(f.kpi)}") for f in figures
    ]
    lines += [("secondary", text) for text in _methods(teller)]
    return _slide(teller, "definitions", teller.code, Lines("", tuple(lines)))


def _front(teller: Teller) -> Iterator[Page]:
    """The workbook's first sheets: the city's figures as numbers, completeness, commitments,
    remarks.
    """
    texts = [Column(teller.say(f"col_{name}"), "text") for name in ("key", "figure", "unit")]
    numbers = [Column(teller.say(f"col_{name}"), "count") for name in ("n", "of")]
    values = [
        Column(teller.say(f"col_{name}"), "text")
        for name in ("value", "target", "previous", "last_year")
    ]
    rows = tuple(
        (
            *_named(teller, f),
            f.city.n,
            f.city.of,
            f.city.value,
            f.target,
            f.previous.value,
            f.last_year.value,
        )
        for f in teller.review.figures
    )
    kinds = tuple(f.unit for f in teller.review.figures)
    yield Page(
        "overview",
        teller.say("overview"),
        teller.say("overview_lead"),
        Table("", (*texts, *numbers, *values), rows, kinds=kinds),
    )
    yield Page(
        "completeness",
        teller.say("completeness"),
        teller.say("complete_notes"),
        _complete_table(teller),
    )
    yield Page(
        "commitments",
        teller.say("commitments"),
        teller.say("commitments_notes"),
        town_slides.commitments(teller),
    )
    yield remarks.page(teller)


def _methods(teller: Teller) -> list[str]:
    """How it was reckoned, and whether the figures are fixed."""
    return [
        teller.say(f"method_{name}")
        for name in (*METHODS, "source" if teller.review.freeze else "draft")
    ]


def _definitions_page(teller: Teller) -> Page:
    columns = tuple(
        Column(teller.say(f"col_{name}"), "text")
        for name in ("key", "figure", "unit", "definition")
    )
    rows = [
        *((*_named(teller, f), teller.note(f.kpi)) for f in teller.review.figures),
        *(("", "", "", text) for text in _methods(teller)),
    ]
    return Page(
        "definitions",
        teller.say("definitions"),
        kpi_slides.closing(teller),
        Table("", columns, tuple(rows)),
    )


def _named(teller: Teller, figure: Figure) -> tuple[str, str, str]:
    return figure.kpi, teller.title(figure.kpi), teller.say(f"unit_{figure.unit}")
