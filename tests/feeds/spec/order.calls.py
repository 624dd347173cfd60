TITLE = "Emergency calls today, in all towns"
EVENTS = [
    ("2026-09-16T08:00+08:00", "order.call", "320282112", {}),
    ("2026-09-16T08:00+08:00", "order.call", "320282001", {}),
    ("2026-09-15T08:00+08:00", "order.call", "320282001", {}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (2, 2, None)
