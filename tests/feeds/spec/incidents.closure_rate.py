TITLE = "Of the quarter's reports, those closed within it; closing an older case raises nothing"
EVENTS = [
    ("2026-07-01T00:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-07-20T08:00+08:00", "incident.closed", "320282112", {"case": "a"}),
    ("2026-09-15T08:00+08:00", "incident.reported", "320282112", {"case": "b"}),
    ("2026-09-16T09:00+08:00", "incident.closed", "320282112", {"case": "c"}),
    ("2026-09-16T09:30+08:00", "incident.reported", "320282112", {"case": "c"}),
    ("2026-06-30T23:59+08:00", "incident.reported", "320282112", {"case": "d"}),
    ("2026-07-02T08:00+08:00", "incident.closed", "320282112", {"case": "d"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (2 / 3, 2, 3)
