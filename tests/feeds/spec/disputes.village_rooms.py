TITLE = "The city is the sum of its towns' latest reports where it reports none itself"
EVENTS = [
    (
        "2026-09-01T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "disputes.village_rooms", "value": 8, "total": 10},
    ),
    (
        "2026-08-01T08:00+08:00",
        "indicator.reported",
        "320282112",
        {"indicator": "disputes.village_rooms", "value": 5, "total": 10},
    ),
    (
        "2026-09-01T08:00+08:00",
        "indicator.reported",
        "320282001",
        {"indicator": "disputes.village_rooms", "value": 10, "total": 10},
    ),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282"
PERIOD = "month"
EXPECTED = (0.9, 18.0, 20.0)
