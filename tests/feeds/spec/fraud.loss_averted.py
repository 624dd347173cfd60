TITLE = "Yuan, added up in fen so that no cent is lost"
EVENTS = [
    ("2026-09-01T08:00+08:00", "fraud.loss_averted", "320282112", {"amount": 0.1}),
    ("2026-09-02T08:00+08:00", "fraud.loss_averted", "320282112", {"amount": 0.2}),
    ("2026-09-03T08:00+08:00", "fraud.loss_averted", "320282112", {"amount": 0.3}),
    ("2026-09-03T08:00+08:00", "fraud.loss_averted", "320282112", {"amount": 0.3}),
    ("2026-08-03T08:00+08:00", "fraud.loss_averted", "320282112", {"amount": 500000}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (0.6, 0.6, None)
