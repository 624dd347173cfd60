TITLE = "Past thirty days; a dispute closed on the thirty-first day is overdue no more"
EVENTS = [
    ("2026-08-01T08:00+08:00", "dispute.accepted", "320282112", {"case": "a"}),
    ("2026-08-10T08:00+08:00", "dispute.accepted", "320282112", {"case": "b"}),
    ("2026-09-10T08:00+08:00", "dispute.closed", "320282112", {"case": "b", "outcome": "settled"}),
    ("2026-08-20T08:00+08:00", "dispute.accepted", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (1, 1, None)
