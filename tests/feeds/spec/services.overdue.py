TITLE = "Past five days and not completed"
EVENTS = [
    ("2026-09-11T10:00+08:00", "service.requested", "320282112", {"case": "a"}),
    ("2026-09-11T10:01+08:00", "service.requested", "320282112", {"case": "b"}),
    ("2026-09-01T08:00+08:00", "service.requested", "320282112", {"case": "c"}),
    ("2026-09-09T08:00+08:00", "service.completed", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (1, 1, None)
