TITLE = "Nine of the ten completed today took no longer than eight hours; one took twenty"
EVENTS = [
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c0"}),
    ("2026-09-16T02:00+08:00", "service.completed", "320282112", {"case": "c0"}),
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c1"}),
    ("2026-09-16T02:00+08:00", "service.completed", "320282112", {"case": "c1"}),
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c2"}),
    ("2026-09-16T03:00+08:00", "service.completed", "320282112", {"case": "c2"}),
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c3"}),
    ("2026-09-16T03:00+08:00", "service.completed", "320282112", {"case": "c3"}),
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c4"}),
    ("2026-09-16T04:00+08:00", "service.completed", "320282112", {"case": "c4"}),
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c5"}),
    ("2026-09-16T04:00+08:00", "service.completed", "320282112", {"case": "c5"}),
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c6"}),
    ("2026-09-16T05:00+08:00", "service.completed", "320282112", {"case": "c6"}),
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c7"}),
    ("2026-09-16T06:00+08:00", "service.completed", "320282112", {"case": "c7"}),
    ("2026-09-16T00:00+08:00", "service.requested", "320282112", {"case": "c8"}),
    ("2026-09-16T08:00+08:00", "service.completed", "320282112", {"case": "c8"}),
    ("2026-09-15T08:00+08:00", "service.requested", "320282112", {"case": "c9"}),
    ("2026-09-16T04:00+08:00", "service.completed", "320282112", {"case": "c9"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (8.0, None, 10)
