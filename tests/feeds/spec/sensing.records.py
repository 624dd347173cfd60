TITLE = "Records received today, from midnight in the city's zone"
EVENTS = [
    ("2026-09-16T00:00+08:00", "sensing.received", "320282112", {"records": 280000}),
    ("2026-09-16T09:00+08:00", "sensing.received", "320282001", {"records": 280000}),
    ("2026-09-15T23:59+08:00", "sensing.received", "320282001", {"records": 1}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (560000, 560000, None)
