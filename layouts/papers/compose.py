"""Makes the plan of a report from a review: which slides there are, in which order, and the content
of those that are not about one figure.

Lessons come first, completeness before any result, then the chosen figures, a slide a town,
commitments, definitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.review.review_values import Changed, Completeness, Figure, Review
from layouts.papers import kpi_slides, plan, remarks, town_slides
from layouts.papers.narrative import Narrator
from layouts.papers.plan import Block, Cell, Column, Lines, Page, Report, Said, Slide, Table
from layouts.parts.diagrams import Role

LESSONS, MOST = 11, 16  # sentences, and rows, that fit on a slide
METHODS = ("funnel", "interval", "movement")


def of(review: Review, lang: Lang, city: Profile, chosen: Sequence[str] = ()) -> Report:
    """`chosen` are the figures with slides of their own, else oftown.CHOSEN; those the review has
    none of are passed over.
    """
    narrator = Narrator(review, lang, city.tz, city.town_word)
    figures = [
        figure
        for kpi in chosen or town_slides.CHOSEN
        if (figure := review.figure(kpi)) and figure.form != "value"
    ]
    slides = tuple(_slides(narrator, figures, chosen))
    pages = (
        *_front(narrator),
        *(kpi_slides.page(narrator, figure) for figure in review.figures),
        _definitions_page(narrator),
    )
    code = review.freeze.code if review.freeze else "draft"
    stamp = f"{narrator.city} · {narrator.quarter()} · {narrator.code}"
    mark = narrator.say("demo") if review.is_demo else ""
    return Report(
        f"{review.quarter}-{code}",
        _title(narrator),
        lang,
        mark,
        stamp,
        review.moment_ms,
        slides,
        pages,
    )


def _title(narrator: Narrator) -> str:
    return narrator.say("title", city=narrator.city, quarter=narrator.quarter())


def _slides(narrator: Narrator, figures: list[Figure], chosen: Sequence[str]) -> Iterator[Slide]:
    yield _cover(narrator)
    yield _lessons(narrator)
    if narrator.review.revision or narrator.review.late_events:
        yield _revision(narrator)
    yield _completeness(narrator)
    yield _overview(narrator)
    for figure in figures:
        yield from kpi_slides.slides(narrator, figure)
    for town in narrator.review.towns:
        yield town_slides.slide(narrator, town.code, chosen)
    yield from remarks.slides(narrator, kpi_slides.closing(narrator))
    yield _commitments(narrator)
    yield _definitions(narrator, figures)


def _cover(narrator: Narrator) -> Slide:
    found = narrator.review.freeze
    lines: list[tuple[Role, str]] = [("text", narrator.code)]
    if found:
        lines.append(
            ("secondary", narrator.say("known", at=narrator.moment(narrator.review.moment_ms)))
        )
        lines.append(
            (
                "secondary",
                narrator.say("cover_hash", hash=f"{found.hash[:16]}…", by=found.by or plan.NOTHING),
            )
        )
        if found.superseded_by:
            lines.append(("concern", narrator.say("superseded", code=found.superseded_by)))
    if narrator.review.is_demo:
        lines.append(("concern", narrator.say("demo_long")))
    return Slide(
        "cover",
        _title(narrator),
        narrator.say("subtitle"),
        "cover",
        (Lines("", tuple(lines)),),
        kpi_slides.closing(narrator),
    )


def _slide(narrator: Narrator, key: str, lead: str, block: Block, *notes: str) -> Slide:
    """One with a single block and the title of its key."""
    return Slide(
        key,
        narrator.say(key),
        lead,
        "whole",
        (block,),
        "\n".join([*notes, kpi_slides.closing(narrator)]),
    )


def _lessons(narrator: Narrator) -> Slide:
    """What really changed: the towns' own signals first, then the city's."""
    found = sorted(
        narrator.review.lessons,
        key=lambda one: (not one.is_own, one.meaning != "worse", one.meaning != "better"),
    )
    lines = [
        (town_slides.TONES[one.meaning], town_slides.lesson(narrator, one))
        for one in found[:LESSONS]
    ]
    if more := len(found) - len(lines):
        lines.append(("secondary", narrator.say("lessons_more", count=more)))
    if not lines:
        lines.append(("common", narrator.say("lessons_none")))
    said = [town_slides.lesson(narrator, one) for one in found]
    return _slide(
        narrator,
        "lessons",
        narrator.say("lessons_lead", count=len(found)),
        Lines("", tuple(lines)),
        narrator.say("lessons_notes"),
        *said,
    )


def _revision(narrator: Narrator) -> Slide:
    """What is another figure now than when the quarter was frozen."""
    found = [one for one in narrator.review.revision if narrator.review.figure(one.kpi)]
    names = ("col_figure", "col_town", "col_was", "col_now")
    columns = (
        *(Column(narrator.say(name), "text") for name in names),
        Column(narrator.say("col_events"), "count"),
    )
    lead = narrator.say("revision_lead", count=len(found), events=narrator.review.late_events)
    table = Table("", columns, tuple(_changed(narrator, one) for one in found[:MOST]))
    return _slide(narrator, "revision", lead, table, narrator.say("revision_notes"))


def _changed(narrator: Narrator, one: Changed) -> tuple[Cell, ...]:
    figure = narrator.review.figure(one.kpi)
    assert figure is not None
    return (
        narrator.title(one.kpi),
        narrator.full[one.town],
        narrator.reading(one.was, figure),
        narrator.reading(one.now, figure),
        one.events,
    )


def _completeness(narrator: Narrator) -> Slide:
    towns = {town.code for town in narrator.review.towns}
    whole = sum(one.is_whole for one in narrator.review.completeness if one.town in towns)
    lead = narrator.say("complete_lead", whole=whole, count=len(towns))
    return _slide(
        narrator, "completeness", lead, _complete_table(narrator), narrator.say("complete_notes")
    )


def _complete_table(narrator: Narrator) -> Table:
    numbers = [
        Column(narrator.say(f"col_{name}"), "count")
        for name in ("events", "days", "of_days", "kinds", "of_kinds", "late")
    ]
    texts = [
        Column(narrator.say(name), "text") for name in ("col_town", "col_newest", "col_verdict")
    ]
    rows = tuple(_complete(narrator, one) for one in narrator.review.completeness)
    return Table(
        "",
        (texts[0], *numbers, *texts[1:]),
        rows,
        sum(one.town == narrator.review.city.code for one in narrator.review.completeness),
    )


def _complete(narrator: Narrator, one: Completeness) -> tuple[Cell, ...]:
    is_town = one.town in {town.code for town in narrator.review.towns}
    verdict = (
        Said(narrator.say("whole"), "common")
        if one.is_whole
        else Said(narrator.say("not_whole"), "concern")
    )
    late = None if narrator.review.is_demo else one.late  # a demo records two years at once
    numbers = (one.events, one.days, one.of_days, one.kinds, one.of_kinds, late)
    return (
        narrator.full.get(one.town, one.town),
        *numbers,
        narrator.day(one.newest_ms),
        verdict if is_town else "",
    )


def _overview(narrator: Narrator) -> Slide:
    """The city's figures against target, quarter before and last year."""
    names = ("figure", "value", "target", "previous", "change", "moved", "last_year", "change_year")
    columns = tuple(Column(narrator.say(f"col_{name}"), "text") for name in names)
    rows = tuple(
        _overview_row(narrator, figure)
        for kpi in town_slides.OF_TOWN
        if (figure := narrator.review.figure(kpi))
    )
    return _slide(
        narrator,
        "overview",
        narrator.say("overview_lead"),
        Table("", columns, rows),
        narrator.say("overview_notes"),
    )


def _overview_row(narrator: Narrator, one: Figure) -> tuple[Cell, ...]:
    values = [narrator.number(v, one) for v in (one.city.value, one.target, one.previous.value)]
    year = [narrator.number(one.last_year.value, one), narrator.change(one.change_year, one)]
    return (
        narrator.title(one.kpi),
        *values,
        narrator.change(one.change, one),
        narrator.moved(one.change, one),
        *year,
    )


def _commitments(narrator: Narrator) -> Slide:
    found = narrator.review.commitments
    block: Block = (
        town_slides.commitments(narrator, MOST)
        if found
        else Lines("", (("common", narrator.say("commitments_how")),))
    )
    lead = (
        narrator.say("commitments_lead", count=len(found))
        if found
        else narrator.say("commitments_none")
    )
    return _slide(narrator, "commitments", lead, block, narrator.say("commitments_notes"))


def _definitions(narrator: Narrator, figures: list[Figure]) -> Slide:
    lines: list[tuple[Role, str]] = [
        ("text", f"{narrator.title(f.kpi)}{narrator.say('colon')}{narrator.note(f.kpi)}")
        for f in figures
    ]
    lines += [("secondary", text) for text in _methods(narrator)]
    return _slide(narrator, "definitions", narrator.code, Lines("", tuple(lines)))


def _front(narrator: Narrator) -> Iterator[Page]:
    """The workbook's first sheets: the city's figures as numbers, completeness, commitments,
    remarks.
    """
    texts = [Column(narrator.say(f"col_{name}"), "text") for name in ("key", "figure", "unit")]
    numbers = [Column(narrator.say(f"col_{name}"), "count") for name in ("n", "of")]
    values = [
        Column(narrator.say(f"col_{name}"), "text")
        for name in ("value", "target", "previous", "last_year")
    ]
    rows = tuple(
        (
            *_named(narrator, f),
            f.city.n,
            f.city.of,
            f.city.value,
            f.target,
            f.previous.value,
            f.last_year.value,
        )
        for f in narrator.review.figures
    )
    kinds = tuple(f.unit for f in narrator.review.figures)
    yield Page(
        "overview",
        narrator.say("overview"),
        narrator.say("overview_lead"),
        Table("", (*texts, *numbers, *values), rows, kinds=kinds),
    )
    yield Page(
        "completeness",
        narrator.say("completeness"),
        narrator.say("complete_notes"),
        _complete_table(narrator),
    )
    yield Page(
        "commitments",
        narrator.say("commitments"),
        narrator.say("commitments_notes"),
        town_slides.commitments(narrator),
    )
    yield remarks.page(narrator)


def _methods(narrator: Narrator) -> list[str]:
    """How it was reckoned, and whether the figures are fixed."""
    return [
        narrator.say(f"method_{name}")
        for name in (*METHODS, "source" if narrator.review.freeze else "draft")
    ]


def _definitions_page(narrator: Narrator) -> Page:
    columns = tuple(
        Column(narrator.say(f"col_{name}"), "text")
        for name in ("key", "figure", "unit", "definition")
    )
    rows = [
        *((*_named(narrator, f), narrator.note(f.kpi)) for f in narrator.review.figures),
        *(("", "", "", text) for text in _methods(narrator)),
    ]
    return Page(
        "definitions",
        narrator.say("definitions"),
        kpi_slides.closing(narrator),
        Table("", columns, tuple(rows)),
    )


def _named(narrator: Narrator, figure: Figure) -> tuple[str, str, str]:
    return figure.kpi, narrator.title(figure.kpi), narrator.say(f"unit_{figure.unit}")
