TITLE = "Nothing came for days: the last day that had records is shown, with its date, and not zero"
EVENTS = [
    ("2026-09-05T08:00+08:00", "exchange.received", "320282", {"records": 1200}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (1200, 1200, None)
