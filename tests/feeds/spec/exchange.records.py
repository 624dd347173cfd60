TITLE = "Silent for more than ten times its cadence: no data, not zero"
EVENTS = [
    ("2026-09-05T08:00+08:00", "exchange.received", "320282", {"records": 1200}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (None, None, None)
