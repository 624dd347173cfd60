TITLE = "Of three closed in the month the middle one, whatever the outcome"
EVENTS = [
    ("2026-09-01T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "accident_dispute.closed", "320282112", {"case": "a"}),
    ("2026-09-01T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "b"}),
    (
        "2026-09-05T08:00+08:00",
        "accident_dispute.closed",
        "320282112",
        {"case": "b", "outcome": "failed"},
    ),
    ("2026-09-01T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "c"}),
    ("2026-09-13T08:00+08:00", "accident_dispute.closed", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (4.0, None, 3)
