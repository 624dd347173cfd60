"""Shares of categories and outcomes that several kinds of demo events draw from; all of them are
assumed.
"""

from __future__ import annotations

from feeds.demo.kinds import Pick


def settlement(settled: float, failed: float) -> dict[str, float]:
    """Outcomes of mediation; what is neither settled nor failed is withdrawn or referred."""
    return {"settled": settled, "failed": failed, "withdrawn": 0.03, "referred": 0.02}


DONE = Pick("outcome", {"done": 0.955, "referred": 0.03, "withdrawn": 0.015})
GROUPS = {
    "intelligence": 2.0,
    "mediation": 3.0,
    "emergency": 1.0,
    "publicity": 1.0,
    "supervision": 1.5,
    "support": 1.0,
}
INCIDENT = {
    "environment": 0.24,
    "facility": 0.17,
    "safety": 0.16,
    "neighbour": 0.13,
    "traffic": 0.11,
    "livelihood": 0.09,
    "order": 0.06,
    "other": 0.04,
}
INCIDENT_PACE = {
    "facility": 1.9,
    "environment": 1.2,
    "neighbour": 0.8,
    "order": 0.5,
    "traffic": 0.7,
    "livelihood": 1.1,
}
FRAUD = {
    "brushing": 0.29,
    "refund": 0.2,
    "investment": 0.16,
    "loan": 0.14,
    "impersonation": 0.1,
    "acquaintance": 0.06,
    "other": 0.05,
}
SAFETY = {"fire": 0.36, "production": 0.32, "gas": 0.15, "chemical": 0.11, "other": 0.06}
RISK = {"stability": 0.4, "safety": 0.22, "economy": 0.18, "environment": 0.14, "other": 0.06}
JUSTICE_DIVERTED = {"civil": 0.63, "commercial": 0.32, "other": 0.05}
DEPARTMENTS = dict.fromkeys(
    (
        "civil_affairs",
        "police",
        "justice",
        "health",
        "emergency",
        "market",
        "housing",
        "transport",
        "social_security",
        "education",
        "environment",
        "urban",
    ),
    1.0,
)
MANNERS = {"at_once": 0.46, "online": 0.3, "one_visit": 0.16, "nearby": 0.08}
SLIGHT = {
    '"severity":"slight","deaths":0,"injuries":1': 0.62,
    '"severity":"slight","deaths":0,"injuries":2': 0.14,
    '"severity":"serious","deaths":0,"injuries":1': 0.19,
    '"severity":"serious","deaths":0,"injuries":3': 0.05,
}
FATAL = {
    '"severity":"fatal","deaths":1,"injuries":0': 0.7,
    '"severity":"fatal","deaths":1,"injuries":1': 0.3,
}
