TITLE = "Rectified this quarter; a repeat adds nothing"
EVENTS = [
    ("2026-06-01T08:00+08:00", "safety.hazard_found", "320282112", {"case": "a"}),
    ("2026-07-02T08:00+08:00", "safety.hazard_rectified", "320282112", {"case": "a"}),
    ("2026-07-02T08:00+08:00", "safety.hazard_rectified", "320282112", {"case": "a"}),
    ("2026-06-01T08:00+08:00", "safety.hazard_found", "320282112", {"case": "b"}),
    ("2026-06-20T08:00+08:00", "safety.hazard_rectified", "320282112", {"case": "b"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (1, 1, None)
