TITLE = "The latest report stands, in whatever order they came"
EVENTS = [
    (
        "2026-09-16T09:50+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "devices.online", "value": 343, "total": 350},
    ),
    (
        "2026-09-16T09:40+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "devices.online", "value": 300, "total": 350},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "today"
EXPECTED = (0.98, 343.0, 350.0)
