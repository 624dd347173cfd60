TITLE = "Of those that fell due in the month, closed by then; the last moment is in time"
EVENTS = [
    ("2026-09-01T08:00+08:00", "risk.raised", "320282112", {"case": "a"}),
    ("2026-09-05T08:00+08:00", "risk.closed", "320282112", {"case": "a"}),
    ("2026-09-01T08:00+08:00", "risk.raised", "320282112", {"case": "b"}),
    ("2026-09-11T08:00+08:00", "risk.closed", "320282112", {"case": "b"}),
    ("2026-09-01T08:00+08:00", "risk.raised", "320282112", {"case": "c"}),
    ("2026-09-12T08:00+08:00", "risk.closed", "320282112", {"case": "c"}),
    ("2026-08-30T08:00+08:00", "risk.raised", "320282112", {"case": "d"}),
    ("2026-09-10T08:00+08:00", "risk.raised", "320282112", {"case": "e"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (0.5, 2, 4)
