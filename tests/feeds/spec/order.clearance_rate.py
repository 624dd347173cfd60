TITLE = (
    "Of those filed 90 days before, the share cleared within these 90 days; later ones have time"
)
EVENTS = [
    ("2026-06-08T08:00+08:00", "order.filed", "320282112", {"case": "cleared-in-time"}),
    ("2026-09-01T08:00+08:00", "order.cleared", "320282112", {"case": "cleared-in-time"}),
    ("2026-06-09T08:00+08:00", "order.filed", "320282112", {"case": "cleared-too-late"}),
    ("2026-09-12T08:00+08:00", "order.cleared", "320282112", {"case": "cleared-too-late"}),
    ("2026-06-10T08:00+08:00", "order.filed", "320282112", {"case": "not-cleared"}),
    ("2026-09-02T08:00+08:00", "order.filed", "320282112", {"case": "filed-lately"}),
    ("2026-09-03T08:00+08:00", "order.cleared", "320282112", {"case": "filed-lately"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1 / 3, 1, 3)
