TITLE = "Accepted and not yet closed, whenever accepted"
EVENTS = [
    ("2026-07-02T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "b"}),
    ("2026-09-03T08:00+08:00", "accident_dispute.closed", "320282112", {"case": "b"}),
    ("2026-09-04T08:00+08:00", "accident_dispute.accepted", "320282001", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1, 1, None)
