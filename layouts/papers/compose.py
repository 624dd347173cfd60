"""Makes the plan of a report from a review: which slides there are, in which order, and the content
of those that are not about one finding.

Commitments lead, then what there is to talk about in the agenda's order; completeness has a slide
only where the data are not whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.review.review_values import Changed, Completeness, Figure, Review
from layouts.papers import finding_slides, kpi_slides, plan, remarks, town_slides
from layouts.papers.narrative import Narrator
from layouts.papers.plan import Block, Cell, Column, Lines, Page, Report, Said, Slide, Table
from layouts.parts.diagrams import Role

MOST = 10  # rows that fit on a slide
METHODS = ("funnel", "interval", "movement")


def of(
    review: Review, lang: Lang, city: Profile, chosen: Sequence[str] = (), root: str = ""
) -> Report:
    """`chosen` are figures that have slides besides those on the agenda; those the review has none
    of are passed over. `root` is the audit log's, "" where there is none.
    """
    narrator = Narrator(review, lang, city.tz, city.town_word)
    slides = tuple(_slides(narrator, chosen, root))
    pages = (
        *_front(narrator),
        *(kpi_slides.page(narrator, figure) for figure in review.figures),
        _definitions_page(narrator),
    )
    code = review.freeze.code if review.freeze else "draft"
    mark = narrator.say("demo") if review.is_demo else ""
    if not review.is_reproduced:
        mark = narrator.words.dot([narrator.say("differs"), mark])
    if review.through:
        mark = narrator.words.dot([narrator.say("is_draft"), mark])
    stamp = f"{narrator.city} · {narrator.quarter()} · {narrator.code}"
    return Report(
        f"{review.quarter}-{code}",
        _title(narrator),
        lang,
        mark,
        stamp,
        review.moment_ms,
        slides,
        pages,
        review.quarter,
        review.freeze.code if review.freeze else "",
        narrator.say("root", root=root) if root else "",
    )


def _title(narrator: Narrator) -> str:
    return narrator.say("title", city=narrator.city, quarter=narrator.quarter())


def _slides(narrator: Narrator, chosen: Sequence[str], root: str) -> Iterator[Slide]:
    yield _cover(narrator)
    yield finding_slides.agenda(narrator)
    kept = finding_slides.commitments(narrator)
    if kept is not None:
        yield kept
    followed = finding_slides.follow_up(narrator)
    if followed is not None:
        yield followed
    if narrator.review.revision or narrator.review.late_events:
        yield _revision(narrator)
    if _is_lacking(narrator):
        yield _completeness(narrator)
    yield from finding_slides.findings(narrator, chosen)
    yield from town_slides.slides(narrator)
    yield from remarks.slides(narrator, kpi_slides.closing(narrator))
    yield finding_slides.promises(narrator)
    yield _methods_slide(narrator)
    yield _how_to_read(narrator, root)


def _cover(narrator: Narrator) -> Slide:
    found = narrator.review.freeze
    said = narrator.words
    counts = "   ".join(f"{mark} {n} {word}" for mark, _, n, word in said.counted() if n)
    lines: list[tuple[Role, str]] = [("text", counts or said.topic()), ("text", narrator.code)]
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
        said.dot([said.between(), narrator.say("subtitle")]),
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


def _is_lacking(narrator: Narrator) -> bool:
    """Whether there is more to say of the data than that they are whole."""
    return len(narrator.words.lacking()) > 0


def _completeness(narrator: Narrator) -> Slide:
    """Who lacks data, and what can't be compared for it."""
    lines = Lines("", tuple(("text", line) for line in narrator.words.completeness()))
    title = narrator.say("not_whole_title")
    notes = "\n".join([narrator.say("complete_notes"), kpi_slides.closing(narrator)])
    return Slide("completeness", title, "", "whole", (lines,), notes)


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
        if not one.is_lacking
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


def _methods_slide(narrator: Narrator) -> Slide:
    """How many comparisons were made, and what the words mean."""
    said = narrator.words
    names = ("chance", "beyond", "signal", "off", "workload", "data")
    lines: list[tuple[Role, str]] = [("text", said.compared())]
    lines += [("text", narrator.say(f"means_{name}")) for name in names]
    lines.append(
        ("secondary", narrator.say("method_source" if narrator.review.freeze else "method_draft"))
    )
    made = len(said.agenda.changes)
    title = narrator.say("methods_title", made=made, signals=said.agenda.signals)
    if not made:
        title = narrator.say("methods_none")
    notes = "\n".join([*_methods(narrator), kpi_slides.closing(narrator)])
    return Slide("definitions", title, "", "whole", (Lines("", tuple(lines)),), notes)


def _how_to_read(narrator: Narrator, root: str) -> Slide:
    """The two charts and the marks; the root of the audit log, which a later reader compares."""
    lines: list[tuple[Role, str]] = [
        ("text", narrator.say(f"read_{name}")) for name in ("towns", "own", "spine")
    ]
    lines += [("text", narrator.say(f"mark_{name}")) for name in ("beyond", "better", "changed")]
    if root:
        lines.append(("secondary", narrator.say("root", root=root)))
    notes = kpi_slides.closing(narrator)
    return Slide(
        "reading", narrator.say("read_title"), "", "whole", (Lines("", tuple(lines)),), notes
    )


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
