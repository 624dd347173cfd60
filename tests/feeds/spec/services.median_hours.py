TITLE = "Half an hour, one hour, a day: the middle one"
EVENTS = [
    ("2026-09-15T08:00+08:00", "service.requested", "320282112", {"case": "a"}),
    ("2026-09-15T08:30+08:00", "service.completed", "320282112", {"case": "a", "manner": "online"}),
    ("2026-09-15T08:00+08:00", "service.requested", "320282112", {"case": "b"}),
    ("2026-09-15T09:00+08:00", "service.completed", "320282112", {"case": "b", "manner": "online"}),
    ("2026-09-13T08:00+08:00", "service.requested", "320282112", {"case": "c"}),
    ("2026-09-14T08:00+08:00", "service.completed", "320282112", {"case": "c", "manner": "online"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (1.0, None, 3)
