"""Reading spreadsheets: real files, written as offices write them."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from feeds.sources import spreadsheets
from feeds.sources.spreadsheets import Layout, SheetError

TABLE = "事件编号,镇,上报时间,数量\nA1,丁蜀镇,2026-01-02,3\nA2,官林镇,2026-01-03,5\n"
COLUMNS = ("事件编号", "镇", "上报时间", "数量")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str, encoding: str = "utf-8", name: str = "cases.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return write


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Writes a workbook from {"A1": value} and merged ranges."""

    def write(
        cells: dict[str, object],
        merged: tuple[str, ...] = (),
        formats: dict[str, str] | None = None,
    ) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for place, value in cells.items():
            sheet[place] = value
        for place, number_format in (formats or {}).items():
            sheet[place].number_format = number_format
        for span in merged:
            sheet.merge_cells(span)
        path = tmp_path / "cases.xlsx"
        book.save(path)
        return path

    return write


def read(path: Path, *columns: str, **layout: object) -> list[tuple[int, dict[str, object]]]:
    return [
        (row.number, dict(row.cells))
        for row in spreadsheets.read(path, columns, Layout(**layout)).rows
    ]  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_encoding_and_the_delimiter_are_found(
    written: Callable[..., Path], encoding: str, delimiter: str
) -> None:
    path = written(TABLE.replace(",", delimiter), encoding)
    assert read(path, *COLUMNS) == [
        (2, {"事件编号": "A1", "镇": "丁蜀镇", "上报时间": "2026-01-02", "数量": "3"}),
        (3, {"事件编号": "A2", "镇": "官林镇", "上报时间": "2026-01-03", "数量": "5"}),
    ]


def test_a_rare_character_of_gb18030_is_read(written: Callable[..., Path]) -> None:
    assert read(written("镇,n\n湖㳇镇,1\n", "gb18030"), "镇") == [(2, {"镇": "湖㳇镇"})]


def test_one_late_chinese_character_decides_the_encoding(written: Callable[..., Path]) -> None:
    path = written("id,n\n" + "x,1\n" * 500_000 + "宜,2\n", "gb18030")
    *_, last = spreadsheets.read(path, ("id",), Layout()).rows
    assert last == (500_002, {"id": "宜"})


def test_a_file_in_neither_encoding_says_so_and_may_name_its_own(
    written: Callable[..., Path],
) -> None:
    path = written("id,name\n1,Café,\n", "latin-1")
    with pytest.raises(
        SheetError, match=r"cases\.csv is not valid UTF-8 or GB18030; name its encoding"
    ):
        read(path, "name")
    assert read(path, "name", encoding="latin-1") == [(2, {"name": "Café"})]
    with pytest.raises(SheetError, match="encoding = 'klingon': expected"):
        read(path, "name", encoding="klingon")


def test_a_delimiter_is_told_from_commas_inside_the_cells(written: Callable[..., Path]) -> None:
    path = written("id;amount;note\n1;1,234;a,b,c\n2;2,345;a,b\n")
    assert read(path, "amount") == [(2, {"amount": "1,234"}), (3, {"amount": "2,345"})]
    with pytest.raises(SheetError, match="'amount'"):
        read(path, "amount", delimiter=",")


def test_rows_keep_the_numbers_that_excel_shows(written: Callable[..., Path]) -> None:
    path = written(
        '宜兴市事件台账,,\n\n编号,镇,备注\n1,丁蜀镇,"两行\n备注"\n,,\n  ,　,\n2,官林镇,x\n'
    )
    assert read(path, "编号", "镇") == [
        (4, {"编号": "1", "镇": "丁蜀镇"}),
        (7, {"编号": "2", "镇": "官林镇"}),
    ]


def test_rows_in_which_only_other_columns_are_filled_are_empty(
    written: Callable[..., Path],
) -> None:
    assert read(written("id,note\n1,x\n,made by the office\n"), "id") == [(2, {"id": "1"})]


def test_short_and_long_rows_are_read(written: Callable[..., Path]) -> None:
    assert read(written("id,b,c\n1\n2,x,y,z\n"), "id", "c") == [
        (2, {"id": "1", "c": ""}),
        (3, {"id": "2", "c": "y"}),
    ]


def test_only_the_columns_asked_for_leave_the_file(written: Callable[..., Path]) -> None:
    assert read(written("id,phone\n1,13800138000\n"), "id") == [(2, {"id": "1"})]


def test_full_width_forms_become_ordinary_ones(written: Callable[..., Path]) -> None:
    assert read(written("编号,数量（人）\nＡ１,１，２３４\n"), "编号", "数量(人)") == [
        (2, {"编号": "A1", "数量(人)": "1,234"})
    ]


def test_total_rows_are_left_out_by_their_label(written: Callable[..., Path]) -> None:
    path = written("序号,镇,数量\n1,丁蜀镇,3\n合计,,3\n")
    assert [number for number, _ in read(path, "镇", "数量", skip={"序号": ("合计", "总计")})] == [
        2
    ]


def test_two_header_rows_of_a_csv_are_joined(written: Callable[..., Path]) -> None:
    path = written(
        "台账,,,,\n序号,受理,,办结,\n,日期,单位,日期,结果\n1,2026-01-02,丁蜀镇,2026-01-05,成功\n"
    )
    assert read(path, "序号", "受理/日期", "受理/单位", "办结/日期", "办结/结果") == [
        (
            4,
            {
                "序号": "1",
                "受理/日期": "2026-01-02",
                "受理/单位": "丁蜀镇",
                "办结/日期": "2026-01-05",
                "办结/结果": "成功",
            },
        )
    ]


def test_a_heading_without_one_below_is_not_spread(written: Callable[..., Path]) -> None:
    path = written("序号,,受理,\n,镇,日期,单位\n1,丁蜀镇,2026-01-02,x\n")
    assert read(path, "序号", "镇", "受理/单位") == [
        (3, {"序号": "1", "镇": "丁蜀镇", "受理/单位": "x"})
    ]


def test_the_second_of_two_equal_headings_has_a_number(written: Callable[..., Path]) -> None:
    assert read(written("日期,日期,id\na,b,1\n"), "日期", "日期#2") == [
        (2, {"日期": "a", "日期#2": "b"})
    ]


def test_a_missing_column_is_named(written: Callable[..., Path]) -> None:
    with pytest.raises(
        SheetError, match=r"cases\.csv: no header with the column\(s\) '村' in the first 3 rows"
    ):
        read(written(TABLE), "镇", "村")
    with pytest.raises(SheetError, match="'镇' in row 2"):
        read(written(TABLE), "镇", header=(2,))


def test_a_web_page_saved_as_a_table_is_told(written: Callable[..., Path]) -> None:
    with pytest.raises(SheetError, match="is a web page saved as a table"):
        read(written("<html><table></table></html>", name="cases.xls"), "镇")


def test_a_broken_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(SheetError, match=r"cases\.xlsx: "):
        read(path, "镇")


def test_a_workbook_with_a_title_and_merged_headers(workbook: Callable[..., Path]) -> None:
    path = workbook(
        {
            "B2": "矛盾纠纷台账",
            "B4": "序号",
            "C4": "受理",
            "E4": "办结\n日期",
            "C5": "日期",
            "D5": "镇",
            "F4": "备注",
            "B6": 1,
            "C6": dt.datetime(2026, 1, 2, 9, 30),
            "D6": "丁蜀镇",
            "E6": dt.date(2026, 1, 5),
            "B8": 2,
            "C8": "2026年1月3日",
            "D8": "官林镇",
        },
        ("B2:F2", "B4:B5", "C4:D4", "E4:E5", "F4:F5"),
    )
    assert read(path, "序号", "受理/日期", "受理/镇", "办结日期") == [
        (
            6,
            {
                "序号": 1.0,
                "受理/日期": dt.datetime(2026, 1, 2, 9, 30),
                "受理/镇": "丁蜀镇",
                "办结日期": dt.date(2026, 1, 5),
            },
        ),
        (8, {"序号": 2.0, "受理/日期": "2026年1月3日", "受理/镇": "官林镇", "办结日期": ""}),
    ]


def test_header_rows_may_be_named(workbook: Callable[..., Path]) -> None:
    path = workbook({"A1": "镇", "A2": "x", "A3": "镇", "A4": "丁蜀镇"})
    assert [n for n, _ in read(path, "镇")] == [2, 3, 4]
    assert read(path, "镇", header=(3,)) == [(4, {"镇": "丁蜀镇"})]


def test_a_cell_merged_over_rows_stands_in_each(workbook: Callable[..., Path]) -> None:
    path = workbook(
        {"A1": "镇", "B1": "村", "A2": "丁蜀镇", "B2": "a", "B3": "b", "A4": "官林镇", "B4": "c"},
        ("A2:A3",),
    )
    assert [(n, c["镇"]) for n, c in read(path, "镇", "村")] == [
        (2, "丁蜀镇"),
        (3, "丁蜀镇"),
        (4, "官林镇"),
    ]


def test_the_first_visible_sheet_is_read_and_another_can_be_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    hidden, first, second = book.active, book.create_sheet("一月"), book.create_sheet("二月")
    assert hidden is not None
    hidden.title, hidden.sheet_state = "旧", "hidden"
    first.append(["镇"])
    first.append(["丁蜀镇"])
    second.append(["镇"])
    second.append(["官林镇"])
    book.active = 1
    path = tmp_path / "cases.xlsx"
    book.save(path)
    assert read(path, "镇") == [(2, {"镇": "丁蜀镇"})]
    assert read(path, "镇", name="二月") == [(2, {"镇": "官林镇"})]
    with pytest.raises(SheetError, match="name = '三月': expected one of '一月', '二月'"):
        read(path, "镇", name="三月")


def test_a_workbook_is_known_by_its_content_not_its_name(workbook: Callable[..., Path]) -> None:
    path = workbook({"A1": "镇", "A2": "丁蜀镇"})
    assert read(path.rename(path.with_suffix(".csv")), "镇") == [(2, {"镇": "丁蜀镇"})]


def test_the_last_row_is_known_for_the_progress_bar(
    written: Callable[..., Path], workbook: Callable[..., Path]
) -> None:
    assert spreadsheets.read(written(TABLE), COLUMNS, Layout()).last == 3
    assert spreadsheets.read(workbook({"A1": "镇", "A9": "丁蜀镇"}), ("镇",), Layout()).last == 9


def test_one_cell_in_the_last_corner_is_refused_before_anything_is_set_aside_for_it(
    workbook: Callable[..., Path],
) -> None:
    path = workbook({"A1": "镇", "A2": "丁蜀镇", "XFD1048576": 1})
    assert path.stat().st_size < 10_000
    with pytest.raises(SheetError, match="17,179,869,184"):
        spreadsheets.read(path, ("镇",), Layout())
    wide = workbook({"A1": "镇", "A2": "丁蜀镇", "Z9": 1})
    assert next(iter(spreadsheets.read(wide, ("镇",), Layout()).rows)).cells == {"镇": "丁蜀镇"}


@pytest.mark.parametrize(
    "declared",
    ['<!ENTITY x SYSTEM "file://{file}">', '<!ENTITY x "SECRET"><!ENTITY y "&x;&x;&x;&x;">'],
    ids=["another file", "itself"],
)
def test_entities_of_xml_are_not_resolved(
    declared: str, workbook: Callable[..., Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("SECRET", encoding="utf-8")
    path = workbook({"A1": "镇", "A2": "MARK", "A3": "丁蜀镇"})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    head = f"<!DOCTYPE worksheet [{declared.format(file=other)}]>".encode()
    assert b"MARK" in parts[sheet]
    parts[sheet] = head + parts[sheet].replace(b"MARK", b"&x;&y;")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    try:
        rows = [row.cells for row in spreadsheets.read(path, ("镇",), Layout()).rows]
    except SheetError as error:
        rows = [str(error)]
    assert "SECRET" not in str(rows)
