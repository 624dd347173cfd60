"""The wall's own chart: the last 24 hours in front of the same hours of last year, as shapes that
scale and texts that don't.

It uses no chart library, so the same few elements last for months, at any size.
assets/wall/parts.js draws it by these rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.parts import tile
from layouts.text import numbers, times
from layouts.view import View

HOURS, EVERY, LAST = 24, 6, 20  # the last bar that a word has room beneath
HOUR_MS = 3_600_000
STEPS = 4  # lines above the ground, at most
Values = Sequence[float | None]


def card(view: View, kpi: str, *, titled: bool, style: dict[str, str] | None = None) -> Component:
    """The card of `hours:<kpi>`; with its question as a title where it stands alone."""
    now, before = (_values(view, f"{name}:{kpi}") for name in ("hours", "hours_last_year"))
    first = view.axis("hours") or view.now_ms // HOUR_MS * HOUR_MS - (HOURS - 1) * HOUR_MS
    title = (
        [html.Span(view.text("chart.hours", title=view.title(kpi)), className="title-text")]
        if titled
        else []
    )
    words = (
        ("key key--now", "chart.now" if titled else "wall.hours"),
        ("key key--before", "chart.before"),
    )
    key = html.Span(
        [html.Span(view.text(text), className=name) for name, text in words], className="chart-key"
    )
    empty = html.P(view.text("chart.empty"), className="chart-empty")
    plot = html.Div(
        [_scale(view, kpi, now, before), picture(now, before), _axis(view, first), empty],
        className="bars-plot",
        role="img",
        **attributes.aria(label=_said(view, kpi, now, before)),
    )
    return html.Section(
        [html.H3([*title, key, region(view, kpi)], className="chart-title"), plot],
        className="chart bars",
        style=style or {},
        **data_attributes(view, kpi, hours=kpi, empty="" if _known(now, before) else "data"),
    )


def data_attributes(view: View, kpi: str, **more: str) -> dict[str, Any]:
    """The data that the browser needs to update a part of the wall and to mark it as late."""
    declared = view.kpi(kpi)
    return attributes.data(
        area=view.area,
        period=view.period,
        state=view.state(kpi),
        unit=declared.unit,
        needs=" ".join(declared.needs),
        cadence=str(view.cadence_s(kpi)),
        region="",
        **more,
    )


def region(view: View, kpi: str) -> Component:
    """The word beside a part's title where it is late or has no data; its shape is a hatched
    edge.
    """
    at = view.kpi_at(kpi)
    word = tile.word_of_state(view, view.state(kpi), at, is_empty=at is None)
    return html.Span(word, className="region-state")


def top(values: Values) -> tuple[float, float]:
    """The scale's end and step: the least step of 1, 2 or 5 times a power of ten that needs no more
    than four lines.
    """
    greatest = max((v for v in values if v is not None), default=0)
    step = 1.0
    while step * STEPS < greatest:
        digit = int(str(int(step))[0])
        step = step * 2.5 if digit == 2 else step * 2
    return max(1, -(-greatest // step)) * step, step


def picture(now: Values, before: Values) -> Component:
    """Both rows of bars; the hour that isn't over is pale."""
    end, step = top([*now, *before])
    lines = "".join(
        f"M0 {_one(100 - 100 * n * step / end)}H{HOURS}" for n in range(1, int(end / step) + 1)
    )
    drawn = (
        f'<path class="bars-line" d="{lines}"/><path '
        f'class="bars-before" d="{bars(before, end, 0.06)}"/>'
    )
    drawn += f'<path class="bars-now" d="{bars(now[:-1], end, 0.24)}"/>'
    drawn += f'<path class="bars-part" d="{bars([*[None] * (len(now) - 1), now[-1]], end, 0.24)}"/>'
    inner = f'<svg viewBox="0 0 {HOURS} 100" preserveAspectRatio="none">{drawn}</svg>'
    return islands.Markup("div", {"className": "bars-picture"}, inner)


def bars(values: Values, end: float, inset: float) -> str:
    """A path in a picture of 24 × 100: bar i from i + inset to i + 1 − inset, up to 100 × value /
    end, one decimal.
    """
    return "".join(
        f"M{i + inset:g} 100V{_one(100 - 100 * v / end)}H{i + 1 - inset:g}V100Z"
        for i, v in enumerate(values)
        if v
    )


def _one(x: float) -> str:
    return f"{int(x * 10 + 0.5) / 10:g}"


def _scale(view: View, kpi: str, now: Values, before: Values) -> Component:
    end, step = top([*now, *before])
    unit = view.kpi(kpi).unit
    marks = [(n * step, 100 * n * step / end) for n in range(int(end / step) + 1)]
    return html.Div(
        [
            html.Span(numbers.text(v, unit, view.lang), style={"bottom": f"{at:.4g}%"})
            for v, at in marks
        ],
        className="bars-scale",
    )


def _axis(view: View, first_ms: int) -> Component:
    """Every sixth hour by the clock, at the beginning of its bar."""
    hours = [
        (i, times.local(first_ms + i * HOUR_MS, view.profile.tz).hour) for i in range(LAST + 1)
    ]
    words = [
        html.Span(view.text("wall.hour", hour=hour), style={"left": f"{100 * i / HOURS:.4g}%"})
        for i, hour in hours
        if hour % EVERY == 0
    ]
    return html.Div(
        words, className="bars-axis", **attributes.data(word=view.text("wall.hour", hour="{hour}"))
    )


def _values(view: View, name: str) -> list[float | None]:
    return list(view.series(name) or [None] * HOURS)


def _known(*series: Values) -> bool:
    return any(v is not None for values in series for v in values)


def _said(view: View, kpi: str, now: Values, before: Values) -> str:
    if not _known(now):
        return view.text("chart.alt_empty", title=view.title(kpi))
    unit = view.kpi(kpi).unit
    total, past = (
        numbers.text(sum(v for v in values if v is not None), unit, view.lang)
        for values in (now, before)
    )
    last = "—" if now[-1] is None else numbers.text(now[-1], unit, view.lang)
    return view.text("chart.alt_hours", title=view.title(kpi), total=total, before=past, last=last)
