TITLE = (
    "A case counts when it is first handed to joint handling, not at a plain dispatch before that"
)
EVENTS = [
    ("2026-09-10T08:00+08:00", "incident.reported", "320282112", {"case": "a"}),
    ("2026-09-10T09:00+08:00", "incident.dispatched", "320282112", {"case": "a", "joint": False}),
    ("2026-09-14T09:00+08:00", "incident.dispatched", "320282112", {"case": "a", "joint": True}),
    ("2026-09-15T09:00+08:00", "incident.dispatched", "320282112", {"case": "a", "joint": True}),
    ("2026-09-15T10:00+08:00", "incident.dispatched", "320282112", {"case": "b", "joint": True}),
    ("2026-09-15T10:00+08:00", "incident.dispatched", "320282112", {"case": "b", "joint": True}),
    ("2026-09-15T11:00+08:00", "incident.dispatched", "320282112", {"case": "c", "joint": False}),
    ("2026-09-13T11:00+08:00", "incident.dispatched", "320282112", {"case": "d", "joint": True}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (2, 2, None)
