"""The agenda of a review made by hand: two years of weeks, workloads by family, and both sides
whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from feeds import kpis
from feeds.city.profile import Profile
from feeds.kpis.formulas import Quantile
from feeds.kpis.measures import FAMILIES
from feeds.review import agenda
from feeds.review.agenda_history import Series
from feeds.review.known_figures import KnownFigures
from feeds.review.review_values import Agenda, Completeness, Figure, Reading, Side

WEEKS, MONDAY = 104, date(2024, 10, 7)


def of(city: Profile, figures: Sequence[Figure], heard: Iterable[Completeness]) -> Agenda:
    """What those figures give to talk about."""
    towns = list(city.town_by_code)
    due = {town: 40 + 12 * n for n, town in enumerate(towns)}
    due[city.code] = sum(due.values())
    slower = {
        kpi.id: dict.fromkeys((*towns, city.code), (50, 100))
        for kpi in kpis.CATALOGUE.values()
        if isinstance(kpi.formula, Quantile)
    }
    known = KnownFigures({}, tuple(heard), True, dict.fromkeys(FAMILIES, due), slower)
    series = {
        area: {figure.kpi: _series(figure, n) for figure in figures}
        for n, area in enumerate((city.code, *towns))
    }
    sides = (Side("2026Q3", 92, 92), Side("2025Q3", 92, 92))
    oldest = dict.fromkeys(towns, 21)
    start = MONDAY + timedelta(7 * (WEEKS - 13))

    def series_of(area: str, kpi: str) -> Series:
        return series[area][kpi]

    given = agenda.Known(known, tuple(heard), series_of, oldest, sides, (92, 91, 92), start)
    return agenda.of(figures, given, city)


def _series(figure: Figure, seed: int) -> Series:
    """Weeks around a thirteenth of the quarter's value; a share's of as many cases."""
    rng = np.random.default_rng(seed)
    value = figure.city.value or 0.0
    if figure.unit == "share" and figure.city.of:
        of = max(round(figure.city.of / 13), 1)
        parts = rng.binomial(of, min(max(value, 0.0), 1.0), WEEKS)
        readings = tuple(Reading(int(n) / of, int(n), of) for n in parts)
    else:
        counts = rng.poisson(max(value, 0.0) / 13, WEEKS)
        readings = tuple(Reading(float(n), float(n)) for n in counts)
    return Series("week", MONDAY, readings)
