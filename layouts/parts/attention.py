"""Which figures need a person's attention, and why. It makes the sentence and the cards of the
overview.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from feeds import kpis
from layouts.view import View

Reason = Literal["failing", "missed", "worsening", "worse", "late"]
ORDER: tuple[Reason, ...] = ("failing", "missed", "worsening", "worse", "late")


@dataclass(frozen=True)
class Finding:
    """A figure and the first reason for which it stands out."""

    kpi: str
    reason: Reason


def findings(view: View) -> list[Finding]:
    """Off target and getting worse first, then off target, getting worse, worse than last year
    beyond chance, late; within each the four domains first, in the catalogue's order.
    """
    found = [Finding(kpi, reason) for kpi in kpis.CATALOGUE if (reason := _reason(view, kpi))]
    return sorted(
        found, key=lambda f: (ORDER.index(f.reason), view.kpi(f.kpi).domain not in kpis.DOMAINS)
    )


def silent(view: View) -> list[str]:
    """The figures without data."""
    return [kpi for kpi in kpis.CATALOGUE if view.state(kpi) == "nodata"]


def _reason(view: View, kpi: str) -> Reason | None:
    state = view.state(kpi)
    if state == "nodata":
        return None
    verdict, trend = view.verdict(kpi), view.trend(kpi)
    is_missed = verdict.target == "missed"
    is_worsening = trend is not None and trend.variation == "concern"
    if is_missed or is_worsening:
        return "failing" if is_missed and is_worsening else "missed" if is_missed else "worsening"
    is_judged = (
        trend is not None and trend.variation != "none"
    )  # a control chart that calls it ordinary has the better evidence
    if not is_judged and verdict.trend == "worse":
        return "worse"
    return "late" if state == "late" else None
