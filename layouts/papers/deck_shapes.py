"""The parts of a deck that are no chart and no table: findings with their small pictures, squares,
and a town's spine, as shapes that can be edited.
"""

from __future__ import annotations

from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from layouts.papers import slide_master
from layouts.papers.plan import Item, Items, Spine, Squares
from layouts.papers.slide_master import Box, Stage
from layouts.parts.diagrams import Role
from layouts.review.pictures import Picture, Place, Run, Strip, Two

TITLE_PT, DETAIL_PT, VALUE_PT, LEAST_PT = 18.0, 14.0, 24.0, 14.0
MOST_ROW = Inches(0.92)
MARKS: dict[str, Any] = {
    "◆": MSO_SHAPE.DIAMOND,
    "▼": MSO_SHAPE.FLOWCHART_MERGE,
    "●": MSO_SHAPE.OVAL,
    "■": MSO_SHAPE.RECTANGLE,
}


def items(made: Any, stage: Stage, box: Box, block: Items) -> None:
    """A row a finding: number, mark, sentence, what is behind it, picture, figure."""
    top = box.top
    if block.title:
        words(made, stage, Box(box.left, top, box.width, Inches(0.36)), block.title, 16, "text")
        top += Inches(0.42)
    tall = min(int(MOST_ROW), int((box.top + box.height - top) / max(len(block.items), 1)))
    for n, item in enumerate(block.items):
        _item(made, stage, Box(box.left, top + n * tall, box.width, tall), item)


def _item(made: Any, stage: Stage, box: Box, item: Item) -> None:
    has_picture = item.picture is not None
    is_low = box.height < Inches(0.62)
    wide_value, wide_picture = Inches(1.75), Inches(2.5) if has_picture else 0
    mark_at = box.left + (Inches(0.42) if item.number else 0)
    left = mark_at + (Inches(0.36) if item.mark else 0)
    value_left = box.left + box.width - wide_value
    room = value_left - wide_picture - Inches(0.15) - left
    line = Inches(0.34)
    top = box.top + Inches(0.04)
    if item.number:
        place = Box(box.left, top, Inches(0.42), line)
        words(made, stage, place, item.number, 16, "secondary")
    if item.mark in MARKS:
        side = Inches(0.18)
        shape(made, item.mark, item.role, mark_at + side // 2, top + line // 2, side)
    elif item.mark:
        words(made, stage, Box(mark_at, top, Inches(0.36), line), item.mark, 16, item.role)
    title_pt = TITLE_PT if not is_low else 16
    words(made, stage, Box(left, top, room, line), item.title, title_pt, "text", is_bold=True)
    if item.detail and not is_low:
        under = Box(left, top + line, room, box.height - line - Inches(0.06))
        words(made, stage, under, item.detail, DETAIL_PT, "secondary")
    if item.picture is not None:
        at = Box(value_left - wide_picture, box.top, wide_picture, box.height)
        picture(made, stage, at, item.picture)
    value = Box(value_left, top, wide_value, line)
    frame = words(
        made, stage, value, item.value, VALUE_PT if not is_low else 18, item.role, is_bold=True
    )
    frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    if item.unit:
        slide_master.run(frame.paragraphs[0], stage, f" {item.unit}", LEAST_PT, "secondary")
    rule(made, box.left, box.top + box.height - Inches(0.02), box.width, "hairline")


def words(
    made: Any,
    stage: Stage,
    box: Box,
    text: str,
    points: float,
    role: str,
    *,
    is_bold: bool = False,
) -> Any:
    """A text box; its frame."""
    made_shape = made.shapes.add_textbox(*box)
    frame = made_shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    frame.vertical_anchor = MSO_ANCHOR.TOP
    slide_master.run(frame.paragraphs[0], stage, text, points, role, is_bold=is_bold)
    return frame


def shape(made: Any, mark: str, role: Role, x: int, y: int, side: int) -> None:
    """A mark around a point."""
    one = made.shapes.add_shape(MARKS[mark], x - side // 2, y - side // 2, side, side)
    _fill(one, role)


def block_of(made: Any, x: float, y: float, width: float, height: float, role: str) -> None:
    """A filled rectangle."""
    one = made.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, int(x), int(y), max(int(width), 1), max(int(height), 1)
    )
    _fill(one, role)


def _fill(one: Any, role: str) -> None:
    one.fill.solid()
    one.fill.fore_color.rgb = slide_master.colour_of(role)
    one.line.fill.background()
    _flat(one)


def _flat(one: Any) -> None:
    """Without the style of its own, which brings a shadow."""
    style = one._element.find(qn("p:style"))
    if style is not None:
        one._element.remove(style)


def rule(
    made: Any, x: float, y: float, width: float, role: str, *, tall: float = 0, points: float = 0.75
) -> Any:
    """A straight line across, or with `tall` down."""
    one = made.shapes.add_connector(1, int(x), int(y), int(x + width), int(y + tall))
    one.line.color.rgb = slide_master.colour_of(role)
    one.line.width = Pt(points)
    _flat(one)
    return one


def picture(made: Any, stage: Stage, box: Box, drawn: Picture) -> None:
    """The small picture of a finding."""
    if isinstance(drawn, Strip):
        _strip(made, stage, box, drawn)
    elif isinstance(drawn, Run):
        _run(made, box, drawn)
    else:
        _two(made, stage, box, drawn)


def _strip(made: Any, stage: Stage, box: Box, one: Strip) -> None:
    middle = box.top + Inches(0.26)

    def x(at: float) -> int:
        return int(box.left + Inches(0.1) + (box.width - Inches(0.2)) * min(max(at, 0.0), 1.0))

    half = Inches(0.16)
    if one.is_band:
        block_of(made, x(one.low), middle - half, x(one.high) - x(one.low), 2 * half, "raised")
    rule(made, box.left, middle, box.width, "hairline", points=1.5)
    if not one.is_band:
        rule(made, x(one.low), middle, x(one.high) - x(one.low), one.role, points=3)
    if one.middle:
        rule(made, x(one.middle.at), middle - half, 0, "secondary", tall=2 * half, points=1.5)
        _under(made, stage, box, x(one.middle.at), one.middle, "secondary")
    if one.target:
        goal = rule(made, x(one.target.at), middle - half, 0, "text", tall=2 * half, points=2)
        goal.line.dash_style = 4
        _under(made, stage, box, x(one.target.at), one.target, "secondary")
    shape(
        made, one.mark if one.mark in MARKS else "◆", one.role, x(one.value.at), middle, Inches(0.2)
    )
    _under(made, stage, box, x(one.value.at), one.value, one.role)


def _under(made: Any, stage: Stage, box: Box, x: int, place: Place, role: str) -> None:
    if not place.words:
        return
    wide = Inches(1.3)
    left = min(max(x - wide // 2, box.left - Inches(0.2)), box.left + box.width - wide)
    at = Box(int(left), box.top + Inches(0.46), wide, Inches(0.28))
    frame = words(made, stage, at, place.words, LEAST_PT, role)
    is_right = x > box.left + box.width - wide // 2
    frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if is_right else PP_ALIGN.CENTER


def _run(made: Any, box: Box, one: Run) -> None:
    """The points as one line of many pieces, signals as dots."""
    top, tall = box.top + Inches(0.1), box.height - Inches(0.2)
    count = max(len(one.points) - 1, 1)

    def spot(n: int, value: float) -> tuple[int, int]:
        return int(box.left + box.width * n / count), int(top + tall * (1 - value))

    if one.low is not None and one.high is not None:
        high = spot(0, one.high)[1]
        block_of(made, box.left, high, box.width, spot(0, one.low)[1] - high, "raised")
    known = [spot(n, value) for n, value in enumerate(one.points) if value is not None]
    if len(known) > 1:
        path = made.shapes.build_freeform(*known[0])
        path.add_line_segments(known[1:], close=False)
        line = path.convert_to_shape()
        line.fill.background()
        line.line.color.rgb = slide_master.colour_of("secondary")
        line.line.width = Pt(1)
        _flat(line)
    for n, value in enumerate(one.points):
        if value is not None and n < len(one.signals) and one.signals[n]:
            shape(made, "●", one.role, *spot(n, value), Inches(0.09))


def _two(made: Any, stage: Stage, box: Box, one: Two) -> None:
    name = Inches(0.95)
    roles: tuple[tuple[Place, str], ...] = ((one.now, one.role), (one.before, "before"))
    for n, (place, role) in enumerate(roles):
        top = box.top + Inches(0.08) + n * Inches(0.32)
        label = Box(box.left, int(top), int(name), Inches(0.28))
        words(made, stage, label, place.words, LEAST_PT, "secondary")
        block_of(made, box.left + name, top, (box.width - name) * place.at, Inches(0.24), role)


def squares(made: Any, stage: Stage, box: Box, block: Squares) -> None:
    """One mark each, in rows, with their key below."""
    across = 24
    step = min(int(box.width / across), int(Inches(0.4)))
    side = int(step * 0.62)
    for n, (mark, role) in enumerate(block.shapes):
        x = box.left + (n % across) * step + step // 2
        y = box.top + (n // across) * step + step // 2
        if mark in MARKS:
            shape(made, mark, role, x, y, side)
        else:
            one = made.shapes.add_shape(
                MSO_SHAPE.RECTANGLE, x - side // 2, y - side // 2, side, side
            )
            one.fill.background()
            one.line.color.rgb = slide_master.colour_of("common")
            _flat(one)
    lines = -(-len(block.shapes) // across)
    key = Box(box.left, box.top + lines * step + Inches(0.06), box.width, Inches(0.32))
    words(made, stage, key, block.key, LEAST_PT, "secondary")


def spine(made: Any, stage: Stage, box: Box, block: Spine) -> None:
    """A row a figure: names and numbers as texts, the place among all towns as shapes."""
    count = len(block.rows) + 1
    tall = min(int(box.height / count), int(Inches(0.44)))
    widths = (0.27, 0.14, 0.16, 0.14)
    lefts = [box.left]
    for part in widths:
        lefts.append(lefts[-1] + int(box.width * part))
    strip = Box(lefts[-1], box.top, box.left + box.width - lefts[-1], box.height)
    for n, name in enumerate(block.names):
        at = Box(lefts[n], box.top, int(box.width * widths[n]), tall)
        frame = words(made, stage, at, name, LEAST_PT, "secondary")
        frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if n else PP_ALIGN.LEFT
    for text, align in zip(block.ends, (PP_ALIGN.LEFT, PP_ALIGN.RIGHT), strict=True):
        head = Box(strip.left + Inches(0.15), box.top, strip.width - Inches(0.15), tall)
        words(made, stage, head, text, LEAST_PT, "secondary").paragraphs[0].alignment = align
    for r, (row, title) in enumerate(zip(block.rows, block.titles, strict=True), 1):
        top = box.top + r * tall
        role = row.role if row.role != "common" else "text"
        cells = (title, row.value, row.cases, row.city)
        for n, text in enumerate(cells):
            at = Box(lefts[n], top, int(box.width * widths[n]), tall)
            look = role if n < 2 else "secondary"
            frame = words(made, stage, at, text, LEAST_PT, look, is_bold=n == 1)
            frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if n else PP_ALIGN.LEFT
        _place(made, Box(strip.left + Inches(0.2), top, strip.width - Inches(0.3), tall), row)
        rule(made, box.left, top, box.width, "hairline")


def _place(made: Any, box: Box, row: Any) -> None:
    middle = box.top + box.height // 2
    half = int(box.height * 0.3)

    def x(at: float) -> int:
        return int(box.left + box.width * min(max(at, 0.0), 1.0))

    for ends, role in ((row.all_towns, "raised"), (row.middle_half, "hairline")):
        block_of(made, x(ends[0]), middle - half, x(ends[1]) - x(ends[0]), 2 * half, role)
    rule(made, x(0.5), box.top, 0, "secondary", tall=box.height, points=1.25)
    if row.goal is not None:
        goal = rule(made, x(row.goal), box.top, 0, "text", tall=box.height, points=1.75)
        goal.line.dash_style = 4
    mark = row.mark if row.mark in MARKS else "●"
    shape(made, mark, row.role if not row.is_few else "before", x(row.at), middle, Inches(0.17))
