TITLE = "No case was handed to joint handling today: no cases, neither 0 % nor 100 %"
EVENTS = [
    ("2026-09-16T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-16T08:30+08:00", "incident.dispatched", "320282112", {"case": "a", "joint": False}),
    ("2026-09-16T09:00+08:00", "incident.closed", "320282112", {"case": "a"}),
    ("2026-09-15T08:30+08:00", "incident.dispatched", "320282112", {"case": "b", "joint": True}),
    ("2026-09-16T09:30+08:00", "incident.closed", "320282112", {"case": "b"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (None, 0, 0)
