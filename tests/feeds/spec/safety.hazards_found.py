TITLE = "Hazards found this quarter; a second report of the same hazard adds nothing"
EVENTS = [
    ("2026-07-01T08:00+08:00", "safety.hazard_found", "320282112", {"case": "a"}),
    ("2026-09-01T08:00+08:00", "safety.hazard_found", "320282112", {"case": "b"}),
    ("2026-09-05T08:00+08:00", "safety.hazard_found", "320282112", {"case": "b"}),
    ("2026-06-30T08:00+08:00", "safety.hazard_found", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (2, 2, None)
