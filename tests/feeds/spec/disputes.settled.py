TITLE = "Only closings as settled; of two closings of a case the earlier one stands"
EVENTS = [
    ("2026-08-10T08:00+08:00", "dispute.accepted", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "dispute.closed", "320282112", {"case": "a", "outcome": "settled"}),
    ("2026-09-03T08:00+08:00", "dispute.accepted", "320282112", {"case": "b"}),
    ("2026-09-08T08:00+08:00", "dispute.closed", "320282112", {"case": "b", "outcome": "settled"}),
    ("2026-09-07T08:00+08:00", "dispute.closed", "320282112", {"case": "b", "outcome": "failed"}),
    ("2026-09-03T08:00+08:00", "dispute.accepted", "320282112", {"case": "c"}),
    (
        "2026-09-08T08:00+08:00",
        "dispute.closed",
        "320282112",
        {"case": "c", "outcome": "withdrawn"},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1, 1, None)
