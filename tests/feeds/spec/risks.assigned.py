TITLE = "First assigned in the month; assigned again adds nothing; closed without assignment counts at its closing"
EVENTS = [
    ("2026-09-01T08:00+08:00", "risk.raised", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "risk.assigned", "320282112", {"case": "a"}),
    ("2026-09-03T08:00+08:00", "risk.assigned", "320282112", {"case": "a", "group": "support"}),
    ("2026-09-01T08:00+08:00", "risk.raised", "320282112", {"case": "b"}),
    ("2026-09-04T08:00+08:00", "risk.closed", "320282112", {"case": "b"}),
    ("2026-09-05T08:00+08:00", "risk.raised", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (2, 2, None)
