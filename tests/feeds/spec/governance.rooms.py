TITLE = "Towns that report are added up; a town that doesn't adds nothing"
EVENTS = [
    (
        "2026-03-01T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "governance.deliberation_rooms", "value": 46},
    ),
    (
        "2026-03-01T08:00+08:00",
        "indicator.reported",
        "320282001",
        {"indicator": "governance.deliberation_rooms", "value": 34},
    ),
    (
        "2026-02-01T08:00+08:00",
        "indicator.reported",
        "320282001",
        {"indicator": "governance.deliberation_rooms", "value": 30},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "year"
EXPECTED = (80.0, 80.0, None)
