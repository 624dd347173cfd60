TITLE = "No event of the source ever came: no data, never zero"
EVENTS = [
    ("2026-09-16T08:00+08:00", "fraud.warning", "320282112", {}),
    ("2026-09-16T08:00+08:00", "fraud.dissuaded", "320282001", {}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (None, None, None)
