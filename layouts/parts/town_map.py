"""The map of the towns as a picture: in their outlines where the profile has them, else as
hexagons. Coloured is only what differs from the city by more than chance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from feeds.city import outlines
from feeds.city.outlines import Outlines
from layouts.html import render as markup
from layouts.parts import drawing, hexgrid, labels
from layouts.view import View

SMALL_U = 70.0  # a hexagon so narrow has room for its name alone
NAME_U, VALUE_U = 22.0, 27.0
DESK_NAME_U = 23.5  # the least at a desk, whose picture is drawn at half its units or more
WATER_W = 34.0
HEXAGON_U = 88.0  # as wide as this, a hexagon has its words in their own size
SIDES = {"low": "is-low", "high": "is-high", "": ""}


@dataclass(frozen=True)
class Marks:
    """What the map says of the towns, by code: on which side of the city one lies ("low", "high",
    or "" where it may be chance), the value that is written where it differs, and where a press
    leads. `does` says in words what a press does.
    """

    sides: Mapping[str, str]
    values: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=dict)
    does: str = ""


def draw(view: View, marks: Marks, w: float, h: float) -> str:
    """The inner SVG of a map of so many units."""
    drawn = outlines.of(view.profile)
    if drawn is not None:
        return _late_pattern() + _outlined(view, marks, drawn, w, h)
    return _late_pattern() + _hexagons(view, marks, w, h)


def is_schematic(view: View) -> bool:
    """Whether the profile has no outlines, so that the map shows hexagons."""
    return outlines.of(view.profile) is None


def _late_pattern() -> str:
    """The hatching of a town that reports nothing."""
    return (
        '<defs><pattern id="late" width="12" height="12" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)">'
        '<rect class="late-stripe" width="6" height="12"/></pattern></defs>'
    )


def _outlined(view: View, marks: Marks, drawn: Outlines, w: float, h: float) -> str:
    """The shapes first and the words above them, because a name may reach over its border."""
    scale = min(w / drawn.width, h / drawn.height)
    left, top = (w - drawn.width * scale) / 2, (h - drawn.height * scale) / 2
    short = labels.towns(view)
    shapes, words = "", ""
    for town, rings in drawn.rings.items():
        path = "".join(
            "M" + "L".join(f"{left + x * scale:.1f} {top + y * scale:.1f}" for x, y in ring) + "Z"
            for ring in rings
        )
        shapes += _town(marks, town, short[town], _shape(view, marks, town, path))
        x, y = drawn.middle(town)
        room_w = drawn.size(town)[0] * scale
        place = left + x * scale, top + y * scale
        words += _words(view, marks, town, short[town], *place, room_w, 1.0, NAME_U)
    return shapes + words


def _hexagons(view: View, marks: Marks, w: float, h: float) -> str:
    """The hexagons as large as there is room for, and their words with them."""
    grid = hexgrid.layout(tuple(town.point for town in view.profile.towns))
    water = view.profile.water
    room_w = w - (WATER_W if water and water.side in ("east", "west") else 0)
    size = min(room_w / grid.width, h / grid.height)
    left, top = (room_w - grid.width * size) / 2, (h - grid.height * size) / 2
    if water and water.side == "west":
        left += WATER_W
    short = labels.towns(view)
    grows = max(0.8, min(2.2, size / HEXAGON_U))
    longest = max((_ems(name) for name in short.values()), default=1.0)
    least = NAME_U if view.path == "/wall" else DESK_NAME_U
    name_u = max(least, min(NAME_U * max(1.0, grows), size * 0.9 / longest))
    inner = ""
    for town, cell in zip(view.profile.town_by_code, grid.cells, strict=True):
        x, y = left + cell.x * size, top + cell.y * size
        shape = _shape(view, marks, town, _hexagon(x, y, size * 0.94))
        words = _words(view, marks, town, short[town], x, y, size * 0.9, grows, name_u)
        inner += _town(marks, town, short[town], shape + words)
    return inner + _water(view, w, h)


def _hexagon(x: float, y: float, w: float) -> str:
    r = w / 2 * hexgrid.TALL
    corners = (
        (x, y - r),
        (x + w / 2, y - r / 2),
        (x + w / 2, y + r / 2),
        (x, y + r),
        (x - w / 2, y + r / 2),
        (x - w / 2, y - r / 2),
    )
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in corners) + "Z"


def _town(marks: Marks, town: str, name: str, inner: str) -> str:
    """A town's shape, as a link where it leads somewhere."""
    link = marks.links.get(town)
    if not link:
        return inner
    said = escape(f"{name} · {marks.does}")
    return (
        f'<a class="town-link" href="{escape(link)}" data-town="{escape(town)}" '
        f'aria-label="{said}"><title>{said}</title>{inner}</a>'
    )


def _shape(view: View, marks: Marks, town: str, path: str) -> str:
    here = " is-here" if town == view.area and not view.is_city else ""
    side = SIDES[marks.sides.get(town, "")]
    name = f"town-shape {side}{here}".strip()
    shape = f'<path class="{name}" d="{path}"/>'
    if town not in view.towns_silent:
        return shape
    return shape + f'<path fill="url(#late)" d="{path}"/>'


def _words(
    view: View,
    marks: Marks,
    town: str,
    name: str,
    x: float,
    y: float,
    room_w: float,
    grows: float,
    size: float,
) -> str:
    """A town's name, and its value where it differs. A name that is too wide in its size is
    narrowed; above the hatching of a silent town it has an edge, so that it can be read.
    """
    side = marks.sides.get(town, "")
    look = "town-word is-marked" if side else "town-word"
    if town in view.towns_silent and not side:
        look = "town-word is-silent"
    squeeze = min(1.0, room_w / (size * _ems(name)))
    style = f"font-size:{size:.1f}px"
    if squeeze < 1.0:
        style += f";letter-spacing:{-0.04 * size:.1f}px"
    if not side or (grows < 1.0 and room_w < SMALL_U):
        return _text(x, y + size * 0.35, name, look, style, squeeze)
    number = f"font-size:{max(VALUE_U, VALUE_U * grows):.1f}px"
    value = _text(
        x, y + size * 1.12, marks.values.get(town, ""), f"{look} town-number", number, 1.0
    )
    return _text(x, y - size * 0.36, name, look, style, squeeze) + value


def _text(x: float, y: float, text: str, name: str, style: str, squeeze: float) -> str:
    if squeeze >= 1.0:
        shrink = ""
    else:
        place = f"translate({x:.1f} 0) scale({max(0.7, squeeze):.2f} 1) translate({-x:.1f} 0)"
        shrink = f' transform="{place}"'
    return (
        f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="middle"'
        f"{markup.styled(style)}{shrink}>{escape(text)}</text>"
    )


def _ems(name: str) -> float:
    """How wide a name is, in its own size."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.56 for c in name)


def _water(view: View, w: float, h: float) -> str:
    """The side that is a lake or a sea, as a quiet edge, where the profile says so."""
    water = view.profile.water
    if water is None:
        return ""
    name = water.name.text.of(view.lang)
    if water.side in ("east", "west"):
        x = w - 4 if water.side == "east" else 4
        anchor, beside = ("end", x - 16) if water.side == "east" else ("start", x + 16)
        line = drawing.line([(x, h * 0.35), (x, h * 0.95)], "shore")
        return line + drawing.words(beside, h - 12, name, "water-name", anchor)
    y = 4 if water.side == "north" else h - 4
    line = drawing.line([(w * 0.3, y), (w * 0.9, y)], "shore")
    return line + drawing.words(w * 0.9, y + (26 if y < 10 else -10), name, "water-name", "end")
