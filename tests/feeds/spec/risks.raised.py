TITLE = "Raised this week; assigning and supervising raise nothing"
EVENTS = [
    ("2026-09-14T08:00+08:00", "risk.raised", "320282112", {"case": "a"}),
    ("2026-09-14T09:00+08:00", "risk.assigned", "320282112", {"case": "a"}),
    ("2026-09-15T09:00+08:00", "risk.supervised", "320282112", {"case": "a"}),
    ("2026-09-11T08:00+08:00", "risk.raised", "320282112", {"case": "b"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (1, 1, None)
