TITLE = "Approved with or without conditions over all completed in the year"
EVENTS = [
    ("2026-07-02T08:00+08:00", "assessment.due", "320282112", {"case": "a"}),
    (
        "2026-09-02T08:00+08:00",
        "assessment.completed",
        "320282112",
        {"case": "a", "outcome": "approved"},
    ),
    ("2026-07-02T08:00+08:00", "assessment.due", "320282112", {"case": "b"}),
    (
        "2026-09-02T08:00+08:00",
        "assessment.completed",
        "320282112",
        {"case": "b", "outcome": "conditional"},
    ),
    ("2026-07-02T08:00+08:00", "assessment.due", "320282112", {"case": "c"}),
    (
        "2026-09-02T08:00+08:00",
        "assessment.completed",
        "320282112",
        {"case": "c", "outcome": "deferred"},
    ),
    ("2026-07-02T08:00+08:00", "assessment.due", "320282112", {"case": "d"}),
    (
        "2026-09-02T08:00+08:00",
        "assessment.completed",
        "320282112",
        {"case": "d", "outcome": "rejected"},
    ),
    ("2026-07-02T08:00+08:00", "assessment.due", "320282112", {"case": "e"}),
    (
        "2026-09-02T08:00+08:00",
        "assessment.completed",
        "320282112",
        {"case": "e", "outcome": "approved"},
    ),
    ("2026-07-02T08:00+08:00", "assessment.due", "320282112", {"case": "f"}),
    (
        "2026-09-02T08:00+08:00",
        "assessment.completed",
        "320282112",
        {"case": "f", "outcome": "approved"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (2 / 3, 4, 6)
