TITLE = "Open now is reported less closed, whatever came first; a closing without a report takes nothing away"
EVENTS = [
    ("2026-09-10T09:00+08:00", "incident.closed", "320282112", {"case": "a"}),
    ("2026-09-09T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2025-01-05T08:00+08:00", "incident.reported", "320282112", {"case": "b"}),
    ("2026-09-16T08:00+08:00", "incident.reported", "999999", {"case": "c"}),
    ("2026-09-15T09:00+08:00", "incident.closed", "320282001", {"case": "never-reported"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (2, 2, None)
