TITLE = "A town knows only what was reported for it"
EVENTS = [
    (
        "2026-06-01T08:00+08:00",
        "indicator.reported",
        "320282",
        {"indicator": "governance.teams", "value": 1170},
    ),
    (
        "2026-07-01T08:00+08:00",
        "indicator.reported",
        "320282001",
        {"indicator": "governance.teams", "value": 60},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "year"
EXPECTED = (None, None, None)
