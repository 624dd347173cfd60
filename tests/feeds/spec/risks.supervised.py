TITLE = "Each time a risk item is followed up, the same item twice too"
EVENTS = [
    ("2026-09-01T08:00+08:00", "risk.raised", "320282112", {"case": "a"}),
    ("2026-09-03T08:00+08:00", "risk.supervised", "320282112", {"case": "a"}),
    ("2026-09-04T08:00+08:00", "risk.supervised", "320282112", {"case": "a"}),
    ("2026-08-31T08:00+08:00", "risk.supervised", "320282112", {"case": "a"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (2, 2, None)
