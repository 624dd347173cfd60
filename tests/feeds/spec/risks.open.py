TITLE = "A closing in the future of another clock does not count before its time"
EVENTS = [
    ("2026-09-14T08:00+08:00", "risk.raised", "320282112", {"case": "a"}),
    ("2026-09-16T10:03+08:00", "risk.closed", "320282112", {"case": "a"}),
    ("2026-09-14T08:00+08:00", "risk.raised", "320282112", {"case": "b"}),
    ("2026-09-15T08:00+08:00", "risk.closed", "320282112", {"case": "b"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (1, 1, None)
