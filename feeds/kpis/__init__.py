"""The catalogue of KPIs. One entry in a module of this folder and one spec in tests/feeds/spec/
make a KPI. A new measure has a declaration in measures.py and a line in feeds/audit/facts.sql
(docs/how-to/new-figures.md).

Tiles, charts, topics, the API, exports, the audit and docs/reference/kpis all iterate CATALOGUE.
Where a figure is computed, function by function: docs/how-to/audit-a-figure.md, section 6.
"""

from __future__ import annotations

from feeds.kpis import disputes, grid, safety, services, tasks
from feeds.kpis.definition import (
    BATCHES,
    DAY_MS,
    DAY_S,
    HOUR_MS,
    HOUR_S,
    Batch,
    Better,
    Change,
    Kind,
    Kpi,
    Series,
    Step,
    Unit,
)

__all__ = [
    "BATCHES",
    "CATALOGUE",
    "DAY_MS",
    "DAY_S",
    "DOMAINS",
    "EDITION",
    "HOUR_MS",
    "HOUR_S",
    "Batch",
    "Better",
    "Change",
    "Kind",
    "Kpi",
    "Series",
    "Step",
    "Unit",
    "cadences",  # how long a city's sources may be silent
    "chart_verdicts",  # the codes for what a control chart says
    "counted",  # what a figure counts, in a word
    "definition",  # what a KPI is made of
    "dimensions",  # what a KPI can be split by
    "drawn",
    "formulas",  # how a figure is made of sums
    "histogram",  # durations in buckets
    "measures",  # what is counted, each declared once
    "references",  # published figures
    "splits",  # by goal, department and group
    "targets",  # whose a figure is, its target, and where that comes from
]

CATALOGUE: dict[str, Kpi] = {
    k.id: k for part in (grid, disputes, safety, services, tasks) for k in part.KPIS
}
DOMAINS = ("incidents", "disputes", "traffic", "fraud")
# The day of the last change of any definition: what is frozen from then on is of these formulas.
EDITION = max(
    (kpi.defined_since.isoformat() for kpi in CATALOGUE.values() if kpi.defined_since), default=""
)


def drawn(series: Series) -> tuple[str, ...]:
    """The KPIs of which a kind of series is drawn."""
    return tuple(k for k, kpi in CATALOGUE.items() if series in kpi.series)
