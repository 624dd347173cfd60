"""A report's files read back: the deck's charts and tables, the workbook's cells and charts, the
CSV hold the review's own numbers.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from feeds import kpis
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.review import earlier
from feeds.review.review_values import Figure, Review
from layouts.papers import (
    compose,
    csv_table,
    deck,
    deck_charts,
    plan,
    print_pages,
    slide_master,
    workbook,
)
from layouts.papers.plan import Report, Slide, Table
from layouts.parts.diagrams import Funnel, Timeline
from layouts.review.sentences import Wording
from layouts.sheets import csv_file
from layouts.text.texts import TOWNS
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


def titled(slide: Slide) -> str:
    """A slide's title with the finding's mark before it."""
    return f"{slide.mark} {slide.title}" if slide.mark else slide.title


def texts(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_commitments_lead_and_the_agenda_follows_in_its_order(
    report: Report, review: Review, made: bytes
) -> None:
    keys = [slide.key for slide in report.slides]
    assert keys[:3] == ["cover", "agenda", "outcomes"]
    assert keys[-3:] == ["commitments", "definitions", "reading"]
    assert review.agenda
    about = [f"figure:{one.kpi}" for one in review.agenda.findings]
    assert [key for key in keys if key.startswith("figure:")] == list(dict.fromkeys(about))
    named = {one.area for one in review.agenda.findings if one.area != review.city.code}
    assert {key for key in keys if key.startswith("town:")} == {f"town:{town}" for town in named}
    assert 0 < len(named) < 18, "a slide for a town that there is something to say of"
    assert len(made) < MOST_BYTES


def test_last_quarter_s_topics_follow_the_commitments(review: Review, yixing: Profile) -> None:
    assert review.agenda
    followed = replace(review, earlier=earlier.of(review, review))
    slides = compose.of(followed, "zh", yixing).slides
    assert [slide.key for slide in slides][:4] == ["cover", "agenda", "outcomes", "earlier"]
    n = len(followed.earlier)
    assert slides[3].title == f"上季谈过 {n} 项，{n} 项仍在"
    assert "earlier" not in [slide.key for slide in compose.of(review, "zh", yixing).slides]


def test_a_figure_that_is_asked_for_has_a_slide_too(review: Review, yixing: Profile) -> None:
    chosen = "order.calls"
    assert review.agenda
    assert chosen not in {one.kpi for one in review.agenda.findings}
    keys = [slide.key for slide in compose.of(review, "zh", yixing, [chosen]).slides]
    assert f"figure:{chosen}" in keys


def test_titles_say_the_finding_and_missed_targets_are_marked(
    report: Report, review: Review
) -> None:
    said = Wording(review, report.lang, TOWNS)
    assert review.agenda
    off = [one for one in review.agenda.findings if one.group == "off"]
    assert off
    for one in off:
        slide = next(slide for slide in report.slides if slide.key == f"figure:{one.kpi}")
        assert (slide.title, slide.mark, slide.role) == (said.headline(one), "▼", "concern")
        assert said.of(one.now, one.kpi) in slide.lead


def test_no_statistician_s_word_and_no_rounded_count_is_on_a_slide(
    slides: list[tuple[Slide, Any]], report: Report
) -> None:
    for slide, drawn in slides:
        shown = [slide.title, slide.lead, *texts(drawn)]
        for shape in drawn.shapes:
            if shape.has_table:
                shown += [cell.text for row in shape.table.rows for cell in row.cells]
            if shape.has_chart:
                shown += [series.name for plot in shape.chart.plots for series in plot.series]
        words = "\n".join(shown)
        for word in ("九成位", "限内", "漏斗位置", "上期同段", "自身变化", "φ", "τ"):
            assert word not in words, slide.key
        assert "万/" not in words, slide.key
        for percent, of in re.findall(r"([\d.]+) %[（(]\d+/(\d+)[）)]", words):
            assert int(of) >= 10, (slide.key, percent)


def test_funnels_and_timelines_are_charts_with_the_review_s_numbers(
    slides: list[tuple[Slide, Any]], review: Review
) -> None:
    seen = set()
    for slide, drawn in slides:
        if not slide.key.startswith("figure:"):
            continue
        assert review.agenda
        kpi = slide.key.partition(":")[2]
        blocks = [block for block in slide.blocks if isinstance(block, Funnel | Timeline)]
        for block, chart in zip(blocks, charts(drawn), strict=True):
            found = list(chart.plots[0].series)
            seen.add(type(block))
            if isinstance(block, Timeline):
                assert list(found[0].values) == list(block.values)
                continue
            standings = review.agenda.standing(kpi)
            assert standings
            pairs = [list(zip(one.iter_values(), xs(one), strict=True)) for one in found]
            dots = [point for some in pairs[len(block.curves()) :] for point in some]
            assert sorted(dots) == sorted((t.spot.y, t.spot.x) for t in standings.towns if t.spot)
            assert {y for y, _ in pairs[0]} == {standings.centre}
    assert seen == {Funnel, Timeline}


def xs(series: Any) -> list[float]:
    return [float(v.text) for v in series._element.findall(f".//{qn('c:xVal')}//{qn('c:v')}")]


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
    assert seen >= 1


def test_every_chart_can_be_heard_and_every_slide_be_spoken(
    slides: list[tuple[Slide, Any]], report: Report, review: Review
) -> None:
    assert review.freeze
    for slide, drawn in slides:
        assert drawn.shapes.title.text == titled(slide)
        for shape in drawn.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")
        notes = drawn.notes_slide.notes_text_frame.text
        assert review.freeze.code in notes
        assert review.freeze.hash in notes
        kpi = slide.key.partition(":")[2]
        if kpi in kpis.CATALOGUE:
            assert kpis.CATALOGUE[kpi].note.of(report.lang) in notes
            assert len(notes.splitlines()) >= 5, "the answers to three questions"


def test_remarks_stand_at_their_charts_in_the_notes_and_on_pages_of_their_own(
    slides: list[tuple[Slide, Any]], report: Report
) -> None:
    kpi = reviewed.SHARES[0]
    tag, word = ("批注", "批注") if report.lang == "zh" else ("Remarks", "Remark")
    drawn = {slide.key: made for slide, made in slides}
    notes = drawn[f"figure:{kpi}"].notes_slide.notes_text_frame.text
    for words in ("新口径", "只计已核实的事件", "审计局", "强降雨，停工排查", "夏季专项行动"):
        assert words in notes
    titles = [shape.name for shape in drawn[f"figure:{kpi}"].shapes if shape.has_chart]
    assert f" · {tag} 1–4" in titles[0]
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
    assert report.mark in csv_file.csv_of(csv_table.of(report), has_head=False)
    assert print_pages.of(report).count(report.mark) >= 2


def test_real_data_carries_no_mark(yixing: Profile) -> None:
    real = compose.of(reviewed.review(yixing, is_demo=False), "zh", yixing)
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
        assert min(sizes) >= 1400, slide.name


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
        titled(slide) for slide in report.slides
    ]
    assert not list(found.slides[4]._element.iter(qn("a:latin")))


def test_what_is_no_template_is_refused(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "city.pptx"
    path.write_text("no zip")
    with pytest.raises(slide_master.WrongTemplate, match=r"city\.pptx"):
        deck.of(report, path)


def test_workbook_cells_are_the_review_s_numbers(report: Report, review: Review) -> None:
    found = load_workbook(io.BytesIO(workbook.of(report)))
    assert len(report.pages) == len(review.figures) + 5
    for page, sheet in zip(report.pages, found.worksheets[1:], strict=True):
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
    cells = [row[5] for row in found.worksheets[1].iter_rows(min_row=workbook.HEAD + 2)]
    assert [cell.number_format for cell in cells] == [
        deck_charts.FORMATS[figure.unit] for figure in review.figures
    ]
    for page, sheet in zip(report.pages, found.worksheets[1:], strict=True):
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
    for page, sheet in zip(report.pages, found.worksheets[1:], strict=True):
        for drawn, chart in zip(page.charts, sheet._charts, strict=True):
            values = [
                _cells(sheet, (one.yVal if isinstance(drawn, Funnel) else one.val).numRef.f)
                for one in chart.series
            ]
            if isinstance(drawn, Timeline):
                shown, wanted = values[0], list(drawn.values)
                assert all(_same(a, b) for a, b in zip(shown, wanted, strict=True))
                continue
            curves = drawn.curves()
            assert [len(one) for one in values[: len(curves)]] == [
                len(curve.points) for curve in curves
            ]
            dots = sorted(v for one in values[len(curves) :] for v in one)
            assert dots == pytest.approx(sorted(one.y for one in drawn.points), rel=1e-15)


def test_the_first_sheet_leads_to_every_other_and_back(report: Report) -> None:
    book = load_workbook(io.BytesIO(workbook.of(report)))
    index, *sheets = book.worksheets
    links = [row[0].hyperlink.location for row in index.iter_rows() if row[0].hyperlink]
    quoted = [sheet.title.replace("'", "''") for sheet in sheets]
    assert links == [f"'{name}'!A1" for name in quoted]
    assert all(sheet["A4"].hyperlink.location.startswith(f"'{index.title}'") for sheet in sheets)


def _cells(sheet: Any, reference: str) -> list[Any]:
    first, _, last = reference.rpartition("!")[2].replace("$", "").partition(":")
    return [row[0].value for row in sheet[f"{first}:{last or first}"]]


def test_csv_holds_every_town_of_every_figure(report: Report, review: Review) -> None:
    text = csv_file.csv_of(csv_table.of(report), has_head=False)
    table = pd.read_csv(io.StringIO(text), dtype={_word(report, "代码", "Code"): str})
    names = list(table.columns)
    assert names[:2] == ["kpi", _word(report, "指标", "Figure")]
    value, code = _word(report, "数值", "Value"), _word(report, "代码", "Code")
    assert len(table) == len(review.figures) * 19
    assert review.freeze
    assert set(table[_word(report, "季度", "Quarter")]) == {review.quarter}
    assert set(table[_word(report, "冻结码", "Freeze code")]) == {review.freeze.code}
    assert set(table[_word(report, "标记", "Mark")]) == {report.mark}
    found = table.set_index(["kpi", code])[value]
    for figure in review.figures:
        assert _same(found[figure.kpi, review.city.code], figure.city.value)
        for one in figure.towns:
            shown = found[figure.kpi, one.town]
            assert _same(shown, one.value) or (math.isnan(shown) and one.value is None)
    said = table[table["kpi"] == reviewed.SHARES[0]][_word(report, "批注", "Remarks")]
    assert said.str.contains("只计已核实的事件").all()


def _word(report: Report, zh: str, en: str) -> str:
    return zh if report.lang == "zh" else en


def test_paper_has_headings_tables_and_pictures_with_texts(report: Report) -> None:
    for kind in ("a4", "wide"):
        page = print_pages.of(report, kind)  # type: ignore[arg-type]
        assert page.count("<h1>") == 1
        assert page.count("<h2>") == len(report.slides) - 1
        pictures = sum(
            isinstance(b, Funnel | Timeline) for slide in report.slides for b in slide.blocks
        )
        assert page.count("<figcaption>") == pictures > 0
        assert page.count('role="img" aria-label="') >= pictures
        assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_what_has_no_value_is_no_zero(review: Review, yixing: Profile) -> None:
    figure = review.figure("incidents.median_hours")
    assert isinstance(figure, Figure)
    assert figure.towns[0].value is None
    page = next(page for page in compose.of(review, "zh", yixing).pages if page.key == figure.kpi)
    assert page.table.rows[1][2] is None
    assert plan.texts(page.table, "zh")[2][2] == plan.NOTHING
