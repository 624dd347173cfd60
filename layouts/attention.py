"""Which figures need a person's attention, and why. The sentence and the cards of the overview come from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from feeds import kpis
from layouts import tiles
from layouts.view import View

Reason = Literal["missed", "worse", "late"]
_ORDER: tuple[Reason, ...] = ("missed", "worse", "late")


@dataclass(frozen=True)
class Finding:
    """A figure and the first reason for which it stands out."""

    kpi: str
    reason: Reason


def findings(view: View) -> list[Finding]:
    """Off target or worse than last year, beyond chance, and late; the four domains first, in the catalogue's order."""
    found = [Finding(kpi, reason) for kpi in kpis.CATALOGUE if (reason := _reason(view, kpi))]
    return sorted(found, key=lambda f: (_ORDER.index(f.reason), view.kpi(f.kpi).domain not in kpis.DOMAINS))


def silent(view: View) -> list[str]:
    """The figures without data."""
    return [kpi for kpi in kpis.CATALOGUE if view.state(kpi) == "nodata"]


def _reason(view: View, kpi: str) -> Reason | None:
    state = view.state(kpi)
    if state == "nodata":
        return None
    if tiles.assurance(view, kpi) == "missed":
        return "missed"
    if tiles.trend(view, kpi) == "worse":
        return "worse"
    return "late" if state == "late" else None
