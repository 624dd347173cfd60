TITLE = "Past seven days and not closed; what was closed late is overdue no more"
EVENTS = [
    ("2026-09-01T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-01T08:00+08:00", "incident.reported", "320282112", {"case": "b"}),
    ("2026-09-12T08:00+08:00", "incident.closed", "320282112", {"case": "b"}),
    ("2026-09-01T08:00+08:00", "incident.reported", "320282112", {"case": "c"}),
    ("2026-09-03T08:00+08:00", "incident.closed", "320282112", {"case": "c"}),
    ("2026-09-10T08:00+08:00", "incident.reported", "320282112", {"case": "d"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (1, 1, None)
