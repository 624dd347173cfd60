TITLE = "Hand-offs between city and towns; the city's own count in the city"
EVENTS = [
    ("2026-09-14T08:00+08:00", "handoff.sent", "320282112", {"case": "a"}),
    ("2026-09-15T08:00+08:00", "handoff.sent", "320282", {"case": "b"}),
    ("2026-09-13T08:00+08:00", "handoff.sent", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "week"
EXPECTED = (2, 2, None)
