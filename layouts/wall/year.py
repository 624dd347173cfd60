"""The year so far in a few large figures, each with the same part of last year."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.kpis import counted
from feeds.wall import wall_profile
from layouts.html import elements as html
from layouts.view import View
from layouts.wall import figures
from layouts.wall.canvas import BASE_U
from layouts.wall.composition import YEAR_ABREAST_FROM
from layouts.wall.page_values import Room

SHARE_PART = 1.2
LABEL, LABEL_EM, LABEL_GAP, CARD_GAP = 1.27, {"zh": 2.2, "en": 3.4}, 30.0, 16.0


def draw(view: View, room: Room | None, w: float) -> Component:
    """As many figures as there is room for, at least three in a row."""
    over = view.over("year")
    named = wall_profile.of(view.profile).year
    kpis = [kpi for kpi in named if view.kpi_at(kpi)] or list(named)
    is_abreast = w >= YEAR_ABREAST_FROM
    across = len(kpis) if is_abreast else max(1, -(-len(kpis) // 2))
    is_filling = bool(room and room.filling)
    # In one row a share is given more room, because its cases and its target stand under it.
    parts = [SHARE_PART if view.kpi(kpi).unit == "share" else 1.0 for kpi in kpis]
    if not is_abreast:
        parts = [1.0] * across
    label_u = LABEL_EM[view.lang] * LABEL * BASE_U
    part = (w - label_u - LABEL_GAP - CARD_GAP * (across - 1)) / sum(parts)
    cards = [
        _card(over, kpi, part * parts[n % across], is_filling=is_filling)
        for n, kpi in enumerate(kpis)
    ]
    label = html.Span(view.text("room.year_so_far"), className="year-label")
    columns = " ".join(f"minmax(0, {one:g}fr)" for one in parts)
    grid = html.Div(cards, className="year-cards", style={"gridTemplateColumns": columns})
    return html.Div([label, grid], className="room-year")


def _card(view: View, kpi: str, w: float, *, is_filling: bool) -> Component:
    title = html.Span([view.title(kpi), *_unit(view, kpi)], className="year-title")
    if is_filling:
        return html.Div(
            [
                title,
                html.Span("—", className="year-missing"),
                html.Span(view.text("room.later"), className="year-beside"),
            ],
            className="year-card",
        )
    beside = html.Span(figures.beside(view, kpi, w), className="year-beside")
    return html.Div([title, figures.number(view, kpi), beside], className="year-card")


def _unit(view: View, kpi: str) -> list[str]:
    """What is counted, in Chinese, which says it in one character; English titles say it."""
    word = counted.word(kpi, 0, view.lang)
    if view.lang != "zh" or view.kpi(kpi).unit != "count" or not word:
        return []
    return [f"（{word}）"]
