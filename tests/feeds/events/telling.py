"""An event as a source sends it, with any of its fields changed."""

from __future__ import annotations

from typing import Any


def told(**changed: Any) -> dict[str, Any]:
    data = {"case": "c1", "category": "order", "severity": 2, "channel": "app"}
    fields = {name: value for name, value in changed.items() if name in data}
    envelope = {name: value for name, value in changed.items() if name not in data}
    return {
        "specversion": "1.0",
        "type": "incident.reported",
        "source": "urn:test",
        "id": "e1",
        "time": "2026-09-30T10:00:00+08:00",
        "subject": "320282112",
        "data": data | fields,
        **envelope,
    }
