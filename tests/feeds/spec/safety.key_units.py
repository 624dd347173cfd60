TITLE = "The city's own report stands before the sum of its towns"
EVENTS = [
    (
        "2026-09-01T08:00+08:00",
        "indicator.reported",
        "320282",
        {"indicator": "safety.key_units", "value": 1800},
    ),
    (
        "2026-09-10T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "safety.key_units", "value": 95},
    ),
    (
        "2026-08-01T08:00+08:00",
        "indicator.reported",
        "320282",
        {"indicator": "safety.key_units", "value": 1790},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "today"
EXPECTED = (1800.0, 1800.0, None)
