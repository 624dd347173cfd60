TITLE = "Accidents of the year, by when they happened and not by when they were told"
EVENTS = [
    (
        "2026-09-15T08:00+08:00",
        "traffic.accident",
        "320282112",
        {"severity": "slight", "deaths": 0, "injuries": 1},
    ),
    (
        "2026-01-01T00:00+08:00",
        "traffic.accident",
        "320282112",
        {"severity": "slight", "deaths": 0, "injuries": 1},
    ),
    (
        "2025-12-31T23:59+08:00",
        "traffic.accident",
        "320282112",
        {"severity": "slight", "deaths": 0, "injuries": 1},
    ),
    (
        "2026-01-01T00:00+08:00",
        "traffic.accident",
        "320282112",
        {"severity": "slight", "deaths": 0, "injuries": 1},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (2, 2, None)
