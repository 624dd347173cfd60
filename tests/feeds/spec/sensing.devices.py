TITLE = "The towns' totals at their latest reports, offline ones too"
EVENTS = [
    (
        "2026-09-16T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "devices.online", "value": 820, "total": 828},
    ),
    (
        "2026-09-15T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "devices.online", "value": 800, "total": 800},
    ),
    (
        "2026-09-15T08:00+08:00",
        "indicator.reported",
        "320282001",
        {"indicator": "devices.online", "value": 600, "total": 612},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (1440.0, 1440.0, None)
