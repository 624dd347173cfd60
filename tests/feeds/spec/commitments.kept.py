TITLE = "Kept over all closed in the year; an open commitment is neither kept nor missed"
EVENTS = [
    ("2025-12-20T08:00+08:00", "commitment.made", "320282112", {"case": "a"}),
    ("2026-03-20T08:00+08:00", "commitment.closed", "320282112", {"case": "a", "outcome": "kept"}),
    ("2026-03-20T08:00+08:00", "commitment.made", "320282112", {"case": "b"}),
    (
        "2026-06-20T08:00+08:00",
        "commitment.closed",
        "320282112",
        {"case": "b", "outcome": "missed"},
    ),
    ("2026-06-20T08:00+08:00", "commitment.made", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (0.5, 1, 2)
