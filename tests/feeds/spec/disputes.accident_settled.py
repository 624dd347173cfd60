TITLE = "Accident disputes closed as settled"
EVENTS = [
    ("2026-09-02T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "a"}),
    (
        "2026-09-02T10:00+08:00",
        "accident_dispute.closed",
        "320282112",
        {"case": "a", "outcome": "settled", "manner": "one"},
    ),
    ("2026-09-02T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "b"}),
    (
        "2026-09-05T10:00+08:00",
        "accident_dispute.closed",
        "320282112",
        {"case": "b", "outcome": "failed", "manner": "more"},
    ),
    ("2026-08-02T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "c"}),
    (
        "2026-08-05T10:00+08:00",
        "accident_dispute.closed",
        "320282112",
        {"case": "c", "outcome": "settled", "manner": "more"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1, 1, None)
