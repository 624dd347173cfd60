"""A review's remarks in its report: their numbers in the charts' titles, their texts in the notes,
and all of them on pages of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from feeds.remarks import remarks
from feeds.remarks.remarks import Remark
from layouts.papers import plan
from layouts.papers.narrative import Narrator
from layouts.papers.plan import Column, Lines, Page, Slide, Table
from layouts.parts.diagrams import Role
from layouts.text import numbers, texts, times

SHOWN = 2  # beside a funnel
ON_SLIDE = 6  # of the longest there may be
COLUMNS = ("number", "when", "figure", "town", "kind", "text", "reason", "by", "written")


def tagged(narrator: Narrator, title: str, kpi: str) -> str:
    """A chart's title with the numbers of the remarks on its figure, as the pages have them."""
    found = [number for number, _ in narrator.review.remarked(kpi)]
    return (
        f"{title} · {texts.get(narrator.lang, 'remark.tag', numbers=numbers.listed(found))}"
        if found
        else title
    )


def beside(narrator: Narrator, kpi: str) -> Iterator[tuple[Role, str]]:
    """The first ones on a figure, for the column beside its chart."""
    found = said(narrator, kpi)
    yield from (("secondary", words) for words in found[:SHOWN])
    if len(found) > SHOWN:
        yield "secondary", narrator.say("remarks_more", count=len(found) - SHOWN)


def said(narrator: Narrator, kpi: str = "", area: str = "") -> list[str]:
    """Those on a figure, or of an area, or all, each in a sentence with its number, date, office
    and reason.
    """
    found = narrator.review.remarked(kpi) if kpi else list(enumerate(narrator.review.remarks, 1))
    return [
        _sentence(narrator, *one, is_named=not kpi) for one in found if area in ("", one[1].area)
    ]


def slides(narrator: Narrator, closing: str) -> Iterator[Slide]:
    """All of them, a few a slide; none where there are none."""
    lead = narrator.say("remarks_lead", count=len(narrator.review.remarks))
    notes = f"{narrator.say('remarks_notes')}\n{closing}"
    found = said(narrator)
    for first in range(0, len(found), ON_SLIDE):
        lines = Lines("", tuple(("text", words) for words in found[first : first + ON_SLIDE]))
        key = f"remarks:{1 + first // ON_SLIDE}" if first else "remarks"
        yield Slide(key, narrator.say("remarks"), lead, "whole", (lines,), notes)


def page(narrator: Narrator) -> Page:
    """The worksheet."""
    columns = tuple(
        Column(narrator.say(f"col_{name}"), "count" if name == "number" else "text")
        for name in COLUMNS
    )
    rows = tuple(
        _row(narrator, number, one) for number, one in enumerate(narrator.review.remarks, 1)
    )
    return Page(
        "remarks",
        narrator.say("remarks"),
        narrator.say("remarks_notes" if rows else "remarks_none"),
        Table("", columns, rows),
    )


def _sentence(narrator: Narrator, number: int, one: Remark, *, is_named: bool) -> str:
    where = (
        ""
        if one.area == narrator.review.city.code and is_named
        else narrator.full.get(one.area, one.area)
    )
    what = narrator.comma.join(filter(None, (_figure(narrator, one) if is_named else "", where)))
    words = one.said(narrator.lang) + (
        narrator.say("remark_reason", reason=one.reason) if one.reason else ""
    )
    kind = remarks.TITLES[one.kind].of(narrator.lang)
    return narrator.say(
        "remark",
        number=number,
        when=_when(narrator, one),
        what=what,
        kind=kind,
        text=words,
        by=one.by,
    )


def _row(narrator: Narrator, number: int, one: Remark) -> tuple[plan.Cell, ...]:
    kind = remarks.TITLES[one.kind].of(narrator.lang)
    area = narrator.full.get(one.area, one.area)
    return (
        number,
        _when(narrator, one),
        _figure(narrator, one),
        area,
        kind,
        one.said(narrator.lang),
        one.reason,
        one.by,
        narrator.moment(one.at),
    )


def _figure(narrator: Narrator, one: Remark) -> str:
    return narrator.say("everything") if one.kpi == remarks.EVERY else narrator.title(one.kpi)


def _when(narrator: Narrator, one: Remark) -> str:
    return times.days(one.first, one.last, narrator.lang)
