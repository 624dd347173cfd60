TITLE = "A report without a total has no share"
EVENTS = [
    (
        "2026-09-01T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "outreach.groups_covered", "value": 9000, "total": 10000},
    ),
    (
        "2026-09-10T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "outreach.groups_covered", "value": 9500},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (None, 9500.0, None)
