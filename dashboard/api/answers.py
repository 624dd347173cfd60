"""The answer to "which values has this area in this period": the same for the API and for `board
kpis`.

Built from a topic's snapshot, or from the history as of a past moment; the figures themselves come
from feeds/.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from feeds import kpis
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.city.words import Text
from feeds.figures import freshness, past, topics
from feeds.history import tables
from feeds.kpis import Kpi, formulas, targets

Answer = dict[str, Any]


def from_snapshot(snapshot: Mapping[str, Any], profile: Profile, now_ms: int) -> Answer:
    """`now_ms` is the moment of asking: ages and states are as of then, not as of the last
    frame.
    """
    area, period = snapshot["topic"].split("/")
    rows = [_from_snapshot(kpi, snapshot, profile, area, now_ms) for kpi in kpis.CATALOGUE.values()]
    head = {
        "area": area,
        "period": period,
        "at": snapshot["at"],
        "known": None,
        "epoch": snapshot["epoch"],
        "seq": snapshot["seq"],
    }
    return head | {"demo": snapshot.get("demo", False), "kpis": rows}


def as_of(
    database: Engine,
    profile: Profile,
    area: str,
    period: Period,
    at_ms: int,
    known_ms: int | None = None,
) -> Answer:
    """As of a past moment (`known_ms`: as was known at another): there is no frame behind it, so no
    epoch and no sequence number. Raises a database error.
    """
    with tables.snapshot(database) as connection:
        figures = past.figures(connection, profile, area, period, at_ms, known_ms)
        demo = tables.marks(connection, "demo") == "1"
    rows = [
        _row(kpis.CATALOGUE[id], figure, profile, area, at_ms) for id, figure in figures.items()
    ]
    head = {
        "area": area,
        "period": period,
        "at": at_ms,
        "known": known_ms,
        "epoch": None,
        "seq": None,
    }
    return head | {"demo": demo, "kpis": rows}


def _from_snapshot(
    kpi: Kpi, snapshot: Mapping[str, Any], profile: Profile, area: str, now_ms: int
) -> Answer:
    numerator, denominator = topics.parts_of(snapshot, kpi.id)
    on_year, on_period = snapshot["change"].get(kpi.id) or (None, None)
    newest = max(
        (snapshot["newest"][need] for need in kpi.needs if snapshot["newest"].get(need)),
        default=None,
    )
    value = snapshot["set"].get(kpi.id)
    return _row(
        kpi,
        formulas.Figure(value, numerator, denominator, on_year, on_period, newest),
        profile,
        area,
        now_ms,
    )


def _row(kpi: Kpi, figure: formulas.Figure, profile: Profile, area: str, now_ms: int) -> Answer:
    cadence_s = freshness.cadence_s(kpi.cadence_s, area == profile.code, len(profile.towns))
    return {
        "id": kpi.id,
        "value": figure.value,
        "unit": kpi.unit,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "target": targets.target(profile, kpi.id),
        "target_origin": _named(targets.origin(profile, kpi.id)),
        "owner": _named(targets.owner(profile, kpi.id)),
        "state": freshness.state(cadence_s, figure.at, now_ms),
        "at": figure.at,
        "age_s": None if figure.at is None else max(0, round((now_ms - figure.at) / 1000)),
        "change_year": figure.change_year,
        "change_period": figure.change_period,
    }


def _named(text: Text | None) -> dict[str, str] | None:
    return text._asdict() if text else None
