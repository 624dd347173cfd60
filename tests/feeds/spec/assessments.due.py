TITLE = "Came up in the quarter, done or not, whenever due"
EVENTS = [
    (
        "2026-07-02T08:00+08:00",
        "assessment.due",
        "320282112",
        {"case": "a", "due": "2026-08-01T18:00:00+08:00"},
    ),
    ("2026-07-20T08:00+08:00", "assessment.completed", "320282112", {"case": "a"}),
    (
        "2026-09-02T08:00+08:00",
        "assessment.due",
        "320282112",
        {"case": "b", "due": "2026-12-31T18:00:00+08:00"},
    ),
    (
        "2026-06-30T08:00+08:00",
        "assessment.due",
        "320282112",
        {"case": "c", "due": "2026-07-31T18:00:00+08:00"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (2, 2, None)
