TITLE = "The city's own latest report"
EVENTS = [
    (
        "2026-06-30T17:00+08:00",
        "indicator.reported",
        "320282",
        {"indicator": "order.homicide_clearance", "value": 100, "total": 100, "period": "2026Q2"},
    ),
    (
        "2026-03-31T17:00+08:00",
        "indicator.reported",
        "320282",
        {"indicator": "order.homicide_clearance", "value": 50, "total": 100, "period": "2026Q1"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "year"
EXPECTED = (1.0, 100.0, 100.0)
