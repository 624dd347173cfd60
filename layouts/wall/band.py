"""The band at the wall's top: what burns, what waits longest, who is out of line. An urgent alert
that nobody acknowledged takes all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from feeds.wall import open_work
from feeds.wall.on_time import OnTime
from feeds.wall.open_work import Open
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import labels
from layouts.text import times
from layouts.view import View
from layouts.wall import fitting, names, signals
from layouts.wall.canvas import BASE_U, Area
from layouts.wall.composition import BAND
from layouts.wall.page_values import Room
from layouts.wall.signals import Alert

# How wide the three places are to each other, and while an alert fires; what of each is its label
# and its edges.
PLACES, PLACES_FIRING = (0.85, 1.47, 1.53), (1.4, 1.25, 1.2)
LABEL_EM, EDGE_U = {"zh": 2.1, "en": 4.1}, 48.0
STACKED_FIRST, STACKED_GAP = 0.78, 24.0  # of a band whose places stand below each other
DAYS_SIZE, DAYS_GAP, NAME_GAP, MARK_U = 2.05, 34.0, 26.0, 37.0
NAMED = 3
SECOND_MS = 1000


@dataclass(frozen=True)
class _Said:
    """What a place says: large, as wide as that is, and below it, or beside it where the places
    stand below each other, the first of several wordings that fits.
    """

    first: list[Component]
    first_u: float
    second: Sequence[str]


def draw(view: View, room: Room | None, at: Area) -> Component:
    """The three places, or the urgent alert."""
    burning = signals.urgent(view)
    if burning:
        return _urgent(view, burning)
    beside = LABEL_EM[view.lang] * BASE_U + EDGE_U
    is_stacked = at.h > BAND
    widths = PLACES_FIRING if signals.alerts(view) else PLACES
    parts = (sum(widths),) * len(widths) if is_stacked else widths
    places = []
    for (label, say, hook), part in zip(SAYS, parts, strict=True):
        w = at.w * part / sum(widths) - beside
        said = say(view, room, w * STACKED_FIRST if is_stacked else w)
        left = w - said.first_u - STACKED_GAP if is_stacked else w
        second = fitting.first(said.second, left)
        places.append(_place(view.text(f"room.{label}"), said.first, second, hook))
    columns = " ".join(f"minmax(0, {width}fr)" for width in widths)
    style: dict[str, Any] = {} if is_stacked else {"style": {"gridTemplateColumns": columns}}
    return html.Div(places, className="room-band", **style)


def _place(label: str, first: list[Component], second: str, hook: str) -> Component:
    said = [html.Div(first, className="band-first"), html.Div(second, className="band-second")]
    hooks = attributes.data(band=hook) if hook else {}
    return html.Div(
        [html.Span(label, className="band-label"), html.Div(said, className="band-said", **hooks)],
        className="band-place",
    )


def _urgent(view: View, one: Alert) -> Component:
    since = times.lasting((view.now_ms - int(one["fired"])) / SECOND_MS, view.lang)
    hooks = attributes.data(since=str(one["fired"]), alert=str(one["id"]))
    return html.Div(
        [
            html.Span(className="alarm-octagon"),
            html.Span(_said(view, one), className="urgent-what"),
            html.Span(_value(view, one), className="urgent-value"),
            html.Div(
                [
                    html.Span(view.text("room.unacknowledged"), className="urgent-word"),
                    html.Span(view.text("room.for", span=since), className="urgent-since", **hooks),
                ],
                className="urgent-last",
            ),
        ],
        className="room-urgent",
        role="alert",
    )


def _alerts(view: View, room: Room | None, w: float) -> _Said:
    """The worst alert and how many more there are; a town that reports nothing; or that there is
    none.
    """
    found = signals.alerts(view)
    if not found:
        silent = view.towns_silent
        if room is not None and room.filling:
            return _calm(view.text("room.none"), view.text("room.later_rules"))
        if silent and room is not None and view.at:
            return _silent(view, room, silent, w)
        return _calm(view.text("room.none"), _last_alert(view, room))
    first = found[0]
    mark = html.Span(className="alarm-octagon is-acknowledged")
    value = _value(view, first)
    state = view.text(f"room.alert_{'silent' if first['silent'] else first['state']}")
    parts = [state, value] if value else [state]
    if len(found) > 1:
        parts.append(view.text("room.alerts_more", n=len(found) - 1))
    second = [view.text("room.comma").join(said) for said in (parts, [parts[0], *parts[2:]])]
    heads = [_said(view, first)]
    if first.get("area") == view.area:  # whose wall it is
        heads.append(first["title"][_side(view)])
    return _marked(mark, heads, w, second)


def _side(view: View) -> int:
    """Which of the two words of an alert is the view's."""
    return 0 if view.lang == "zh" else 1


def _value(view: View, one: Alert) -> str:
    """The value alone: the turn beside it has the limit. An older build published no such text."""
    return str((one.get("value") or one["said"])[_side(view)])


def _said(view: View, one: Alert) -> str:
    """Where an alert fires, and what it says."""
    side = _side(view)
    return view.text("live.alert_of", place=one["place"][side], title=one["title"][side])


def _silent(view: View, room: Room, towns: tuple[str, ...], w: float) -> _Said:
    """Towns that report nothing, the one that was heard of longest ago first."""
    ranked = sorted(towns, key=lambda town: room.town_seen.get(town, 0))
    at = room.town_seen.get(ranked[0])
    mark = html.Span(className="late-mark")
    if at is None:
        return _marked(
            mark, [view.text("room.town_never", town=view.area_name(ranked[0]))], w, [""]
        )
    span = times.duration((view.now_ms - at) / SECOND_MS, view.lang)
    said = view.text("room.town_silent", town=view.area_name(ranked[0]), span=span)
    since = times.moment(at, view.now_ms, view.profile.tz, view.lang)
    second = view.text("room.silent_since", moment=since)
    if len(ranked) > 1:
        second += view.text("room.comma") + view.text("room.towns_more", n=len(ranked) - 1)
    return _marked(mark, [said], w, [second])


def _last_alert(view: View, room: Room | None) -> str:
    over = [life.alert for life in (room.lives if room else ()) if life.alert.is_over]
    if not over:
        return view.text("room.none_today")
    last = max(over, key=lambda alert: alert.since)
    moment = times.moment(last.since, view.now_ms, view.profile.tz, view.lang)
    return view.text("room.last_over", moment=moment)


def _longest(view: View, room: Room | None, w: float) -> _Said:
    """The case that is overdue longest, and how much is overdue in all: as much of it as there is
    room for.
    """
    if room is None:
        return _calm(view.text("room.unread"), "")
    if room.filling:
        return _later(view, "room.later_open")
    if not room.work.oldest:
        return _calm(view.text("room.nothing_overdue"), "")
    one = room.work.oldest[0]
    days = (view.now_ms - one.opened) // open_work.DAY_MS
    unit, town = view.text("room.days"), _town(view, one)
    left = w - fitting.width(f"{days}", DAYS_SIZE) - fitting.width(unit) - DAYS_GAP
    left -= fitting.width(town, fitting.LEAD) + NAME_GAP
    about = fitting.first([*names.of_case(view, one.family, one.category), ""], left, fitting.LEAD)
    first: list[Component] = [
        html.Span(f"{days}", className="band-figure"),
        html.Span(unit, className="band-unit"),
        html.Span(town, className="band-name"),
        html.Span(about, className="band-name"),
    ]
    over = open_work.overdue_ms(one, view.now_ms) // open_work.DAY_MS
    second = [view.text("room.overdue_all", days=over, n=room.work.overdue)]
    if room.overdue_before is not None:
        before = view.text("room.overdue_before", n=room.overdue_before)
        second.insert(0, second[0] + before)
    return _Said(first, w - left + fitting.width(about, fitting.LEAD), second)


def _town(view: View, one: Open) -> str:
    return view.area_name(one.town)


def _outlying(view: View, room: Room | None, w: float) -> _Said:
    """The towns that do less in time than the city by more than chance."""
    if room is None:
        return _calm(view.text("room.unread"), "")
    if room.filling:
        return _later(view, "room.later_window")
    kpi = signals.map_kpi(view)
    shares = signals.shares(view, room, kpi)
    low = shares.on_side("low")
    what = names.shares(view, kpi)
    if not low:
        alike = "map.silent" if signals.is_nobody_heard(view) else "map.alike"
        return _calm(view.text(alike), view.text("room.no_outlier_of", what=what))
    heads = [
        view.text("room.outliers", n=len(low), what=what),
        view.text("room.outliers_short", n=len(low)),
    ]
    said = [_lowest(view, shares, low, named) for named in range(min(NAMED, len(low)), 0, -1)]
    return _marked(html.Span(className="concern-mark"), heads, w, said)


def _lowest(view: View, shares: OnTime, low: list[str], named: int) -> str:
    """The lowest town with its share, so many in all by name, and how many more there are."""
    short = labels.towns(view)
    first = f"{short[low[0]]} {names.with_cases(view, shares.towns[low[0]])}"
    said = view.text("live.comma").join([first, *(short[town] for town in low[1:named])])
    rest = len(low) - named
    return view.text("room.low_more" if rest else "room.low_named", names=said, n=rest)


def _later(view: View, key: str) -> _Said:
    """What waits until the history is filled."""
    return _calm(view.text("room.later"), view.text(key))


def _calm(first: str, second: str) -> _Said:
    w = fitting.width(first, fitting.LEAD)
    return _Said([html.Span(first, className="band-calm")], w, [second])


def _marked(mark: Component, heads: Sequence[str], w: float, second: Sequence[str]) -> _Said:
    """A mark with the first of several words for it that there is room for; where there is for none
    of them, the last in smaller letters.
    """
    first = fitting.first(heads, w - MARK_U, fitting.LEAD)
    size = fitting.LEAD
    said = html.Span(first)
    if fitting.width(first, size) > w - MARK_U:
        size = fitting.LINE
        said = html.Span(html.Span(first, className="band-small"))
    return _Said([mark, said], MARK_U + fitting.width(first, size), second)


# What each place is called, who says it, and by what name the browser finds it.
SAYS = (("alerts", _alerts, "alerts"), ("longest", _longest, ""), ("outlying", _outlying, ""))
