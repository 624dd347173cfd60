TITLE = "Posts are added up"
EVENTS = [
    ("2026-09-14T08:00+08:00", "outreach.posted", "320282112", {"posts": 12}),
    ("2026-09-15T08:00+08:00", "outreach.posted", "320282112", {"posts": 8}),
    ("2026-09-15T08:00+08:00", "outreach.posted", "320282112", {"posts": 8}),
    ("2026-09-12T08:00+08:00", "outreach.posted", "320282112", {"posts": 40}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (20, 20, None)
