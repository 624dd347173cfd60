TITLE = "Rectified in time, rectified late, and still open past thirty days"
EVENTS = [
    ("2026-07-01T08:00+08:00", "safety.hazard_found", "320282112", {"case": "a"}),
    ("2026-07-20T08:00+08:00", "safety.hazard_rectified", "320282112", {"case": "a"}),
    ("2026-07-01T08:00+08:00", "safety.hazard_found", "320282112", {"case": "b"}),
    ("2026-09-01T08:00+08:00", "safety.hazard_rectified", "320282112", {"case": "b"}),
    ("2026-07-01T08:00+08:00", "safety.hazard_found", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (1, 1, None)
