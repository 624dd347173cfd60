TITLE = "Assessments completed this year, whatever their opinion"
EVENTS = [
    (
        "2025-11-01T08:00+08:00",
        "assessment.due",
        "320282112",
        {"case": "a", "due": "2026-02-01T18:00+08:00"},
    ),
    ("2026-01-20T08:00+08:00", "assessment.completed", "320282112", {"case": "a"}),
    (
        "2025-10-01T08:00+08:00",
        "assessment.due",
        "320282112",
        {"case": "b", "due": "2025-12-01T18:00+08:00"},
    ),
    ("2025-11-20T08:00+08:00", "assessment.completed", "320282112", {"case": "b"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (1, 1, None)
