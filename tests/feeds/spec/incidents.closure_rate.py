TITLE = "Of what fell due in the quarter (seven days after the report), closed by now, late or not"
EVENTS = [
    ("2026-07-10T08:00+08:00", "incident.reported", "320282112", {"case": "on-time"}),
    ("2026-07-17T08:00+08:00", "incident.closed", "320282112", {"case": "on-time"}),
    (
        "2026-06-24T08:00+08:00",
        "incident.reported",
        "320282112",
        {"case": "late-of-a-June-report"},
    ),
    ("2026-07-20T08:00+08:00", "incident.closed", "320282112", {"case": "late-of-a-June-report"}),
    ("2026-09-01T08:00+08:00", "incident.reported", "320282112", {"case": "fell-due-open"}),
    ("2026-09-09T10:01+08:00", "incident.reported", "320282112", {"case": "due-in-a-minute"}),
    ("2026-09-15T08:00+08:00", "incident.reported", "320282112", {"case": "not-yet-due-closed"}),
    ("2026-09-16T09:00+08:00", "incident.closed", "320282112", {"case": "not-yet-due-closed"}),
    ("2026-06-20T08:00+08:00", "incident.reported", "320282112", {"case": "fell-due-in-June"}),
    ("2026-07-02T08:00+08:00", "incident.closed", "320282112", {"case": "fell-due-in-June"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (2 / 3, 2, 3)
