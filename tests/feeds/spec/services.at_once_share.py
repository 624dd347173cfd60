TITLE = "Done at once over all completed today"
EVENTS = [
    ("2026-09-16T08:00+08:00", "service.requested", "320282112", {"case": "a"}),
    (
        "2026-09-16T09:00+08:00",
        "service.completed",
        "320282112",
        {"case": "a", "manner": "at_once"},
    ),
    ("2026-09-16T08:00+08:00", "service.requested", "320282112", {"case": "b"}),
    ("2026-09-16T09:00+08:00", "service.completed", "320282112", {"case": "b", "manner": "online"}),
    ("2026-09-16T08:00+08:00", "service.requested", "320282112", {"case": "c"}),
    ("2026-09-16T09:00+08:00", "service.completed", "320282112", {"case": "c", "manner": "nearby"}),
    ("2026-09-16T08:00+08:00", "service.requested", "320282112", {"case": "d"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (1 / 3, 1, 3)
