TITLE = "Warnings count under an unknown category too, and in the city where the area is unknown"
EVENTS = [
    ("2026-09-16T00:00+08:00", "fraud.warning", "320282112", {}),
    ("2026-09-16T08:00+08:00", "fraud.warning", "320282001", {"category": "unheard_of"}),
    ("2026-09-16T08:30+08:00", "fraud.warning", "999999", {}),
    ("2026-09-15T23:59+08:00", "fraud.warning", "320282112", {}),
    ("2026-09-16T00:00+08:00", "fraud.warning", "320282112", {}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (3, 3, None)
