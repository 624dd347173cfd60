TITLE = "Closings of the month count whenever the case was reported, known or not, and once a case"
EVENTS = [
    ("2026-09-10T09:00+08:00", "incident.closed", "320282112", {"case": "a"}),
    ("2026-08-30T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    (
        "2026-09-12T09:00+08:00",
        "incident.closed",
        "320282112",
        {"case": "a", "outcome": "referred"},
    ),
    ("2026-09-16T09:00+08:00", "incident.closed", "320282112", {"case": "never-reported"}),
    ("2026-09-01T00:00+08:00", "incident.reported", "320282112", {"case": "b"}),
    ("2026-09-01T00:00+08:00", "incident.closed", "320282112", {"case": "b"}),
    ("2026-08-20T08:00+08:00", "incident.reported", "320282112", {"case": "c"}),
    ("2026-08-31T23:59+08:00", "incident.closed", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (3, 3, None)
