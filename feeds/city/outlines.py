"""The outlines of a city's towns from a GeoJSON file that its profile names: WGS 84, each feature
with its town's `code` in the properties.

They are projected to a plane, simplified for drawing, and scaled to a width of 1000. A file that
can't be used stops the start, and the message names file, feature and what to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from feeds.city import words
from feeds.city.profile import Profile, Section
from feeds.city.words import Text, Worded

Point = tuple[float, float]
Ring = tuple[Point, ...]
WIDTH = 1000.0
TOLERANCE = 1.5  # how far a simplified line may be from the true one, of that width
FEWEST_POINTS = 4  # of a ring, whose last point is its first
MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Outlines:
    """The rings of each town, and the size of the picture that they are in."""

    rings: Mapping[str, tuple[Ring, ...]]
    width: float
    height: float

    def middle(self, town: str) -> Point:
        """A point inside a town's largest ring for its name: the centre of its area, or the middle
        of its widest place where that lies outside.
        """
        ring = max(self.rings[town], key=_area)
        centre = _centre(ring)
        return centre if _holds(ring, centre) else _widest(ring)

    def size(self, town: str) -> Point:
        """How wide and high a town's largest ring is."""
        ring = max(self.rings[town], key=_area)
        xs, ys = zip(*ring, strict=True)
        return max(xs) - min(xs), max(ys) - min(ys)


def of(profile: Profile) -> Outlines | None:
    """The outlines that a profile names; None where it names none."""
    name = profile.section(OUTLINES)
    return _read(_path(name, profile), tuple(profile.town_by_code)) if name else None


def _check(name: str, profile: Profile) -> None:
    if name:
        _read(_path(name, profile), tuple(profile.town_by_code))


OUTLINES = Section("outlines", str, "", _check)


def _path(name: str, profile: Profile) -> str:
    """A relative name is beside the profile."""
    return str(Path(profile.folder) / name)


@lru_cache(maxsize=8)
def _read(name: str, towns: tuple[str, ...]) -> Outlines:
    """Raises ValueError with file, feature and what to do."""
    path, where = Path(name), f"outlines: {name}"
    if not path.is_file():
        said = Text(
            "没有这个文件；请写城市配置旁的 GeoJSON 文件",
            "no such file; name a GeoJSON file beside the profile",
        )
        raise Worded(words.at(where, said))
    if path.stat().st_size > MOST_BYTES:
        said = Text(
            "超过 50 MB；请先简化，例如用 mapshaper",
            "more than 50 MB; simplify it, for instance by mapshaper",
        )
        raise Worded(words.at(where, said))
    try:
        content = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        said = Text(
            f"不是 JSON（{error}）；请导出为 GeoJSON", f"is no JSON ({error}); export it as GeoJSON"
        )
        raise Worded(words.at(where, said)) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        said = Text(
            "不是 FeatureCollection；请把各镇（街道）导出到一个 GeoJSON 文件",
            "is no FeatureCollection; export all towns into one GeoJSON file",
        )
        raise Worded(words.at(where, said))
    found: dict[str, list[list[Point]]] = {}
    for number, feature in enumerate(features, 1):
        code = _code(name, number, feature, towns)
        if code:
            found.setdefault(code, []).extend(_rings(name, number, feature))
    missing = [town for town in towns if town not in found]
    if missing:
        said = Text(
            f"没有代码为 {missing[0]!r} 的图形；配置里每个镇（街道）都要有",
            f"no feature has the code {missing[0]!r}; every town of the profile needs one",
        )
        raise Worded(words.at(where, said))
    return _scaled(found)


def _code(name: str, number: int, feature: Any, towns: Sequence[str]) -> str:
    """The town of a feature; "" of one that is no town of the profile, as a lake or a
    neighbour.
    """
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    if code is None:
        said = Text(
            "properties 里没有 code；请写上配置里的镇（街道）代码",
            "has no code in its properties; write the town's code of the profile there",
        )
        raise Worded(words.at(f"outlines: {name}: feature {number}", said))
    return str(code) if str(code) in towns else ""


def _rings(name: str, number: int, feature: Mapping[str, Any]) -> list[list[Point]]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    where = f"outlines: {name}: feature {number}"
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        said = Text(
            f"是 {kind}；镇（街道）须为 Polygon 或 MultiPolygon",
            f"is a {kind}; a town has to be a Polygon or a MultiPolygon",
        )
        raise Worded(words.at(where, said))
    whole = geometry.get("coordinates")
    polygons: Any = whole if kind == "MultiPolygon" else [whole]
    try:
        rings = [[(float(p[0]), float(p[1])) for p in ring] for one in polygons for ring in one]
    except (TypeError, ValueError, IndexError) as error:
        said = Text(
            "坐标里有不是数的；请重新导出",
            "has coordinates that are no numbers; export it again",
        )
        raise Worded(words.at(where, said)) from error
    for ring in rings:
        if len(ring) < FEWEST_POINTS:
            said = Text(
                f"有一圈只有 {len(ring)} 个点；至少要四个",
                f"has a ring of {len(ring)} points; a ring needs four",
            )
            raise Worded(words.at(where, said))
        for lon, lat in ring:
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                said = Text(
                    f"({lon:g}, {lat:g}) 不是经纬度；请以 WGS 84 导出",
                    f"({lon:g}, {lat:g}) is no longitude and latitude; export it in WGS 84",
                )
                raise Worded(words.at(where, said))
    return rings


def _scaled(found: Mapping[str, list[list[Point]]]) -> Outlines:
    """Projected so that both directions are alike at the city's latitude, and simplified."""
    every = [point for rings in found.values() for ring in rings for point in ring]
    squeeze = math.cos(math.radians(sum(lat for _, lat in every) / len(every)))
    plane = {
        code: [[(lon * squeeze, -lat) for lon, lat in ring] for ring in rings]
        for code, rings in found.items()
    }
    xs = [x for rings in plane.values() for ring in rings for x, _ in ring]
    ys = [y for rings in plane.values() for ring in rings for _, y in ring]
    left, top = min(xs), min(ys)
    scale = WIDTH / ((max(xs) - left) or 1.0)
    rings = {
        code: tuple(
            _simplified([((x - left) * scale, (y - top) * scale) for x, y in ring]) for ring in its
        )
        for code, its in plane.items()
    }
    return Outlines(rings, WIDTH, (max(ys) - top) * scale)


def _simplified(ring: Sequence[Point]) -> Ring:
    """The ring without the points that a line through its neighbours nearly meets (Douglas and
    Peucker). It is cut at its two ends from left to right, which neighbours' rings share more often
    than their first points.
    """
    points = list(ring[:-1]) if ring[0] == ring[-1] else list(ring)
    first = min(range(len(points)), key=points.__getitem__)
    points = points[first:] + points[:first]
    far = max(range(len(points)), key=lambda i: math.dist(points[0], points[i]))
    there = _line(points[: far + 1])
    back = _line([*points[far:], points[0]])
    return (*there, *back[1:])


def _line(points: list[Point]) -> list[Point]:
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        a, b = spans.pop()
        if b - a < 2:
            continue
        far = max(range(a + 1, b), key=lambda i: _away(points[i], points[a], points[b]))
        if _away(points[far], points[a], points[b]) > TOLERANCE:
            keep.add(far)
            spans += [(a, far), (far, b)]
    return [points[i] for i in sorted(keep)]


def _away(point: Point, a: Point, b: Point) -> float:
    """How far a point is from the line through two others."""
    length = math.dist(a, b)
    if not length:
        return math.dist(point, a)
    across = (b[0] - a[0]) * (a[1] - point[1]) - (a[0] - point[0]) * (b[1] - a[1])
    return abs(across) / length


def _pairs(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def _area(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in _pairs(ring))) / 2


def _centre(ring: Ring) -> Point:
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in _pairs(ring))
    if not twice:
        return ring[0]
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in _pairs(ring)) / (3 * twice)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in _pairs(ring)) / (3 * twice)
    return x, y


def _holds(ring: Ring, point: Point) -> bool:
    x, y = point
    crossings = [
        a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in _pairs(ring)
        if (a[1] > y) != (b[1] > y)
    ]
    return sum(at > x for at in crossings) % 2 == 1


def _widest(ring: Ring) -> Point:
    """The middle of the widest place, of some lines across the ring."""
    ys = [y for _, y in ring]
    best = (0.0, ring[0])
    for n in range(1, 12):
        y = min(ys) + (max(ys) - min(ys)) * n / 12
        across = sorted(
            a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
            for a, b in _pairs(ring)
            if (a[1] > y) != (b[1] > y)
        )
        for left, right in zip(across[::2], across[1::2], strict=False):
            if right - left > best[0]:
                best = right - left, ((left + right) / 2, y)
    return best[1]
