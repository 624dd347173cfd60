TITLE = "A case counts at its first dispatch, and one that never had any at its closing"
EVENTS = [
    ("2026-09-11T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-15T09:00+08:00", "incident.dispatched", "320282112", {"case": "a", "joint": False}),
    ("2026-09-14T09:00+08:00", "incident.dispatched", "320282112", {"case": "a", "joint": False}),
    ("2026-09-16T08:00+08:00", "incident.reported", "320282112", {"case": "b"}),
    ("2026-09-16T09:00+08:00", "incident.closed", "320282112", {"case": "b"}),
    ("2026-09-11T08:00+08:00", "incident.reported", "320282112", {"case": "c"}),
    ("2026-09-13T23:59+08:00", "incident.dispatched", "320282112", {"case": "c", "joint": False}),
    ("2026-09-15T09:00+08:00", "incident.dispatched", "320282112", {"case": "c", "joint": False}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (2, 2, None)
