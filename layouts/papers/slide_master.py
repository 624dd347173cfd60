"""The master slide of a deck: 16:9, the light theme's colours, typefaces for both scripts; or the
master of a template, unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from feeds.city.words import Text, Worded
from layouts import theme

LATIN, EAST_ASIAN, FALLBACK = "Segoe UI", "Microsoft YaHei", "等线"
WIDTH = Inches(13.333)
HEIGHT = Inches(7.5)
MARGIN = Inches(0.6)
_SCHEME = {
    "dk1": theme.LIGHT.text,
    "lt1": theme.LIGHT.surface,
    "dk2": theme.LIGHT.secondary,
    "lt2": theme.LIGHT.ground,
    "accent1": theme.LIGHT.data,
    "accent2": theme.LIGHT.concern,
    "accent3": theme.LIGHT.special,
    "accent4": theme.LIGHT.common,
    "accent5": theme.LIGHT.alarm,
    "accent6": theme.LIGHT.before,
    "hlink": theme.LIGHT.data,
    "folHlink": theme.LIGHT.special,
}


class Box(NamedTuple):
    """A place on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int


class Stage(NamedTuple):
    """An open presentation, the layouts for its cover and the rest, where things stand, and whether
    it is a city's own template.
    """

    deck: Any
    cover: Any
    plain: Any
    body: Box
    foot: Box
    is_own: bool


class WrongTemplate(Worded):
    """The template can't be used; the message says why."""


def stage(template: Path | None) -> Stage:
    """A presentation without slides. Raises WrongTemplate."""
    return _from_template(template) if template else _plain()


def _plain() -> Stage:
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _paint(deck)
    cover, plain = deck.slide_layouts[0], deck.slide_layouts[5]
    for unused in [one for one in deck.slide_layouts if one not in (cover, plain)]:
        deck.slide_layouts.remove(unused)
    for holder in (deck.slide_master, cover, plain):
        _place(holder)
    _place_cover(cover)
    body = Box(MARGIN, Inches(1.52), WIDTH - 2 * MARGIN, Inches(5.3))
    return Stage(
        deck, cover, plain, body, Box(MARGIN, Inches(7.0), WIDTH - 2 * MARGIN, Inches(0.32)), False
    )


def _from_template(path: Path) -> Stage:
    try:
        deck: Any = Presentation(str(path))
    except Exception as error:  # a zip or XML reader raises many kinds for a wrong file
        said = Text(
            f"{path.name} 不能作为 PowerPoint 文件读取：{error}",
            f"{path.name} can't be read as a PowerPoint file: {error}",
        )
        raise WrongTemplate(said) from error
    titled = [
        one
        for one in deck.slide_layouts
        if any(p.placeholder_format.type in (1, 3) for p in one.placeholders)
    ]
    if not titled:
        raise WrongTemplate(
            Text(f"{path.name} 没有带标题的版式", f"{path.name} has no slide layout with a title")
        )
    _empty(deck)
    plain = min(
        titled, key=lambda one: len([p for p in one.placeholders if p.placeholder_format.idx < 10])
    )
    title = next(p for p in plain.placeholders if p.placeholder_format.type in (1, 3))
    width, height = int(deck.slide_width or WIDTH), int(deck.slide_height or HEIGHT)
    left, top = max(int(title.left), width // 40), int(title.top) + int(title.height)
    foot = Box(left, height - Inches(0.42), width - 2 * left, Inches(0.32))
    return Stage(
        deck,
        titled[0],
        plain,
        Box(left, top, width - 2 * left, foot.top - top - Inches(0.1)),
        foot,
        True,
    )


def _empty(deck: Any) -> None:
    """Takes a template's own slides out."""
    listed = deck.slides._sldIdLst
    for one in list(listed):
        deck.part.drop_rel(one.rId)
        listed.remove(one)


def _paint(deck: Any) -> None:
    """The theme part's colours and typefaces; python-pptx has no way to them but the part's XML."""
    part = next(
        rel.target_part
        for rel in deck.slide_master.part.rels.values()
        if rel.reltype.endswith("/theme")
    )
    root = etree.fromstring(part.blob)
    for name, colour in _SCHEME.items():
        slot = root.find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}")
        slot.clear()
        etree.SubElement(slot, qn("a:srgbClr"), val=colour[1:])
    for family in root.iterfind(f".//{qn('a:fontScheme')}/*"):
        for tag, face in (("latin", LATIN), ("ea", EAST_ASIAN)):
            family.find(qn(f"a:{tag}")).set("typeface", face)
        for script in family.iterfind(f"{qn('a:font')}[@script='Hans']"):
            script.set("typeface", FALLBACK)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    deck.slide_master.background.fill.solid()
    deck.slide_master.background.fill.fore_color.rgb = colour_of("surface")


def _place(holder: Any) -> None:
    """Title at the top left; the rest of a master's placeholders inside the wider page."""
    for one in holder.placeholders:
        if one.placeholder_format.type in (1, 3):
            one.left = MARGIN
            one.top = Inches(0.42)
            one.width = WIDTH - 2 * MARGIN
            one.height = Inches(0.62)
            _align(one, 28)
        elif one.placeholder_format.type in (13, 15, 16):
            one._element.getparent().remove(one._element)
        else:
            one.left = MARGIN
            one.top = Inches(1.52)
            one.width = WIDTH - 2 * MARGIN
            one.height = Inches(5.3)


def _place_cover(cover: Any) -> None:
    tops = iter(((Inches(2.35), Inches(1.3), 44), (Inches(3.7), Inches(1.0), 22)))
    for one in cover.placeholders:
        top, height, size = next(tops)
        one.left = Inches(1.0)
        one.top = top
        one.width = WIDTH - Inches(2.0)
        one.height = height
        _align(one, size)


def _align(shape: Any, size_pt: int) -> None:
    """Its text begins at the left edge, at the bottom of its box, in one size."""
    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = Emu(0)
    frame.margin_right = Emu(0)
    body = frame._txBody.find(qn("a:bodyPr"))
    body.set("anchor", "b")
    for fit in list(body):
        body.remove(fit)
    etree.SubElement(body, qn("a:normAutofit"))
    styles = frame._txBody.find(qn("a:lstStyle"))
    for level in list(styles):
        styles.remove(level)
    level = etree.SubElement(styles, qn("a:lvl1pPr"), algn="l", marL="0", indent="0")
    etree.SubElement(level, qn("a:buNone"))
    run = etree.SubElement(
        level, qn("a:defRPr"), sz=str(size_pt * 100), b="1" if size_pt > 24 else "0"
    )
    fill = etree.SubElement(run, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:schemeClr"), val="tx1" if size_pt > 24 else "tx2")


def colour_of(role: str) -> RGBColor:
    """A light theme's colour by its token's name."""
    found: RGBColor = RGBColor.from_string(getattr(theme.LIGHT, role)[1:])
    return found


def faces(run: Any) -> None:
    """Sets both scripts' typefaces on run properties (a:rPr or a:defRPr): some programs pass over
    the theme's.
    """
    for tag, face in (("a:latin", LATIN), ("a:ea", EAST_ASIAN)):
        for old in run.findall(qn(tag)):
            run.remove(old)
        run.append(etree.SubElement(run, qn(tag), typeface=face))


def run(
    paragraph: Any, stage: Stage, words: str, points: float, role: str, *, is_bold: bool = False
) -> None:
    """Text at the end of a paragraph; a template keeps its typefaces."""
    made = paragraph.add_run()
    made.text = words
    made.font.size = Pt(points)
    made.font.bold = is_bold
    made.font.color.rgb = colour_of(role)
    if not stage.is_own:
        faces(made.font._rPr)


def split(body: Box, form: str) -> Iterator[Box]:
    """The places of a slide's blocks."""
    gap = Inches(0.4)
    if form == "side":
        left = int(body.width * 0.7)
        yield Box(body.left, body.top, left, body.height)
        yield Box(body.left + left + gap, body.top, body.width - left - gap, body.height)
    elif form == "pair":
        half = (body.width - gap) // 2
        yield Box(body.left, body.top, half, body.height)
        yield Box(body.left + half + gap, body.top, half, body.height)
    elif form == "stacked":
        upper, apart = int(body.height * 0.24), Inches(0.1)
        yield Box(body.left, body.top, body.width, upper)
        yield Box(body.left, body.top + upper + apart, body.width, body.height - upper - apart)
    else:
        yield body


def size(points: float) -> Any:
    return Pt(points)
