TITLE = "Activities, not the people who came"
EVENTS = [
    (
        "2026-07-01T08:00+08:00",
        "governance.activity",
        "320282112",
        {"category": "law", "people": 80},
    ),
    (
        "2026-08-01T08:00+08:00",
        "governance.activity",
        "320282112",
        {"category": "virtue", "people": 0},
    ),
    (
        "2026-06-30T08:00+08:00",
        "governance.activity",
        "320282112",
        {"category": "law", "people": 10},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (2, 2, None)
