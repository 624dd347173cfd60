TITLE = "Of those filed in the month, the share cleared within it; an older case cleared now adds nothing"
EVENTS = [
    ("2026-09-02T08:00+08:00", "order.filed", "320282112", {"case": "a"}),
    ("2026-09-12T08:00+08:00", "order.cleared", "320282112", {"case": "a"}),
    ("2026-09-03T08:00+08:00", "order.filed", "320282112", {"case": "b"}),
    ("2026-09-04T08:00+08:00", "order.filed", "320282112", {"case": "c"}),
    ("2026-08-02T08:00+08:00", "order.filed", "320282112", {"case": "d"}),
    ("2026-09-05T08:00+08:00", "order.cleared", "320282112", {"case": "d"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (1 / 3, 1, 3)
