"""The charts of a deck: PowerPoint's own, with their numbers in an embedded workbook, so that they
can be edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
from pptx.util import Pt

from feeds.city.words import Lang
from layouts.papers import plan, slide_master
from layouts.papers.slide_master import Box
from layouts.parts import diagrams
from layouts.parts.diagrams import Curve, Funnel, Kind, Role, Timeline

FORMATS: dict[Kind, str] = {
    "count": "#,##0",
    "share": "[=1]0%;0.0%",
    "yuan": "#,##0",
    "hours": "0.0",
    "days": "0.0",
    "ratio": "0.0",
    "points": "0.0",
    "text": "General",
}
SIGNED: dict[Kind, str] = {
    kind: f"+{form};−{form};0" for kind, form in (FORMATS | {"share": "0.0%"}).items()
}
NO_CHANGE = "0;0;0"  # of what rounds to nothing, which would read −0.0
ACROSS: dict[Lang, str] = {"zh": '[>=10000]0\\.0,"万";0', "en": "#,##0"}
TEXT_PT = SMALL_PT = 14


def form(kind: Kind, value: float | None, *, is_signed: bool) -> str:
    """How a number is to be shown."""
    if not is_signed:
        return FORMATS[kind]
    return NO_CHANGE if value is not None and diagrams.is_nothing(value, kind) else SIGNED[kind]


def drawn(slide: Any, box: Box, block: Funnel | Timeline, lang: Lang) -> Any:
    """The shape, for its alt text."""
    return (
        funnel(slide, box, block, lang)
        if isinstance(block, Funnel)
        else timeline(slide, box, block)
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


def timeline(slide: Any, box: Box, drawn: Timeline) -> Any:
    """A figure over time as a line chart: the points, the mean, the target, the limits of the
    usual; the shape.
    """
    form = FORMATS[drawn.kind]
    data = CategoryChartData(number_format=form)
    data.categories = list(drawn.labels)
    data.add_series(drawn.name, drawn.values)
    looks: list[tuple[Role, Any]] = []
    n = len(drawn.labels)
    levels: tuple[tuple[tuple[str, float] | None, Role, Any], ...] = (
        (drawn.mean, "secondary", None),
        (drawn.target, "text", MSO_LINE.DASH),
    )
    for line, role, dash in levels:
        if line:
            data.add_series(line[0], [line[1]] * n)
            looks.append((role, dash))
    for edge, name in zip((drawn.upper, drawn.lower), reversed(drawn.limit_names), strict=True):
        if name:
            data.add_series(name, edge)
            looks.append(("common", MSO_LINE.ROUND_DOT))
    shape = slide.shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box, data)
    chart = shape.chart
    _frame(chart)
    first, *rest = list(chart.plots[0].series)
    _points(first, drawn)
    for series, (role, dash) in zip(rest, looks, strict=True):
        _level(series, role, dash)
    up, across = chart.value_axis, chart.category_axis
    low, high = drawn.y_range()
    up.minimum_scale, up.maximum_scale = low, high
    up.major_unit = diagrams.step(low, high, 5)
    up.tick_labels.number_format, up.tick_labels.number_format_is_linked = form, False
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    across.tick_labels.number_format = "yyyy-mm"
    across.tick_labels.number_format_is_linked = False
    _every_half_year(across)
    _legend(chart)
    return shape


def _every_half_year(axis: Any) -> None:
    """A date of the axis every six months."""
    unit = axis._element.find(qn("c:baseTimeUnit"))
    if unit is None:
        return
    for tag, value in (("c:majorTimeUnit", "months"), ("c:majorUnit", "6")):
        for old in axis._element.findall(qn(tag)):
            axis._element.remove(old)
        mark = OxmlElement(tag)
        mark.set("val", value)
        unit.addnext(mark)


def _points(series: Any, drawn: Timeline) -> None:
    """A thin line with small points; signals large and coloured."""
    series.smooth = False
    series.format.line.color.rgb = slide_master.colour_of("secondary")
    series.format.line.width = Pt(1)
    _marker(series, "secondary", 3)
    for n, signal in enumerate(drawn.signals):
        if signal:
            _marker(series.points[n], drawn.role, 8)


def _marker(one: Any, role: Role, size: int) -> None:
    one.marker.style = XL_MARKER_STYLE.CIRCLE
    one.marker.size = size
    one.marker.format.fill.solid()
    one.marker.format.fill.fore_color.rgb = slide_master.colour_of(role)
    one.marker.format.line.color.rgb = slide_master.colour_of(role)


def _level(series: Any, role: Role, dash: Any) -> None:
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb = slide_master.colour_of(role)
    series.format.line.width = Pt(1.25)
    if dash is not None:
        series.format.line.dash_style = dash


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
        (up, drawn.y_title, "General" if drawn.kind == "ratio" else FORMATS[drawn.kind]),
    ):
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = shown, False
        axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        _axis_title(axis, words)


def _round_up(value: float) -> float:
    """To two digits, so that an axis ends at a number that can be read."""
    step = 10.0 ** (len(str(int(value))) - 2)
    return float(step * -(-value // step))


def _axis_title(axis: Any, words: str) -> None:
    if not words:
        return
    axis.has_title = True
    frame = axis.axis_title.text_frame
    frame.text = words
    run = frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold = Pt(SMALL_PT), False
    run.font.color.rgb = slide_master.colour_of("secondary")
    slide_master.faces(run.font._rPr)


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


def alt(drawn: Funnel | Timeline) -> str:
    return drawn.alt or plan.NOTHING
