TITLE = "An accident without a death: zero is zero"
EVENTS = [
    (
        "2026-09-16T08:00+08:00",
        "traffic.accident",
        "320282112",
        {"severity": "slight", "deaths": 0, "injuries": 1},
    ),
    (
        "2026-09-15T08:00+08:00",
        "traffic.accident",
        "320282112",
        {"severity": "fatal", "deaths": 2, "injuries": 0},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (0, 0, None)
