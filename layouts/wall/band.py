"""The band at the wall's top: what burns, what waits longest, who is out of line. An urgent alert
that nobody acknowledged takes all of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from feeds.city.words import Lang
from feeds.wall import open_work
from feeds.wall.open_work import Open
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import labels
from layouts.text import times
from layouts.view import View
from layouts.wall import names, signals
from layouts.wall.page_values import Room
from layouts.wall.signals import Alert

NAMED: Mapping[Lang, int] = {"zh": 3, "en": 2}  # as many names as there is room for
SECOND_MS = 1000


def draw(view: View, room: Room | None) -> Component:
    """The three places, or the urgent alert."""
    burning = signals.urgent(view)
    if burning:
        return _urgent(view, burning)
    places = [
        _place(view.text("room.alerts"), *_alerts(view, room), hook="alerts"),
        _place(view.text("room.longest"), *_longest(view, room)),
        _place(view.text("room.outlying"), *_outlying(view, room)),
    ]
    return html.Div(places, className="room-band")


def _place(label: str, first: list[Component], second: str, hook: str = "") -> Component:
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


def _alerts(view: View, room: Room | None) -> tuple[list[Component], str]:
    """The worst alert and how many more there are; a town that reports nothing; or that there is
    none.
    """
    found = signals.alerts(view)
    if not found:
        silent = view.towns_silent
        if room is not None and room.filling:
            calm = html.Span(view.text("room.none"), className="band-calm")
            return [calm], view.text("room.later_rules")
        if silent and room is not None and view.at:
            return _silent(view, room, silent)
        return [html.Span(view.text("room.none"), className="band-calm")], _last_alert(view, room)
    first = found[0]
    mark = html.Span(className="alarm-octagon is-acknowledged")
    value = _value(view, first)
    state = view.text(f"room.alert_{'silent' if first['silent'] else first['state']}")
    parts = [state, value] if value else [state]
    if len(found) > 1:
        parts.append(view.text("room.alerts_more", n=len(found) - 1))
    return [mark, html.Span(_said(view, first))], view.text("room.comma").join(parts)


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


def _silent(view: View, room: Room, towns: tuple[str, ...]) -> tuple[list[Component], str]:
    """Towns that report nothing, the one that was heard of longest ago first."""
    ranked = sorted(towns, key=lambda town: room.town_seen.get(town, 0))
    at = room.town_seen.get(ranked[0])
    mark = html.Span(className="late-mark")
    if at is None:
        return [mark, html.Span(view.text("room.town_never", town=view.area_name(ranked[0])))], ""
    span = times.duration((view.now_ms - at) / SECOND_MS, view.lang)
    said = view.text("room.town_silent", town=view.area_name(ranked[0]), span=span)
    since = times.moment(at, view.now_ms, view.profile.tz, view.lang)
    second = view.text("room.silent_since", moment=since)
    if len(ranked) > 1:
        second += view.text("room.comma") + view.text("room.towns_more", n=len(ranked) - 1)
    return [mark, html.Span(said)], second


def _last_alert(view: View, room: Room | None) -> str:
    over = [life.alert for life in (room.lives if room else ()) if life.alert.is_over]
    if not over:
        return view.text("room.none_today")
    last = max(over, key=lambda alert: alert.since)
    moment = times.moment(last.since, view.now_ms, view.profile.tz, view.lang)
    return view.text("room.last_over", moment=moment)


def _longest(view: View, room: Room | None) -> tuple[list[Component], str]:
    """The case that is overdue longest, and how much is overdue in all."""
    if room is None:
        return [html.Span(view.text("room.unread"), className="band-calm")], ""
    if room.filling:
        return _later(view, "room.later_open")
    if not room.work.oldest:
        return [html.Span(view.text("room.nothing_overdue"), className="band-calm")], ""
    one = room.work.oldest[0]
    days = (view.now_ms - one.opened) // open_work.DAY_MS
    first: list[Component] = [
        html.Span(f"{days}", className="band-figure"),
        html.Span(view.text("room.days"), className="band-unit"),
        html.Span(_town(view, one), className="band-name"),
        html.Span(names.case(view, one.family, one.category), className="band-name"),
    ]
    over = open_work.overdue_ms(one, view.now_ms) // open_work.DAY_MS
    second = view.text("room.overdue_all", days=over, n=room.work.overdue)
    if room.overdue_before is not None:
        second += view.text("room.overdue_before", n=room.overdue_before)
    return first, second


def _town(view: View, one: Open) -> str:
    return view.area_name(one.town)


def _outlying(view: View, room: Room | None) -> tuple[list[Component], str]:
    """The towns that do less in time than the city by more than chance."""
    if room is None:
        return [html.Span(view.text("room.unread"), className="band-calm")], ""
    if room.filling:
        return _later(view, "room.later_window")
    kpi = signals.map_kpi(view)
    shares = signals.shares(room, kpi)
    low = shares.on_side("low")
    what = names.shares(view, kpi)
    if not low:
        calm = view.text("map.alike")
        return [html.Span(calm, className="band-calm")], view.text("room.no_outlier_of", what=what)
    first: list[Component] = [
        html.Span(className="concern-mark"),
        html.Span(view.text("room.outliers", n=len(low), what=what)),
    ]
    short = labels.towns(view)
    lowest = names.with_cases(view, shares.towns[low[0]])
    named = low[: NAMED[view.lang]]
    said = [f"{short[low[0]]} {lowest}", *(short[town] for town in named[1:])]
    rest = len(low) - len(named)
    key = "room.low_more" if rest else "room.low_named"
    return first, view.text(key, names=view.text("live.comma").join(said), n=rest)


def _later(view: View, key: str) -> tuple[list[Component], str]:
    """What waits until the history is filled."""
    return [html.Span(view.text("room.later"), className="band-calm")], view.text(key)
