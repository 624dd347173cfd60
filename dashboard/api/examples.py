"""One example of every operation for openapi.json: a request and its answer. The areas are the
city's own.

The examples are made of the types of the answers; a test checks each against its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from msgspec import structs

from dashboard.api import answers
from dashboard.services import Services
from feeds.city.words import Words
from feeds.events import eventtypes, intake

_AT = 1_790_736_000_000
_FIRST = date(2026, 9, 1)
_LAST = date(2026, 9, 30)
_DAYS = {"from": "2026-09-01", "to": "2026-09-30"}


@dataclass(frozen=True)
class Example:
    """`query` by parameter, `body` as it is sent, and the `answer` of a status below 300."""

    answer: Any
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None


def of(services: Services) -> dict[str, Example]:
    """Operation → example. What is not JSON (metrics) is a text."""
    city = services.profile.code
    town = services.profile.towns[0].code if services.profile.towns else city
    remark = _remark(town)
    withdrawn = structs.replace(remark, withdrawn_by="centre", withdrawn_at=_AT)
    build, folder = services.settings.build, "5f3a0c91d2b7e846"
    return {
        "post": Example(intake.Receipt(accepted=1, duplicates=0, rejected=[]), body=_event(town)),
        "kpis": Example(_kpis(town), {"area": town, "period": "month"}),
        "series": Example(
            _series(city),
            {"kpi": "incidents.reported", "area": city, **_DAYS, "step": "week"},
        ),
        "areas": Example(_areas(services, town), {"parent": city}),
        "cells": Example(
            _cells(town),
            {"kpi": "incidents.reported", "area": town, **_DAYS, "by": "grid,category"},
        ),
        "cases": Example(
            _cases(town), {"family": "incident", "area": town, "state": "overdue", "limit": 20}
        ),
        "remarks": Example(
            answers.Remarks(area=town, first=_FIRST, last=_LAST, remarks=[remark]),
            {"kpi": "incidents.reported", "area": town, **_DAYS},
        ),
        "add_remark": Example(
            remark,
            body={
                "kpi": "incidents.reported",
                "area": town,
                "first": "2026-09-07",
                "last": "2026-09-20",
                "kind": "campaign",
                "text": "百日行动",
            },
        ),
        "withdraw_remark": Example(withdrawn, {"id": remark.id}),
        "alerts": Example(_alerts(city), {"area": city, "days": 7}),
        "openapi_json": Example({"openapi": "3.1.0"}),
        "alive": Example(answers.Health("alive", build, [], folder)),
        "ready": Example(answers.Health("ready", build, [], folder)),
        "metrics": Example(
            "# HELP board_ready 1 if live figures can be served\n# "
            'TYPE board_ready gauge\nboard_ready{worker="4711"} 1.0\n'
        ),
    }


def _event(town: str) -> dict[str, Any]:
    kind = eventtypes.TYPES["patrol.completed"]
    head = {"specversion": "1.0", "id": "gridapp-0001", "source": "gridapp", "type": kind.name}
    return head | {"time": "2026-09-30T09:40:00+08:00", "subject": town, "data": dict(kind.example)}


def _kpis(town: str) -> answers.Kpis:
    figure = answers.Figure(
        id="disputes.success_rate",
        value=0.96,
        unit="share",
        kind="share",
        verdict=answers.Verdict("usual", None, Words("正常波动。", "Within its usual range.")),
        window=None,
        numerator=480,
        denominator=500,
        target=0.95,
        target_origin=Words("城市配置", "the city's profile"),
        owner=Words("司法局", "Justice"),
        state="live",
        at=_AT,
        age_s=12,
        change_year=0.012,
        change_period=-0.004,
        defined_since=None,
    )
    return answers.Kpis(
        area=town,
        period="month",
        at=_AT,
        known=None,
        epoch="5f0c2a9b",
        seq=1207,
        demo=False,
        kpis=[figure],
    )


def _series(city: str) -> answers.Series:
    week = answers.Point(
        date(2026, 8, 31), value=1263, numerator=1263, denominator=None, defined_since=None
    )
    return answers.Series(
        kpi="incidents.reported", area=city, first=_FIRST, last=_LAST, step="week", points=[week]
    )


def _areas(services: Services, code: str) -> answers.Areas:
    towns = services.profile.towns
    area = answers.Area(
        code=code,
        name=Words(*services.profile.name_of(code)),
        kind="town",
        parent=services.profile.code,
        grids=len(towns[0].grid_codes) if towns else 0,
    )
    return answers.Areas([area])


def _cells(town: str) -> answers.Cells:
    grid = f"{town}-g001"
    return answers.Cells(
        kpi="incidents.reported",
        area=town,
        first=_FIRST,
        last=_LAST,
        by=["grid", "category"],
        where={},
        dimensions=["day", "week", "month", "category", "facet", "town", "grid"],
        is_guarded=True,
        cells=[
            answers.Cell(12, 12, None, None, grid=grid, category="order"),
            answers.Cell(None, None, None, "<5", grid=grid, category="traffic"),
        ],
    )


def _cases(town: str) -> answers.Cases:
    case = answers.Case(
        town=town,
        case="c-2026-0001",
        category="order",
        facet="patrol",
        grid="",
        opened=_AT - 777_600_000,
        due=_AT - 172_800_000,
        handled=None,
        closed=None,
        outcome="",
        stage="opened",
        is_overdue=True,
        family="incident",
    )
    return answers.Cases(
        family="incident",
        area=town,
        state="overdue",
        total=1,
        is_partial=False,
        next=None,
        cases=[case],
    )


def _remark(town: str) -> answers.Remark:
    return answers.Remark(
        id="0001",
        kpi="incidents.reported",
        area=town,
        first=date(2026, 9, 7),
        last=date(2026, 9, 20),
        kind="campaign",
        text="百日行动",
        reason="",
        by="centre",
        at=_AT,
        withdrawn_by="",
        withdrawn_at=None,
    )


def _alerts(city: str) -> answers.Alerts:
    alert = answers.Alert(
        id="4f0a",
        version=1,
        rule="incidents-overdue",
        area=city,
        severity="warning",
        state="firing",
        since=_AT - 600_000,
        began=_AT - 1_200_000,
        fired=_AT - 600_000,
        value=52,
        bound=40,
        at=_AT,
        by="",
        silent_since=None,
        title=Words("超期事件偏多", "Many incidents overdue"),
        kpi="incidents.overdue",
        unit="count",
    )
    silence = answers.Silence(
        id="77aa",
        rule="services-overdue",
        area="*",
        until=_AT + 3_600_000,
        reason="系统切换",
        by="centre",
        at=_AT,
    )
    return answers.Alerts(area=city, at=_AT, alerts=[alert], silences=[silence], history=[])
