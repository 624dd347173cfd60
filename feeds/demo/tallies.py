"""The kinds of demo events that stand alone: how many a year, with which amounts.

Cases are in feeds/demo/cases.py; the sources of the yearly figures are in
feeds/demo/calibration.py.
"""

from __future__ import annotations

from feeds.demo import mixes
from feeds.demo.kinds import Kind, Number, Pick, Step

TALLIES = (
    Kind(
        "pa",
        "grid",
        48_000,
        rhythm="patrol",
        hours="patrol",
        first=Step("patrol.completed", numbers=(Number("visits", 6, 0.35),)),
    ),
    Kind(
        "fw",
        "antifraud",
        49_000,
        trend=-0.03,
        rhythm="steady",
        hours="day",
        first=Step(
            "fraud.warning",
            (
                Pick("channel", {"phone": 0.46, "message": 0.3, "app": 0.17, "visit": 0.07}),
                Pick("category", mixes.FRAUD),
            ),
        ),
    ),
    Kind(
        "fd",
        "antifraud",
        905,
        trend=0.02,
        rhythm="steady",
        hours="day",
        first=Step("fraud.dissuaded", (Pick("category", mixes.FRAUD),)),
    ),
    Kind(
        "fl",
        "antifraud",
        900,
        trend=0.02,
        rhythm="steady",
        hours="day",
        scope="town",
        first=Step(
            "fraud.loss_averted",
            (Pick("category", mixes.FRAUD),),
            (Number("amount", 20_000, 0.7, 500, 100),),
        ),
    ),
    Kind(
        "fp",
        "antifraud",
        2_500,
        rhythm="patrol",
        hours="patrol",
        first=Step("fraud.leaflets", numbers=(Number("copies", 120, 0.4, 10, 10),)),
    ),
    Kind(
        "tf",
        "traffic",
        44,
        trend=-0.214,
        rhythm="road",
        hours="road",
        scope="town",
        first=Step("traffic.accident", (Pick("", mixes.FATAL),)),
    ),
    Kind(
        "tn",
        "traffic",
        2_556,
        trend=-0.0985,
        rhythm="road",
        hours="road",
        first=Step("traffic.accident", (Pick("", mixes.SLIGHT),)),
    ),
    Kind(
        "si",
        "safety",
        2_880,
        rhythm="safety",
        hours="desk",
        first=Step(
            "safety.inspected", (Pick("category", mixes.SAFETY),), (Number("units", 2.5, 0.4),)
        ),
    ),
    Kind(
        "sc",
        "safety",
        21,
        rhythm="steady",
        hours="desk",
        scope="town",
        first=Step("safety.case_filed", (Pick("category", mixes.SAFETY),)),
    ),
    Kind(
        "jd",
        "justice",
        1_600,
        trend=0.03,
        rhythm="desk",
        hours="desk",
        scope="town",
        first=Step("justice.diverted", (Pick("category", mixes.JUSTICE_DIVERTED),)),
    ),
    Kind(
        "js",
        "justice",
        3_600,
        trend=0.02,
        rhythm="desk",
        hours="desk",
        scope="town",
        first=Step(
            "justice.served",
            (
                Pick(
                    "category",
                    {"consultation": 0.62, "legal_aid": 0.24, "prosecution": 0.09, "other": 0.05},
                ),
            ),
        ),
    ),
    Kind(
        "ga",
        "centre",
        2_600,
        rhythm="street",
        hours="day",
        scope="town",
        first=Step(
            "governance.activity",
            (
                Pick(
                    "category",
                    {"law": 0.24, "self": 0.28, "virtue": 0.24, "politics": 0.16, "smart": 0.08},
                ),
            ),
            (Number("people", 70, 0.5, 5),),
        ),
    ),
    Kind(
        "op",
        "grid",
        1_900,
        rhythm="steady",
        hours="day",
        scope="town",
        first=Step("outreach.posted", numbers=(Number("posts", 12, 0.5),)),
    ),
    Kind(
        "oc",
        "police",
        12_000,
        trend=-0.02,
        rhythm="round",
        hours="round",
        first=Step(
            "order.call",
            (
                Pick(
                    "category",
                    {"call": 0.66, "public_order": 0.22, "criminal": 0.04, "other": 0.08},
                ),
            ),
        ),
    ),
    Kind(
        "ex",
        "centre",
        4_380,
        rhythm="steady",
        hours="desk",
        scope="city",
        first=Step(
            "exchange.received",
            (Pick("department", mixes.DEPARTMENTS),),
            (Number("records", 1_500, 0.6),),
        ),
    ),
    Kind(
        "tm",
        "centre",
        216,
        scope="each",
        hours="desk",
        days={(m, 12): 18 for m in range(1, 13)},
        first=Step(
            "training.held", (Pick("category", {"monthly": 1}),), (Number("people", 45, 0.3, 5),)
        ),
    ),
    Kind(
        "tq",
        "centre",
        72,
        scope="each",
        hours="desk",
        days={(m, 16): 18 for m in (3, 6, 9, 12)},
        first=Step(
            "training.held",
            (Pick("category", {"quarterly": 0.9, "other": 0.1}),),
            (Number("people", 60, 0.3, 5),),
        ),
    ),
)
