TITLE = "Cases diverted, civil and commercial alike"
EVENTS = [
    ("2026-09-01T08:00+08:00", "justice.diverted", "320282112", {"category": "civil"}),
    ("2026-09-02T08:00+08:00", "justice.diverted", "320282001", {"category": "commercial"}),
    ("2026-08-02T08:00+08:00", "justice.diverted", "320282001", {"category": "civil"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "month"
EXPECTED = (2, 2, None)
