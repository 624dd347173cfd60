TITLE = "The city's own report, though older than a town's"
EVENTS = [
    (
        "2026-06-01T08:00+08:00",
        "indicator.reported",
        "320282",
        {"indicator": "governance.volunteers", "value": 360000},
    ),
    (
        "2026-07-01T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "governance.volunteers", "value": 20000},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "year"
EXPECTED = (360000.0, 360000.0, None)
