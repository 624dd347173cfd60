"""Makes the example workbooks beside it, as offices keep them: `python
examples/indicators/make.py`.

City totals are the published ones where there are any; how they fall on towns and quarters is
illustrative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from feeds.city import profile

HERE = Path(__file__).parent
MADE = datetime(2026, 10, 8, 9)
TOWNS = profile.load("yixing").towns
NAMES = [town.name.zh for town in TOWNS]
VILLAGES = [town.villages for town in TOWNS]
GRIDS = [town.grids + town.dedicated for town in TOWNS]
TOWN, QUARTERS = "镇（街道）", ("2026年一季度", "2026年二季度", "2026年三季度", "2026年四季度")
Row = Sequence[Any]


def allot(total: int, weights: Sequence[int]) -> list[int]:
    """A whole number shared out by weight, the parts adding up to it."""
    parts = [total * weight // sum(weights) for weight in weights]
    for i in sorted(range(len(parts)), key=lambda i: parts[i] * sum(weights) - total * weights[i])[
        : total - sum(parts)
    ]:
        parts[i] += 1
    return parts


def write(
    name: str, title: str, head: Sequence[Row], rows: Iterable[Row], merged: Sequence[str] = ()
) -> None:
    """A workbook with a merged title, one or two header rows and the rows."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for line in ([title], *head, *rows):
        sheet.append(list(line))
    width = max(len(line) for line in head)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    for area in merged:
        sheet.merge_cells(area)
    sheet["A1"].font, sheet["A1"].alignment = (
        Font(bold=True, size=14),
        Alignment(horizontal="center"),
    )
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 16
    book.properties.creator, book.properties.created, book.properties.modified = "", MADE, MADE
    book.save(HERE / f"{name}.xlsx")


def wide(name: str, title: str, totals: Sequence[int], weights: Sequence[int]) -> None:
    """Towns as rows, a column a quarter; the last quarter isn't over and stands empty."""
    columns = [allot(total, weights) for total in totals]
    rows = [[i, town, *(c[i - 1] for c in columns), None] for i, town in enumerate(NAMES, 1)]
    write(name, title, [["序号", TOWN, *QUARTERS]], [*rows, ["", "合计", *totals, None]])


def village_rooms() -> None:
    planned = allot(310, VILLAGES)
    built = [
        [min(b, p) for b, p in zip(allot(total, VILLAGES), planned, strict=True)]
        for total in (288, 291, 295)
    ]
    rows = [
        [i, town, *(x for b in built for x in (b[i - 1], planned[i - 1])), None, None]
        for i, town in enumerate(NAMES, 1)
    ]
    head = [
        ["序号", TOWN, *(x for quarter in QUARTERS for x in (quarter, None))],
        [None, None, *("已建", "应建") * 4],
    ]
    total = ["", "合计", *(x for b in built for x in (sum(b), sum(planned))), None, None]
    merged = ("A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:H2", "I2:J2")
    write(
        "village_rooms", "宜兴市村级矛盾纠纷调解室建设情况（2026年）", head, [*rows, total], merged
    )


def volunteers() -> None:
    rows = []
    for quarter, people, teams in (
        ("2026年二季度", 356_000, 1_152),
        ("2026年三季度", 360_000, 1_170),
    ):
        found = zip(NAMES, allot(people, GRIDS), allot(teams, GRIDS), strict=True)
        rows += [[quarter, *one] for one in found] + [[quarter, "合计", people, teams]]
    write(
        "volunteers",
        "志愿者和志愿服务队季报",
        [["所属期", TOWN, "注册志愿者（人）", "志愿服务队（支）"]],
        rows,
    )


def by_month(
    name: str, title: str, head: Row, months: Iterable[tuple[str, list[int], list[int]]]
) -> None:
    rows = [
        [month, town, a, b]
        for month, done, due in months
        for town, a, b in zip(NAMES, done, due, strict=True)
    ]
    write(name, title, [["所属期", TOWN, *head]], rows)


def training() -> None:
    months = [
        (month, [g * share // 100 for g in GRIDS], GRIDS)
        for month, share in (("2026年8月", 96), ("2026年9月", 98))
    ]
    by_month("training", "网格员培训月报", ["已培训（人）", "应培训（人）"], months)


def groups() -> None:
    homes = allot(420_000, GRIDS)
    months = [
        (month, [h * share // 1000 for h in homes], homes)
        for month, share in (("2026年8月", 951), ("2026年9月", 956))
    ]
    by_month("groups_covered", "网格微信群覆盖情况月报", ["已入群（户）", "总户数（户）"], months)


def devices() -> None:
    totals = allot(6_312, GRIDS)
    rows = [
        [datetime(2026, 9, 30, 17), town, t * 985 // 1000, t]
        for town, t in zip(NAMES, totals, strict=True)
    ]
    write("devices", "前端感知设备在线情况", [["统计时间", TOWN, "在线数", "设备总数"]], rows)


def homicide() -> None:
    rows = [[quarter, "宜兴市", 100, 100] for quarter in QUARTERS[:3]]
    write("homicide_clearance", "命案侦破情况季报", [["季度", "地区", "破案率（%）", "满分"]], rows)


def assessments() -> None:
    """A register: a row an assessment. The decision's name is in the office's own file, and no
    mapping reads such a column.
    """
    kinds, ends = (
        ("社会稳定", "公共安全", "经济金融", "生态环境"),
        ("准予实施", "有条件实施", "准予实施", "暂缓实施"),
    )
    rows = []
    for n in range(24):
        listed, due = date(2026, 7 + n // 8, 1 + n), date(2026, 8 + n // 8, 1 + n)
        done = [date(2026, 7 + n // 8, 21 + n % 8), ends[n % 4]] if n < 20 else [None, None]
        rows.append([f"稳评〔2026〕{n + 41}号", NAMES[n % 18], kinds[n % 4], listed, due, *done])
    write(
        "assessments",
        "重大决策社会稳定风险评估台账",
        [["文号", "责任单位", "类别", "列入日期", "应完成日期", "完成日期", "评估结论"]],
        rows,
    )


def main() -> None:
    village_rooms()
    volunteers()
    training()
    groups()
    devices()
    homicide()
    assessments()
    wide("key_units", "公共安全重点单位数（2026年）", (1_792, 1_803, 1_810), GRIDS)
    wide("deliberation_rooms", "“有事好商量”议事室数（2026年）", (304, 308, 310), VILLAGES)
    wide("model_units", "五治融合示范单位数（2026年）", (171, 180, 186), VILLAGES)


if __name__ == "__main__":
    main()
