"""The figures that the demo city is made from: its kinds of events, what is published about them
and what is assumed.

The published yearly totals come from the city's account of its governance work. feeds/demo/days.py
makes events of the figures; feeds/demo/rhythm.py decides when they happen.
"""

from __future__ import annotations

from datetime import date

from feeds.demo.kinds import Indicator

MIDDLE = date(2026, 7, 1)  # the day for which the yearly figures hold; trends run from here
TREND_YEARS = 4.0  # and stop this far from it
UNKNOWN_AREA = 0.003
UNKNOWN_CATEGORY = 0.002
UNLISTED = "unlisted"
HOURLY_DAYS = 3
LONGEST_CASE_DAYS = 90
SLOW_TOWNS, SLOWNESS = 3, 1.7

# Published yearly totals, and the type (or measure of it) that reaches each.
PUBLISHED: dict[str, float] = {
    "patrol.completed.visits": 288_000,
    "incident.reported": 65_800,
    "incident.joint": 7_652,
    "dispute.success_rate": 0.988,
    "fraud.warning": 49_000,
    "fraud.dissuaded": 900,
    "fraud.loss_averted.amount": 18_000_000,
    "fraud.leaflets.copies": 300_000,
    "traffic.accident.change": -0.101,
    "traffic.deaths.change": -0.214,
    "traffic.hazard_rectified": 4_000,
    "safety.hazard_rectified": 408,
    "safety.case_filed": 21,
    "task.set": 105,
    "sensing.received.records": 200_000_000,
}

# What the published account does not say, and is chosen here to look sensible.
ASSUMPTIONS: dict[str, str] = {
    "patrol": "about 6 visits a patrol, so 48,000 patrols a year; 4 % of them at night",
    "dispute": "9,000 disputes a year; half closed within 6 days; 3 % withdrawn, 2 % referred",
    "accident_dispute": "2,200 a year, 96 % settled, 72 % of them in one visit",
    "traffic.accident": (
        "2,600 accidents and 44 deaths in the middle year, one death an accident that kills"
    ),
    "traffic.hazard": "4,050 found a year, so that about 4,000 are rectified",
    "fraud.loss_averted": "900 amounts a year, log-normal around 20,000 yuan",
    "safety.inspected": "1,800 units seen four times a year, 2 or 3 a round",
    "service": "55,000 requests a year, 46 % done at once and slowly more",
    "order": "12,000 calls, 1,800 cases filed and two thirds cleared within the quarter",
    "justice": "1,600 cases diverted, 3,600 services given",
    "handoff": "1,800 a year, two thirds from towns to the city",
    "risk": "1,100 a year over six groups; three in ten are supervised",
    "assessment": "96 major decisions a year, 30 days allowed",
    "task": (
        "set on 8 January, due at the ends of months from "
        "February to December; one in sixteen is late"
    ),
    "indicators": "reported on the last afternoon of their month or quarter; 186 model units",
    "homicide": (
        "cleared in full, as published; two cases a quarter, "
        "made up, since no number of cases is published"
    ),
    "commitment": "two a town at each quarterly review, nine in ten kept",
    "exchange": "12 departments share about 1,500 records each a day",
    "sensing": "the 200 million records are one year's; each town reports once a day, in turn",
    "training": "monthly in each town, and once more a quarter; 420,000 households",
    "categories": "all mixes of categories, channels and outcomes, and how long each takes",
    "towns": (
        "share of events by villages and grids; three towns slower, one that settles fewer disputes"
    ),
    "causes": (
        "in odd years a flood week in the plum rains, in even years a wave of fraud of three weeks"
    ),
    "holidays": "New Year, Qingming, May and National Day by fixed dates; no working-day swaps",
    "trends": (
        "incidents +1.5 %, services +4 %, warnings −3 %, calls "
        "−2 % a year, for four years from mid-2026"
    ),
    "unknown": "0.3 % of events name no or an unknown area, 0.2 % an unlisted category",
}

SENSING_RECORDS_A_DAY = PUBLISHED["sensing.received.records"] / 365

INDICATORS = (
    Indicator("dv", "devices.online", "hour", 6_312, share=0.984, source="sensing"),
    Indicator(
        "vr",
        "disputes.village_rooms",
        "month",
        310,
        "villages",
        share=0.95,
        trend=0.035,
        source="mediation",
    ),
    Indicator("ku", "safety.key_units", "month", 1_810, trend=0.01, source="safety"),
    Indicator("st", "training.staff_trained", "month", 1_193, "grids", share=0.97, trend=0.015),
    Indicator("gc", "outreach.groups_covered", "month", 420_000, share=0.955, trend=0.02),
    Indicator("dr", "governance.deliberation_rooms", "quarter", 310, "villages", trend=0.02),
    Indicator("vo", "governance.volunteers", "quarter", 360_000, trend=0.03),
    Indicator("te", "governance.teams", "quarter", 1_170, trend=0.02),
    Indicator("mo", "governance.model_units", "quarter", 186, trend=0.06),
    Indicator("hc", "order.homicide_clearance", "quarter", 2, "city", share=1, source="police"),
)
