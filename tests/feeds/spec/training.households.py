TITLE = "The households covered at each town's latest report"
EVENTS = [
    (
        "2026-08-31T17:00+08:00",
        "indicator.reported",
        "320282112",
        {
            "indicator": "outreach.groups_covered",
            "value": 9000,
            "total": 10000,
            "period": "2026-08",
        },
    ),
    (
        "2026-08-31T17:00+08:00",
        "indicator.reported",
        "320282001",
        {"indicator": "outreach.groups_covered", "value": 7000, "total": 7000, "period": "2026-08"},
    ),
    (
        "2026-07-31T17:00+08:00",
        "indicator.reported",
        "320282112",
        {
            "indicator": "outreach.groups_covered",
            "value": 8000,
            "total": 10000,
            "period": "2026-07",
        },
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "month"
EXPECTED = (16000.0, 16000.0, 17000.0)
