TITLE = "A hazard found counts once, under the town it was found in"
EVENTS = [
    ("2026-09-14T00:00+08:00", "traffic.hazard_found", "320282112", {"case": "a"}),
    ("2026-09-14T00:00+08:00", "traffic.hazard_found", "320282112", {"case": "a"}),
    ("2026-09-13T23:59+08:00", "traffic.hazard_found", "320282112", {"case": "b"}),
    ("2026-09-15T08:00+08:00", "traffic.hazard_found", "320282001", {"case": "a"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "week"
EXPECTED = (1, 1, None)
