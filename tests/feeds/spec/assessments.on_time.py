TITLE = "Each case has its own due time; what is not yet due counts on neither side"
EVENTS = [
    (
        "2026-01-05T08:00+08:00",
        "assessment.due",
        "320282112",
        {"case": "a", "due": "2026-02-01T18:00+08:00"},
    ),
    ("2026-01-20T08:00+08:00", "assessment.completed", "320282112", {"case": "a"}),
    (
        "2026-01-05T08:00+08:00",
        "assessment.due",
        "320282112",
        {"case": "b", "due": "2026-03-01T18:00+08:00"},
    ),
    (
        "2026-01-05T08:00+08:00",
        "assessment.due",
        "320282112",
        {"case": "c", "due": "2026-12-31T18:00+08:00"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (0.5, 1, 2)
