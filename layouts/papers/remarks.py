"""A review's remarks in its report: their numbers in the charts' titles, their words in the notes,
all on pages of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from feeds.remarks import remarks
from feeds.remarks.remarks import Remark
from layouts.papers import plan
from layouts.papers.narrative import Teller
from layouts.papers.plan import Column, Lines, Page, Slide, Table
from layouts.parts.diagrams import Role
from layouts.text import numbers, texts, times

SHOWN = 2  # beside a funnel
ON_SLIDE = 6  # of the longest there may be
COLUMNS = ("number", "when", "figure", "town", "kind", "text", "reason", "by", "written")


def tagged(teller: Teller, title: str, kpi: str) -> str:
    """A chart's title with the numbers of the remarks on its figure, as the pages have them."""
    found = [number for number, _ in teller.review.remarked(kpi)]
    return (
        f"{title} · {texts.get(teller.lang, 'remark.tag', numbers=numbers.listed(found))}"
        if found
        else title
    )


def beside(teller: Teller, kpi: str) -> Iterator[tuple[Role, str]]:
    """The first ones on a figure, for the column beside its chart."""
    found = said(teller, kpi)
    yield from (("secondary", words) for words in found[:SHOWN])
    if len(found) > SHOWN:
        yield "secondary", teller.say("remarks_more", count=len(found) - SHOWN)


def said(teller: Teller, kpi: str = "", area: str = "") -> list[str]:
    """Those on a figure, or of an area, or all, each in a sentence with its number, date, office
    and reason.
    """
    found = teller.review.remarked(kpi) if kpi else list(enumerate(teller.review.remarks, 1))
    return [_sentence(teller, *one, is_named=not kpi) for one in found if area in ("", one[1].area)]


def slides(teller: Teller, closing: str) -> Iterator[Slide]:
    """All of them, a few a slide; none where there are none."""
    lead, notes = (
        teller.say("remarks_lead", count=len(teller.review.remarks)),
        f"{teller.say('remarks_notes')}\n{closing}",
    )
    found = said(teller)
    for first in range(0, len(found), ON_SLIDE):
        lines = Lines("", tuple(("text", words) for words in found[first : first + ON_SLIDE]))
        key = f"remarks:{1 + first // ON_SLIDE}" if first else "remarks"
        yield Slide(key, teller.say("remarks"), lead, "whole", (lines,), notes)


def page(teller: Teller) -> Page:
    """The worksheet."""
    columns = tuple(
        Column(teller.say(f"col_{name}"), "count" if name == "number" else "text")
        for name in COLUMNS
    )
    rows = tuple(_row(teller, number, one) for number, one in enumerate(teller.review.remarks, 1))
    return Page(
        "remarks",
        teller.say("remarks"),
        teller.say("remarks_notes" if rows else "remarks_none"),
        Table("", columns, rows),
    )


def _sentence(teller: Teller, number: int, one: Remark, *, is_named: bool) -> str:
    where = (
        ""
        if one.area == teller.review.city.code and is_named
        else teller.full.get(one.area, one.area)
    )
    what = teller.comma.join(filter(None, (_figure(teller, one) if is_named else "", where)))
    words = one.said(teller.lang) + (
        teller.say("remark_reason", reason=one.reason) if one.reason else ""
    )
    kind = remarks.TITLES[one.kind].of(teller.lang)
    return teller.say(
        "remark",
        number=number,
        when=_when(teller, one),
        what=what,
        kind=kind,
        text=words,
        by=one.by,
    )


def _row(teller: Teller, number: int, one: Remark) -> tuple[plan.Cell, ...]:
    kind = remarks.TITLES[one.kind].of(teller.lang)
    area = teller.full.get(one.area, one.area)
    return (
        number,
        _when(teller, one),
        _figure(teller, one),
        area,
        kind,
        one.said(teller.lang),
        one.reason,
        one.by,
        teller.moment(one.at),
    )


def _figure(teller: Teller, one: Remark) -> str:
    return teller.say("everything") if one.kpi == remarks.EVERY else teller.title(one.kpi)


def _when(teller: Teller, one: Remark) -> str:
    return times.days(one.first, one.last, teller.lang)
