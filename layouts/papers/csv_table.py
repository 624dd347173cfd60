"""A report as one long table, a row for each area and figure, for programs that read CSV."""

from __future__ import annotations

from layouts.papers import plan
from layouts.papers.plan import Page, Report
from layouts.sheets.sheets import Column, Row, Sheet


def of(report: Report) -> Sheet:
    """All pages that are of a figure; what a figure has not stays empty."""
    pages = [page for page in report.pages if page.is_figure]
    names = list(
        dict.fromkeys(
            name
            for page in sorted(pages, key=lambda p: -len(p.table.columns))
            for name in _names(report, page)
        )
    )
    columns = (
        Column("kpi", "kpi", "text"),
        Column("title", report.title, "text"),
        *(Column(name, name, "text") for name in names),
    )
    rows = tuple(row for page in pages for row in _rows(report, page, names))
    head = tuple((label, text) for label, text in (("", report.mark), ("", report.stamp)) if text)
    return Sheet(report.name, report.title, head, columns, rows)


def _names(report: Report, page: Page) -> list[str]:
    return [name for column in page.table.columns for name in plan.parts(column, report.lang)]


def _rows(report: Report, page: Page, names: list[str]) -> list[Row]:
    own = _names(report, page)
    found = []
    for row in page.table.rows:
        cells = dict(zip(own, plan.plain_values(row, page.table.columns), strict=True))
        found.append(
            Row(
                f"{page.key}:{row[0]}", (page.key, page.title, *(cells.get(name) for name in names))
            )
        )
    return found
