TITLE = "Cleared this month, filed whenever; cleared twice counts once"
EVENTS = [
    ("2025-05-01T08:00+08:00", "order.filed", "320282112", {"case": "a"}),
    ("2026-09-10T08:00+08:00", "order.cleared", "320282112", {"case": "a"}),
    ("2026-09-12T08:00+08:00", "order.cleared", "320282112", {"case": "a"}),
    ("2026-09-02T08:00+08:00", "order.filed", "320282112", {"case": "b"}),
    ("2026-08-30T08:00+08:00", "order.cleared", "320282112", {"case": "c"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1, 1, None)
