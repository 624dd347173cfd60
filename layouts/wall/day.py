"""The day: each count as it grows over today, within the band of most of the same weekdays around
this day a year ago; above them one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dash.development.base_component import Component

from feeds.city import periods
from feeds.wall import usual_day, wall_profile
from feeds.wall.usual_day import Band
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import drawing
from layouts.text import numbers, times
from layouts.view import View
from layouts.wall import figures, fitting, signals
from layouts.wall.canvas import Area
from layouts.wall.composition import DAY_HEAD
from layouts.wall.page_values import Room

NAMED = 2
RANGES = ("room.by_now", "room.by_now_short", "room.range_only")
HOURS = (0, 6, 12, 18, 24)
LEAST_ROW = 140.0
GAP_W, AXIS_H, HEAD_H, ROW_GAP = 30.0, 36.0, 38.0, 8.0
NARROW_U = 270.0
TITLE_GAP, HEAD_GAP, KEY_U = 12.0, 24.0, 54.0  # of a card's line; of the head; of its key's picture
HOUR_MS = 3_600_000
WEEKDAYS = "一二三四五六日"
ENGLISH = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def shown(view: View) -> list[str]:
    """The counts that the profile names, without those that nothing was ever reported of."""
    named = wall_profile.of(view.profile).day
    known = [kpi for kpi in named if view.kpi_at(kpi)]
    return known or list(named)


def draw(view: View, room: Room | None, at: Area) -> Component:
    """The counts in rows of three, as many rows as there is room for."""
    kpis = shown(view)
    across = max(1, min(3, len(kpis), int((at.w + GAP_W) // (NARROW_U + GAP_W))))
    rows = max(1, min(-(-len(kpis) // across), int((at.h - DAY_HEAD - AXIS_H) // LEAST_ROW)))
    kpis = kpis[: across * rows]
    w = (at.w - GAP_W * (across - 1)) / across
    h = (at.h - DAY_HEAD - AXIS_H - ROW_GAP * (rows - 1)) / rows
    said = _ranges(view, room, kpis, w)
    cards = [_card(view, room, kpi, w, h, said.get(kpi, "")) for kpi in kpis]
    axes = [_axis(view, w) for _ in range(across)]
    style = {"--columns": str(across), "--card": f"{h:.1f}", "--gap": f"{GAP_W:g}"}
    key, key_u = _key(view, room)
    head = html.Div(
        [
            html.H2(
                [
                    html.Span(sentence(view, room, kpis, at.w - key_u), className="day-said"),
                    html.Span(view.text("room.day_plain"), className="day-plain"),
                ],
                className="day-sentence",
            ),
            key,
        ],
        className="day-head",
    )
    return html.Div(
        [head, html.Div([*cards, *axes], className="day-cards", style=style)], className="room-day"
    )


def sentence(
    view: View, room: Room | None, kpis: Sequence[str], room_u: float = float("inf")
) -> str:
    """How the day goes, against most of the days like it, in as many words as there is room for.
    What has no fresh value is not called usual.
    """
    if room is None or room.usual is None or room.filling:
        return view.text("room.day_plain")
    sides = {kpi: side(view, room, kpi) for kpi in kpis}
    if not any(kpi in room.usual.bands for kpi in kpis):
        return view.text("room.day_no_band")
    fresh = [kpi for kpi in kpis if view.value(kpi) is not None and _is_fresh(view, kpi)]
    missing = len(kpis) - len(fresh)
    if not fresh:
        return view.text("room.day_nothing")
    weekdays = weekday(view, room.usual.weekday)
    over = [view.title(kpi) for kpi in kpis if sides[kpi] == "high"]
    under = [view.title(kpi) for kpi in kpis if sides[kpi] == "low"]
    if not over and not under:
        key = "day_some" if missing else "day_usual"
        return view.text(f"room.{key}", n=len(fresh), missing=missing)
    key = "day_many" if over and under else "day_many_over" if over else "day_many_under"
    counted = view.text(f"room.{key}", over=len(over), under=len(under), weekdays=weekdays)
    if len(over) + len(under) > NAMED:
        return counted
    comma = "、" if view.lang == "zh" else ", "
    parts = []
    if over:
        parts.append(view.text("room.day_over", names=comma.join(over), weekdays=weekdays))
    if under:
        parts.append(view.text("room.day_under", names=comma.join(under), weekdays=weekdays))
    named = [_led(view, parts)]
    if len(over) + len(under) < len(kpis) and not missing:
        named.insert(0, _led(view, [*parts, view.text("room.day_rest")]))
    return fitting.first([*named, counted], room_u, fitting.SENTENCE)


def _led(view: View, parts: Sequence[str]) -> str:
    said = view.text("room.day_lead", said=view.text("room.comma").join(parts))
    return said[:1].upper() + said[1:]


def side(view: View, room: Room, kpi: str) -> str:
    """Whether today is above ("high") or below ("low") most days by now; "" within them, and of a
    count that is late, or while no town reports.
    """
    band = room.usual.bands.get(kpi) if room.usual else None
    value = view.value(kpi)
    if band is None or value is None or not _is_fresh(view, kpi):
        return ""
    low, high = band.at(_day_ms(view))
    return "high" if value > high else "low" if value < low else ""


def _is_fresh(view: View, kpi: str) -> bool:
    """Whether a count is told of as it happens: a kind that comes seldom is not late by itself
    while no town reports anything.
    """
    return view.state(kpi) == "live" and not signals.is_nobody_heard(view)


def usual_range(view: View, room: Room, name: str, key: str = "room.by_now") -> str:
    """Between what most of last year's days were by now."""
    if room.filling:
        return view.text("room.filling_before")
    band = room.usual.bands.get(name) if room.usual else None
    if band is None:
        return ""
    low, high = (numbers.whole(n, view.lang) for n in band.at(_day_ms(view)))
    said = f"{low}–{high}" if low != high else low
    return view.text(key, range=said)


def weekday(view: View, number: int) -> str:
    return f"周{WEEKDAYS[number]}" if view.lang == "zh" else ENGLISH[number]


def _ranges(view: View, room: Room | None, kpis: Sequence[str], w: float) -> dict[str, str]:
    """Beside each count what most days were by now, all in the longest words that fit beside every
    title.
    """
    if room is None:
        return {}
    said = dict[str, str]()
    for key in RANGES:  # while the history is filled they say so, or nothing
        said = {kpi: usual_range(view, room, kpi, key) for kpi in kpis}
        widths = (
            fitting.width(view.title(kpi), fitting.TITLE) + TITLE_GAP + fitting.width(said[kpi])
            for kpi in kpis
        )
        if max(widths) <= w:
            return said
    return {} if room.filling else said


def _card(view: View, room: Room | None, kpi: str, w: float, h: float, beside: str) -> Component:
    outside = side(view, room, kpi) if room and not room.filling else ""
    said = view.text(f"room.side_{outside}") if outside else ""
    title = html.Div(
        [
            html.Span(view.title(kpi), className="day-title"),
            html.Span(beside, className="day-beside"),
        ],
        className="day-line",
    )
    return html.Div(
        [
            title,
            figures.number(view.over("today"), kpi),
            html.Span(said, className="day-side"),
            _picture(view, room, kpi, w, h),
        ],
        className="day-card",
        **attributes.data(side=outside),
    )


def _picture(view: View, room: Room | None, kpi: str, w: float, h: float) -> Component:
    """Today's line within the band, on one scale."""
    if room is None:
        return drawing.picture(w, h, "")
    band = room.usual.bands.get(kpi) if room.usual and not room.filling else None
    steps = usual_day.so_far(room.today.get(kpi, ()))
    value = view.value(kpi)
    top = max(1.0, value or 0, *(band.high if band else ()), *steps[-1:])
    ground, room_h = h - 4.0, h - HEAD_H - 10.0

    def y(n: float) -> float:
        return ground - room_h * n / top

    inner = _band(band, w, y) if band else ""
    inner += drawing.line([(0, ground), (w, ground)], "ground")
    for hour in HOURS:
        x = min(w - 0.5, max(0.5, w * hour / 24))
        inner += drawing.line([(x, ground), (x, ground + 4)], "ground")
    now_ms = _day_ms(view)
    points = [(0.0, ground)]
    for n, total in enumerate(steps):
        end_ms = (n + 1) * usual_day.STEP_MS
        if end_ms > now_ms:
            break
        points.append((w * end_ms / (24 * HOUR_MS), y(total)))
    if value is None:
        return drawing.picture(w, h, inner, "day-picture")
    x, y_now = w * min(1.0, now_ms / (24 * HOUR_MS)), y(value)
    inner += drawing.line([*points, (x, y_now)], "today")
    inner += drawing.dot(x, y_now, 8, "today-dot")
    return drawing.picture(w, h, inner, "day-picture")


def _band(band: Band, w: float, y: Callable[[float], float]) -> str:
    xs = [w * n / usual_day.STEPS for n in range(usual_day.STEPS + 1)]
    lines = [
        [(x, y(v)) for x, v in zip(xs, (0, *values), strict=True)]
        for values in (band.low, band.middle, band.high)
    ]
    low, middle, high = lines
    return drawing.area(high, low, "band") + drawing.line(middle, "middle")


def _axis(view: View, w: float) -> Component:
    """The hours under a column of pictures."""
    inner = ""
    for hour in HOURS:
        anchor = "start" if hour == 0 else "end" if hour == 24 else "middle"
        text = view.text("room.hour_last") if hour == 24 else str(hour)
        inner += drawing.words(w * hour / 24, 28, text, "axis", anchor)
    return drawing.picture(w, AXIS_H, inner, "day-axis")


def _key(view: View, room: Room | None) -> tuple[Component, float]:
    """What the band is, and how much of the head that takes."""
    if room is None or room.usual is None or not room.usual.bands or room.filling:
        return html.Span("", className="day-key"), 0.0
    said = view.text("room.band", weekdays=weekday(view, room.usual.weekday))
    picture = drawing.box(0, 2, 42, 22, "band") + drawing.line([(0, 13), (42, 13)], "middle")
    late = _late(view, room)
    if late:
        key = html.Span([html.Span(className="late-mark"), late], className="day-key is-late")
        return key, fitting.width(late) + KEY_U + HEAD_GAP
    key = html.Span([drawing.picture(42, 26, picture, "key-band"), said], className="day-key")
    return key, fitting.width(said, fitting.SMALL) + KEY_U + HEAD_GAP


def _late(view: View, room: Room) -> str:
    """Which town the day does not count, and since when."""
    silent = [town for town in view.towns_silent if town in room.town_seen]
    if not silent or not view.at:
        return ""
    first = min(silent, key=lambda town: room.town_seen[town])
    moment = times.moment(room.town_seen[first], view.now_ms, view.profile.tz, view.lang)
    if len(silent) > 1:
        return view.text("room.uncounted_towns", n=len(silent))
    return view.text("room.uncounted", town=view.area_name(first), moment=moment)


def _day_ms(view: View) -> int:
    """The time of day, in ms since midnight."""
    today = periods.day_of(view.now_ms, view.profile.tz)
    return view.now_ms - periods.day_start_ms(today, view.profile.tz)
