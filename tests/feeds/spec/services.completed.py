TITLE = "Completed today, whenever requested, and a clock a little ahead counts today"
EVENTS = [
    ("2026-09-10T08:00+08:00", "service.requested", "320282112", {"case": "a"}),
    ("2026-09-16T08:00+08:00", "service.completed", "320282112", {"case": "a", "manner": "online"}),
    ("2026-09-16T09:59+08:00", "service.requested", "320282112", {"case": "b"}),
    ("2026-09-16T10:02+08:00", "service.completed", "320282112", {"case": "b", "manner": "online"}),
    ("2026-09-14T08:00+08:00", "service.requested", "320282112", {"case": "c"}),
    ("2026-09-15T08:00+08:00", "service.completed", "320282112", {"case": "c", "manner": "online"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (2, 2, None)
