TITLE = "Of reports of the same moment the one with the larger id stands; here there is one, and it says all are trained"
EVENTS = [
    (
        "2026-09-01T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "training.staff_trained", "value": 156, "total": 156},
    ),
    (
        "2026-06-01T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "training.staff_trained", "value": 120, "total": 156},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1.0, 156.0, 156.0)
