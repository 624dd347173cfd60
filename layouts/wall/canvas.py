"""The canvas: how many units a wall is wide and high, and which of its parts no joint between
panels crosses.

A unit is 1/22 of the smallest type, so whatever is laid out in units can be read from the profile's
distance. The browser scales units to pixels by one factor for both directions, so nothing is
stretched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from feeds.wall.wall_profile import Wall
from layouts import theme

BASE_U = 22.0  # the smallest type, in units
PICTURE_U = 1080.0  # the height of a wall of one row of panels, where type may be that small
PANEL_U = 540.0  # of a panel in a splice of several rows
TOP_U, FOOT_U, GUTTER_U = 88.0, 56.0, 24.0
LEAD_U, TAIL_U = 104.0, 96.0  # of a replay
WIDE, LEAST_NEARLY = 16 / 9, 1.4
SIZE = re.compile(r"([1-9]\d{2,4})x([1-9]\d{2,4})")


@dataclass(frozen=True)
class Area:
    """A rectangle in units."""

    x: float
    y: float
    w: float
    h: float

    def crosses(self, canvas: Canvas) -> bool:
        """Whether a joint between panels runs through it."""
        across = any(self.x < at < self.x + self.w for at in canvas.joints_x)
        return across or any(self.y < at < self.y + self.h for at in canvas.joints_y)


@dataclass(frozen=True)
class Canvas:
    """The whole wall in units. `base_px` is the smallest type in pixels; `cells[column][row]` is
    what each panel offers to scenes; `lead` and `tail` are the heights of the bands above and below
    all of it that a replay is marked with.
    """

    w: float
    h: float
    across: int
    down: int
    base_px: float
    side: float
    gutter: float
    cells: tuple[tuple[Area, ...], ...]
    lead: float = 0.0
    tail: float = 0.0

    @property
    def joints_x(self) -> tuple[float, ...]:
        return tuple(self.w * n / self.across for n in range(1, self.across))

    @property
    def joints_y(self) -> tuple[float, ...]:
        return tuple(self.h * n / self.down for n in range(1, self.down))


def declared(wall: Wall, size: str = "", panels: str = "", *, replay: bool = False) -> Canvas:
    """The canvas of a profile's wall; `size` ("5760x1080") and `panels` ("3x1") stand in for what
    the profile says.

    For a replay the same picture stands between two bands, its type smaller by their part of the
    height.
    """
    found = SIZE.fullmatch(size)
    px = (int(found[1]), int(found[2])) if found else wall.size
    across, down = wall.grid
    if asked := re.fullmatch(r"([1-9])x([1-9])", panels):
        across, down = int(asked[1]), int(asked[2])
    return _canvas(
        wall,
        px,
        across,
        down,
        is_own=px == wall.size,
        bands=(LEAD_U, TAIL_U) if replay else (0.0, 0.0),
    )


def smallest_px(wall: Wall, panel_px: tuple[float, float], *, is_own: bool = True) -> float:
    """The smallest type that is legible from the wall's distance, in pixels. The profile's width is
    that of its own panel, else of one of 16:9 as high as this, or as wide where this is a little
    narrower.
    """
    width_px = panel_px[0] if is_own or is_nearly_wide(panel_px) else panel_px[1] * WIDE
    return (
        wall.distance_m
        * 1000
        / theme.DISTANCE_OF_GLYPH
        / (wall.panel_width_mm / width_px)
        / theme.GLYPH_OF_EM
    )


def is_nearly_wide(panel_px: tuple[float, float]) -> bool:
    """Whether a panel is a little narrower than 16:9 (16:10, 3:2): there the width decides how
    large type is, so that words have as much room as on 16:9, and the height is left over.
    """
    return LEAST_NEARLY <= panel_px[0] / panel_px[1] < WIDE


def _canvas(
    wall: Wall,
    px: tuple[int, int],
    across: int,
    down: int,
    *,
    is_own: bool,
    bands: tuple[float, float],
) -> Canvas:
    lead, tail = bands
    panel = (px[0] / across, px[1] / down)
    least = smallest_px(wall, panel, is_own=is_own)
    picture = PICTURE_U if down == 1 else PANEL_U * down
    high_px = panel[0] / WIDE * down if is_nearly_wide(panel) else px[1]
    # Rounded as a type size is, so that a pixel of rounding does not cost a scene its columns.
    base = max(least - 0.5, BASE_U * high_px / picture)
    smaller = 1 - (lead + tail) / (BASE_U * px[1] / base + lead + tail)
    base *= smaller
    w = BASE_U * px[0] / base
    h = BASE_U * px[1] / base
    unit = base / BASE_U
    edge = wall.margin * h * smaller / down
    beside = (
        w * (1 - smaller) / across / 2
    )  # the width that smaller type leaves over, so that nothing is composed again
    gutter = beside + max(GUTTER_U, edge) + wall.bezel_px / unit / 2
    side = beside + max(40.0, edge)
    cells = tuple(
        tuple(_cell(w, h, across, down, i, j, side, gutter, edge, bands) for j in range(down))
        for i in range(across)
    )
    return Canvas(w, h, across, down, base, side, gutter, cells, lead, tail)


def _cell(
    w: float,
    h: float,
    across: int,
    down: int,
    i: int,
    j: int,
    side: float,
    gutter: float,
    edge: float,
    bands: tuple[float, float],
) -> Area:
    left = w * i / across + (gutter if i else side)
    right = w * (i + 1) / across - (gutter if i < across - 1 else side)
    top = h * j / down + (gutter if j else bands[0] + TOP_U + 12)
    bottom = h * (j + 1) / down - (
        gutter if j < down - 1 else bands[1] + FOOT_U + max(8, edge - 12)
    )
    return Area(left, top, right - left, bottom - top)
