"""The wall's charts over weeks: a figure with its limits, a town's weeks against the city, the
towns side by side, and the kinds of overdue work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from dash.development.base_component import Component

from feeds.figures.trends import Lines, Trend
from feeds.statistics import intervals
from feeds.wall import wall_profile
from feeds.wall.on_time import OnTime, Share
from feeds.wall.open_work import KindCount
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import drawing, labels
from layouts.text import numbers
from layouts.view import View
from layouts.wall import names, signals
from layouts.wall.canvas import Area
from layouts.wall.composition import WEEK_H, WEEK_W
from layouts.wall.page_values import Room

POINTS, WEEKS, NAMED_WEEKS = 52, 13, 2
MONTH_W, WORD_W = 80.0, 150.0  # of a date under a chart
CHARTS, CHART_H = 2, 280.0
MOST_MONTHS = 6  # named under a chart
MOST_OF_A_YEAR = 366  # days, up to which a month's name needs no year
SIDE_W = 92.0  # of the limits beside a chart
LAST_W = 112.0  # of the last share beside a town's weeks
KIND_ROW, KIND_NAME_W = 38.0, 128.0
TOWN_W, TOWN_H = 196.0, 96.0
Point = tuple[float, float]


def control(view: View, at: Area) -> Component:
    """The control charts that signal, as many as there is room for: each a year of points with its
    limits in numbers.
    """
    found = signals.charts(view)
    rows = max(1, min(CHARTS + 1, int((at.h - 84) // CHART_H)))
    if not found:
        said = "room.control_waits" if view.waits_for_trends else "room.no_signals"
        return html.P(view.text(said), className="room-missing")
    h = min(320.0, (at.h - 84) / rows - 88)
    cards = [_signal(view, kpi, trend, at.w, h) for kpi, trend in found[:rows]]
    return html.Div(cards, className="room-control")


def _signal(view: View, kpi: str, trend: Trend, w: float, h: float) -> Component:
    kind = "concern" if trend.variation == "concern" else trend.variation.partition("_")[0]
    mark = {"concern": "concern-mark", "improvement": "better-mark"}.get(kind, "special-mark")
    step = view.text(f"room.step_{trend.step}")
    said = html.Div(
        [html.Span(className=mark), html.Span(signal(view, kpi, trend))],
        className=f"signal-said is-{kind}",
    )
    title = html.Div(
        [html.Span(view.title(kpi)), html.Span(step, className="signal-step")],
        className="signal-title",
    )
    return html.Div([title, said, _limits(view, kpi, trend, w, h, POINTS)], className="signal")


def signal(view: View, kpi: str, trend: Trend) -> str:
    """What the last point of a chart says: that it lies beyond a limit, or since when the points
    have been on one side.
    """
    value = next((v for v in reversed(trend.points) if v is not None), None)
    text = "" if value is None else numbers.text(value, view.kpi(kpi).unit, view.lang)
    side = _side(trend, len(trend.points) - 1)
    if side:
        last = _day(view, trend.days[-1])
        return view.text(f"room.signal_{side}_{trend.step}", day=last, value=text)
    key = "signal_run_up" if trend.leaning > 0 else "signal_run_down"
    return view.text(f"room.{key}", day=_day(view, trend.run_day), n=trend.run)


def beyond(view: View, trend: Trend) -> str:
    """Which of the last weeks lie beyond their limits; "" of none."""
    first = max(0, len(trend.points) - WEEKS)
    high, low = list[date](), list[date]()
    for n, day in enumerate(trend.days[first:], first):
        side = _side(trend, n)
        if side:
            (high if side == "above" else low).append(day)
    if not high and not low:
        return ""
    if len(high) + len(low) > NAMED_WEEKS or (high and low):
        return view.text("room.beyond_many", n=len(high) + len(low))
    comma = "、" if view.lang == "zh" else ", "
    days = comma.join(_day(view, day) for day in (high or low))
    return view.text("room.beyond_high" if high else "room.beyond_low", days=days)


def _side(trend: Trend, point: int) -> str:
    """On which side a point is beyond its own limits; "" within them."""
    value, lines = trend.points[point], trend.line(point)
    if value is None or lines is None:
        return ""
    if lines.upper is not None and value > lines.upper:
        return "above"
    return "below" if lines.lower is not None and value < lines.lower else ""


def weeks(view: View, at: Area, part: int) -> Component:
    """Thirteen weeks of figures with their limits: those of the day first, then what else has
    weeks.
    """
    across = max(1, int((at.w + 30) // (WEEK_W + 30)))
    down = max(1, int((at.h - 50) // WEEK_H))
    room_for = across * down
    kpis = (
        _with_weeks(view)[part * room_for : (part + 1) * room_for] or _with_weeks(view)[:room_for]
    )
    w = (at.w - 30 * (across - 1)) / across
    h = (at.h - 50) / down - 84
    cards = [_weekly(view, kpi, w, h) for kpi in kpis]
    title = html.Div(
        [
            html.H3(view.text("room.weeks"), className="room-title"),
            html.Span(
                [
                    drawing.picture(42, 26, drawing.box(0, 2, 42, 22, "band"), "key-band"),
                    view.text("room.limits"),
                ],
                className="day-key",
            ),
        ],
        className="day-head",
    )
    grid = html.Div(cards, className="week-cards", style={"--columns": str(across)})
    return html.Div([title, grid], className="room-weeks")


def towns(view: View, room: Room | None, at: Area) -> Component:
    """What each town did in time, week by week, on one scale; marked where it differs from the city
    by more than chance.
    """
    title = html.H3(view.text("room.towns_weekly"), className="room-title")
    if room is None or room.filling:
        later = view.text("room.later" if room else "room.unread")
        return html.Div([title, html.P(later, className="room-missing")], className="room-block")
    shares = signals.shares(view, room)
    short = labels.towns(view)
    across = max(1, int((at.w + 24) // (TOWN_W + 24)))
    down = max(1, min(-(-len(short) // across), int((at.h - 50) // TOWN_H)))
    across = max(across if down * across < len(short) else -(-len(short) // down), 1)
    w = (at.w - 24 * (across - 1)) / across
    h = min(120.0, (at.h - 50) / down - 44)
    ranked = sorted(short, key=lambda town: not shares.sides.get(town))
    shown = set(ranked[: across * down])
    cards = [_town(shares, town, name, w, h) for town, name in short.items() if town in shown]
    about = html.Span(view.text("room.towns_scale"), className="day-beside")
    grid = html.Div(cards, className="town-cards", style={"--columns": str(across)})
    head = html.Div([title, about], className="day-head")
    return html.Div([head, grid], className="room-towns")


def town_weeks(view: View, shares: OnTime, town: str, w: float, h: float) -> Component:
    """A town's weeks within what chance allows around the city."""
    weeks = shares.weeks.get(town, ())
    city = shares.weeks.get(view.profile.code, ())
    plot_w = w - LAST_W
    known = [(n, one.value) for n, one in enumerate(weeks) if one.value is not None]
    chances = [
        (n, intervals.wilson(whole.value * mine.due, mine.due, intervals.Z998))
        for n, (mine, whole) in enumerate(zip(weeks, city, strict=False))
        if mine.due and whole.value is not None
    ]
    least = min([0.95, *(value for _, value in known), *(chance.low for _, chance in chances)])
    top, low = 1.0, max(0.0, least - 0.02)

    def x(week: int) -> float:
        return plot_w * week / max(1, len(weeks) - 1)

    def y(share: float) -> float:
        return (h - 36) * (top - max(low, min(top, share))) / (top - low) + 4

    upper = [(x(n), y(chance.high)) for n, chance in chances]
    lower = [(x(n), y(chance.low)) for n, chance in chances]
    points = [(x(n), y(value)) for n, value in known]
    inner = drawing.area(upper, lower, "band") + drawing.line(points, "today")
    inner += _city_line(shares.city, plot_w, y)
    days = [shares.first_week + timedelta(7 * n) for n in range(len(weeks))]
    inner += _months(view, days, x, h)
    if points:
        last = names.percent(weeks[known[-1][0]])
        inner += drawing.words(w, points[-1][1] + 9, last, "strong", "end")
        inner += drawing.dot(*points[-1], 7, "today-dot")
    return drawing.picture(w, h, inner, "town-weeks")


def late_kinds(view: View, kinds: Sequence[KindCount], w: float) -> Component:
    """Of which kinds overdue work is, as bars on one scale."""
    most = max((one.overdue for one in kinds), default=1)
    inner = ""
    for n, one in enumerate(kinds):
        y = n * KIND_ROW
        bar_w = (w - KIND_NAME_W - 60) * one.overdue / most
        inner += drawing.words(0, y + 27, view.text(f"room.kind_{one.kind}"), "axis")
        inner += drawing.box(KIND_NAME_W, y + 8, bar_w, 18, "bar-over")
        inner += drawing.words(KIND_NAME_W + bar_w + 12, y + 28, str(one.overdue), "strong")
    return drawing.picture(w, KIND_ROW * len(kinds), inner, "late-kinds")


def _with_weeks(view: View) -> list[str]:
    """The figures whose control charts are drawn, those of the day first; what signals before the
    others.
    """
    first = [kpi for kpi in wall_profile.of(view.profile).day if _has_limits(view, kpi)]
    signalling = [kpi for kpi, _ in signals.charts(view) if _has_limits(view, kpi)]
    others = (
        [kpi for kpi in view.topic["trends"] if _has_limits(view, kpi)]
        if view.topic and view.topic.get("trends")
        else []
    )
    return list(dict.fromkeys([*first, *signalling, *others]))


def _has_limits(view: View, kpi: str) -> bool:
    trend = view.trend(kpi)
    if trend is None or not trend.mean or trend.step != "week" or trend.is_between:
        return False
    return len(trend.points) >= WEEKS // 2


def _weekly(view: View, kpi: str, w: float, h: float) -> Component:
    trend = view.trend(kpi)
    assert trend is not None
    known = [point for point in trend.points if point is not None]
    unit = view.kpi(kpi).unit
    last = numbers.text(known[-1], unit, view.lang) if known else "—"
    said = beyond(view, trend)
    signals_now = bool(said)
    mark = [html.Span(className="special-mark")] if signals_now else []
    said = said or view.text("room.within", n=min(WEEKS, len(trend.points)))
    return html.Div(
        [
            html.Div(
                [
                    html.Span(view.title(kpi), className="day-title"),
                    html.Span(
                        view.text(f"room.last_{trend.step}", value=last), className="day-beside"
                    ),
                ],
                className="day-line",
            ),
            html.Div(
                [*mark, html.Span(said)],
                className="week-said",
                **attributes.data(signals="yes" if signals_now else ""),
            ),
            _limits(view, kpi, trend, w, h, WEEKS),
        ],
        className="week-card",
    )


def _limits(view: View, kpi: str, trend: Trend, w: float, h: float, most: int) -> Component:
    """The last points of a control chart within their limits; those of the last point as numbers at
    the side.
    """
    first = max(0, len(trend.points) - most)
    points = trend.points[first:]
    lines = [trend.line(n) for n in range(first, len(trend.points))]
    known = [point for point in points if point is not None]
    last = next((line for line in reversed(lines) if line is not None), None)
    if last is None or not known:
        return drawing.picture(w, h, "")
    plot_w, ground = w - SIDE_W, h - 36
    edges = [
        edge for line in lines if line for edge in (line.upper, line.lower) if edge is not None
    ]
    top, low = max([*edges, *known]), min([*edges, *known])
    spread = (top - low) or 1.0

    def y(value: float) -> float:
        return 8 + (ground - 16) * (top - value) / spread

    def x(n: int) -> float:
        return 8 + (plot_w - 16) * n / max(1, len(points) - 1)

    drawn = [(x(n), line) for n, line in enumerate(lines) if line is not None]
    upper = [(at, y(line.upper if line.upper is not None else top)) for at, line in drawn]
    lower = [(at, y(line.lower if line.lower is not None else low)) for at, line in drawn]
    inner = drawing.area(upper, lower, "band")
    inner += drawing.line([(at, y(line.mean)) for at, line in drawn], "mean")
    through = [(x(n), y(value)) for n, value in enumerate(points) if value is not None]
    inner += drawing.line(through, "control")
    for n, value in enumerate(points):
        if value is None:
            continue
        kind = _kind(view, kpi, trend, first + n)
        if kind == "improvement":
            inner += drawing.dot(x(n), y(value), 7, "signal-point is-improvement")
        elif kind:
            inner += drawing.diamond(x(n), y(value), 9, f"signal-point is-{kind}")
        else:
            inner += drawing.dot(x(n), y(value), 3.5, "control-dot")
    inner += _sides(view, kpi, last, w, y)
    inner += _dates(view, trend, trend.days[first:], x, h, is_year=most > WEEKS)
    return drawing.picture(w, h, inner, "limits")


def _kind(view: View, kpi: str, trend: Trend, point: int) -> str:
    """What a point that stands out means, each for itself; "" of one that does not."""
    kind = trend.kind(point)
    if kind and kind not in signals.QUIET:
        return kind
    side = _side(trend, point)
    if not side:
        return ""
    better = view.kpi(kpi).better
    if better == "neutral":
        return "special"
    return "improvement" if (side == "above") == (better == "up") else "concern"


def _sides(view: View, kpi: str, lines: Lines, w: float, y: Callable[[float], float]) -> str:
    """The limits' values beside their lines, moved apart where they are close."""
    unit = view.kpi(kpi).unit
    upper, lower = lines.upper, lines.lower
    middle = max(y(lines.mean) + 9, 50.0)
    above = 22.0 if upper is None else max(22.0, min(y(upper) + 9, middle - 28))
    below = middle + 28 if lower is None else max(y(lower) + 9, middle + 28)
    rows = ((upper, above, "axis"), (lines.mean, middle, "strong"), (lower, below, "axis"))
    found = ""
    for value, place, weight in rows:
        if value is not None:
            text = numbers.figure(value, unit, view.lang).text.replace("\u00a0", "")
            found += drawing.words(w, place, text, weight, "end")
    return found


def _dates(
    view: View,
    trend: Trend,
    days: Sequence[date],
    x: Callable[[int], float],
    h: float,
    *,
    is_year: bool,
) -> str:
    """A few dates under a chart: months of a year or more, days of a quarter."""
    n = len(days)
    if n < 2:
        return ""
    if is_year or trend.step == "month":
        return _months(view, days, x, h)
    marks = [0, n // 2, n - 1] if x(n - 1) - x(0) >= 3 * WORD_W else [0, n - 1]
    return "".join(_date(_day(view, days[i]), x(i), x(n - 1), WORD_W, h) for i in marks)


def _months(view: View, days: Sequence[date], x: Callable[[int], float], h: float) -> str:
    """Months at an even step, each where it begins."""
    last = x(len(days) - 1)
    is_long = (days[-1] - days[0]).days > MOST_OF_A_YEAR
    word_w = WORD_W if is_long else MONTH_W
    begins = [i for i in range(1, len(days)) if days[i].month != days[i - 1].month]
    most = max(2, min(MOST_MONTHS, int((last - x(0) - word_w / 2) // word_w)))
    every = -(-len(begins) // most) or 1
    return "".join(
        _date(_month(view, days[i], is_long=is_long), x(i), last, word_w, h)
        for i in begins[::-1][::every]
    )


def _date(text: str, at: float, end: float, word_w: float, h: float) -> str:
    """A date under its point, within the picture."""
    anchor = "start" if at < word_w / 2 else "end" if at > end - word_w / 2 else "middle"
    return drawing.words(at, h - 4, text, "axis", anchor)


def _city_line(city: Share, w: float, y: Callable[[float], float]) -> str:
    return drawing.line([(0, y(city.value)), (w, y(city.value))], "middle") if city.value else ""


def _town(shares: OnTime, town: str, name: str, w: float, h: float) -> Component:
    weeks = shares.weeks.get(town, ())[-WEEKS:]
    side = shares.sides.get(town, "")
    points = []
    for n, one in enumerate(weeks):
        if one.value is not None:
            x = 4 + (w - 8) * n / max(1, len(weeks) - 1)
            points.append((x, 4 + (h - 8) * (1 - max(0.0, (one.value - 0.8) / 0.2))))
    middle = 4 + (h - 8) * (1 - max(0.0, ((shares.city.value or 1) - 0.8) / 0.2))
    inner = drawing.line([(0, middle), (w, middle)], "middle")
    inner += drawing.line(points, f"town-line is-{side or 'like'}")
    value = names.percent(shares.towns[town]).removesuffix("\u00a0%") if side else ""
    mark = {"low": "concern-mark", "high": "better-mark"}.get(side, "")
    head = [
        html.Span(name, className="multi-name"),
        *([html.Span(className=mark)] if mark else []),
        html.Span(value, className="multi-share"),
    ]
    return html.Div(
        [html.Div(head, className="multi-line"), drawing.picture(w, h, inner)],
        className="town-card",
        **attributes.data(side=side),
    )


def _day(view: View, day: date) -> str:
    return f"{day.month}月{day.day}日" if view.lang == "zh" else f"{day.day} {day:%b}"


def _month(view: View, day: date, *, is_long: bool = False) -> str:
    """A month's name; with its year where the dates are of more than one."""
    if view.lang == "zh":
        return f"{day.year}年{day.month}月" if is_long else f"{day.month}月"
    return f"{day:%b %Y}" if is_long else f"{day:%b}"
