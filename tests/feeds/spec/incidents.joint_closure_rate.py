TITLE = "Of the joint cases that fell due in the month, closed by now; others have no part in it"
EVENTS = [
    ("2026-09-01T08:00+08:00", "incident.reported", "320282112", {"case": "on-time"}),
    (
        "2026-09-01T09:00+08:00",
        "incident.dispatched",
        "320282112",
        {"case": "on-time", "joint": True},
    ),
    ("2026-09-04T08:00+08:00", "incident.closed", "320282112", {"case": "on-time"}),
    (
        "2026-09-02T08:00+08:00",
        "incident.reported",
        "320282112",
        {"case": "joint-after-it-was-due"},
    ),
    (
        "2026-09-10T09:00+08:00",
        "incident.dispatched",
        "320282112",
        {"case": "joint-after-it-was-due", "joint": True},
    ),
    ("2026-09-11T08:00+08:00", "incident.closed", "320282112", {"case": "joint-after-it-was-due"}),
    ("2026-09-03T08:00+08:00", "incident.reported", "320282112", {"case": "open"}),
    ("2026-09-03T09:00+08:00", "incident.dispatched", "320282112", {"case": "open", "joint": True}),
    ("2026-09-04T08:00+08:00", "incident.reported", "320282112", {"case": "not-joint"}),
    (
        "2026-09-04T09:00+08:00",
        "incident.dispatched",
        "320282112",
        {"case": "not-joint", "joint": False},
    ),
    ("2026-09-15T08:00+08:00", "incident.reported", "320282112", {"case": "not-yet-due"}),
    (
        "2026-09-15T09:00+08:00",
        "incident.dispatched",
        "320282112",
        {"case": "not-yet-due", "joint": True},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (2 / 3, 2, 3)
