TITLE = "The same case number in two towns is two cases"
EVENTS = [
    ("2026-09-03T08:00+08:00", "dispute.accepted", "320282112", {"case": "a"}),
    ("2026-09-03T08:00+08:00", "dispute.accepted", "320282001", {"case": "a"}),
    ("2026-09-16T08:00+08:00", "dispute.closed", "320282001", {"case": "a", "outcome": "settled"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (1, 1, None)
