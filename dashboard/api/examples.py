"""One example of every operation for openapi.json: what is asked, and what is answered. The areas
are the city's own.

A test holds each against the schema that stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.services import Services
from feeds.events import eventtypes

_AT = 1_790_736_000_000
_TIMES = {"opened": _AT - 777_600_000, "due": _AT - 172_800_000, "handled": None, "closed": None}
_KPI = {
    "id": "disputes.success_rate",
    "value": 0.96,
    "unit": "share",
    "numerator": 480,
    "denominator": 500,
    "target": 0.95,
    "target_origin": {"zh": "城市配置", "en": "the city's profile"},
    "owner": {"zh": "司法局", "en": "Justice"},
    "state": "live",
    "at": _AT,
    "age_s": 12,
    "change_year": 0.012,
    "change_period": -0.004,
}
_FRAME = {"epoch": "5f0c2a9b", "seq": 1207}


@dataclass(frozen=True)
class Example:
    """`query` by parameter, `body` sent and `answer` of the status 200 or 202, as JSON has them."""

    answer: Any
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None


def of(services: Services) -> dict[str, Example]:
    """Operation → example. What is not JSON (metrics) is a text."""
    city = services.profile.code
    town = services.profile.towns[0].code if services.profile.towns else city
    grid = f"{town}-g001"
    day = {"from": "2026-09-01", "to": "2026-09-30"}
    health = {"status": "ready", "build": services.settings.build, "reasons": []}
    return {
        "post": Example({"accepted": 1, "duplicates": 0, "rejected": []}, body=_event(town)),
        "kpis": Example(
            {
                "area": town,
                "period": "month",
                "at": _AT,
                "known": None,
                **_FRAME,
                "demo": False,
                "kpis": [_KPI],
            },
            {"area": town, "period": "month"},
        ),
        "series": Example(
            {
                "kpi": "incidents.reported",
                "area": city,
                **day,
                "step": "week",
                "points": [
                    {"day": "2026-08-31", "value": 1263, "numerator": 1263, "denominator": None}
                ],
            },
            {"kpi": "incidents.reported", "area": city, **day, "step": "week"},
        ),
        "areas": Example({"areas": [_area(services, town)]}, {"parent": city}),
        "cells": Example(
            {
                "kpi": "incidents.reported",
                "area": town,
                **day,
                "by": ["grid", "category"],
                "where": {},
                "is_guarded": True,
                "dimensions": ["day", "week", "month", "category", "facet", "town", "grid"],
                "cells": [
                    {
                        "grid": grid,
                        "category": "order",
                        "value": 12,
                        "numerator": 12,
                        "denominator": None,
                        "hidden": None,
                    },
                    {
                        "grid": grid,
                        "category": "traffic",
                        "value": None,
                        "numerator": None,
                        "denominator": None,
                        "hidden": "<5",
                    },
                ],
            },
            {"kpi": "incidents.reported", "area": town, **day, "by": "grid,category"},
        ),
        "cases": Example(
            {
                "family": "incident",
                "area": town,
                "state": "overdue",
                "total": 1,
                "next": None,
                "cases": [
                    {
                        "town": town,
                        "case": "c-2026-0001",
                        "category": "order",
                        "facet": "patrol",
                        "grid": "",
                        **_TIMES,
                        "outcome": "",
                        "stage": "opened",
                        "is_overdue": True,
                    }
                ],
            },
            {"family": "incident", "area": town, "state": "overdue", "limit": 20},
        ),
        "remarks": Example(
            {"area": town, **day, "remarks": [_remark(town)]},
            {"kpi": "incidents.reported", "area": town, **day},
        ),
        "add_remark": Example(
            _remark(town),
            body={
                "kpi": "incidents.reported",
                "area": town,
                "first": "2026-09-07",
                "last": "2026-09-20",
                "kind": "campaign",
                "text": "百日行动",
            },
        ),
        "withdraw_remark": Example(
            _remark(town) | {"withdrawn_by": "centre", "withdrawn_at": _AT}, {"id": "0001"}
        ),
        "alerts": Example(
            {
                "area": city,
                "at": _AT,
                "alerts": [_alert(city)],
                "history": [],
                "silences": [
                    {
                        "id": "77aa",
                        "rule": "services-overdue",
                        "area": "*",
                        "until": _AT + 3_600_000,
                        "reason": "系统切换",
                        "by": "centre",
                        "at": _AT,
                    }
                ],
            },
            {"area": city, "days": 7},
        ),
        "openapi_json": Example({"openapi": "3.1.0"}),
        "alive": Example({**health, "status": "alive"}),
        "ready": Example(health),
        "metrics": Example(
            "# HELP board_ready 1 if live figures can be served\n# "
            'TYPE board_ready gauge\nboard_ready{worker="4711"} 1.0\n'
        ),
    }


def _event(town: str) -> dict[str, Any]:
    kind = eventtypes.TYPES["patrol.completed"]
    head = {"specversion": "1.0", "id": "gridapp-0001", "source": "gridapp", "type": kind.name}
    return head | {"time": "2026-09-30T09:40:00+08:00", "subject": town, "data": dict(kind.example)}


def _remark(town: str) -> dict[str, Any]:
    days = {"first": "2026-09-07", "last": "2026-09-20"}
    what = {
        "id": "0001",
        "kpi": "incidents.reported",
        "area": town,
        **days,
        "kind": "campaign",
        "text": "百日行动",
        "reason": "",
    }
    return what | {"by": "centre", "at": _AT, "withdrawn_by": "", "withdrawn_at": None}


def _alert(city: str) -> dict[str, Any]:
    what = {
        "id": "4f0a",
        "version": 1,
        "rule": "incidents-overdue",
        "area": city,
        "severity": "warning",
        "state": "firing",
    }
    times = {
        "since": _AT - 600_000,
        "began": _AT - 1_200_000,
        "fired": _AT - 600_000,
        "at": _AT,
        "silent_since": None,
    }
    named = {
        "title": {"zh": "超期事件偏多", "en": "Many incidents overdue"},
        "kpi": "incidents.overdue",
        "unit": "count",
    }
    return {**what, **times, "value": 52, "bound": 40, "by": "", **named}


def _area(services: Services, code: str) -> dict[str, Any]:
    name, grids = (
        services.profile.name_of(code),
        len(services.profile.towns[0].grid_codes) if services.profile.towns else 0,
    )
    return {
        "code": code,
        "name": {"zh": name.zh, "en": name.en},
        "kind": "town",
        "parent": services.profile.code,
        "grids": grids,
    }
