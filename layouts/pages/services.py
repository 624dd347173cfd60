"""Services: government services, judicial services, training and outreach, the five governances."""

from __future__ import annotations

from feeds.city.words import Text
from layouts.alerts import badge
from layouts.parts import sections
from layouts.parts.sections import Part

PARTS = (
    Part(
        "services",
        headline="services.requests",
        beside=(
            "services.completed",
            "services.median_hours",
            "services.p90_hours",
            "services.open",
            "services.overdue",
        ),
        trend="services.requests",
        what=("services.requests",),
        where="services.requests",
        chain=(
            "services.at_once_share",
            "services.online_share",
            "services.one_visit_share",
            "services.nearby_share",
        ),
        table=(
            "services.requests",
            "services.completed",
            "services.at_once_share",
            "services.median_hours",
            "services.overdue",
        ),
    ),
    Part(
        "justice",
        headline="justice.diverted",
        beside=("justice.served",),
        trend="justice.diverted",
        what=("justice.diverted", "justice.served"),
        where="justice.diverted",
        table=("justice.diverted", "justice.served"),
    ),
    Part(
        "training",
        headline="training.staff_rate",
        beside=(
            "training.monthly",
            "training.quarterly",
            "training.groups_covered",
            "training.households",
            "training.posts",
        ),
        where="training.staff_rate",
        table=(
            "training.staff_rate",
            "training.monthly",
            "training.quarterly",
            "training.groups_covered",
            "training.posts",
        ),
    ),
    Part(
        "governance",
        headline="governance.volunteers",
        beside=(
            "governance.rooms",
            "governance.teams",
            "governance.model_units",
            "governance.activities",
            "governance.legal_events",
            "governance.participants",
        ),
        what=("governance.activities",),
        table=(
            "governance.rooms",
            "governance.volunteers",
            "governance.teams",
            "governance.model_units",
            "governance.activities",
        ),
        where="governance.activities",
    ),
)
PAGE = sections.page(
    "/services",
    "services",
    Text("政务服务", "Services"),
    *PARTS,
    top=badge.of_domains("services", "justice", "training", "governance"),
)
