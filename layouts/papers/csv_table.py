"""A report as one long table, a row for each area and figure, for programs that read CSV: the first
line names the columns, and each row says which quarter and freeze it is of.
"""

from __future__ import annotations

from layouts.papers import plan
from layouts.papers.plan import Page, Report
from layouts.sheets.sheets import Column, Row, Sheet
from layouts.text import texts

FIRST = ("title", "unit", "quarter", "freeze", "mark")


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
    first = [Column(name, texts.get(report.lang, f"report.csv_{name}"), "text") for name in FIRST]
    last = Column("remarks", texts.get(report.lang, "report.csv_remarks"), "text")
    columns = (
        Column("kpi", "kpi", "text"),
        *first,
        *(Column(name, name, "text") for name in names),
        last,
    )
    rows = tuple(row for page in pages for row in _rows(report, page, names))
    return Sheet(report.name, report.title, (), columns, rows)


def _names(report: Report, page: Page) -> list[str]:
    return [name for column in page.table.columns for name in plan.parts(column, report.lang)]


def _rows(report: Report, page: Page, names: list[str]) -> list[Row]:
    own = _names(report, page)
    unit = texts.get(report.lang, f"report.unit_{page.unit}")
    first = (page.key, page.title, unit, report.quarter, report.code, report.mark)
    said = " | ".join(page.remarks)
    found = []
    for row in page.table.rows:
        cells = dict(zip(own, plan.plain_values(row, page.table.columns), strict=True))
        values = (*first, *(cells.get(name) for name in names), said)
        found.append(Row(f"{page.key}:{row[0]}", values))
    return found
