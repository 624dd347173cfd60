"""A review as a file: slides, workbook, PDF or CSV, for the command and for the download."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from dashboard.exports import printing
from dashboard.shell import assets
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.review.review_values import Review
from layouts.papers.plan import Report
from layouts.sheets import csv_file

KINDS = ("pptx", "xlsx", "pdf", "csv")
PAPERS = ("a4", "wide")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Wish:
    """Which file: `kpis` have slides of their own (the usual ones where empty), `template` is a
    city's own PowerPoint file, `root` is the audit log's, printed on the last slide.
    """

    kind: str
    lang: Lang
    paper: str = "a4"
    kpis: tuple[str, ...] = ()
    template: Path | None = None
    root: str = ""


@dataclass(frozen=True)
class File:
    """What was made: its content, type and name, and how many slides or sheets it has."""

    body: bytes
    mime: str
    name: str
    parts: int


def make(review: Review, profile: Profile, wish: Wish) -> File:
    """The file. Raises printing.CannotPrint, slide_master.WrongTemplate."""
    return printed(draw(review, profile, wish))


def printed(drawn: File) -> File:
    """What `draw` made, a document as its PDF. Raises CannotPrint. Starts a process: under gevent
    never in a thread of its pool.
    """
    if drawn.mime != HTML:
        return drawn
    return replace(drawn, body=printing.pdf(drawn.body.decode()), mime="application/pdf")


def draw(review: Review, profile: Profile, wish: Wish) -> File:
    """The file; of a PDF the document to be printed. Raises slide_master.WrongTemplate."""
    from layouts.papers import compose

    report = compose.of(review, wish.lang, profile, cast(Sequence[str], wish.kpis), wish.root)
    makers: dict[str, Callable[[Report, Wish], tuple[bytes, str, int]]] = {
        "pptx": _pptx,
        "xlsx": _xlsx,
        "pdf": _pdf,
        "csv": _csv,
    }
    body, mime, parts = makers[wish.kind](report, wish)
    return File(body, mime, f"{report.name}.{wish.kind}", parts)


def _pptx(report: Report, wish: Wish) -> tuple[bytes, str, int]:
    from layouts.papers import deck

    return deck.of(report, wish.template), deck.MIME, len(report.slides)


def _xlsx(report: Report, _wish: Wish) -> tuple[bytes, str, int]:
    from layouts.papers import workbook

    return workbook.of(report), csv_file.XLSX, len(report.pages)


def _pdf(report: Report, wish: Wish) -> tuple[bytes, str, int]:
    from layouts.papers import print_pages

    return (
        print_pages.of(report, "wide" if wish.paper == "wide" else "a4").encode(),
        HTML,
        len(report.slides),
    )


def present(review: Review, profile: Profile, lang: Lang, root: str, nonce: str) -> str:
    """The document that is presented from a browser. `nonce` is the word of the answer."""
    from layouts.papers import compose, presenter

    report = compose.of(review, lang, profile, root=root)
    return presenter.of(report, assets.text("review/present.js"), nonce)


def _csv(report: Report, _wish: Wish) -> tuple[bytes, str, int]:
    from layouts.papers import csv_table

    sheet = csv_table.of(report)
    return csv_file.csv_of(sheet, has_head=False).encode(), csv_file.CSV, len(sheet.rows)
