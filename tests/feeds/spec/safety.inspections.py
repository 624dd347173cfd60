TITLE = "Units inspected are added up"
EVENTS = [
    ("2026-09-14T08:00+08:00", "safety.inspected", "320282112", {"category": "fire", "units": 3}),
    ("2026-09-16T08:00+08:00", "safety.inspected", "320282112", {"category": "gas", "units": 2}),
    ("2026-09-11T08:00+08:00", "safety.inspected", "320282112", {"category": "gas", "units": 7}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (5, 5, None)
