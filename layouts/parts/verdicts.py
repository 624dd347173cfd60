"""A verdict in words: how a figure compares with its target, and what its control chart says. Marks
and a sentence.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.figures.trends import Trend
from layouts.html import attributes
from layouts.html import elements as html
from layouts.text import numbers
from layouts.view import View

ICONS = {
    "common": "∼",
    "improvement": "✓",
    "concern": "!",
    "neutral_high": "↑",
    "neutral_low": "↓",
    "passes": "✓",
    "fails": "✕",
    "varies": "?",
}


def sentence(view: View, kpi: str) -> str:
    """Against the target, then what the weeks or months say: one sentence."""
    parts = [part for part in (against_target(view, kpi), of_trend(view, kpi)) if part]
    joined = view.text("verdict.joint").join(parts)
    return view.text("verdict.sentence", parts=joined[:1].upper() + joined[1:]) if parts else ""


def against_target(view: View, kpi: str) -> str:
    """By how much the target is missed; that it is met, or missed by no more than chance; nothing
    without one.
    """
    wanted, value = view.target(kpi), view.value(kpi)
    assured = view.verdict(kpi).target
    if wanted is None or value is None or assured == "none":
        return ""
    if assured != "missed":
        return view.text(f"verdict.{assured}")
    side = "below" if value < wanted else "above"
    unit = view.kpi(kpi).unit
    gap = (
        numbers.change(value - wanted, unit, view.lang)
        if unit == "share"
        else numbers.text(abs(value - wanted), unit, view.lang)
    )
    return view.text(f"verdict.{side}", gap=gap.lstrip("+" + numbers.MINUS))


def of_trend(view: View, kpi: str) -> str:
    """What the last completed week or month shows, and for how long."""
    trend = view.trend(kpi)
    if trend is None or trend.variation == "none":
        return view.text("verdict.too_few") if trend is not None else ""
    if trend.variation == "common":
        return view.text("verdict.common")
    words = {"n": trend.run, "step": view.text(f"verdict.{trend.step}")}
    said = f"{trend.cause}_{'up' if leans_up(trend) else 'down'}"
    return view.text(f"verdict.between_{said}" if trend.is_between else f"verdict.{said}", **words)


def leans_up(trend: Trend) -> bool:
    """Whether the last point's special cause points upwards."""
    if trend.leaning:
        return trend.leaning > 0
    known = [p for p in trend.points if p is not None]
    if trend.cause == "trend":
        return len(known) > 1 and known[-1] > known[-2]
    return trend.mean is not None and known[-1] > trend.mean


def marks(view: View, kpi: str) -> Component:
    """Variation and assurance as two small shapes with their words; no arrow for what merely
    varies.
    """
    trend = view.trend(kpi)
    if trend is None or trend.variation == "none":
        return html.Div([], className="marks")
    found = [_mark(view, "variation", trend.variation)]
    if trend.assurance != "none":
        found.append(_mark(view, "assurance", trend.assurance))
    return html.Div(found, className="marks")


def _mark(view: View, kind: str, what: str) -> Component:
    icon = html.Span(ICONS[what], className="mark-icon", **attributes.aria(hidden="true"))
    word = html.Span(view.text(f"mark.{what}"), className="mark-word")
    facts = attributes.data(**{kind: what})
    return html.Span(
        [icon, word], className=f"mark mark--{kind}", title=view.text(f"mark.{what}_help"), **facts
    )
