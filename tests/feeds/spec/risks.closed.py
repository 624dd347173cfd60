TITLE = "Closed in the month, whenever raised"
EVENTS = [
    ("2026-08-20T08:00+08:00", "risk.raised", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "risk.closed", "320282112", {"case": "a"}),
    ("2026-09-03T08:00+08:00", "risk.raised", "320282112", {"case": "b"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1, 1, None)
