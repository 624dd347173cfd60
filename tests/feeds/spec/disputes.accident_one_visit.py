TITLE = "One visit over all accident disputes closed in the month, whatever the outcome"
EVENTS = [
    ("2026-09-02T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "a"}),
    (
        "2026-09-02T10:00+08:00",
        "accident_dispute.closed",
        "320282112",
        {"case": "a", "outcome": "failed", "manner": "one"},
    ),
    ("2026-08-30T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "b"}),
    (
        "2026-09-05T10:00+08:00",
        "accident_dispute.closed",
        "320282112",
        {"case": "b", "outcome": "settled", "manner": "more"},
    ),
    ("2026-09-06T08:00+08:00", "accident_dispute.accepted", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (0.5, 1, 2)
