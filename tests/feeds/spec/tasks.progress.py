TITLE = "Of the tasks set in the year, the share completed within it; not yet due is counted too"
EVENTS = [
    (
        "2026-01-08T09:00+08:00",
        "task.set",
        "320282112",
        {"case": "a", "due": "2026-06-30T18:00:00+08:00"},
    ),
    ("2026-06-20T09:00+08:00", "task.completed", "320282112", {"case": "a"}),
    (
        "2026-01-08T09:00+08:00",
        "task.set",
        "320282112",
        {"case": "b", "due": "2026-08-31T18:00:00+08:00"},
    ),
    (
        "2026-01-08T09:00+08:00",
        "task.set",
        "320282112",
        {"case": "c", "due": "2026-12-20T18:00:00+08:00"},
    ),
    (
        "2025-01-08T09:00+08:00",
        "task.set",
        "320282112",
        {"case": "d", "due": "2025-12-20T18:00:00+08:00"},
    ),
    ("2026-02-01T09:00+08:00", "task.completed", "320282112", {"case": "d"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (1 / 3, 1, 3)
