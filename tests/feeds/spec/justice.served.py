TITLE = "Legal aid, advice and procuratorate services"
EVENTS = [
    ("2026-09-01T08:00+08:00", "justice.served", "320282112", {"category": "legal_aid"}),
    ("2026-09-01T09:00+08:00", "justice.served", "320282112", {"category": "prosecution"}),
    ("2026-09-01T09:00+08:00", "justice.served", "320282001", {"category": "legal_aid"}),
]
NOW = "2026-09-16T10:00+08:00"
AREA = "320282112"
PERIOD = "month"
EXPECTED = (2, 2, None)
