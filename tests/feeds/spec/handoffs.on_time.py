TITLE = "Of those that fell due in the month, closed within five days; not yet due is left out"
EVENTS = [
    ("2026-09-01T08:00+08:00", "handoff.sent", "320282112", {"case": "a"}),
    ("2026-09-06T08:00+08:00", "handoff.closed", "320282112", {"case": "a"}),
    ("2026-09-01T08:00+08:00", "handoff.sent", "320282112", {"case": "b"}),
    ("2026-09-07T08:00+08:00", "handoff.closed", "320282112", {"case": "b"}),
    ("2026-09-02T08:00+08:00", "handoff.sent", "320282112", {"case": "c"}),
    ("2026-09-15T08:00+08:00", "handoff.sent", "320282112", {"case": "d"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1 / 3, 1, 3)
