TITLE = "From acceptance to closing, of the disputes closed this month; the lower middle of two"
EVENTS = [
    ("2026-08-30T08:00+08:00", "dispute.accepted", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "dispute.closed", "320282112", {"case": "a", "outcome": "settled"}),
    ("2026-09-01T08:00+08:00", "dispute.accepted", "320282112", {"case": "b"}),
    ("2026-09-11T08:00+08:00", "dispute.closed", "320282112", {"case": "b", "outcome": "settled"}),
    ("2026-09-01T08:00+08:00", "dispute.accepted", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (3.0, None, 2)
