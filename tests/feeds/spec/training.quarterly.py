TITLE = "Attendances at quarterly training; monthly training left out"
EVENTS = [
    ("2026-09-12T08:00+08:00", "training.held", "320282112", {"category": "monthly", "people": 40}),
    (
        "2026-09-14T08:00+08:00",
        "training.held",
        "320282112",
        {"category": "quarterly", "people": 60},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (60, 60, None)
