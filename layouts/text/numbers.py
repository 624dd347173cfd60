"""The format of a figure: digits and unit by language, and signed changes.

assets/live/format.js repeats this module: docs/reference/dom.md has the rules,
tests/layouts/text/number_cases.json the cases. All rounding is half up, floor(x + 0.5), so that
both round alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from feeds.city.words import Lang
from feeds.kpis import Unit

MINUS, SPACE, EN_SPACE, WAN = "\u2212", "\u00a0", "\u2002", 10_000


class Figure(NamedTuple):
    """The digits and the unit of one value, as two texts because they are set in two sizes."""

    digits: str
    unit: str

    @property
    def text(self) -> str:
        """Both in one line: Chinese scale words and signs follow at once, other units after a
        space.
        """
        if not self.unit:
            return self.digits
        return f"{self.digits}{'' if self.unit in _CLOSE else SPACE}{self.unit}"


_CLOSE = frozenset(("万", "亿", "元", "万元", "亿元", "k", "M", "B"))
_SCALES: dict[Lang, tuple[tuple[float, str, int], ...]] = {
    "zh": ((1, "", 10_000), (1e4, "万", 10_000), (1e8, "亿", 0)),
    "en": ((1, "", 10_000), (1e3, "k", 1000), (1e6, "M", 1000), (1e9, "B", 0)),
}


def figure(value: float, unit: Unit, lang: Lang) -> Figure:
    """The figure of a value by its KPI's unit; see the module's table."""
    sign, v = MINUS if value < 0 else "", abs(value)
    match unit:
        case "count":
            digits, scale = _scaled(v, lang)
        case "yuan":
            digits, scale = _yuan(v, lang)
        case "share":
            digits, scale = _share(v), "%"
        case "hours":
            digits, scale = _hours(v, lang)
        case "days":
            digits, scale = _tenths(v, lang), "天" if lang == "zh" else "days"
    return Figure(sign + digits, scale)


def beside(value: float, target: float | None, unit: Unit, lang: Lang) -> Figure:
    """The figure beside its target: with more decimals where it would read like the target, though
    it isn't there.
    """
    found = figure(value, unit, lang)
    if target is None or value == target or found != figure(target, unit, lang):
        return found
    if unit in ("count", "yuan"):
        return found
    is_minutes = unit == "hours" and rounded(abs(value) * 60) < 60
    scale, least = (100, 2) if unit == "share" else (60, 1) if is_minutes else (1, 1)
    for decimals in range(least, 5):
        digits = _fixed(abs(value) * scale, decimals)
        if digits != _fixed(abs(target) * scale, decimals):
            return Figure((MINUS if value < 0 else "") + digits, found.unit)
    return found


def from_target(value: float, target: float, unit: Unit, lang: Lang) -> str:
    """How far a figure is from its target, signed; never nothing while it is not there."""
    difference = value - target
    if unit == "share":
        found, scale = change(difference, unit, lang), 100
        word = "个百分点" if lang == "zh" else "pts"
    else:
        rough = figure(difference, unit, lang)
        is_minutes = unit == "hours" and rounded(abs(difference) * 60) < 60
        found, scale, word = rough.text, 60 if is_minutes else 1, rough.unit
        found = f"+{found}" if difference > 0 else found
    if not difference or any(digit in found for digit in "123456789"):
        return found
    for decimals in range(1, 5):
        digits = _fixed(abs(difference) * scale, decimals)
        if float(digits):
            return f"{MINUS if difference < 0 else '+'}{digits}{SPACE}{word}"
    return found


def cases(n: float | None, of: float | None, lang: Lang) -> str:
    """The cases behind a share, in whole numbers: 441/447."""
    if n is None or of is None:
        return ""
    return f"{whole(n, lang)}/{whole(of, lang)}"


def whole(n: float, lang: Lang) -> str:
    """A number of cases, never shortened."""
    return _grouped(rounded(n), lang)


def text(value: float, unit: Unit, lang: Lang) -> str:
    """The figure in one line, for sentences, tables and charts."""
    return figure(value, unit, lang).text


def tick(value: float) -> str:
    """A round number of an axis in Chinese, as short as it is exact: 1.5万."""
    scale, word = (1e8, "亿") if value >= 1e8 else (WAN, "万") if value >= WAN else (1, "")
    return f"{value / scale:.6g}{word}"


def change(difference: float, unit: Unit, lang: Lang) -> str:
    """A signed change: points for a share, per cent for everything else."""
    v = abs(difference)
    if rounded(v * 1000) == 0:
        return "持平" if lang == "zh" else "no change"
    sign = MINUS if difference < 0 else "+"
    if unit == "share":
        return f"{sign}{_fixed(v * 100, 1)}{SPACE}{'个百分点' if lang == 'zh' else 'pts'}"
    digits = _fixed(v * 100, 1) if rounded(v * 1000) < 10_000 else _grouped(rounded(v * 100), lang)
    return f"{sign}{digits}{SPACE}%"


def rounded(x: float) -> int:
    """Half up, as the browser can repeat it."""
    return math.floor(x + 0.5)


def _scaled(v: float, lang: Lang) -> tuple[str, str]:
    divisor, word = next(
        (d, w) for d, w, limit in _SCALES[lang] if not limit or rounded(v / d) < limit
    )
    if divisor == 1:
        return _grouped(rounded(v), lang), word
    x = v / divisor
    if rounded(x * 100) < 1000:
        return _fixed(x, 2), word
    return (_fixed(x, 1) if rounded(x * 10) < 10_000 else _grouped(rounded(x), lang)), word


def _yuan(v: float, lang: Lang) -> tuple[str, str]:
    digits, scale = _scaled(v, lang)
    return (digits, f"{scale}元") if lang == "zh" else (f"¥{digits}", scale)


def _share(v: float) -> str:
    if v in (0, 1):
        return "100" if v else "0"
    tenths = max(rounded(v * 1000), 1)
    tenths = min(tenths, 999) if v < 1 else tenths
    return f"{tenths // 10}.{tenths % 10}"


def _hours(v: float, lang: Lang) -> tuple[str, str]:
    minutes = rounded(v * 60)
    if minutes < 60:
        return str(minutes), "分钟" if lang == "zh" else "min"
    return _tenths(v, lang), "小时" if lang == "zh" else "h"


def _tenths(v: float, lang: Lang) -> str:
    return _fixed(v, 1) if rounded(v * 10) < 1000 else _grouped(rounded(v), lang)


def _fixed(x: float, decimals: int) -> str:
    q = rounded(x * 10**decimals)
    return f"{q // 10**decimals}.{q % 10**decimals:0{decimals}d}"


def _grouped(n: int, lang: Lang) -> str:
    return str(n) if lang == "zh" else f"{n:,}"


def listed(n: Sequence[int]) -> str:
    """Numbers of things in a row: 1,4 or 2–5."""
    return f"{n[0]}–{n[-1]}" if len(n) > 2 and n[-1] - n[0] == len(n) - 1 else ",".join(map(str, n))
