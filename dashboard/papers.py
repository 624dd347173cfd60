"""A review as a file: slides, workbook, PDF or CSV, for the command and for the download alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    from layouts.reports import compose

    report = compose.of(review, wish.lang, profile.tz, cast(Sequence[str], wish.kpis))
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

    return printing.pdf(paper.of(report, "wide" if wish.paper == "wide" else "a4")), "application/pdf", len(report.slides)


def present(review: Review, profile: Profile, lang: Lang) -> str:
    """The document that is presented from a browser."""
    from layouts.reports import compose, stage

    return stage.of(compose.of(review, lang, profile.tz), assets.text("live/present.js"))


def _csv(report: Report, wish: Wish) -> tuple[bytes, str, int]:
    from layouts.reports import flat

    sheet = flat.of(report)
    return spreadsheets.csv_of(sheet).encode(), spreadsheets.CSV, len(sheet.rows)
