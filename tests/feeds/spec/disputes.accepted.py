TITLE = "The year's disputes, from New Year's midnight in the city's own zone"
EVENTS = [
    ("2026-01-01T00:00+08:00", "dispute.accepted", "320282112", {"case": "a"}),
    ("2025-12-31T23:59+08:00", "dispute.accepted", "320282112", {"case": "b"}),
    (
        "2026-09-16T09:00+08:00",
        "dispute.accepted",
        "320282112",
        {"case": "c", "category": "unheard_of"},
    ),
    (
        "2026-09-16T09:00+08:00",
        "dispute.accepted",
        "320282112",
        {"case": "c", "category": "unheard_of"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (2, 2, None)
