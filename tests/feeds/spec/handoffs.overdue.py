TITLE = "Past five days and not closed, accepted or not"
EVENTS = [
    ("2026-09-01T08:00+08:00", "handoff.sent", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "handoff.accepted", "320282112", {"case": "a"}),
    ("2026-09-11T10:00+08:00", "handoff.sent", "320282112", {"case": "b"}),
    ("2026-09-11T10:01+08:00", "handoff.sent", "320282112", {"case": "c"}),
    ("2026-09-01T08:00+08:00", "handoff.sent", "320282112", {"case": "d"}),
    ("2026-09-12T08:00+08:00", "handoff.closed", "320282112", {"case": "d"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (2, 2, None)
