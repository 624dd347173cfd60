TITLE = "Requested and not completed, now"
EVENTS = [
    ("2026-08-16T08:00+08:00", "service.requested", "320282112", {"case": "a"}),
    ("2026-09-16T08:00+08:00", "service.requested", "320282112", {"case": "b"}),
    ("2026-09-16T08:00+08:00", "service.requested", "320282112", {"case": "c"}),
    ("2026-09-16T09:00+08:00", "service.completed", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (2, 2, None)
