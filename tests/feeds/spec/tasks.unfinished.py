TITLE = "Of the tasks set this year, not completed: with the completed ones they are those set"
EVENTS = [
    (
        "2025-03-01T08:00+08:00",
        "task.set",
        "320282112",
        {"case": "a", "due": "2025-12-20T18:00+08:00"},
    ),
    ("2026-01-10T08:00+08:00", "task.completed", "320282112", {"case": "a"}),
    (
        "2026-03-01T08:00+08:00",
        "task.set",
        "320282001",
        {"case": "b", "due": "2026-12-20T18:00+08:00"},
    ),
    ("2026-06-01T08:00+08:00", "task.completed", "320282001", {"case": "b"}),
    (
        "2026-03-01T08:00+08:00",
        "task.set",
        "320282112",
        {"case": "c", "due": "2026-12-20T18:00+08:00"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "year"
EXPECTED = (1, 1, None)
