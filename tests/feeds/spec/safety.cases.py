TITLE = "None this week and a source within its cadence: zero"
EVENTS = [
    ("2026-09-10T08:00+08:00", "safety.case_filed", "320282112", {"category": "production"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (0, 0, None)
