"""An alert as the turn shows it: the urgent one as a picture of its own, with what happened when
and what to do now; and any of today's on the scale of the day.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.alerts import alert_rules, alert_wording
from feeds.alerts.lifecycle import Alert
from feeds.city import periods
from layouts.alerts.page_values import Life
from layouts.html import elements as html
from layouts.parts import drawing
from layouts.text import times
from layouts.view import View
from layouts.wall import names, signals
from layouts.wall.canvas import Area
from layouts.wall.page_values import Room

DAY_MS = 86_400_000
SECOND_MS = 1000


def draw(view: View, room: Room, at: Area) -> list[Component]:
    """The urgent alert: its value against the limit, since when, who was told when, what to do."""
    burning = signals.urgent(view)
    life = next((one for one in room.lives if burning and one.alert.id == burning["id"]), None)
    if life is None:
        return [html.P(view.text("room.urgent_over"), className="room-missing")]
    alert = life.alert
    rule = signals.rule_of(view, alert.id, room)
    title = names.alert(view, alert.rule, alert.bound)
    place = view.area_name(alert.area)
    limit = alert_wording.condition(rule, view.profile).of(view.lang) if rule else ""
    about = view.text("room.comma").join(filter(None, (place, limit)))
    head = html.Div(
        [
            html.Div(
                [
                    html.H3(title, className="room-title"),
                    html.Span(view.text("room.turn_held"), className="turn-held"),
                ],
                className="turn-line",
            ),
            html.P(about, className="room-about"),
        ],
        className="turn-head",
    )
    return [head, *_value(view, rule, alert, at.w), _steps(view, room, life), *_to_do(view, alert)]


def of_today(view: View, life: Life, w: float) -> Component:
    """One of today's alerts: a bar over the hours it stood, what it is, and how it stands."""
    alert = life.alert
    today = periods.day_of(view.now_ms, view.profile.tz)
    start = periods.day_start_ms(today, view.profile.tz)
    end = alert.since if alert.is_over else view.now_ms
    x, x_end = (w * min(1.0, max(0.0, (at - start) / DAY_MS)) for at in (alert.fired, end))
    name = "alert-over" if alert.is_over else f"alert-{alert.severity} is-{alert.state}"
    inner = drawing.box(0, 0, w, 18, "alert-track") + drawing.box(x, 1, max(6, x_end - x), 16, name)
    title = names.alert(view, alert.rule, alert.bound)
    mark = "alert-ring" if alert.is_over else f"alarm-octagon is-{alert.severity} is-{alert.state}"
    moment = times.moment(alert.fired, view.now_ms, view.profile.tz, view.lang)
    when = view.text("room.from", moment=moment)
    if alert.is_over:
        until = times.moment(alert.since, view.now_ms, view.profile.tz, view.lang)
        span = times.span((alert.since - alert.fired) / SECOND_MS, view.lang)
        when = view.text("room.from_to", begin=moment, end=until, span=span)
    state = alert_wording.STATES[alert.state].of(view.lang)
    return html.Div(
        [
            drawing.picture(w, 18, inner, "alert-bar"),
            html.Div(
                [html.Span(className=mark), html.Span(title, className="today-what")],
                className="today-line",
            ),
            html.Div(
                [
                    html.Span(
                        f"{view.area_name(alert.area)}　{when}"
                        if view.lang == "zh"
                        else f"{view.area_name(alert.area)}, {when}"
                    ),
                    html.Span(state, className=f"today-state is-{alert.state} is-{alert.severity}"),
                ],
                className="today-about",
            ),
        ],
        className="alert-today",
    )


def _value(view: View, rule: alert_rules.AnyRule | None, alert: Alert, w: float) -> list[Component]:
    """The value as a large number, and on a bar beside its limit."""
    if rule is None or alert.value is None:
        return []
    said = alert_wording.measured(rule, alert.value, view.lang).replace("\u00a0", " ")
    digits, _, word = said.partition(" ")
    parts = [html.Span(digits, className="urgent-digits"), html.Span(word, className="urgent-unit")]
    if alert.bound is None:
        return [html.Div(parts, className="urgent-figure")]
    bound = alert_wording.measured(rule, alert.bound, view.lang)
    parts.append(html.Span(view.text("room.limit", limit=bound), className="urgent-limit"))
    found: list[Component] = [html.Div(parts, className="urgent-figure")]
    end = 1.25 * max(abs(alert.value), abs(alert.bound))
    if end <= 0 or alert.value < 0 or alert.bound < 0:
        return found
    x, limit = w * alert.value / end, w * alert.bound / end
    inner = drawing.box(0, 0, w, 16, "alert-track")
    inner += drawing.box(0, 0, min(x, limit), 16, "urgent-within")
    inner += drawing.box(min(x, limit) + 2, 0, abs(x - limit) - 2, 16, "urgent-beyond")
    inner += drawing.words(limit, 44, bound, "axis", "middle")
    return [*found, drawing.picture(w, 52, inner, "urgent-bar")]


def _steps(view: View, room: Room, life: Life) -> Component:
    """What happened when: it fired, who was told, who acknowledged it."""
    alert = life.alert
    steps: list[tuple[int, str, str]] = [(alert.fired, view.text("room.fired"), "")]
    steps += [(told.at, view.text("room.told"), told.hook) for told in room.told.get(alert.id, ())]
    if life.acknowledged_at:
        steps.append((life.acknowledged_at, view.text("room.acknowledged"), life.acknowledged_by))
    steps.sort(key=lambda step: step[0])
    rows = [
        html.Li(
            [
                html.Span(
                    times.moment(at, view.now_ms, view.profile.tz, view.lang), className="step-at"
                ),
                html.Span(what, className="step-what"),
                html.Span(who, className="step-who"),
            ]
        )
        for at, what, who in steps
    ]
    if not life.acknowledged_at:
        since = times.duration((view.now_ms - alert.fired) / SECOND_MS, view.lang)
        waits = view.text("room.not_acknowledged", span=since)
        rows.append(
            html.Li([html.Span("", className="step-at"), html.Span(waits)], className="is-open")
        )
    return html.Ol(rows, className="urgent-steps")


def _to_do(view: View, alert: Alert) -> list[Component]:
    place = view.area_name(alert.area)
    items = [
        html.Li(view.text("room.do_handle", place=place)),
        html.Li(view.text("room.do_acknowledge")),
    ]
    others = len(signals.alerts(view)) - 1
    more = (
        [html.P(view.text("room.other_alerts", n=others), className="room-about")]
        if others > 0
        else []
    )
    return [
        html.H4(view.text("room.to_do"), className="town-title"),
        html.Ol(items, className="urgent-todo"),
        *more,
    ]
