"""A report as a PowerPoint file: native charts and tables that can be edited, speaker's notes, and
a text for every chart.

Placement and typefaces are in slide_master.py, charts in deck_charts.py; compose.py decides what is
on each slide.
"""

from __future__ import annotations

import io
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from layouts.papers import deck_charts, deck_shapes, plan, slide_master
from layouts.papers.plan import (
    Block,
    Items,
    Lines,
    Report,
    Said,
    Slide,
    Spine,
    Squares,
    Table,
)
from layouts.papers.slide_master import Box, Stage
from layouts.parts.diagrams import Funnel, Timeline

MIME = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TITLE_PT, BODY_PT, LEAD_PT, FOOT_PT = 28, 16, 18, 14
SMALLEST_PT, PAD_PT, ROW_OF_TYPE = 14.0, 10.0, 1.42
APART_EMS = 1.2  # between numbers, which end at the right, and words that begin at the left
MOST_ROW = Inches(0.4)
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def of(report: Report, template: Path | None = None) -> bytes:
    """The file. Raises master.WrongTemplate."""
    stage = slide_master.stage(template)
    for number, slide in enumerate(report.slides, 1):
        _slide(stage, report, slide, number)
    facts = stage.deck.core_properties
    facts.title = report.title
    facts.subject = report.stamp
    facts.author = "board"
    facts.keywords = report.mark
    facts.language = "zh-CN" if report.lang == "zh" else "en"
    facts.created = facts.modified = datetime.fromtimestamp(report.created_ms / 1000, UTC).replace(
        tzinfo=None
    )
    out = io.BytesIO()
    stage.deck.save(out)
    return out.getvalue()


def _slide(stage: Stage, report: Report, slide: Slide, number: int) -> None:
    is_cover = slide.form == "cover"
    made = stage.deck.slides.add_slide(stage.cover if is_cover else stage.plain)
    made.name = slide.key
    made.shapes.title.text = slide.title
    _faces_of(made.shapes.title, stage)
    if slide.mark:
        _mark(made.shapes.title, stage, slide)
    if not is_cover and not stage.is_own:
        _one_line(made.shapes.title, stage, slide)
    if is_cover:
        _cover(made, stage, slide)
    else:
        _body(made, stage, report, slide)
    _foot(made, stage, report, number)
    made.notes_slide.notes_text_frame.text = slide.notes
    _faces_of(made.notes_slide.notes_placeholder, stage)


def _one_line(title: Any, stage: Stage, slide: Slide) -> None:
    """A long title in type that fits on one line."""
    fitting = Emu(stage.body.width).pt / plan.ems(f"{slide.mark} {slide.title}")
    points = min(TITLE_PT, max(LEAD_PT, fitting))
    if points < TITLE_PT:
        for run in title.text_frame.paragraphs[0].runs:
            run.font.size = Pt(points)


def _mark(title: Any, stage: Stage, slide: Slide) -> None:
    """The finding's mark before the title, in its colour."""
    paragraph = title.text_frame.paragraphs[0]
    first = paragraph.runs[0]
    first.text = f"{slide.mark} "
    first.font.color.rgb = slide_master.colour_of(slide.role)
    rest = paragraph.add_run()
    rest.text = slide.title
    if not stage.is_own:
        slide_master.faces(rest._r.get_or_add_rPr())


def _cover(made: Any, stage: Stage, slide: Slide) -> None:
    """The cover's second placeholder takes the lead; what else is on it stands below."""
    spare = [one for one in made.placeholders if one.placeholder_format.idx != 0]
    for one in spare[1:]:
        one._element.getparent().remove(one._element)
    if spare:
        spare[0].text_frame.text = slide.lead
        _faces_of(spare[0], stage)
    for block in slide.blocks:
        if isinstance(block, Lines):
            left = int(made.shapes.title.left)
            _lines(
                made,
                stage,
                Box(
                    left,
                    int(stage.body.top + stage.body.height * 0.62),
                    stage.body.width - left,
                    Inches(1.7),
                ),
                block,
            )


def _body(made: Any, stage: Stage, report: Report, slide: Slide) -> None:
    for one in [one for one in made.placeholders if one.placeholder_format.idx != 0]:
        one._element.getparent().remove(one._element)
    body = stage.body
    if slide.lead:
        top = body.top - Inches(0.44) if not stage.is_own else body.top
        points = max(
            SMALLEST_PT,
            min(
                LEAD_PT,
                Emu(body.width).pt
                / (plan.ems(slide.lead) * (1.0 if report.lang == "zh" else 0.85)),
            ),
        )
        _text(
            made,
            stage,
            Box(body.left, top, body.width, Inches(0.4)),
            slide.lead,
            points,
            "secondary",
        )
        body = (
            body
            if not stage.is_own
            else Box(body.left, body.top + Inches(0.45), body.width, body.height - Inches(0.45))
        )
    for box, block in zip(slide_master.split(body, slide.form), slide.blocks, strict=False):
        _block(made, stage, report, box, block)


def _block(made: Any, stage: Stage, report: Report, box: Box, block: Block) -> None:
    if isinstance(block, Table):
        _table(made, stage, report, box, block)
    elif isinstance(block, Lines):
        _lines(made, stage, box, block)
    elif isinstance(block, Items):
        deck_shapes.items(made, stage, box, block)
    elif isinstance(block, Squares):
        deck_shapes.squares(made, stage, box, block)
    elif isinstance(block, Spine):
        deck_shapes.spine(made, stage, box, block)
    else:
        _chart(made, stage, report, box, block)


def _chart(made: Any, stage: Stage, report: Report, box: Box, block: Funnel | Timeline) -> None:
    """Its question above it, itself below."""
    head = Inches(0.34)
    points = max(SMALLEST_PT, min(BODY_PT, Emu(box.width).pt / plan.ems(block.title)))
    _text(
        made,
        stage,
        Box(box.left, box.top, box.width, head),
        block.title,
        points,
        "text",
        is_bold=True,
    )
    below = Box(box.left, box.top + head, box.width, box.height - head)
    shape = deck_charts.drawn(made, below, block, report.lang)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", deck_charts.alt(block))
    shape.name = block.title


def _table(made: Any, stage: Stage, report: Report, box: Box, block: Table) -> None:
    """A native table with hairlines; its type is as large as lets every cell stand on one line and
    every row on the slide.
    """
    count = len(block.rows) + 1
    shown = [
        [column.name for column in block.columns],
        *(
            [plan.text(c, k, report.lang) for c, k in zip(r, block.columns, strict=True)]
            for r in block.rows
        ),
    ]
    apart = [
        n > 0 and c.kind == "text" != block.columns[n - 1].kind for n, c in enumerate(block.columns)
    ]
    ems = [
        max(plan.ems(row[n]) for row in shown) + APART_EMS * apart[n]
        for n in range(len(block.columns))
    ]
    row = min(MOST_ROW, box.height // count)
    points = max(
        SMALLEST_PT,
        min(BODY_PT, Emu(row).pt / ROW_OF_TYPE, (Emu(box.width).pt - PAD_PT * len(ems)) / sum(ems)),
    )
    shape = made.shapes.add_table(count, len(ems), box.left, box.top, box.width, row * count)
    shape.name = block.title or made.shapes.title.text
    shape._element.nvGraphicFramePr.cNvPr.set("descr", shape.name)
    table = shape.table
    table._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
    table.horz_banding = False
    for n, em in enumerate(ems):
        table.columns[n].width = Emu(
            int(box.width * (em * points + PAD_PT) / (sum(ems) * points + PAD_PT * len(ems)))
        )
    for r, texts in enumerate(shown):
        table.rows[r].height = row
        for n, (words, column) in enumerate(zip(texts, block.columns, strict=True)):
            cell = block.rows[r - 1][n] if r else None
            role = "secondary" if not r else cell.role if isinstance(cell, Said) else "text"
            is_bold = r <= block.wholes or role in ("data", "concern", "special")
            _cell(
                table.cell(r, n),
                stage,
                words,
                points,
                role,
                is_right=column.kind != "text",
                is_bold=is_bold,
                is_head=not r,
            )
            if apart[n]:
                table.cell(r, n).margin_left = Inches(0.06) + Pt(APART_EMS * points)


def _fitting(block: Lines, box: Box) -> float:
    """The largest type of three in which the sentences fit their place."""
    for points in (20.0, 18.0, 16.0):
        lines = sum(
            math.ceil((plan.ems(text) + 1.5) * points / (Emu(box.width).pt * 0.9))
            for _, text in block.lines
        )
        if (lines * 1.3 + len(block.lines) * 0.45) * points + 2 * BODY_PT < Emu(box.height).pt:
            return points
    return SMALLEST_PT


def _cell(
    cell: Any,
    stage: Stage,
    shown: str,
    points: float,
    role: str,
    *,
    is_right: bool,
    is_bold: bool = False,
    is_head: bool = False,
) -> None:
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.01)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.LEFT
    slide_master.run(paragraph, stage, shown, points, role, is_bold=is_bold)
    line = etree.SubElement(
        cell._tc.get_or_add_tcPr(), qn("a:lnB"), w=str(Pt(1.25 if is_head else 0.5))
    )
    fill = etree.SubElement(line, qn("a:solidFill"))
    etree.SubElement(
        fill, qn("a:srgbClr"), val=str(slide_master.colour_of("common" if is_head else "hairline"))
    )


def _lines(made: Any, stage: Stage, box: Box, block: Lines) -> None:
    """Sentences with a mark before each; smaller where they are many."""
    shape = made.shapes.add_textbox(*box)
    frame = _plain_frame(shape)
    points = _fitting(block, box)
    first = frame.paragraphs[0]
    if block.title:
        slide_master.run(first, stage, block.title, BODY_PT, "text", is_bold=True)
        first.space_after = Pt(6)
    for n, (role, text) in enumerate(block.lines):
        paragraph = first if not n and not block.title else frame.add_paragraph()
        paragraph.space_after, paragraph.line_spacing = Pt(points * 0.45), 1.1
        if role not in ("text", "secondary"):
            slide_master.run(paragraph, stage, "■ " if role != "common" else "□ ", points, role)
        slide_master.run(
            paragraph, stage, text, points, "secondary" if role == "secondary" else "text"
        )


def _foot(made: Any, stage: Stage, report: Report, number: int) -> None:
    """City, quarter and freeze code at the left, the demo's mark in the middle, the slide's number
    at the right.
    """
    foot = stage.foot
    if not stage.is_own:
        rule = made.shapes.add_connector(
            1, foot.left, foot.top - Inches(0.06), foot.left + foot.width, foot.top - Inches(0.06)
        )
        rule.line.color.rgb = slide_master.colour_of("hairline")
        rule.line.width = Pt(0.75)
        rule.name = "rule"
        rule._element.remove(rule._element.find(qn("p:style")))  # it brings a shadow
    _text(
        made,
        stage,
        Box(foot.left, foot.top, int(foot.width * 0.7), foot.height),
        report.stamp,
        FOOT_PT,
        "secondary",
    )
    if report.mark:
        middle = Box(
            foot.left + int(foot.width * 0.7), foot.top, int(foot.width * 0.2), foot.height
        )
        _text(
            made, stage, middle, report.mark, FOOT_PT, "concern", is_bold=True, align=PP_ALIGN.RIGHT
        )
    page = Box(
        foot.left + int(foot.width * 0.92),
        foot.top,
        foot.width - int(foot.width * 0.92),
        foot.height,
    )
    _text(
        made, stage, page, str(number), FOOT_PT, "secondary", align=PP_ALIGN.RIGHT, field="slidenum"
    )


def _text(
    made: Any,
    stage: Stage,
    box: Box,
    words: str,
    points: float,
    role: str,
    *,
    is_bold: bool = False,
    align: Any = PP_ALIGN.LEFT,
    field: str = "",
) -> None:
    shape = made.shapes.add_textbox(*box)
    paragraph = _plain_frame(shape).paragraphs[0]
    paragraph.alignment = align
    slide_master.run(paragraph, stage, words, points, role, is_bold=is_bold)
    if field:
        run = paragraph.runs[0]._r
        run.tag = qn("a:fld")
        run.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
        run.set("type", field)


def _plain_frame(shape: Any) -> Any:
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    return frame


def _faces_of(shape: Any, stage: Stage) -> None:
    """The typefaces on a placeholder's runs; a template keeps its own."""
    if stage.is_own:
        return
    for paragraph in shape.text_frame.paragraphs:
        for run in paragraph.runs:
            slide_master.faces(run._r.get_or_add_rPr())
