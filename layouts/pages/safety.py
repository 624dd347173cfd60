"""Public safety: supervision of key units, the sensing network's health, public order."""

from __future__ import annotations

from feeds.city.words import Text
from layouts.alerts import badge
from layouts.parts import sections
from layouts.parts.sections import Part

PARTS = (
    Part(
        "supervision",
        headline="safety.hazards_rectified",
        beside=(
            "safety.hazards_found",
            "safety.hazards_overdue",
            "safety.inspections",
            "safety.cases",
            "safety.key_units",
        ),
        trend="safety.hazards_rectified",
        what=("safety.hazards_found", "safety.inspections"),
        where="safety.hazards_found",
        table=(
            "safety.inspections",
            "safety.hazards_found",
            "safety.hazards_rectified",
            "safety.hazards_overdue",
            "safety.key_units",
            "safety.cases",
        ),
    ),
    Part(
        "sensing",
        headline="sensing.online_rate",
        beside=("sensing.devices", "sensing.records", "exchange.records"),
        trend="sensing.records",
        where="sensing.online_rate",
        table=("sensing.devices", "sensing.online_rate", "sensing.records"),
        note="sensing_note",
    ),
    Part(
        "order",
        headline="order.calls",
        beside=(
            "order.filed",
            "order.criminal",
            "order.cleared",
            "order.clearance_rate",
            "order.homicide_clearance",
        ),
        trend="order.calls",
        what=("order.calls", "order.filed"),
        where="order.calls",
        table=(
            "order.calls",
            "order.filed",
            "order.criminal",
            "order.cleared",
            "order.clearance_rate",
        ),
    ),
)
PAGE = sections.page(
    "/safety",
    "safety",
    Text("公共安全", "Public safety"),
    *PARTS,
    top=badge.of_domains("safety", "sensing", "order"),
)
