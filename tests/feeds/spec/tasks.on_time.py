TITLE = (
    "Of the tasks that fell due, completed by then: not the one that came late, nor one not yet due"
)
EVENTS = [
    (
        "2026-03-01T08:00+08:00",
        "task.set",
        "320282112",
        {"case": "a", "due": "2026-06-30T18:00+08:00"},
    ),
    ("2026-06-30T18:00+08:00", "task.completed", "320282112", {"case": "a"}),
    (
        "2026-03-01T08:00+08:00",
        "task.set",
        "320282112",
        {"case": "b", "due": "2026-06-30T18:00+08:00"},
    ),
    ("2026-07-01T08:00+08:00", "task.completed", "320282112", {"case": "b"}),
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
EXPECTED = (0.5, 1, 2)
