TITLE = "Made in the year, whatever became of them"
EVENTS = [
    (
        "2026-01-20T09:00+08:00",
        "commitment.made",
        "320282112",
        {"case": "a", "due": "2026-03-31T18:00:00+08:00"},
    ),
    ("2026-03-20T09:00+08:00", "commitment.closed", "320282112", {"case": "a", "outcome": "kept"}),
    (
        "2026-04-20T09:00+08:00",
        "commitment.made",
        "320282112",
        {"case": "b", "due": "2026-06-30T18:00:00+08:00"},
    ),
    (
        "2026-07-05T09:00+08:00",
        "commitment.closed",
        "320282112",
        {"case": "b", "outcome": "missed"},
    ),
    (
        "2026-04-20T09:00+08:00",
        "commitment.made",
        "320282112",
        {"case": "c", "due": "2026-06-30T18:00:00+08:00"},
    ),
    (
        "2026-07-20T09:00+08:00",
        "commitment.made",
        "320282112",
        {"case": "d", "due": "2026-12-31T18:00:00+08:00"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (4, 4, None)
