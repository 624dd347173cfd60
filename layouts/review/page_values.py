"""The page data of /review, and how its numbers are written. The values come from
feeds/review/review_values.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from feeds.kpis import Unit
from feeds.review.review_values import Figure, Reading, Review, TownReading
from layouts.parts import remarks, tables
from layouts.text import times
from layouts.view import View


class ReviewPage(NamedTuple):
    """The review that is shown (None: the history holds no whole quarter), and the quarters there
    are, the newest first.
    """

    review: Review | None
    quarters: tuple[str, ...]


def title(quarter: str, view: View) -> str:
    """2026Q3 as words."""
    return view.text("review.quarter", year=quarter[:4], n=quarter[5])


def figure(view: View, kpi: str) -> Figure | None:
    """A figure of the review that is shown."""
    found: ReviewPage | None = view.page_data.get("review")
    return found.review.figure(kpi) if found and found.review else None


def remarked(view: View, figure: Figure) -> list[remarks.Mark]:
    """The remarks on a figure, the city's and its towns', which its charts compare."""
    found: ReviewPage | None = view.page_data.get("review")
    return (
        [remarks.Mark(*one) for one in found.review.remarked(figure.kpi)]
        if found and found.review
        else []
    )


def names(view: View) -> dict[str, str]:
    """Area code → what it is called: city, towns, and areas nobody knows."""
    return {code: view.area_name(code) for code in (*view.profile.areas, "unknown")}


def whole_words(view: View, lacking: Sequence[str], count: int) -> str:
    """How many areas' data are whole; those that are not by their names, unless it is all of
    them.
    """
    key = "all_whole" if not lacking else "none_whole" if len(lacking) == count else "lacking"
    return view.text(f"review.{key}", towns=view.text("review.comma").join(lacking), n=count)


def number(view: View, value: float | None, unit: Unit) -> str:
    return tables.cell(view, value, unit)


def reading(view: View, one: Reading, unit: Unit) -> str:
    """A value; of a share with what it was made of."""
    text = number(view, one.value, unit)
    if one.of is None or one.n is None or unit != "share":
        return text
    return view.text(
        "review.n_of", value=text, n=number(view, one.n, "count"), of=number(view, one.of, "count")
    )


def exact(one: Reading, unit: Unit) -> str:
    """A value unrounded, where values must be distinguished: a share with its two parts."""
    if one.value is None:
        return "—"
    if unit == "share":
        parts = "" if one.n is None or one.of is None else f" ({one.n:,.10g}/{one.of:,.10g})"
        return f"{100 * one.value:.4g} %{parts}"
    return f"{one.value:,.10g}" if unit in ("count", "yuan") else f"{one.value:.5g}"


def interval(view: View, town: TownReading, unit: Unit) -> str:
    if town.lower is None or town.upper is None:
        return "—"
    return view.text(
        "review.interval", low=number(view, town.lower, unit), high=number(view, town.upper, unit)
    )


def of_town(town: TownReading) -> Reading:
    """A town's reading of the quarter."""
    return Reading(town.value, town.n, town.of)


def stamp(view: View, at_ms: int) -> str:
    return f"{times.local(at_ms, view.profile.tz):%Y-%m-%d %H:%M}"
