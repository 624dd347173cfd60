TITLE = "Criminal cases filed in the month; public-order cases left out"
EVENTS = [
    ("2026-09-02T08:00+08:00", "order.filed", "320282112", {"case": "a", "category": "criminal"}),
    (
        "2026-09-03T08:00+08:00",
        "order.filed",
        "320282112",
        {"case": "b", "category": "public_order"},
    ),
    ("2026-08-31T08:00+08:00", "order.filed", "320282112", {"case": "c", "category": "criminal"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1, 1, None)
