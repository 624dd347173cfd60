"""Colours, type scale and the one Plotly template.

assets/styles/tokens.css carries the same tokens; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layouts.view import Theme

FONT = (
    '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC",'
    '"PingFang SC","Microsoft YaHei",system-ui,sans-serif'
)
GLYPH_OF_EM = 0.92  # height of a Chinese character's face in its em square
DISTANCE_OF_GLYPH = 200  # a glyph is legible from two hundred times its height


@dataclass(frozen=True)
class Tokens:
    """One theme's colours."""

    ground: str
    surface: str
    raised: str
    hairline: str
    text: str
    secondary: str
    data: str
    concern: str
    special: str
    common: str
    before: str
    alarm: str


DARK = Tokens(
    ground="#0B1220",
    surface="#121B2D",
    raised="#1A2540",
    hairline="#26334F",
    text="#E8EEF9",
    secondary="#A9B6D0",
    data="#5AA9FF",
    concern="#FF9F43",
    special="#B794F6",
    common="#9AA7BD",
    before="#46546F",
    alarm="#FF6B6B",
)
LIGHT = Tokens(
    ground="#F6F8FC",
    surface="#FFFFFF",
    raised="#EEF2F9",
    hairline="#D5DCE9",
    text="#14203A",
    secondary="#4A5878",
    data="#0B62D6",
    concern="#9A4607",
    special="#6D28D9",
    common="#5F646D",
    before="#C3CCDC",
    alarm="#B42318",
)


def tokens(theme: Theme) -> Tokens:
    return LIGHT if theme == "light" else DARK


def faded(colour: str, opacity: float) -> str:
    """A colour (#rrggbb) that lets through what lies behind it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def template(theme: Theme, size_px: int) -> dict[str, Any]:
    """The Plotly template: transparent, hairline grid, tabular figures, one accent."""
    t = tokens(theme)
    axis = {
        "gridcolor": t.hairline,
        "linecolor": t.hairline,
        "zerolinecolor": t.hairline,
        "zerolinewidth": 1,
        "gridwidth": 1,
        "tickfont": {"color": t.secondary, "size": size_px},
        "ticks": "",
        "showline": False,
        "fixedrange": True,
    }
    layout = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": [t.data],
        "font": {"family": FONT, "size": size_px, "color": t.text},
        "xaxis": axis,
        "yaxis": axis,
        "showlegend": False,
        "hovermode": "x unified",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "hoverlabel": {
            "bgcolor": t.raised,
            "bordercolor": t.hairline,
            "font": {"color": t.text, "size": size_px},
        },
    }
    return {"layout": layout}
