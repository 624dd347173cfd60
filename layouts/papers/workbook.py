"""A report as a workbook: a sheet for each figure, numbers as numbers, Excel's own charts beside
them; every sheet names its freeze.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from feeds.city.words import Lang
from layouts import theme
from layouts.papers import deck_charts, plan
from layouts.papers.deck_charts import ACROSS, FORMATS
from layouts.papers.plan import Column, Page, Report
from layouts.parts.diagrams import Funnel, Kind, Timeline
from layouts.sheets import csv_file, workbook
from layouts.sheets.workbook import Formats
from layouts.text import texts

FONT = "Microsoft YaHei"
HEAD = 4  # title, stamp, lead, the way back: the table begins below
WIDEST, OF_EM = 110, 1.9  # a column, and how much of it an em takes, in the program's unit
CHART_PX = (860, 420)
ROW_PT, STEP, STEP_PX = 16.5, 23, 460  # from one chart to the one below, in rows and on the screen
_SMALL = {"name": FONT, "size": 9}
_AXIS = {
    "num_font": {"name": FONT, "size": 9, "color": theme.LIGHT.secondary},
    "line": {"color": theme.LIGHT.hairline},
}


def of(report: Report) -> bytes:
    """The file."""
    out = io.BytesIO()
    book = workbook.begun(out)
    created = datetime.fromtimestamp(report.created_ms / 1000, UTC).replace(tzinfo=None)
    book.set_properties(
        {
            "title": report.title,
            "subject": report.stamp,
            "keywords": report.mark,
            "author": "board",
            "created": created,
        }
    )
    formats, taken = Formats(book, font_name=FONT, font_size=11), set[str]()
    index = book.add_worksheet(_tab(texts.get(report.lang, "report.index"), taken))
    names = [_tab(page.title, taken) for page in report.pages]
    for page, name in zip(report.pages, names, strict=True):
        _sheet(book, formats, report, page, name, index.get_name())
    _index(index, formats, report, names)
    book.close()
    return out.getvalue()


def _index(sheet: Any, formats: Formats, report: Report, names: list[str]) -> None:
    """The first sheet: what every other one holds, each a link."""
    sheet.hide_gridlines(2)
    title = formats.of(bold=True, font_size=16)
    sheet.write_string(0, 0, report.title, title)
    mark = f"{report.mark} · " if report.mark else ""
    quiet = formats.of(font_color=theme.LIGHT.secondary)
    sheet.write_string(1, 0, mark + report.stamp, quiet)
    if report.root:
        sheet.write_string(2, 0, report.root, quiet)
    link = formats.of(font_color=theme.LIGHT.data, underline=1)
    for r, (page, name) in enumerate(zip(report.pages, names, strict=True), HEAD):
        quoted = name.replace("'", "''")
        sheet.write_url(r, 0, f"internal:'{quoted}'!A1", link, page.title)
        sheet.write_string(r, 1, page.lead.removeprefix(f"{page.title} · "), quiet)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, WIDEST)
    sheet.freeze_panes(HEAD, 0)


def _sheet(book: Any, formats: Formats, report: Report, page: Page, name: str, index: str) -> None:
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    mark = f"{report.mark} · " if report.mark else ""
    sheet.write_string(0, 0, page.title, formats.of(bold=True, font_size=16))
    sheet.write_string(
        1,
        0,
        mark + report.stamp,
        formats.of(font_color=theme.LIGHT.concern if mark else theme.LIGHT.secondary),
    )
    back = formats.of(font_color=theme.LIGHT.data, underline=1)
    words = f"← {texts.get(report.lang, 'report.index')}"
    sheet.write_url(3, 0, f"internal:'{index}'!A1", back, words)
    sheet.set_header(f"&L{page.title}&R{report.mark}")
    sheet.set_footer(f"&L{report.stamp}&R&P / &N")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, int(bool(page.charts)))
    columns = [
        (column, words)
        for column in page.table.columns
        for words in plan.parts(column, report.lang)
    ]
    cells = [list(plan.plain_values(row, page.table.columns)) for row in page.table.rows]
    _lead(sheet, formats, page.lead, _head(sheet, formats, columns, cells))
    for r, row in enumerate(cells):
        kinds = [page.table.kind(r, column) for column, _ in columns]
        _row(
            sheet,
            formats,
            HEAD + 1 + r,
            zip(row, kinds, (c.is_signed for c, _ in columns), strict=True),
            is_bold=r < page.table.wholes,
        )
    last = HEAD + len(page.table.rows)
    sheet.freeze_panes(HEAD + 1, 2 if page.charts else 1)
    sheet.autofilter(HEAD, 0, max(last, HEAD), len(columns) - 1)
    for n, words in enumerate(page.remarks, last + 2):
        sheet.write_string(n, 0, words, formats.of(font_color=theme.LIGHT.secondary))
    end = _charts(
        book,
        sheet,
        formats,
        page,
        name,
        last + 2 + len(page.remarks) + bool(page.remarks),
        report.lang,
    )
    sheet.print_area(0, 0, end, len(columns) - 1)
    sheet.repeat_rows(HEAD)


def _lead(sheet: Any, formats: Formats, words: str, widths: list[float]) -> None:
    """On as many lines as the table's width asks for."""
    lines = math.ceil(plan.ems(words) * OF_EM / sum(widths))
    if lines == 1 or len(widths) == 1:
        sheet.write_string(2, 0, words, formats.of(font_color=theme.LIGHT.secondary))
        return
    sheet.merge_range(
        2,
        0,
        2,
        len(widths) - 1,
        words,
        formats.of(font_color=theme.LIGHT.secondary, text_wrap=True, valign="top"),
    )
    sheet.set_row(2, ROW_PT * lines)


def _head(
    sheet: Any,
    formats: Formats,
    columns: list[tuple[Column, str]],
    rows: list[list[str | float | None]],
) -> list[float]:
    """The columns' names, each at the side of what is below it; their widths, which hold it."""
    widths = []
    for n, (_, words) in enumerate(columns):
        said = [cell for row in rows if isinstance(cell := row[n], str)]
        is_text = bool(said) or not rows
        side: dict[str, Any] = (
            {"align": "left", "indent": int(n > 0)} if is_text else {"align": "right"}
        )
        look = formats.of(
            bold=True,
            text_wrap=True,
            valign="bottom",
            bottom=1,
            font_color=theme.LIGHT.secondary,
            **side,
        )
        sheet.write_string(HEAD, n, words, look)
        widest = max((plan.ems(words) for words in said), default=0.0)
        widths.append(
            min(
                WIDEST,
                max(
                    11,
                    OF_EM * max(widest, plan.ems(words) / (1 if is_text or len(words) < 13 else 2))
                    + 2,
                ),
            )
        )
        sheet.set_column(n, n, widths[-1])
    lines = max(
        math.ceil(OF_EM * plan.ems(words) / wide)
        for (_, words), wide in zip(columns, widths, strict=True)
    )
    sheet.set_row(HEAD, ROW_PT * lines)
    return widths


def _row(
    sheet: Any,
    formats: Formats,
    r: int,
    cells: Iterable[tuple[str | float | None, Kind, bool]],
    *,
    is_bold: bool,
) -> None:
    for n, (cell, kind, is_signed) in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(
                r,
                n,
                str(csv_file.safe(cell)),
                formats.of(bold=is_bold, align="left", indent=int(n > 0)),
            )
        elif cell is not None:
            sheet.write_number(
                r,
                n,
                cell,
                formats.of(bold=is_bold, num_format=_form(cell, kind, is_signed=is_signed)),
            )


def _form(value: float, kind: Kind, *, is_signed: bool) -> str:
    """A count's change is a part of it, so it is shown in per cent."""
    return deck_charts.form(
        "share" if is_signed and kind == "count" else kind, value, is_signed=is_signed
    )


def _charts(
    book: Any, sheet: Any, formats: Formats, page: Page, name: str, top: int, lang: Lang
) -> int:
    """Below the table, a funnel beside the others; what they are drawn from stands far to the
    right, unprinted. The row after them.
    """
    far, width = 30, CHART_PX[0]
    beside = len(page.charts) > 1 and isinstance(page.charts[0], Funnel)
    tall = CHART_PX[1] + beside * STEP_PX
    left = 0
    end = top
    for drawn in page.charts:
        if isinstance(drawn, Funnel):
            used, chart = _funnel(book, sheet, formats, drawn, name, far, lang)
        else:
            used, chart = _timeline(book, sheet, formats, drawn, name, far)
        chart.set_title(
            {
                "name": drawn.title,
                "name_font": {"name": FONT, "size": 12, "color": theme.LIGHT.text},
                "overlay": False,
            }
        )
        chart.set_size({"width": width, "height": tall if drawn is page.charts[0] else CHART_PX[1]})
        unlisted = (
            [n for n, curve in enumerate(drawn.curves()) if not curve.is_listed]
            if isinstance(drawn, Funnel)
            else []
        )
        chart.set_legend(
            {"position": "top", "font": {"name": FONT, "size": 9}, "delete_series": unlisted}
        )
        sheet.insert_chart(
            top, 0, chart, {"description": drawn.alt, "object_position": 3, "x_offset": left}
        )
        if beside and not left:
            left, end = width + 20, top + 2 * STEP
        else:
            top = top + STEP
        far += used + 1
    return max(top, end)


def _column(
    sheet: Any,
    formats: Formats,
    at: int,
    title: str,
    values: Iterable[float | str | None],
    form: str = "General",
) -> int:
    """Writes a column of a chart's data; how many rows it has."""
    sheet.write_string(HEAD, at, title, formats.of(font_color=theme.LIGHT.common, text_wrap=True))
    n = 0
    for n, value in enumerate(values, 1):
        if isinstance(value, str):
            sheet.write_string(HEAD + n, at, value, formats.of(font_color=theme.LIGHT.common))
        elif value is not None:
            sheet.write_number(
                HEAD + n, at, value, formats.of(font_color=theme.LIGHT.common, num_format=form)
            )
    return n


def _range(name: str, column: int, count: int) -> list[Any]:
    return [name, HEAD + 1, column, HEAD + count, column]


def _funnel(
    book: Any, sheet: Any, formats: Formats, drawn: Funnel, name: str, far: int, lang: Lang
) -> tuple[int, Any]:
    """A scatter chart; how many columns its data takes."""
    chart, at = book.add_chart({"type": "scatter", "subtype": "straight"}), far
    for words, points, look in _series(drawn):
        count = _column(sheet, formats, at, f"{words} x", (x for x, _ in points))
        _column(sheet, formats, at + 1, words, (y for _, y in points), FORMATS[drawn.kind])
        chart.add_series(
            {
                "name": words,
                "categories": _range(name, at, count),
                "values": _range(name, at + 1, count),
                **look,
            }
        )
        at += 2
    chart.set_x_axis(
        {
            **_AXIS,
            "name": drawn.x_title,
            "name_font": {"name": FONT, "bold": False},
            "min": 0,
            "num_format": ACROSS[lang],
        }
    )
    grid = {"visible": True, "line": {"color": theme.LIGHT.hairline}}
    low, high = drawn.y_range()
    up = {
        "min": low,
        "max": high,
        "num_format": FORMATS[drawn.kind],
        "major_gridlines": grid,
    }
    chart.set_y_axis(
        {
            **_AXIS,
            **up,
            "name": drawn.y_title,
            "name_font": {"name": FONT, "bold": False},
            "label_position": "low",
        }
    )
    return at - far, chart


def _series(drawn: Funnel) -> Iterator[tuple[str, list[tuple[float, float]], Mapping[str, Any]]]:
    """Name, points and looks: lines first, then the dots by what they mean."""
    for curve in drawn.curves():
        line = {
            "color": getattr(theme.LIGHT, curve.role),
            "width": 1.25,
            "dash_type": "dash" if curve.is_dashed else "solid",
        }
        yield curve.name, list(curve.points), {"line": line, "marker": {"type": "none"}}
    for role, words, points in drawn.groups():
        colour = getattr(theme.LIGHT, role)
        marker = {
            "type": "circle" if role == "common" else "diamond",
            "size": 7,
            "fill": {"color": colour},
            "border": {"color": "#FFFFFF"},
        }
        custom = [{"value": one.name} if one.is_named else {"delete": True} for one in points]
        labels = (
            {
                "data_labels": {
                    "value": True,
                    "custom": custom,
                    "position": "right",
                    "font": {"name": FONT},
                }
            }
            if role != "common"
            else {}
        )
        looks = {"line": {"none": True}, "marker": marker, **labels}
        yield words, [(one.x, one.y) for one in points], looks


def _timeline(
    book: Any, sheet: Any, formats: Formats, drawn: Timeline, name: str, far: int
) -> tuple[int, Any]:
    """A line chart of the points with mean, target and limits; how many columns its data takes."""
    form = FORMATS[drawn.kind]
    count = _column(sheet, formats, far, drawn.name, (day.isoformat() for day in drawn.labels))
    days = _range(name, far, count)
    chart = book.add_chart({"type": "line"})
    lines: list[tuple[str, Iterable[float | None], Mapping[str, Any]]] = [
        (drawn.name, drawn.values, _dots(drawn))
    ]
    for line, role in ((drawn.mean, "secondary"), (drawn.target, "text")):
        if line:
            lines.append((line[0], (line[1],) * count, _stroke(role, "solid")))
    for words, edge in zip(drawn.limit_names, (drawn.lower, drawn.upper), strict=True):
        if words:
            lines.append((words, edge, _stroke("common", "dash")))
    for at, (words, values, look) in enumerate(lines, far + 1):
        _column(sheet, formats, at, words, values, form)
        values_at = _range(name, at, count)
        chart.add_series({"name": words, "categories": days, "values": values_at, **look})
    low, high = drawn.y_range()
    grid = {"visible": True, "line": {"color": theme.LIGHT.hairline}}
    scale = {"min": low, "max": high, "num_format": form, "major_gridlines": grid}
    chart.set_x_axis({**_AXIS, "interval_unit": max(1, count // 8)})
    chart.set_y_axis({**_AXIS, **scale})
    return len(lines) + 1, chart


def _dots(drawn: Timeline) -> dict[str, Any]:
    """Signals as coloured points on a thin line."""
    colour = {"color": getattr(theme.LIGHT, drawn.role)}
    points = [{"fill": colour, "border": colour} if one else None for one in drawn.signals]
    quiet = {"color": theme.LIGHT.secondary}
    marker = {"type": "circle", "size": 4, "fill": quiet, "border": quiet}
    return {"line": quiet | {"width": 1}, "marker": marker, "points": points}


def _stroke(role: str, dash: str) -> dict[str, Any]:
    line = {"color": getattr(theme.LIGHT, role), "width": 1.25, "dash_type": dash}
    return {"line": line, "marker": {"type": "none"}}


def _tab(title: str, taken: set[str]) -> str:
    """A worksheet's name that no other has."""
    name = csv_file.tab(title)
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{csv_file.tab(title)[:27]} ({number})"
    taken.add(name.casefold())
    return name
