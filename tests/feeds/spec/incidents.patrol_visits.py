TITLE = "Visits are added up, not patrols; a repeat adds nothing"
EVENTS = [
    ("2026-09-16T08:00+08:00", "patrol.completed", "320282112-g001", {"visits": 6}),
    ("2026-09-16T08:00+08:00", "patrol.completed", "320282112-g001", {"visits": 6}),
    ("2026-09-16T09:00+08:00", "patrol.completed", "320282112-d01", {"visits": 8}),
    ("2026-09-16T09:30+08:00", "patrol.completed", "320282112", {"visits": 0}),
    ("2026-09-15T23:00+08:00", "patrol.completed", "320282112", {"visits": 5}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (14, 14, None)
