TITLE = "Nine in ten took no longer: of five cases the longest, of those closed in the month"
EVENTS = [
    ("2026-09-01T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-01T09:00+08:00", "incident.closed", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "incident.reported", "320282112", {"case": "b"}),
    ("2026-09-02T10:00+08:00", "incident.closed", "320282112", {"case": "b"}),
    ("2026-09-03T08:00+08:00", "incident.reported", "320282112", {"case": "c"}),
    ("2026-09-03T11:00+08:00", "incident.closed", "320282112", {"case": "c"}),
    ("2026-09-04T08:00+08:00", "incident.reported", "320282112", {"case": "d"}),
    ("2026-09-04T12:00+08:00", "incident.closed", "320282112", {"case": "d"}),
    ("2026-09-05T08:00+08:00", "incident.reported", "320282112", {"case": "e"}),
    ("2026-09-09T12:00+08:00", "incident.closed", "320282112", {"case": "e"}),
    ("2026-08-01T08:00+08:00", "incident.reported", "320282112", {"case": "f"}),
    ("2026-08-31T12:00+08:00", "incident.closed", "320282112", {"case": "f"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (100.0, None, 5)
