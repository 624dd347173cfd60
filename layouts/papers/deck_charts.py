"""The charts of a deck: PowerPoint's own, with their numbers in an embedded workbook, so that they
can be edited.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Pt

from feeds.city.words import Lang
from layouts.papers import plan, slide_master
from layouts.papers.slide_master import Box
from layouts.parts import diagrams
from layouts.parts.diagrams import Bars, Curve, Funnel, Kind, Role

FORMATS: dict[Kind, str] = {
    "count": "#,##0",
    "share": "[=1]0%;0.0%",
    "yuan": "#,##0",
    "hours": "0.0",
    "days": "0.0",
    "ratio": "0.00",
    "points": "0.0",
    "text": "General",
}
SIGNED: dict[Kind, str] = {
    kind: f"+{form};−{form};0" for kind, form in (FORMATS | {"share": "0.0%"}).items()
}
NO_CHANGE = "0;0;0"  # of what rounds to nothing, which would read −0.0
ACROSS: dict[Lang, str] = {"zh": '[>=10000]0\\.0,"万";0', "en": "#,##0"}
TEXT_PT, SMALL_PT, LEAST_PT = 12, 11, 10
SIDE_PT, END_PT = 48, 8  # beside a plot, for its scale's numbers and at its end
ASLANT = -45 * 60_000  # in the file's unit


def form(kind: Kind, value: float | None, *, is_signed: bool) -> str:
    """How a number is to be shown."""
    if not is_signed:
        return FORMATS[kind]
    return NO_CHANGE if value is not None and diagrams.is_nothing(value, kind) else SIGNED[kind]


def drawn(slide: Any, box: Box, block: Funnel | Bars, lang: Lang) -> Any:
    """The shape, for its alt text."""
    return (
        funnel(slide, box, block, lang)
        if isinstance(block, Funnel)
        else bars(slide, box, block, lang)
    )


def funnel(slide: Any, box: Box, drawn: Funnel, lang: Lang) -> Any:
    """Dots by size and value with the limits of chance as lines; the shape, for its alt text."""
    data = XyChartData(number_format=FORMATS[drawn.kind])
    curves, groups = drawn.curves(), list(drawn.groups())
    for curve in curves:
        series = data.add_series(curve.name)
        for x, y in curve.points:
            series.add_data_point(x, y)
    for _, words, points in groups:
        series = data.add_series(words)
        for point in points:
            series.add_data_point(point.x, point.y)
    shape = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *box, data)
    plot = shape.chart.plots[0]
    for series, curve in zip(plot.series, curves, strict=False):
        _curve(series, curve)
    for series, (role, _, points) in zip(list(plot.series)[len(curves) :], groups, strict=True):
        _dots(series, role, [(n, one.name) for n, one in enumerate(points) if one.is_named])
    _frame(shape.chart)
    _scales(shape.chart, drawn, lang)
    _legend(shape.chart, [n for n, curve in enumerate(curves) if not curve.is_listed])
    return shape


def bars(slide: Any, box: Box, drawn: Bars, lang: Lang) -> Any:
    """Upright bars in their order, or dots with their intervals, and a level across them; the
    shape.
    """
    data = CategoryChartData(number_format=(SIGNED if drawn.is_signed else FORMATS)[drawn.kind])
    data.categories = drawn.categories
    data.add_series(drawn.name, drawn.values)
    if drawn.line:
        data.add_series(drawn.line[0], [drawn.line[1]] * len(drawn.categories))
    kind = XL_CHART_TYPE.LINE_MARKERS if drawn.intervals else XL_CHART_TYPE.COLUMN_CLUSTERED
    shape = slide.shapes.add_chart(kind, *box, data)
    if drawn.intervals:
        _strip(shape.chart, drawn, lang)
    else:
        _columns(shape.chart, drawn)
    _place(shape.chart, box, _names(shape.chart.category_axis, box, drawn))
    return shape


def _names(axis: Any, box: Box, drawn: Bars) -> float:
    """The towns' names, level in the largest type that fits, aslant where that would be hard to
    read; how high they stand, in points.
    """
    widest = max(plan.ems(name) for name in drawn.categories)
    fitting = (Emu(box.width).pt - SIDE_PT - END_PT) / len(drawn.categories) / widest
    is_level = fitting >= LEAST_PT
    axis.tick_labels.font.size = Pt(min(SMALL_PT, fitting) if is_level else SMALL_PT)
    axis._element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}").set(
        "rot", "0" if is_level else str(ASLANT)
    )
    return 2.0 * SMALL_PT if is_level else SMALL_PT * (2 + widest * math.sin(math.pi / 4))


def _place(chart: Any, box: Box, names_pt: float) -> None:
    """The same place beside the names for every chart, so that a town stands at the same place in
    two that stand one above the other.
    """
    width, height = Emu(box.width).pt, Emu(box.height).pt
    top = 2.0 * SMALL_PT if chart.has_legend else END_PT
    place = {
        "x": SIDE_PT / width,
        "y": top / height,
        "w": 1 - (SIDE_PT + END_PT) / width,
        "h": 1 - (top + names_pt) / height,
    }
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    ends = "".join(f'<c:{name} val="{value:.4f}"/>' for name, value in place.items())
    modes = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    area.insert(
        0,
        parse_xml(
            f"<c:layout {nsdecls('c')}><c:manualLayout>{modes}{ends}</c:manualLayout></c:layout>"
        ),
    )


def _columns(chart: Any, drawn: Bars) -> None:
    plot = chart.plots[0]
    plot.gap_width = 22
    _bar_colours(plot.series[0], drawn.roles)
    _labels(plot.series[0], drawn)
    _frame(chart)
    _bar_axes(chart, drawn)
    if drawn.line:
        _as_line(chart)


def _strip(chart: Any, drawn: Bars, lang: Lang) -> None:
    """Dots with strokes, on an axis with a scale of its own; numbers beside those that stand
    apart.
    """
    found = list(chart.plots[0].series)
    _frame(chart)
    _bar_axes(chart, drawn)
    up = chart.value_axis
    up.visible, up.has_major_gridlines = True, True
    up.major_gridlines.format.line.color.rgb = slide_master.colour_of("hairline")
    up.tick_labels.number_format = FORMATS[drawn.kind]
    up.tick_labels.number_format_is_linked = False
    up.major_unit = diagrams.step(*drawn.y_range(), 5)
    _dots(found[0], "common", ())
    for n, role in enumerate(drawn.roles):
        if role != "before":
            _dots(found[0].points[n], role, ())
            is_last = n == len(drawn.roles) - 1
            place = XL_LABEL_POSITION.LEFT if is_last else XL_LABEL_POSITION.RIGHT
            words = diagrams.number(drawn.values[n] or 0.0, drawn.kind, lang)
            _name_point(found[0], n, words, "text", place)
    _strokes(found[0], drawn)
    if drawn.line:
        _level(found[1])
    _legend(chart)


def _strokes(series: Any, drawn: Bars) -> None:
    """The intervals as error bars, their numbers written into the chart."""
    pairs = list(zip(drawn.values, drawn.intervals, strict=True))
    ends = {
        "plus": [one.high - value if one and value is not None else 0.0 for value, one in pairs],
        "minus": [value - one.low if one and value is not None else 0.0 for value, one in pairs],
    }
    made = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errDir val="y"/><c:errBarType '
        'val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
        f"{''.join(_literal(*end) for end in ends.items())}<c:spPr><a:ln "
        f'w="{Pt(2.25)}"><a:solidFill>'
        "<a:srgbClr "
        f'val="{slide_master.colour_of("before")}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
    )
    series._element.find(qn("c:cat")).addprevious(made)


def _literal(tag: str, values: Sequence[float]) -> str:
    points = "".join(
        f'<c:pt idx="{n}"><c:v>{value!r}</c:v></c:pt>' for n, value in enumerate(values)
    )
    return (
        f"<c:{tag}><c:numLit><c:formatCode>General</c:formatCode><c:ptCount "
        f'val="{len(values)}"/>{points}</c:numLit></c:{tag}>'
    )


def _curve(series: Any, curve: Curve) -> None:
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb = slide_master.colour_of(curve.role)
    series.format.line.width = Pt(1.25 if curve.is_dashed else 1.5)
    series.format.line.dash_style = MSO_LINE.DASH if curve.is_dashed else MSO_LINE.SOLID


def _dots(series: Any, role: Role, named: Sequence[tuple[int, str]]) -> None:
    """Of a series, or of one of its points."""
    series.format.line.fill.background()
    series.marker.style = (
        XL_MARKER_STYLE.CIRCLE if role in ("common", "data") else XL_MARKER_STYLE.DIAMOND
    )
    series.marker.size = 8 if role == "common" else 10
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = slide_master.colour_of(role)
    series.marker.format.line.color.rgb = slide_master.colour_of("surface")
    for n, name in named:
        _name_point(series, n, name, "text", XL_LABEL_POSITION.RIGHT)


def _name_point(series: Any, n: int, name: str, role: str, place: Any) -> None:
    label = series.points[n].data_label
    frame = label.text_frame
    frame.text = name
    label.position = place
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(TEXT_PT if role == "text" else SMALL_PT), role == "text"
    run.font.color.rgb = slide_master.colour_of(role)
    slide_master.faces(run.font._rPr)


def _frame(chart: Any) -> None:
    chart.has_title, chart.has_legend = False, False
    chart.font.size = Pt(SMALL_PT)
    chart.font.color.rgb = slide_master.colour_of("secondary")
    slide_master.faces(chart.font._rPr)
    for axis in (chart.category_axis, chart.value_axis):
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
        axis.format.line.color.rgb = slide_master.colour_of("hairline")
        axis.has_major_gridlines = False
    chart.value_axis.has_major_gridlines = True
    chart.value_axis.major_gridlines.format.line.color.rgb = slide_master.colour_of("hairline")
    chart.value_axis.major_gridlines.format.line.width = Pt(0.5)


def _scales(chart: Any, drawn: Funnel, lang: Lang) -> None:
    across, up = chart.category_axis, chart.value_axis
    low, high = drawn.y_range()
    up.minimum_scale, up.maximum_scale = low, high
    up.major_unit = diagrams.step(low, high)
    across.minimum_scale, across.maximum_scale = 0, _round_up(drawn.reach * 1.04)
    for axis, words, shown in (
        (across, drawn.x_title, ACROSS[lang]),
        (up, drawn.y_title, FORMATS[drawn.kind]),
    ):
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = shown, False
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        _axis_title(axis, words)


def _round_up(value: float) -> float:
    """To two digits, so that an axis ends at a number that can be read."""
    step = 10.0 ** (len(str(int(value))) - 2)
    return float(step * -(-value // step))


def _axis_title(axis: Any, words: str) -> None:
    axis.has_title = True
    frame = axis.axis_title.text_frame
    frame.text = words
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(SMALL_PT), False
    run.font.color.rgb = slide_master.colour_of("secondary")
    slide_master.faces(run.font._rPr)


def _bar_colours(series: Any, roles: Sequence[Role]) -> None:
    series.invert_if_negative = False
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = slide_master.colour_of("before")
    for n, role in enumerate(roles):
        if role != "before":
            fill = series.points[n].format.fill
            fill.solid()
            fill.fore_color.rgb = slide_master.colour_of(role)


def _labels(series: Any, drawn: Bars) -> None:
    """Numbers at the bars' feet, clear of the lines above; of changes beyond the bars' ends."""
    labels = series.data_labels
    labels.show_value, labels.number_format_is_linked = True, False
    labels.number_format = (SIGNED if drawn.is_signed else FORMATS)[drawn.kind]
    labels.position = (
        XL_LABEL_POSITION.OUTSIDE_END if drawn.is_signed else XL_LABEL_POSITION.INSIDE_BASE
    )
    labels.font.size = Pt(SMALL_PT)
    labels.font.color.rgb = slide_master.colour_of("text")
    slide_master.faces(labels.font._rPr)
    for n, (role, value) in enumerate(zip(drawn.roles, drawn.values, strict=True)):
        if role != "before" and not drawn.is_signed:
            _own_label(labels._element, n, FORMATS[drawn.kind], "surface", "inBase")
        elif (shown := form(drawn.kind, value, is_signed=drawn.is_signed)) == NO_CHANGE:
            _own_label(labels._element, n, shown, "text", "outEnd")


def _own_label(labels: Any, n: int, shown: str, role: str, place: str) -> None:
    """One number otherwise than the rest: on a dark bar in the ground's colour, no change without a
    sign.
    """
    own = labels._insert_dLbl_in_sequence(n)
    for old in list(own):
        if old.tag != qn("c:idx"):
            own.remove(old)
    own.append(
        parse_xml(f'<c:numFmt {nsdecls("c")} formatCode="{escape(shown)}" sourceLinked="0"/>')
    )
    own.append(parse_xml(f"<c:spPr {nsdecls('c', 'a')}><a:noFill/></c:spPr>"))
    text = parse_xml(
        f"<c:txPr {nsdecls('c', 'a')}><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr "
        f'sz="{SMALL_PT * 100}" b="0"><a:solidFill>'
        "<a:srgbClr "
        f'val="{slide_master.colour_of(role)}"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr '
        'lang="en-US"/></a:p></c:txPr>'
    )
    slide_master.faces(text.find(f".//{qn('a:defRPr')}"))
    own.append(text)
    own.append(parse_xml(f'<c:dLblPos {nsdecls("c")} val="{place}"/>'))
    for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize"):
        own.append(parse_xml(f'<c:show{name} {nsdecls("c")} val="{int(name == "Val")}"/>'))


def _bar_axes(chart: Any, drawn: Bars) -> None:
    """Every bar has its number, so there is no scale beside them."""
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.tick_labels.font.size = Pt(SMALL_PT)
    chart.category_axis.format.line.color.rgb = slide_master.colour_of("common")
    up = chart.value_axis
    up.has_major_gridlines, up.visible = False, False
    up.minimum_scale, up.maximum_scale = drawn.y_range()


def _legend(chart: Any, without: Sequence[int] = ()) -> None:
    """Above the chart; the series `without` are passed over."""
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.legend.font.size = Pt(SMALL_PT)
    chart.legend.font.color.rgb = slide_master.colour_of("secondary")
    slide_master.faces(chart.legend.font._rPr)
    place = chart.legend._element.find(qn("c:legendPos"))
    for n in reversed(without):
        place.addnext(
            parse_xml(
                f"<c:legendEntry {nsdecls('c')}><c:idx "
                f'val="{n}"/><c:delete val="1"/></c:legendEntry>'
            )
        )


def _as_line(chart: Any) -> None:
    """Turns the last series into a line over the bars, which shares their axes: python-pptx makes
    no mixed charts.
    """
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    columns = area.find(qn("c:barChart"))
    lines = OxmlElement("c:lineChart")
    etree.SubElement(lines, qn("c:grouping"), val="standard")
    etree.SubElement(lines, qn("c:varyColors"), val="0")
    series = columns.findall(qn("c:ser"))[-1]
    inverted = series.find(qn("c:invertIfNegative"))
    if inverted is not None:
        series.remove(inverted)
    lines.append(series)
    etree.SubElement(lines, qn("c:marker"), val="1")
    for axis in columns.findall(qn("c:axId")):
        etree.SubElement(lines, qn("c:axId"), val=axis.get("val"))
    columns.addnext(lines)
    _level(chart.plots[1].series[0])
    _legend(chart)


def _level(series: Any) -> None:
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb = slide_master.colour_of("text")
    series.format.line.width = Pt(1.25)


def alt(drawn: Funnel | Bars) -> str:
    return drawn.alt or plan.NOTHING
