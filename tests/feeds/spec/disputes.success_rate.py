TITLE = "Settled over settled and failed: withdrawn and referred stand on neither side"
EVENTS = [
    ("2026-07-05T08:00+08:00", "dispute.accepted", "320282112", {"case": "a"}),
    ("2026-07-05T08:00+08:00", "dispute.accepted", "320282112", {"case": "b"}),
    ("2026-07-05T08:00+08:00", "dispute.accepted", "320282112", {"case": "c"}),
    ("2026-07-05T08:00+08:00", "dispute.accepted", "320282112", {"case": "d"}),
    ("2026-07-05T08:00+08:00", "dispute.accepted", "320282112", {"case": "e"}),
    ("2026-07-05T08:00+08:00", "dispute.accepted", "320282112", {"case": "f"}),
    ("2026-07-20T08:00+08:00", "dispute.closed", "320282112", {"case": "a", "outcome": "settled"}),
    ("2026-07-20T08:00+08:00", "dispute.closed", "320282112", {"case": "b", "outcome": "settled"}),
    ("2026-07-20T08:00+08:00", "dispute.closed", "320282112", {"case": "c", "outcome": "settled"}),
    ("2026-07-20T08:00+08:00", "dispute.closed", "320282112", {"case": "d", "outcome": "failed"}),
    (
        "2026-07-20T08:00+08:00",
        "dispute.closed",
        "320282112",
        {"case": "e", "outcome": "withdrawn"},
    ),
    ("2026-07-20T08:00+08:00", "dispute.closed", "320282112", {"case": "f", "outcome": "referred"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (0.75, 3, 4)
