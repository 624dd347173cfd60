TITLE = "The second of four durations; a closing before its report lasted no time at all"
EVENTS = [
    ("2026-09-14T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-14T10:00+08:00", "incident.closed", "320282112", {"case": "a"}),
    ("2026-09-12T08:00+08:00", "incident.reported", "320282112", {"case": "b"}),
    ("2026-09-15T08:00+08:00", "incident.closed", "320282112", {"case": "b"}),
    ("2026-09-16T08:00+08:00", "incident.closed", "320282112", {"case": "c"}),
    ("2026-09-16T09:00+08:00", "incident.reported", "320282112", {"case": "c"}),
    ("2026-09-15T08:00+08:00", "incident.reported", "320282112", {"case": "d"}),
    ("2026-09-15T13:00+08:00", "incident.closed", "320282112", {"case": "d"}),
    ("2026-09-16T09:00+08:00", "incident.closed", "320282112", {"case": "never-reported"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (2.0, None, 4)
