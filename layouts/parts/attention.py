"""Which figures need a person's attention, in the order in which they do. It makes the sentence and
the cards of the overview.
"""

from __future__ import annotations

from typing import Literal

from feeds import kpis
from layouts.parts import verdicts
from layouts.view import View

Reason = Literal["alarm", "worse", "off"]
ORDER: tuple[Reason, ...] = ("alarm", "worse", "off")


def findings(view: View) -> list[str]:
    """The figures with an alert, then those that got worse, then those off target; within each by
    how many cases it would take to mend it, then in the catalogue's order.
    """
    codes = {kpi: view.verdict(kpi).code for kpi in kpis.CATALOGUE}
    order: dict[str, int] = {reason: place for place, reason in enumerate(ORDER)}
    found = [kpi for kpi, code in codes.items() if code in order]
    return sorted(found, key=lambda kpi: (order[codes[kpi]], -verdicts.cases_short(view, kpi)))


def late(view: View) -> list[str]:
    """The figures whose data is late."""
    return [kpi for kpi in kpis.CATALOGUE if view.verdict(kpi).code == "late"]


def silent(view: View) -> list[str]:
    """The figures without data."""
    return [kpi for kpi in kpis.CATALOGUE if view.state(kpi) == "nodata"]
