TITLE = "The injured are added up"
EVENTS = [
    (
        "2026-09-01T08:00+08:00",
        "traffic.accident",
        "320282112",
        {"severity": "slight", "deaths": 0, "injuries": 2},
    ),
    (
        "2026-09-16T08:00+08:00",
        "traffic.accident",
        "320282001",
        {"severity": "serious", "deaths": 0, "injuries": 3},
    ),
    (
        "2026-09-16T08:30+08:00",
        "traffic.accident",
        "320282001",
        {"severity": "fatal", "deaths": 1, "injuries": 0},
    ),
    (
        "2026-08-31T23:59+08:00",
        "traffic.accident",
        "320282112",
        {"severity": "slight", "deaths": 0, "injuries": 9},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "month"
EXPECTED = (5, 5, None)
