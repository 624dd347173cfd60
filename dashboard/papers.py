"""A review as a file: slides, workbook, PDF or CSV, for the command and for the download alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from dashboard import assets, printing
from feeds.profile import Profile
from feeds.review import Review
from feeds.words import Lang
from layouts import spreadsheets
from layouts.reports.plan import Report

KINDS = ("pptx", "xlsx", "pdf", "csv")
PAPERS = ("a4", "wide")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Wish:
    """Which file: `kpis` have slides of their own (the usual ones where empty), `template` is a city's own PowerPoint file."""

    kind: str
    lang: Lang
    paper: str = "a4"
    kpis: tuple[str, ...] = ()
    template: Path | None = None


@dataclass(frozen=True)
class File:
    """What was made: its content, type and name, and how many slides or sheets it has."""

    body: bytes
    mime: str
    name: str
    parts: int


def make(review: Review, profile: Profile, wish: Wish) -> File:
    """The file. Raises printing.CannotPrint, layouts.reports.master.WrongTemplate."""
    return printed(draw(review, profile, wish))


def printed(drawn: File) -> File:
    """What `draw` made, a document as its PDF. Raises CannotPrint. Starts a process: under gevent never in a thread of its pool."""
    if drawn.mime != HTML:
        return drawn
    return replace(drawn, body=printing.pdf(drawn.body.decode()), mime="application/pdf")


def draw(review: Review, profile: Profile, wish: Wish) -> File:
    """The file; of a PDF the document to be printed. Raises layouts.reports.master.WrongTemplate."""
    from layouts.reports import compose

    report = compose.of(review, wish.lang, profile, cast(Sequence[str], wish.kpis))
    makers: dict[str, Callable[[Report, Wish], tuple[bytes, str, int]]] = {"pptx": _pptx, "xlsx": _xlsx, "pdf": _pdf, "csv": _csv}
    body, mime, parts = makers[wish.kind](report, wish)
    return File(body, mime, f"{report.name}.{wish.kind}", parts)


def _pptx(report: Report, wish: Wish) -> tuple[bytes, str, int]:
    from layouts.reports import deck

    return deck.of(report, wish.template), deck.MIME, len(report.slides)


def _xlsx(report: Report, wish: Wish) -> tuple[bytes, str, int]:
    from layouts.reports import book

    return book.of(report), spreadsheets.XLSX, len(report.pages)


def _pdf(report: Report, wish: Wish) -> tuple[bytes, str, int]:
    from layouts.reports import paper

    return paper.of(report, "wide" if wish.paper == "wide" else "a4").encode(), HTML, len(report.slides)


def present(review: Review, profile: Profile, lang: Lang) -> str:
    """The document that is presented from a browser."""
    from layouts.reports import compose, stage

    return stage.of(compose.of(review, lang, profile), assets.text("live/present.js"))


def _csv(report: Report, wish: Wish) -> tuple[bytes, str, int]:
    from layouts.reports import flat

    sheet = flat.of(report)
    return spreadsheets.csv_of(sheet).encode(), spreadsheets.CSV, len(sheet.rows)
