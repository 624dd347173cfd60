"""A number of what a figure counts, with its word."""

from __future__ import annotations

from feeds.kpis import counted as words
from layouts.text import numbers
from layouts.view import View


def counted(view: View, kpi: str, n: float) -> str:
    """So many of what a figure counts, in whole numbers; a sum of money as money, and what is no
    case as its number alone.
    """
    if view.kpi(kpi).unit == "yuan":
        return numbers.text(n, "yuan", view.lang)
    word = words.word(kpi, n, view.lang)
    if not word:
        return numbers.text(n, "count", view.lang)
    return f"{numbers.whole(n, view.lang)}{numbers.SPACE}{word}"
