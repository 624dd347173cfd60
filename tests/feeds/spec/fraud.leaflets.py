TITLE = "Booklets, not hand-outs"
EVENTS = [
    ("2026-07-01T08:00+08:00", "fraud.leaflets", "320282112", {"copies": 200}),
    ("2026-09-01T08:00+08:00", "fraud.leaflets", "320282112", {"copies": 150}),
    ("2026-06-30T08:00+08:00", "fraud.leaflets", "320282112", {"copies": 900}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "quarter"
EXPECTED = (350, 350, None)
