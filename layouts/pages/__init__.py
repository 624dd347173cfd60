"""The pages, in the order of the navigation.

A new page is one file in this folder, an import and an entry here, and its texts;
docs/how-to/develop.md says what its documentation needs.
"""

from __future__ import annotations

from layouts.page import Page
from layouts.pages import (
    alerts,
    audit_log,
    brief,
    cases,
    disputes,
    fraud,
    health,
    incidents,
    joint,
    kpi,
    overview,
    review,
    safety,
    services,
    tasks,
    traffic,
    wall,
)

__all__ = [
    "PAGES",
    "at",
    "wall",  # a single scene of it
]

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    wall.PAGE,
    incidents.PAGE,
    disputes.PAGE,
    joint.PAGE,
    traffic.PAGE,
    fraud.PAGE,
    safety.PAGE,
    services.PAGE,
    tasks.PAGE,
    review.PAGE,
    brief.PAGE,
    kpi.PAGE,
    cases.PAGE,
    alerts.PAGE,
    health.PAGE,
    audit_log.PAGE,
)


def at(path: str) -> Page | None:
    """The page of an address."""
    return next((page for page in PAGES if page.path == path), None)
