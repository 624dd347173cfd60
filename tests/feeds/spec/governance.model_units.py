TITLE = "On the register at each town's latest report"
EVENTS = [
    (
        "2026-06-30T17:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "governance.model_units", "value": 24, "period": "2026Q2"},
    ),
    (
        "2026-06-30T17:00+08:00",
        "indicator.reported",
        "320282001",
        {"indicator": "governance.model_units", "value": 18, "period": "2026Q2"},
    ),
    (
        "2026-03-31T17:00+08:00",
        "indicator.reported",
        "320282001",
        {"indicator": "governance.model_units", "value": 15, "period": "2026Q1"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "year"
EXPECTED = (42.0, 42.0, None)
