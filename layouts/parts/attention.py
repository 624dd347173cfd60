"""Which figures need a person's attention, in the order in which they do. It makes the sentence and
the cards of the overview, and counts verdicts in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from dash.development.base_component import Component

from feeds import kpis
from feeds.alerts import firing
from feeds.figures.verdicts import Code
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import verdicts
from layouts.view import View

Reason = Literal["alarm", "worse", "off"]
ORDER: tuple[Reason, ...] = ("alarm", "worse", "off")
COUNTED: tuple[Code, ...] = ("alarm", "worse", "off", "near", "better", "changed", "late", "few")


def findings(view: View) -> list[str]:
    """The figures with an alert, then those that got worse, then those off target; within each by
    how many cases it would take to mend it, then in the catalogue's order.
    """
    codes = {kpi: view.of_figure(kpi).verdict(kpi).code for kpi in kpis.CATALOGUE}
    order: dict[str, int] = {reason: place for place, reason in enumerate(ORDER)}
    found = [kpi for kpi, code in codes.items() if code in order]
    return sorted(
        found, key=lambda kpi: (order[codes[kpi]], -verdicts.cases_short(view.of_figure(kpi), kpi))
    )


def late(view: View) -> list[str]:
    """The figures whose data is late."""
    return [kpi for kpi in kpis.CATALOGUE if view.of_figure(kpi).verdict(kpi).code == "late"]


def silent(view: View) -> list[str]:
    """The figures without data."""
    return [kpi for kpi in kpis.CATALOGUE if view.of_figure(kpi).state(kpi) == "nodata"]


def counted(view: View, its: Sequence[str], name: str) -> Component:
    """How many of the figures say what, in words, and how many say nothing; "usual" where all are
    as usual. `name` is its class for CSS.
    """
    counts = Counter(view.of_figure(kpi).verdict(kpi).code for kpi in its)
    alerts = firing.of_topic(view.others.get(view.live_period) or view.topic)
    counts["alarm"] = max(counts["alarm"], sum(one.get("kpi") in its for one in alerts))
    if counts["nodata"] == len(its):
        return html.P(view.text("overview.n_nodata"), className=name)
    said = [
        html.Span(
            number(view, code, counts[code], its),
            className="tile-verdict",
            **attributes.data(code=code),
        )
        for code in COUNTED
        if counts[code]
    ]
    if counts["nodata"]:
        said.append(html.Span(view.text("overview.silent", n=counts["nodata"])))
    return html.P(said or view.text("overview.n_usual"), className=name)


def number(view: View, code: Code, n: int, its: Iterable[str]) -> str:
    """How many of some figures have a code, in words. Those that got better and are off target all
    the same are said to be.
    """
    if code != "better":
        return view.text(f"overview.n_{code}", n=n)
    verdicts_of = [view.of_figure(kpi).verdict(kpi) for kpi in its]
    off = sum(one.code == "better" and one.detail == "off" for one in verdicts_of)
    if not off:
        return view.text("overview.n_better", n=n)
    if off == n:
        return view.text("overview.all_better_off", n=n)
    return view.text("overview.n_better_off", n=n, off=off)
