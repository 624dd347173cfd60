TITLE = "A day with neither warnings nor dissuasions has no cases"
EVENTS = [
    ("2026-09-15T08:00+08:00", "fraud.warning", "320282112", {}),
    ("2026-09-15T09:00+08:00", "fraud.dissuaded", "320282112", {}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (None, 0, 0)
