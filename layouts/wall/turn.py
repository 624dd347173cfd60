"""The pictures of the turn, the wall's right third: the map, the cases overdue longest, the alerts
of the day, the control charts that signal, one town; the urgent alert; and what had no room beside
it.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.wall import open_work
from feeds.wall.open_work import Open
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import drawing
from layouts.text import times
from layouts.view import View
from layouts.wall import (
    charts,
    day,
    fitting,
    flow,
    names,
    playlist,
    signals,
    town_map,
    urgent,
    year,
)
from layouts.wall.canvas import Area
from layouts.wall.composition import FLOW, GAP, KINDS
from layouts.wall.page_values import Room
from layouts.wall.playlist import Picture
from layouts.wall.town_map import Dashes

HEAD_U = 84.0
OLDEST_ROW, OLDEST_FOOT = 70.0, 40.0
ALERT_ROW = 116.0
MARK_U, SAID = 31.0, 1.25  # of how a town lies to the city
TOWN_HEAD_U, TOWN_TITLE_U = 240.0, 52.0  # of a town's figures, and of a title below them
WEEKS_H = (120.0, 230.0)
DASH_U = 36.0  # with its gap
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
HOURS = (0, 6, 12, 18, 24)
LIMIT_SHOWN_MS = 40 * DAY_MS


def draw(view: View, room: Room | None, picture: Picture, at: Area) -> Component:
    """One picture in the turn's place."""
    if room is None and picture.show not in ("year", "day"):
        return _whole([html.P(view.text("room.unread"), className="room-missing")])
    if room is None:
        return _whole([_extra(view, room, picture, at)])
    if room.filling and picture.show != playlist.URGENT:
        return _whole(_filling(view, room))
    match picture.show:
        case "map":
            return _whole(town_map.draw(view, room, picture.kpi, _turn(view, picture), at))
        case "oldest":
            return _whole([*_oldest_head(view, room, picture), oldest(view, room, at)])
        case "alerts":
            return _whole(_alerts(view, room, picture, at))
        case "control":
            return _whole(
                [
                    _head(view, picture, picture.title, view.text("room.control_how")),
                    charts.control(view, at),
                ]
            )
        case "town":
            return _whole(_town(view, room, picture, at))
        case "urgent":
            return _whole(urgent.draw(view, room, at))
    return _whole([_extra(view, room, picture, at)])


def oldest(view: View, room: Room, at: Area) -> Component:
    """The cases overdue longest: for how many days, what, where, and on a bar its time limit and
    what it is over it.
    """
    rows = max(1, int((at.h - HEAD_U - OLDEST_FOOT) // OLDEST_ROW))
    shown = room.work.oldest[:rows]
    if not shown:
        return html.P(view.text("room.nothing_overdue"), className="room-missing")
    longest = max(
        _limit_shown(one, view.now_ms) + open_work.overdue_ms(one, view.now_ms) for one in shown
    )
    bar_w = at.w - 112
    listed = [html.Li(_overdue(view, one, longest, bar_w)) for one in shown]
    legend = [
        html.Span([html.Span(className="key key-limit"), view.text("room.within_limit")]),
        html.Span([html.Span(className="key key-over"), view.text("room.over_limit")]),
        html.Span(view.text("room.no_more_shown"), className="legend-last"),
    ]
    return html.Div(
        [html.Ol(listed, className="oldest-list"), html.Div(legend, className="oldest-legend")],
        className="room-oldest",
    )


def oldest_block(view: View, room: Room | None, at: Area) -> Component:
    """The same as a block that is always in place."""
    title = html.H3(view.text("room.oldest"), className="room-title")
    if room is None or room.filling:
        later = view.text("room.later" if room else "room.unread")
        return html.Div([title, html.P(later, className="room-missing")], className="room-block")
    about = html.P(_oldest_said(view, room), className="room-about")
    return html.Div([title, about, oldest(view, room, at)], className="room-block")


def _overdue(view: View, one: Open, longest: int, bar_w: float) -> list[Component]:
    over = open_work.overdue_ms(one, view.now_ms)
    limit_w = bar_w * _limit_shown(one, view.now_ms) / longest
    over_w = bar_w * over / longest
    bar = drawing.box(limit_w + 2, 0, over_w - 2, 9, "bar-over")
    if _limit_ms(one, view.now_ms) <= LIMIT_SHOWN_MS:
        bar += drawing.box(0, 0, limit_w, 9, "bar-limit")
    else:
        bar += drawing.box(0, 0, limit_w * 0.4, 9, "bar-limit")
        bar += drawing.box(limit_w * 0.4 + 5, 0, limit_w * 0.6 - 5, 9, "bar-limit")
    days = over // open_work.DAY_MS
    return [
        html.Span(
            [html.Span(f"{days}"), html.Span(view.text("room.days"), className="oldest-unit")],
            className="oldest-days",
        ),
        html.Span(names.case(view, one.family, one.category), className="oldest-what"),
        html.Span(view.area_name(one.town), className="oldest-town"),
        drawing.picture(bar_w, 9, bar, "oldest-bar"),
    ]


def _limit_ms(one: Open, now_ms: int) -> int:
    """How long the case had until its due time."""
    return max(0, now_ms - one.opened - open_work.overdue_ms(one, now_ms))


def _limit_shown(one: Open, now_ms: int) -> int:
    """As much of its time limit as is drawn: a very long one has a gap."""
    return min(LIMIT_SHOWN_MS, _limit_ms(one, now_ms))


def _oldest_head(view: View, room: Room, picture: Picture) -> list[Component]:
    return [_head(view, picture, picture.title, _oldest_said(view, room))]


def _oldest_said(view: View, room: Room) -> str:
    return view.text("room.oldest_of", n=room.work.overdue, month=room.work.month_overdue)


def _alerts(view: View, room: Room, picture: Picture, at: Area) -> list[Component]:
    """Today's alerts on one scale of hours: since when, for how long, and how each stands."""
    places = max(2, int((at.h - HEAD_U - 40) // ALERT_ROW))
    lives = room.lives if len(room.lives) <= places else room.lives[: places - 1]
    standing = sum(not life.alert.is_over for life in room.lives)
    over = len(room.lives) - standing
    critical = sum(life.alert.severity == "critical" for life in room.lives)
    said = view.text("room.alerts_of", open=standing, over=over, critical=critical)
    head = _head(view, picture, picture.title, said if lives else "")
    if not lives:
        return [head, html.P(view.text("room.no_alerts"), className="room-missing")]
    axis = ""
    for hour in HOURS:
        anchor = "start" if hour == 0 else "end" if hour == 24 else "middle"
        text = view.text("room.hour_last") if hour == 24 else str(hour)
        axis += drawing.words(at.w * hour / 24, 28, text, "axis", anchor)
    rows = [urgent.of_today(view, life, at.w) for life in lives]
    rest = len(room.lives) - len(lives)
    if rest:
        rows.append(html.P(view.text("room.alerts_more", n=rest), className="room-about"))
    return [head, drawing.picture(at.w, 40, axis, "alerts-axis"), *rows]


def _town(view: View, room: Room, picture: Picture, at: Area) -> list[Component]:
    """One town over the last 28 days: what it did in time, what is overdue, its weeks, and of which
    kinds its overdue work is.
    """
    town = picture.area
    shares = signals.shares(view, room)
    share, work = shares.towns.get(town), room.town_work.get(town)
    if share is None or work is None:
        return [html.P(view.text("room.unread"), className="room-missing")]
    side = shares.sides.get(town, "")
    head = _head(view, picture, view.area_name(town), view.text("room.last_28"))
    longest = open_work.overdue_ms(work.oldest[0], view.now_ms) if work.oldest else 0
    overdue = (
        view.text("room.town_overdue", days=longest // DAY_MS)
        if work.oldest
        else view.text("room.nothing_overdue")
    )
    pair = html.Div(
        [
            _figure(
                names.percent(share),
                view.text("room.done_in_time", cases=names.cases(view, share)),
            ),
            _figure(view.text("room.n_cases", n=work.overdue), overdue),
        ],
        className="town-pair",
    )
    said = html.P(
        [
            html.Span(className=f"{_MARKS[side]}"),
            fitting.first(
                _compared(view, side, names.with_cases(view, shares.city)), at.w - MARK_U, SAID
            ),
        ],
        className="town-said",
    )
    late = [one for one in work.kinds if one.overdue][:5]
    found = [head, pair, said]
    # The weeks where there is room for them, then as many kinds as fit below.
    left = at.h - TOWN_HEAD_U - TOWN_TITLE_U
    least, most = WEEKS_H
    if left < least:
        return found
    kinds_n = max(0, min(len(late), int((left - least - TOWN_TITLE_U) // charts.KIND_ROW)))
    kinds_h = TOWN_TITLE_U + charts.KIND_ROW * kinds_n if kinds_n else 0.0
    weeks = charts.town_weeks(view, shares, town, at.w, min(most, left - kinds_h))
    found += [html.H4(view.text("room.weekly_in_time"), className="town-title"), weeks]
    if kinds_n:
        kinds = charts.late_kinds(view, late[:kinds_n], at.w)
        found += [html.H4(view.text("room.overdue_kinds"), className="town-title"), kinds]
    return found


def _compared(view: View, side: str, city: str) -> list[str]:
    """How a town lies to the city, in words, and then shorter: its mark says the rest."""
    said = [view.text(f"room.town_{side or 'like'}", city=city)]
    return [*said, view.text(f"room.town_{side}_short", city=city)] if side else said


_MARKS = {"low": "concern-mark", "high": "better-mark", "": "like-mark"}


def _figure(number: str, said: str) -> Component:
    digits, _, unit = number.partition("\u00a0")
    return html.Div(
        [
            html.Div(
                [html.Span(digits, className="town-digits"), html.Span(unit, className="town-unit")]
            ),
            html.Span(said, className="town-about"),
        ],
        className="town-figure",
    )


def _extra(view: View, room: Room | None, picture: Picture, at: Area) -> Component:
    """What had no room beside the turn."""
    if picture.show == "work":
        stack = [flow.draw(view, room, at.w), flow.kinds(view, room, at.w)]
        heights = (FLOW, KINDS)
        style = [
            {"height": f"calc({h:g} * var(--u))", "marginBottom": f"calc({GAP:g} * var(--u))"}
            for h in heights
        ]
        return html.Div(
            [html.Div(part, style=look) for part, look in zip(stack, style, strict=True)],
            className="room-work",
        )
    if picture.show == "year":
        return html.Div(year.draw(view, room, at.w), className="room-alone")
    return day.draw(view, room, at)


def _filling(view: View, room: Room) -> list[Component]:
    """How far the history is filled, and what can be read already."""
    filling = room.filling
    assert filling is not None
    whole = max(1, view.now_ms - filling.first)
    share = min(0.99, max(0.0, (filling.at - filling.first) / whole))
    tz, lang = view.profile.tz, view.lang
    first, at = (times.date(moment, tz, lang) for moment in (filling.first, filling.at))
    left = (
        view.text("room.filling_left", span=times.lasting(filling.left_s, lang))
        if filling.left_s is not None
        else ""
    )
    bar = html.Div(html.Span("", style={"width": f"{100 * share:.0f}%"}), className="filling-bar")
    has_today = any(sum(steps) for steps in room.today.values())
    waiting = ("window", "open", "before", "year", "control")
    listed = [_readable(view, "today", is_ready=has_today)]
    listed += [_readable(view, name, is_ready=False) for name in waiting]
    return [
        html.H3(view.text("room.filling"), className="room-title"),
        html.P(view.text("room.filling_from", moment=first), className="room-about"),
        html.Div(
            [
                html.Span(f"{100 * share:.0f}", className="filling-share"),
                html.Span("%", className="filling-unit"),
                html.Span(left, className="filling-left"),
            ],
            className="filling-figure",
        ),
        bar,
        html.P(view.text("room.filling_at", moment=at), className="filling-at"),
        html.H4(view.text("room.filling_what"), className="town-title"),
        html.Ul(listed, className="filling-list"),
        html.P(view.text("room.filling_zero"), className="filling-note"),
        html.P(view.text("room.filling_live"), className="room-about"),
    ]


def _readable(view: View, name: str, *, is_ready: bool) -> Component:
    state = view.text("room.readable" if is_ready else "room.readable_later")
    return html.Li(
        [html.Span(view.text(f"room.reads_{name}")), html.Span(state)],
        className="is-ready" if is_ready else "is-waiting",
    )


def _head(view: View, picture: Picture, title: str, about: str) -> Component:
    return html.Div(
        [
            html.Div(
                [html.H3(title, className="room-title"), _dashes(view, picture)],
                className="turn-line",
            ),
            html.P(about, className="room-about"),
        ],
        className="turn-head",
    )


def _dashes(view: View, picture: Picture) -> Component:
    """Where in its turn the wall is: a dash a scene."""
    return _turn(view, picture).drawn


def _turn(view: View, picture: Picture) -> Dashes:
    found = list(dict.fromkeys(one.name for one in playlist.pictures(view)))
    if len(found) < 2 or picture.name not in found:
        return Dashes(html.Span("", className="dashes"), 0.0)
    marks = [
        html.Span("", className="dash is-here" if name == picture.name else "dash")
        for name in found
    ]
    drawn = html.Span(marks, className="dashes", **attributes.aria(hidden="true"))
    return Dashes(drawn, DASH_U * len(marks) + GAP)


def _whole(parts: list[Component]) -> Component:
    return html.Div(parts, className="turn-picture")
