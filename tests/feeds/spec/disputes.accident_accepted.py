TITLE = "Accepted in the month at the joint centre; the accident itself is not a dispute"
EVENTS = [
    ("2026-09-02T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "a"}),
    ("2026-08-31T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "b"}),
    ("2026-09-03T08:00+08:00", "traffic.accident", "320282112", {"severity": "slight"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1, 1, None)
