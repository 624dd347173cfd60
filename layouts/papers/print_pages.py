"""A report as pages that a browser prints, A4 upright or 16:9: headings, tables, and pictures with
a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Literal

from layouts import theme
from layouts.papers import plan
from layouts.papers.plan import (
    Block,
    Item,
    Items,
    Lines,
    Report,
    Said,
    Slide,
    Spine,
    Squares,
    Table,
)
from layouts.parts import svg_charts
from layouts.parts.diagrams import Funnel, Timeline
from layouts.review import pictures, spine

Paper = Literal["a4", "wide"]
_PAGES: dict[Paper, str] = {
    "a4": "size: A4 portrait; margin: 16mm 15mm 18mm",
    "wide": "size: 13.333in 7.5in; margin: 0.45in 0.6in 0.55in",
}


def of(report: Report, paper: Paper = "a4") -> str:
    """The document."""
    slides = "".join(section(report, slide, paper) for slide in report.slides)
    lang = "zh-CN" if report.lang == "zh" else "en"
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta '
        f'charset="utf-8"><title>{escape(report.title)}</title>'
        f'<meta name="author" content="board"><style>{_style(report, paper)}</style></head><body '
        f'class="{paper}">{slides}</body></html>'
    )


def section(report: Report, slide: Slide, paper: Paper, more: str = "") -> str:
    """One slide; `more` stands at its end."""
    tag = "h1" if slide.form == "cover" else "h2"
    lead = f'<p class="lead">{escape(slide.lead)}</p>' if slide.lead else ""
    mark = (
        f'<p class="mark">{escape(report.mark)}</p>'
        if report.mark and slide.form == "cover"
        else ""
    )
    blocks = "".join(
        f'<div class="block">{_block(report, block, paper, slide)}</div>' for block in slide.blocks
    )
    mark_of = f'<span data-role="{slide.role}">{escape(slide.mark)}</span> ' if slide.mark else ""
    header = f"<header><{tag}>{mark_of}{escape(slide.title)}</{tag}>{lead}{mark}</header>"
    key = escape(slide.key, quote=True)
    return (
        f'<section class="{slide.form}" id="{key}">{header}<div '
        f'class="blocks">{blocks}</div>{more}</section>'
    )


def _block(report: Report, block: Block, paper: Paper, slide: Slide) -> str:
    if isinstance(block, Table):
        return "".join(_table(report, block, slide))
    if isinstance(block, Lines):
        head = f"<h3>{escape(block.title)}</h3>" if block.title else ""
        return (
            head
            + "<ul>"
            + "".join(f'<li class="{role}">{escape(words)}</li>' for role, words in block.lines)
            + "</ul>"
        )
    if isinstance(block, Items):
        return _items(block)
    if isinstance(block, Squares):
        return _squares(block)
    if isinstance(block, Spine):
        return "".join(_spine(block))
    return _figure(report, block, paper, slide)


def _figure(report: Report, block: Funnel | Timeline, paper: Paper, slide: Slide) -> str:
    height = 430 if paper == "wide" else 270
    if slide.form == "pair" and paper == "wide":
        height = 560
    drawn = svg_charts.of(block, report.lang, height)
    return f"<figure><figcaption>{escape(block.title)}</figcaption>{drawn}</figure>"


def _items(block: Items) -> str:
    head = f"<h3>{escape(block.title)}</h3>" if block.title else ""
    rows = "".join(_item(item) for item in block.items)
    return f'{head}<table class="items"><tbody>{rows}</tbody></table>'


def _item(item: Item) -> str:
    role = f' data-role="{item.role}"'
    drawn = pictures.svg(item.picture, theme.LIGHT) if item.picture else ""
    detail = f"<small>{escape(item.detail)}</small>" if item.detail else ""
    unit = f" <small>{escape(item.unit)}</small>" if item.unit else ""
    return (
        f"<tr><td>{escape(item.number)}</td><td{role}>{escape(item.mark)}</td>"
        f'<th scope="row">{escape(item.title)}{detail}</th><td class="picture">{drawn}</td>'
        f'<td class="number"{role}>{escape(item.value)}{unit}</td></tr>'
    )


def _squares(block: Squares) -> str:
    shapes = "".join(
        f'<span data-role="{role}">{escape(mark)}</span>' for mark, role in block.shapes
    )
    alt = escape(block.alt, quote=True)
    return (
        f'<p class="squares" role="img" aria-label="{alt}">{shapes}</p><p>{escape(block.key)}</p>'
    )


def _spine(block: Spine) -> Iterator[str]:
    yield f'<table class="spine"><caption class="aside">{escape(block.alt)}</caption><thead><tr>'
    yield from (f'<th scope="col">{escape(name)}</th>' for name in block.names)
    left, right = (escape(end) for end in block.ends)
    yield f'<th scope="col"><span>{left}</span><span>{right}</span></th></tr></thead><tbody>'
    for row, title in zip(block.rows, block.titles, strict=True):
        role = f' data-role="{row.role}"'
        yield f'<tr><th scope="row"{role}>{escape(title)}</th>'
        yield f'<td class="number"{role}>{escape(row.value)}</td><td>{escape(row.cases)}</td>'
        yield f'<td class="number">{escape(row.city)}</td><td>{spine.svg(row, theme.LIGHT)}</td></tr>'
    yield "</tbody></table>"


def _table(report: Report, block: Table, slide: Slide) -> Iterator[str]:
    numbers = [column.kind != "text" for column in block.columns]
    head, *rows = plan.texts(block, report.lang)
    yield f'<table><caption class="aside">{escape(slide.title)}</caption><thead><tr>'
    yield from (
        f'<th scope="col"{_side(is_number)}>{escape(words)}</th>'
        for words, is_number in zip(head, numbers, strict=True)
    )
    yield "</tr></thead><tbody>"
    for n, (texts, cells) in enumerate(zip(rows, block.rows, strict=True)):
        yield '<tr class="whole">' if n < block.wholes else "<tr>"
        yield f'<th scope="row">{escape(texts[0])}</th>'
        for words, cell, is_number in zip(texts[1:], cells[1:], numbers[1:], strict=True):
            role = f' data-role="{cell.role}"' if isinstance(cell, Said) else ""
            yield f"<td{_side(is_number)}{role}>{escape(words)}</td>"
        yield "</tr>"
    yield "</tbody></table>"


def _side(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _style(report: Report, paper: Paper) -> str:
    t = theme.LIGHT
    boxes = (
        f"@bottom-left {{ content: {_quoted(report.stamp)}; font: 8pt "
        f"{theme.FONT}; color: {t.secondary}; white-space: nowrap }}"
        f"@bottom-center {{ content: {_quoted(report.mark)}; font: "
        f"700 8pt {theme.FONT}; color: {t.concern} }}"
        f"@bottom-right {{ content: counter(page); font: 8pt {theme.FONT}; color: {t.secondary} }}"
    )
    return f"@page {{ {_PAGES[paper]}; {boxes} }} {looks(paper)}"


def looks(paper: Paper) -> str:
    """The styles of what is on a page."""
    t = theme.LIGHT
    roles = "".join(
        f'[data-role="{role}"], li.{role}::marker {{ color: {getattr(t, role)} }}'
        for role in ("data", "concern", "special", "common")
    )
    return f"{_BASE.format(font=theme.FONT, t=t)} {roles} {_WIDE if paper == 'wide' else _UPRIGHT}"


_BASE = """
* {{ box-sizing: border-box; margin: 0; padding: 0 }}
body {{ font: 9.5pt/1.45 {font}; color: {t.text}; font-variant-numeric: tabular-nums }}
h1 {{ font-size: 26pt; line-height: 1.25 }}
h2 {{ font-size: 15pt }}
h3, figcaption {{ font-size: 10.5pt; font-weight: 600; margin: 2mm 0 1mm }}
header {{ margin-bottom: 3mm; break-after: avoid }}
.lead {{ color: {t.secondary}; margin-top: 1mm }}
.mark {{ color: {t.concern}; font-weight: 700 }}
table {{ position: relative; border-collapse: collapse; width: 100%; font-size: 8.5pt; line-height: 1.25 }}
thead {{ display: table-header-group }}
th, td {{ text-align: left; padding: 0.9mm 1.2mm; border-bottom: 0.5pt solid {t.hairline}; font-weight: 400; white-space: nowrap }}
thead th {{ color: {t.secondary}; font-weight: 600; border-bottom: 1pt solid {t.common}; white-space: normal; vertical-align: bottom }}
.number {{ text-align: right }}
.number + :not(.number) {{ padding-left: 5mm }}
tr.whole th, tr.whole td, [data-role="data"], [data-role="concern"], [data-role="special"] {{ font-weight: 700 }}
ul {{ padding-left: 5mm; list-style: square }}
li {{ margin-bottom: 1.2mm }}
li.secondary {{ color: {t.secondary} }}
li.secondary::marker {{ content: "" }}
svg {{ display: block; width: 100%; height: auto; font-family: {font} }}
.items td, .items th {{ vertical-align: top; white-space: normal }}
.items small {{ display: block; color: {t.secondary}; font-weight: 400 }}
.items .number {{ font-size: 1.5em; font-weight: 700; white-space: nowrap }}
.items .number small {{ display: inline; font-size: 0.6em }}
.items th {{ font-weight: 600; width: 60% }}
.items .picture {{ width: 60mm }}
.squares span {{ display: inline-block; width: 1.3em }}
.spine thead th:last-child span + span {{ float: right }}
.spine td:last-child {{ width: 45% }}
.aside {{ position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap }}
tr, figure, li {{ break-inside: avoid }}
h2, figcaption {{ break-after: avoid }}
"""
_UPRIGHT = """
section { margin-bottom: 9mm }
section.cover { break-after: page; padding-top: 80mm }
section.side, section.pair, section.stacked { break-inside: avoid }
td, tbody th { white-space: normal }
"""
_WIDE = """
body { font-size: 12pt }
h1 { font-size: 36pt }
h2 { font-size: 22pt }
.lead { font-size: 13pt }
table { font-size: 11.5pt }
th, td { padding-top: 0.55mm; padding-bottom: 0.55mm }
section { break-after: page; height: 6.45in; overflow: hidden; display: flex; flex-direction: column }
section:last-child { break-after: auto }
section.cover { justify-content: center }
.blocks { flex: 1; display: grid; gap: 0.1in; min-height: 0; align-content: start }
.cover .blocks { flex: none }
.pair .blocks { grid-template-columns: 1fr 1fr; column-gap: 0.4in }
.items { font-size: 15pt }
.squares { font-size: 18pt }
.side .blocks { grid-template-columns: 68fr 30fr; column-gap: 0.4in }
.side td, .side tbody th { padding-top: 1.4mm; padding-bottom: 1.4mm }
"""
