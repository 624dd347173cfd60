TITLE = "Rectified this month, whenever found"
EVENTS = [
    ("2026-05-01T08:00+08:00", "traffic.hazard_found", "320282112", {"case": "a"}),
    ("2026-09-01T08:00+08:00", "traffic.hazard_rectified", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "traffic.hazard_rectified", "320282112", {"case": "b"}),
    ("2026-08-01T08:00+08:00", "traffic.hazard_found", "320282112", {"case": "c"}),
    ("2026-08-31T08:00+08:00", "traffic.hazard_rectified", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (2, 2, None)
