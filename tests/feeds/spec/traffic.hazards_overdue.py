TITLE = "Past thirty days and not rectified; a report that comes late still counts"
EVENTS = [
    ("2026-09-15T08:00+08:00", "traffic.hazard_rectified", "320282112", {"case": "a"}),
    ("2026-07-01T08:00+08:00", "traffic.hazard_found", "320282112", {"case": "a"}),
    ("2026-07-02T08:00+08:00", "traffic.hazard_found", "320282112", {"case": "b"}),
    ("2026-09-01T08:00+08:00", "traffic.hazard_found", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (1, 1, None)
