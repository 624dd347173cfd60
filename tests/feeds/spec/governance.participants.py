TITLE = "Attendances at all activities of the month"
EVENTS = [
    (
        "2026-09-02T08:00+08:00",
        "governance.activity",
        "320282112",
        {"category": "law", "people": 80},
    ),
    (
        "2026-09-03T08:00+08:00",
        "governance.activity",
        "320282112",
        {"category": "self", "people": 60},
    ),
    (
        "2026-08-31T08:00+08:00",
        "governance.activity",
        "320282112",
        {"category": "law", "people": 40},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (140, 140, None)
