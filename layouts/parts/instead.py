"""What a page says in place of its figures: that nothing was ever received, or that the history is
being filled. A page that says it is read again soon.
"""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.html import attributes
from layouts.html import elements as html
from layouts.text import times
from layouts.view import View

AGAIN_S = 10


def page(view: View, *, is_titled: bool = False) -> Component:
    """The whole content of a page that has no figures to show; beneath its title where it has
    one.
    """
    parts = [opening(view, is_titled=is_titled), _then(view)]
    return html.Div(parts, className="overview", **attributes.data(again=str(AGAIN_S)))


def opening(view: View, *, is_titled: bool = False) -> Component:
    """The sentence, and of what place and moment it is."""
    mood = "partly" if view.without_figures == "filling" else "attention"
    sentence = view.text(f"overview.{view.without_figures}")
    said = html.H2 if is_titled else html.H1
    return html.Div(
        [said(sentence, className="sentence"), html.P(scope(view), className="scope")],
        className=f"opening opening--{mood}",
    )


def scope(view: View) -> Component:
    """The area, the period and the newest event that a page is of."""
    moment = (
        "—" if view.at is None else times.moment(view.at, view.now_ms, view.profile.tz, view.lang)
    )
    period = view.text(f"period.{view.period}")
    said = view.text("overview.scope", area=view.area_name(), period=period, moment=moment)
    return html.Span(said)


def _then(view: View) -> Component:
    """What to do, or what to wait for."""
    if view.without_figures == "filling":
        return html.Div(html.P(view.text("overview.filling_help")), className="loading")
    lines = [
        html.P(view.text("room.empty_then"), className="loading-what"),
        html.P(view.text("room.empty_where")),
        html.P(view.text("room.empty_privacy")),
    ]
    return html.Div(lines, className="loading")
