"""The kinds of demo events that are cases: how many open, what they are, how long each step takes.

Events that stand alone are in feeds/demo/tallies.py; the sources of the yearly figures are in
feeds/demo/calibration.py.
"""

from __future__ import annotations

from feeds.demo import mixes
from feeds.demo.kinds import Kind, Pick, Step

CASES = (
    Kind(
        "in",
        "grid",
        65_900,
        trend=0.015,
        first=Step(
            "incident.reported",
            (
                Pick("category", mixes.INCIDENT, mixes.INCIDENT_PACE),
                Pick(
                    "severity",
                    {"1": 0.02, "2": 0.1, "3": 0.38, "4": 0.5},
                    stream="gravity",
                    quoted=False,
                ),
                Pick(
                    "channel",
                    {
                        "patrol": 0.58,
                        "hotline": 0.17,
                        "app": 0.14,
                        "sensor": 0.06,
                        "transfer": 0.05,
                    },
                ),
            ),
        ),
        later=(
            Step(
                "incident.dispatched",
                (
                    Pick(
                        "to",
                        {
                            "town_office": 4,
                            "police": 2,
                            "urban": 2,
                            "market": 1,
                            "emergency": 1,
                            "housing": 1,
                        },
                    ),
                    Pick(
                        "joint",
                        {"true": 0.118, "false": 0.882},
                        {"true": 1.3},
                        stream="gravity",
                        quoted=False,
                    ),
                ),
                median_h=0.5,
                sigma=1,
                chance=0.985,
            ),
            Step("incident.closed", (mixes.DONE,), median_h=20, sigma=1.1),
        ),
    ),
    Kind(
        "di",
        "mediation",
        9_000,
        trend=-0.01,
        rhythm="family",
        hours="family",
        scope="town",
        first=Step(
            "dispute.accepted",
            (
                Pick(
                    "category",
                    {
                        "neighbour": 0.24,
                        "marriage": 0.2,
                        "labour": 0.16,
                        "consumer": 0.14,
                        "road": 0.1,
                        "land": 0.06,
                        "medical": 0.02,
                        "other": 0.08,
                    },
                    {"medical": 2.2, "land": 2.0, "labour": 1.3, "consumer": 0.6, "neighbour": 0.8},
                ),
                Pick(
                    "centre",
                    {"city": 0.08, "town": 0.44, "village": 0.48},
                    {"village": 0.8, "city": 1.2},
                ),
            ),
        ),
        later=(
            Step(
                "dispute.closed",
                (
                    Pick(
                        "outcome",
                        mixes.settlement(0.9402, 0.0098),
                        weak=mixes.settlement(0.915, 0.035),
                    ),
                ),
                median_h=140,
                sigma=0.85,
            ),
        ),
    ),
    Kind(
        "ad",
        "traffic",
        2_200,
        trend=-0.05,
        rhythm="desk",
        hours="desk",
        scope="town",
        first=Step("accident_dispute.accepted"),
        later=(
            Step(
                "accident_dispute.closed",
                (
                    Pick("outcome", mixes.settlement(0.912, 0.038)),
                    Pick("manner", {"one": 0.72, "more": 0.28}, {"one": 0.5, "more": 2.5}),
                ),
                median_h=120,
                sigma=0.8,
            ),
        ),
    ),
    Kind(
        "th",
        "traffic",
        4_050,
        rhythm="patrol",
        hours="patrol",
        first=Step(
            "traffic.hazard_found",
            (
                Pick(
                    "category",
                    {
                        "signal": 0.26,
                        "surface": 0.25,
                        "junction": 0.19,
                        "visibility": 0.13,
                        "barrier": 0.11,
                        "other": 0.06,
                    },
                    {"surface": 1.4, "junction": 1.6, "signal": 0.7},
                ),
            ),
        ),
        later=(Step("traffic.hazard_rectified", median_h=200, sigma=0.7),),
    ),
    Kind(
        "sh",
        "safety",
        412,
        rhythm="safety",
        hours="desk",
        first=Step(
            "safety.hazard_found", (Pick("category", mixes.SAFETY, {"chemical": 1.5, "gas": 0.7}),)
        ),
        later=(Step("safety.hazard_rectified", median_h=220, sigma=0.7),),
    ),
    Kind(
        "ho",
        "centre",
        1_800,
        rhythm="desk",
        hours="desk",
        scope="town",
        first=Step(
            "handoff.sent",
            (Pick("category", mixes.INCIDENT), Pick("direction", {"up": 0.66, "down": 0.34})),
        ),
        later=(
            Step("handoff.accepted", median_h=3, sigma=0.9, chance=0.99),
            Step("handoff.closed", (mixes.DONE,), median_h=30, sigma=0.7),
        ),
    ),
    Kind(
        "ri",
        "centre",
        1_100,
        rhythm="desk",
        hours="desk",
        scope="town",
        first=Step("risk.raised", (Pick("category", mixes.RISK), Pick("group", mixes.GROUPS))),
        later=(
            Step("risk.assigned", (Pick("group", mixes.GROUPS),), median_h=4, sigma=0.7),
            Step("risk.supervised", median_h=48, sigma=0.5, chance=0.3),
            Step("risk.closed", (mixes.DONE,), median_h=48, sigma=0.7),
        ),
    ),
    Kind(
        "as",
        "centre",
        96,
        rhythm="desk",
        hours="desk",
        scope="city",
        due_days={30: 1},
        first=Step("assessment.due", (Pick("category", mixes.RISK),)),
        later=(
            Step(
                "assessment.completed",
                (
                    Pick(
                        "outcome",
                        {"approved": 0.72, "conditional": 0.2, "deferred": 0.06, "rejected": 0.02},
                    ),
                ),
                median_h=0.7,
                sigma=0.2,
                of_due=True,
            ),
        ),
    ),
    Kind(
        "ta",
        "centre",
        105,
        scope="city",
        hours="desk",
        days={(1, 8): 105},
        due_days={
            50: 1,
            81: 1.5,
            112: 1,
            142: 1,
            172: 2,
            203: 1,
            234: 1,
            264: 2,
            295: 1.5,
            325: 2,
            345: 3,
        },
        long=True,
        first=Step(
            "task.set",
            (
                Pick("category", {f"goal-{n:02d}": 1 for n in range(1, 11)}, listed=False),
                Pick("department", mixes.DEPARTMENTS),
            ),
        ),
        later=(Step("task.completed", median_h=0.82, sigma=0.13, of_due=True),),
    ),
    Kind(
        "se",
        "services",
        55_000,
        trend=0.04,
        rhythm="desk",
        hours="day",
        first=Step(
            "service.requested",
            (
                Pick(
                    "category",
                    {
                        "social": 0.27,
                        "medical": 0.21,
                        "household": 0.19,
                        "business": 0.14,
                        "housing": 0.12,
                        "other": 0.07,
                    },
                    {"business": 1.5, "housing": 1.7},
                ),
                Pick("channel", {"window": 0.38, "online": 0.31, "app": 0.21, "kiosk": 0.1}),
            ),
        ),
        later=(
            Step(
                "service.completed",
                (
                    Pick(
                        "manner",
                        mixes.MANNERS,
                        {"at_once": 0.02, "online": 0.7, "one_visit": 2.4, "nearby": 0.5},
                    ),
                ),
                median_h=11,
                sigma=0.9,
            ),
        ),
    ),
    Kind(
        "co",
        "review",
        144,
        scope="each",
        hours="desk",
        days={(1, 20): 36, (4, 20): 36, (7, 20): 36, (10, 20): 36},
        due_days={68: 1},
        long=True,
        first=Step(
            "commitment.made", (Pick("category", {"target": 0.55, "project": 0.35, "other": 0.1}),)
        ),
        later=(
            Step(
                "commitment.closed",
                (Pick("outcome", {"kept": 0.92, "missed": 0.08}),),
                median_h=0.85,
                sigma=0.12,
                of_due=True,
            ),
        ),
    ),
    Kind(
        "or",
        "police",
        1_800,
        trend=-0.04,
        rhythm="round",
        hours="round",
        scope="town",
        first=Step(
            "order.filed",
            (
                Pick(
                    "category",
                    {"criminal": 0.34, "public_order": 0.6, "other": 0.06},
                    {"criminal": 1.6},
                ),
            ),
        ),
        later=(
            Step(
                "order.cleared",
                (Pick("outcome", {"done": 0.97, "referred": 0.03}),),
                median_h=200,
                sigma=1,
                chance=0.69,
            ),
        ),
    ),
)
