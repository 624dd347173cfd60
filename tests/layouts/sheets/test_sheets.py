"""Sheets: rows as chosen, and what is read back from the files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from layouts.sheets import csv_file, sheets, workbook
from layouts.sheets.sheets import Column, Row, Sheet, WrongChoice

COLUMNS = (
    Column("name", "镇", "text"),
    Column("n", "件", "count", "件数"),
    Column("rate", "率", "share"),
)
ROWS = (
    Row("all", ("全市", 30, 0.5), "all"),
    Row("a", ("甲", 10, 0.25)),
    Row("b", ("=1+1", "<5", None)),
    Row("c", ("丙", -20, 0.75)),
)
SHEET = Sheet("towns", "表", (("区域", "宜兴市"),), COLUMNS, ROWS)


def keys(sort: str = "", *filters: str) -> list[str]:
    return [row.key for row in sheets.chosen(SHEET, sheets.choice(sort, filters)).rows]


def test_what_has_no_number_stands_last_either_way_and_the_whole_first() -> None:
    assert keys("n:asc") == ["all", "c", "a", "b"]
    assert keys("n:desc") == ["all", "a", "c", "b"]


def test_filters_keep_the_whole_and_read_shares_in_per_cent() -> None:
    assert keys("", "rate:greaterThanOrEqual:50") == ["all", "c"]
    assert keys("", "n:blank") == ["all", "b"]
    assert keys("", "name:contains:丙") == ["all", "c"]


@pytest.mark.parametrize(
    ("sort", "filters"),
    [("n", []), ("x:asc", []), ("", ["x:blank"]), ("", ["n:contains:1"]), ("", ["n:equals:nan"])],
)
def test_what_the_table_has_not_is_refused(sort: str, filters: list[str]) -> None:
    with pytest.raises(WrongChoice):
        sheets.chosen(SHEET, sheets.choice(sort, filters))


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1"])
def test_a_text_like_a_formula_is_a_text(text: str) -> None:
    assert csv_file.safe(text) == f"'{text}"


def test_numbers_and_plain_texts_stay_as_they_are() -> None:
    assert [csv_file.safe(cell) for cell in (-1, 0.5, None, "甲-1", "<5")] == [
        -1,
        0.5,
        None,
        "甲-1",
        "<5",
    ]


def test_csv_read_back_is_the_sheet() -> None:
    text = csv_file.csv_of(SHEET)
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text[1:])))
    assert lines[-5:] == [
        ["镇", "件", "率"],
        ["全市", "30", "0.5"],
        ["甲", "10", "0.25"],
        ["'=1+1", "<5", ""],
        ["丙", "-20", "0.75"],
    ]


def test_a_workbook_read_back_is_the_sheet() -> None:
    page = load_workbook(io.BytesIO(workbook.of(SHEET))).active
    assert page is not None
    rows = [tuple(cell.value for cell in row) for row in page.iter_rows()]
    assert rows[-4:] == [
        ("全市", 30, 0.5),
        ("甲", 10, 0.25),
        ("'=1+1", "<5", None),
        ("丙", -20, 0.75),
    ]
    assert page.cell(page.max_row, 3).number_format == "0.0%"
    assert page.freeze_panes == f"B{page.max_row - 3}"
    assert page.auto_filter.ref == f"A{page.max_row - 4}:C{page.max_row}"
    names = page.max_row - 4
    assert [page.cell(row, 1).font.b for row in (1, 2, names, names + 1, names + 2)] == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_what_a_workbook_can_t_hold_is_left_out() -> None:
    row = Row("x", ("a\x01b", 1, 0.5))
    page = load_workbook(io.BytesIO(workbook.of(replace(SHEET, rows=(row,))))).active
    assert page is not None
    assert page.cell(page.max_row, 1).value == "ab"
