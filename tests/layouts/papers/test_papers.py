"""A report's files read back: the deck's charts and tables, the workbook's cells and charts, the
CSV hold the review's own numbers.
"""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from feeds import kpis
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.review.review_values import Figure, Review
from layouts.papers import (
    compose,
    csv_table,
    deck,
    deck_charts,
    narrative,
    plan,
    print_pages,
    slide_master,
    town_slides,
    workbook,
)
from layouts.papers.plan import Report, Slide, Table
from layouts.parts import diagrams
from layouts.parts.diagrams import Bars, Funnel
from layouts.sheets import csv_file
from tests.layouts import reviewed

LANGS: tuple[Lang, ...] = ("zh", "en")
MOST_BYTES = 5_000_000


@pytest.fixture(scope="module")
def review(yixing: Profile) -> Review:
    return reviewed.review(yixing)


@pytest.fixture(scope="module", params=LANGS)
def report(request: pytest.FixtureRequest, review: Review, yixing: Profile) -> Report:
    return compose.of(review, request.param, yixing)


@pytest.fixture(scope="module")
def made(report: Report) -> bytes:
    return deck.of(report)


@pytest.fixture(scope="module")
def slides(made: bytes, report: Report) -> list[tuple[Slide, Any]]:
    return list(zip(report.slides, Presentation(io.BytesIO(made)).slides, strict=True))


def charts(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def texts(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_eighteen_towns_make_about_forty_slides_in_their_order(report: Report, made: bytes) -> None:
    keys = [slide.key for slide in report.slides]
    assert 36 <= len(keys) <= 44
    assert keys[:4] == ["cover", "lessons", "completeness", "overview"]
    assert keys[4:7] == [f"{part}:{town_slides.CHOSEN[0]}" for part in ("funnel", "towns", "table")]
    assert len([key for key in keys if key.startswith("town:")]) == 18
    assert keys[-2:] == ["commitments", "definitions"]
    assert len(made) < MOST_BYTES


def test_funnels_are_charts_with_the_review_s_points_and_limits(
    slides: list[tuple[Slide, Any]], review: Review
) -> None:
    seen = 0
    for slide, drawn in slides:
        if not slide.key.startswith("funnel:"):
            continue
        figure, (chart,) = review.figure(slide.key.partition(":")[2]), charts(drawn)
        assert figure
        assert figure.funnel
        found = [
            (series.name, list(zip(series.iter_values(), xs(series), strict=True)))
            for series in chart.plots[0].series
        ]
        block = slide.blocks[0]
        assert isinstance(block, Funnel)
        lines, dots = (
            found[: len(block.curves())],
            [point for _, points in found[len(block.curves()) :] for point in points],
        )
        assert sorted(dots) == sorted((one.spot.y, one.spot.x) for one in figure.towns if one.spot)
        known = {
            (v, one.x)
            for one in figure.funnel.limits
            for v in (one.lower95, one.upper95, one.lower998, one.upper998)
        }
        assert {point for _, points in lines[1:] for point in points} <= known
        assert {y for y, _ in lines[0][1]} == {figure.funnel.centre}
        seen += 1
    assert seen == len([kpi for kpi in town_slides.CHOSEN if review.figure(kpi)])


def xs(series: Any) -> list[float]:
    return [float(v.text) for v in series._element.findall(f".//{qn('c:xVal')}//{qn('c:v')}")]


def test_bars_and_strips_are_charts_with_the_towns_values_and_the_city_s_level(
    slides: list[tuple[Slide, Any]], review: Review
) -> None:
    for slide, drawn in slides:
        if not slide.key.startswith("towns:"):
            continue
        figure = review.figure(slide.key.partition(":")[2])
        assert figure is not None
        above, below = charts(drawn)
        height = {
            one.town: one.value if figure.form == "share" else one.spot.y
            for one in figure.towns
            if one.spot
        }
        values, line = [series for plot in above.plots for series in plot.series]
        assert list(values.values) == sorted(height.values(), key=lambda v: -(v or 0))
        level = figure.city.value if figure.form == "share" else 1.0
        assert set(line.values) == {level}
        if figure.form == "share":
            wanted = sorted((one.lower, one.upper) for one in figure.towns if one.spot)
            assert np.array(sorted(reaches(values))) == pytest.approx(np.array(wanted), abs=1e-12)
        scale = 100 if figure.form == "share" else 1
        moved = [one.change for one in figure.towns if one.change]
        wanted = sorted(
            narrative.step(one.difference, figure) * scale
            for one in moved
            if one.difference is not None
        )
        assert sorted(v for v in below.plots[0].series[0].values if v is not None) == pytest.approx(
            wanted, abs=1e-12
        )
        assert list(above.plots[0].categories) == list(below.plots[0].categories)


def reaches(series: Any) -> list[tuple[float, float]]:
    """Each dot's interval, from its error bars."""
    bars = series._element.find(qn("c:errBars"))
    plus, minus = (
        [float(v.text) for v in bars.findall(f"{qn(tag)}//{qn('c:v')}")]
        for tag in ("c:plus", "c:minus")
    )
    return [
        (value - low, value + high)
        for value, low, high in zip(series.values, minus, plus, strict=True)
    ]


def test_a_change_that_rounds_to_nothing_has_no_sign(
    report: Report, slides: list[tuple[Slide, Any]]
) -> None:
    assert [diagrams.number(v, "points", report.lang) for v in (-0.04, 0.04, -0.06)] == [
        "0",
        "0",
        "−0.1",
    ]
    found = 0
    for slide, drawn in slides:
        for block in (b for b in slide.blocks if isinstance(b, Bars) and b.is_signed):
            still = [
                n
                for n, v in enumerate(block.values)
                if v is not None and diagrams.is_nothing(v, block.kind)
            ]
            labels = charts(drawn)[-1].plots[0].series[0]._element.findall(f".//{qn('c:dLbl')}")
            shown = {
                int(one.find(qn("c:idx")).get("val")): one.find(qn("c:numFmt")).get("formatCode")
                for one in labels
            }
            assert [n for n, form in shown.items() if form == deck_charts.NO_CHANGE] == still
            found += len(still)
    assert found, "the sample has changes that round to nothing"


def test_tables_show_the_review_s_numbers_as_the_screen_does(
    slides: list[tuple[Slide, Any]], report: Report
) -> None:
    seen = 0
    for slide, drawn in slides:
        tables = [shape.table for shape in drawn.shapes if shape.has_table]
        for block, table in zip(
            [b for b in slide.blocks if isinstance(b, Table)], tables, strict=True
        ):
            assert [[cell.text for cell in row.cells] for row in table.rows] == plan.texts(
                block, report.lang
            )
            assert table.first_row
            seen += 1
    assert seen > 24


def test_every_chart_can_be_heard_and_every_slide_be_spoken(
    slides: list[tuple[Slide, Any]], report: Report, review: Review
) -> None:
    assert review.freeze
    for slide, drawn in slides:
        assert drawn.shapes.title.text == slide.title
        for shape in drawn.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")
        notes = drawn.notes_slide.notes_text_frame.text
        assert review.freeze.code in notes
        assert review.freeze.hash in notes
        kpi = slide.key.partition(":")[2]
        if kpi in kpis.CATALOGUE:
            assert kpis.CATALOGUE[kpi].note.of(report.lang) in notes


def test_remarks_stand_at_their_charts_in_the_notes_and_on_pages_of_their_own(
    slides: list[tuple[Slide, Any]], report: Report
) -> None:
    kpi, other = reviewed.SHARES[0], reviewed.COUNTS[0]
    tag, word = ("批注", "批注") if report.lang == "zh" else ("Remarks", "Remark")
    drawn = {slide.key: made for slide, made in slides}
    for part in ("funnel", "towns", "table"):
        notes = drawn[f"{part}:{kpi}"].notes_slide.notes_text_frame.text
        assert all(
            words in notes
            for words in (
                "新口径",
                "只计已核实的事件",
                "审计局",
                "强降雨，停工排查",
                "夏季专项行动",
            )
        )
        assert [
            shape.name
            for shape in drawn[f"{part}:{kpi}"].shapes
            if shape.has_chart and f" · {tag} 1–4" not in shape.name
        ] == []
    assert f" · {tag} 3" in next(
        shape.name for shape in drawn[f"funnel:{other}"].shapes if shape.has_chart
    )
    (listed,) = [
        shape.text_frame.text
        for shape in drawn["remarks"].shapes
        if shape.has_text_frame and "新口径" in shape.text_frame.text
    ]
    assert [line.startswith(f"{word} {n}") for n, line in enumerate(listed.splitlines(), 1)] == [
        True
    ] * 4
    book_ = load_workbook(io.BytesIO(workbook.of(report)))
    rows = list(book_[report.pages[3].title].iter_rows(min_row=workbook.HEAD + 2, values_only=True))
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert (rows[1][5], rows[1][6], rows[1][7]) == ("新口径", "只计已核实的事件", "审计局")
    figure = next(page for page in report.pages if page.key == kpi)
    assert [
        cell.value for cell in book_[figure.title]["A"] if cell.value in figure.remarks
    ] == list(figure.remarks)
    assert "只计已核实的事件" in print_pages.of(report)


def test_every_slide_sheet_and_row_says_that_it_is_demo_data(
    slides: list[tuple[Slide, Any]], report: Report
) -> None:
    assert all(report.mark in texts(drawn) for _, drawn in slides)
    assert all(report.stamp in texts(drawn) for _, drawn in slides)
    for sheet in load_workbook(io.BytesIO(workbook.of(report))):
        assert str(sheet["A2"].value).startswith(report.mark)
        assert report.stamp in str(sheet["A2"].value)
    assert report.mark in csv_file.csv_of(csv_table.of(report))
    assert print_pages.of(report).count(report.mark) >= 2


def test_real_data_carries_no_mark(yixing: Profile, report: Report) -> None:
    real = compose.of(reviewed.review(yixing, is_demo=False), "zh", yixing)
    late = [
        "迟报" in next(s for s in found.slides if s.key.startswith("town:")).lead
        for found in (report, real)
    ]
    assert late == [False, True], "a demo records two years at once"
    assert real.mark == ""
    assert not any(
        "演示" in words
        for slide in Presentation(io.BytesIO(deck.of(real))).slides
        for words in texts(slide)
    )


def test_both_scripts_typefaces_stand_on_every_run(slides: list[tuple[Slide, Any]]) -> None:
    for _, drawn in slides:
        for run in drawn._element.iter(qn("a:r")):
            faces = [run.find(f"{qn('a:rPr')}/{qn(tag)}") for tag in ("a:latin", "a:ea")]
            assert [face.get("typeface") for face in faces if face is not None] == [
                slide_master.LATIN,
                slide_master.EAST_ASIAN,
            ]


def test_nothing_leaves_its_slide_and_no_type_is_tiny(made: bytes) -> None:
    presentation = Presentation(io.BytesIO(made))
    width, height = int(presentation.slide_width or 0), int(presentation.slide_height or 0)
    assert round(width / height, 2) == 1.78
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert min(shape.left, shape.top) >= 0, (slide.name, shape.name)
            assert shape.left + shape.width <= width + 2, (slide.name, shape.name)
            assert shape.top + shape.height <= height, (slide.name, shape.name)
        parts = [slide._element, *(chart._chartSpace for chart in charts(slide))]
        sizes = [
            int(run.get("sz"))
            for part in parts
            for run in part.iter(qn("a:rPr"), qn("a:defRPr"))
            if run.get("sz")
        ]
        assert min(sizes) >= 1000, slide.name


def test_a_town_stands_at_the_same_place_in_both_its_charts(
    slides: list[tuple[Slide, Any]], report: Report
) -> None:
    for slide, drawn in slides:
        if slide.key.startswith("towns:"):
            places = [
                [chart._chartSpace.find(f".//{qn(f'c:{end}')}").get("val") for end in ("x", "w")]
                for chart in charts(drawn)
            ]
            assert places[0] == places[1]
            turns = {
                chart.category_axis._element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}").get("rot")
                for chart in charts(drawn)
            }
            assert turns == {"0" if report.lang == "zh" else str(deck_charts.ASLANT)}


def test_blocks_lie_beside_each_other(slides: list[tuple[Slide, Any]]) -> None:
    for slide, drawn in slides:
        places = [
            (s.left, s.top, s.left + s.width, s.top + s.height)
            for s in drawn.shapes
            if s.has_chart or s.has_table
        ]
        for n, one in enumerate(places):
            assert not any(_overlap(one, other) for other in places[n + 1 :]), slide.key


def _overlap(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_a_city_s_template_lends_its_master_and_none_of_its_slides(
    report: Report, tmp_path: Path
) -> None:
    own = Presentation()
    own.slide_width, own.slide_height = 9_144_000, 6_858_000
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "old"
    own.slide_master.name = "city"
    path = tmp_path / "city.pptx"
    own.save(str(path))
    found = Presentation(io.BytesIO(deck.of(report, path)))
    assert (found.slide_width, found.slide_height) == (9_144_000, 6_858_000)
    assert [slide.shapes.title.text for slide in found.slides] == [
        slide.title for slide in report.slides
    ]
    assert not list(found.slides[4]._element.iter(qn("a:latin")))


def test_what_is_no_template_is_refused(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "city.pptx"
    path.write_text("no zip")
    with pytest.raises(slide_master.WrongTemplate, match=r"city\.pptx"):
        deck.of(report, path)


def test_workbook_cells_are_the_review_s_numbers(report: Report, review: Review) -> None:
    found = load_workbook(io.BytesIO(workbook.of(report)))
    assert len(found.sheetnames) == len(report.pages) == len(review.figures) + 5
    for page, sheet in zip(report.pages, found, strict=True):
        rows = list(
            sheet.iter_rows(
                min_row=workbook.HEAD + 2,
                max_row=workbook.HEAD + 1 + len(page.table.rows),
                values_only=True,
            )
        )
        for row, cells in zip(rows, page.table.rows, strict=True):
            wanted = list(plan.plain_values(cells, page.table.columns))
            shown = [
                "" if value is None and cell == "" else value
                for value, cell in zip(row, wanted, strict=False)
            ]
            assert [_same(a, b) for a, b in zip(shown, wanted, strict=True)] == [True] * len(
                wanted
            ), (page.key, shown, wanted)
        assert len(sheet._charts) == len(page.charts)


def test_the_city_s_figures_have_their_units_and_a_figure_prints_on_one_sheet(
    report: Report, review: Review
) -> None:
    found = load_workbook(io.BytesIO(workbook.of(report)))
    cells = [row[5] for row in found.worksheets[0].iter_rows(min_row=workbook.HEAD + 2)]
    assert [cell.number_format for cell in cells] == [
        deck_charts.FORMATS[figure.unit] for figure in review.figures
    ]
    for page, sheet in zip(report.pages, found, strict=True):
        last = sheet.print_area.rpartition(":")[2].replace("$", "")
        assert sheet[last].column == len(
            [1 for c in page.table.columns for _ in plan.parts(c, report.lang)]
        ), "no chart's data"
        assert (sheet.page_setup.fitToHeight != 0) == bool(page.charts), (
            "as long as it is, but on one sheet with charts"
        )


def _same(shown: object, wanted: object) -> bool:
    """Numbers to the sixteen digits that a workbook keeps."""
    if isinstance(wanted, float | int) and isinstance(shown, float | int):
        return math.isclose(shown, wanted, rel_tol=1e-15)
    return shown == wanted


def test_workbook_charts_are_drawn_from_the_review_s_numbers(report: Report) -> None:
    found = load_workbook(io.BytesIO(workbook.of(report)))
    for page, sheet in zip(report.pages, found, strict=True):
        for drawn, chart in zip(page.charts, sheet._charts, strict=True):
            series = chart.series if isinstance(drawn, Funnel) else [*chart.series]
            values = [
                _cells(sheet, (one.yVal if isinstance(drawn, Funnel) else one.val).numRef.f)
                for one in series
            ]
            if isinstance(drawn, Bars):
                assert all(
                    _same(shown, wanted)
                    for shown, wanted in zip(values[0], drawn.values, strict=True)
                )
                strokes = chart.series[0].errBars
                assert bool(strokes) == bool(drawn.intervals)
                for end, one in zip(
                    strokes.plus.numRef.numCache.pt if strokes else (), drawn.intervals, strict=True
                ):
                    assert one is None or drawn.values[end.idx] + float(end.v) == pytest.approx(
                        one.high
                    )
            else:
                assert [len(one) for one in values[: len(drawn.curves())]] == [
                    len(curve.points) for curve in drawn.curves()
                ]
                dots = sorted(v for one in values[len(drawn.curves()) :] for v in one)
                assert dots == pytest.approx(sorted(one.y for one in drawn.points), rel=1e-15)


def _cells(sheet: Any, reference: str) -> list[Any]:
    first, _, last = reference.rpartition("!")[2].replace("$", "").partition(":")
    return [row[0].value for row in sheet[f"{first}:{last or first}"]]


def test_csv_holds_every_town_of_every_figure(report: Report, review: Review) -> None:
    text = csv_file.csv_of(csv_table.of(report))
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    begin = next(n for n, line in enumerate(lines) if line and line[0] == "kpi")
    names, rows = lines[begin], lines[begin + 1 :]
    value, code = (
        names.index(_word(report, "数值", "Value")),
        names.index(_word(report, "代码", "Code")),
    )
    assert len(rows) == len(review.figures) * 19
    found = {(row[0], row[code]): row[value] for row in rows}
    for figure in review.figures:
        assert found[figure.kpi, review.city.code] == _written(figure.city.value)
        for one in figure.towns:
            assert found[figure.kpi, one.town] == _written(one.value)


def _word(report: Report, zh: str, en: str) -> str:
    return zh if report.lang == "zh" else en


def _written(value: float | None) -> str:
    return "" if value is None else str(value)


def test_paper_has_headings_tables_and_pictures_with_texts(report: Report) -> None:
    for kind in ("a4", "wide"):
        page = print_pages.of(report, kind)  # type: ignore[arg-type]
        assert page.count("<h1>") == 1
        assert page.count("<h2>") == len(report.slides) - 1
        pictures = sum(
            isinstance(b, Funnel | Bars) for slide in report.slides for b in slide.blocks
        )
        assert page.count('role="img" aria-label="') == page.count("<figcaption>") == pictures
        assert "http" not in page
        bars = [b for slide in report.slides for b in slide.blocks if isinstance(b, Bars)]
        assert all(f">{name}</text>" in page for one in bars for name in one.categories)


def test_what_has_no_value_is_no_zero(review: Review, yixing: Profile) -> None:
    figure = review.figure("incidents.median_hours")
    assert isinstance(figure, Figure)
    assert figure.towns[0].value is None
    page = next(page for page in compose.of(review, "zh", yixing).pages if page.key == figure.kpi)
    assert page.table.rows[1][2] is None
    assert plan.texts(page.table, "zh")[2][2] == plan.NOTHING
