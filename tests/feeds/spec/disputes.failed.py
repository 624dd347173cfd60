TITLE = "Closed without settlement; withdrawn and referred disputes did not fail"
EVENTS = [
    ("2026-09-03T08:00+08:00", "dispute.accepted", "320282112", {"case": "a"}),
    ("2026-09-08T08:00+08:00", "dispute.closed", "320282112", {"case": "a", "outcome": "failed"}),
    ("2026-09-03T08:00+08:00", "dispute.accepted", "320282001", {"case": "b"}),
    ("2026-09-08T08:00+08:00", "dispute.closed", "320282001", {"case": "b", "outcome": "referred"}),
    ("2026-09-03T08:00+08:00", "dispute.accepted", "320282001", {"case": "c"}),
    (
        "2026-09-08T08:00+08:00",
        "dispute.closed",
        "320282001",
        {"case": "c", "outcome": "withdrawn"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "month"
EXPECTED = (1, 1, None)
