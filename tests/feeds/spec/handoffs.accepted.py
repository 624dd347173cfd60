TITLE = (
    "First accepted today; closed without acceptance counts at its closing; sent is not accepted"
)
EVENTS = [
    ("2026-09-15T08:00+08:00", "handoff.sent", "320282112", {"case": "a"}),
    ("2026-09-16T08:00+08:00", "handoff.accepted", "320282112", {"case": "a"}),
    ("2026-09-16T09:00+08:00", "handoff.accepted", "320282112", {"case": "a"}),
    ("2026-09-14T08:00+08:00", "handoff.sent", "320282112", {"case": "b"}),
    ("2026-09-16T08:00+08:00", "handoff.closed", "320282112", {"case": "b"}),
    ("2026-09-16T08:00+08:00", "handoff.sent", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (2, 2, None)
