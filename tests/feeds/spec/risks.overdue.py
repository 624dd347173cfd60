TITLE = "Past ten days and not closed"
EVENTS = [
    ("2026-09-06T10:00+08:00", "risk.raised", "320282112", {"case": "a"}),
    ("2026-09-06T10:01+08:00", "risk.raised", "320282112", {"case": "b"}),
    ("2026-09-01T08:00+08:00", "risk.raised", "320282112", {"case": "c"}),
    ("2026-09-14T08:00+08:00", "risk.closed", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (1, 1, None)
