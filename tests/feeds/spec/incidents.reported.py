TITLE = "A case counts once, when first reported: repeats, a second report and other days or towns add nothing"
EVENTS = [
    ("2026-09-16T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-16T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-16T09:30+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-16T08:10+08:00", "incident.reported", "320282112-g001", {"case": "b"}),
    (
        "2026-09-16T08:20+08:00",
        "incident.reported",
        "320282112",
        {"case": "c", "category": "unheard_of"},
    ),
    ("2026-09-15T23:59+08:00", "incident.reported", "320282112", {"case": "d"}),
    ("2026-09-16T08:30+08:00", "incident.reported", "320282001", {"case": "e"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (3, 3, None)
