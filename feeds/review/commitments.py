"""Commitments made at review meetings: which may be made, where they are stored, and how their
results are judged.

They are never changed or deleted. feeds/review/review_values.py judges a commitment by readings
that the caller passes in.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, insert, select

from feeds import kpis
from feeds.city import quarters
from feeds.city.profile import Profile
from feeds.city.quarters import Quarter
from feeds.city.words import Text
from feeds.events.rejects import REASONS
from feeds.remarks import remarks
from feeds.remarks.remarks import WrongRemark
from feeds.review.review_tables import commitments as table
from feeds.review.review_values import Commitment, Compared, Outcome, Reading

FIELDS = ("town", "kpi", "due", "target", "quarter")
AHEAD_YEARS = 2


class Draft(NamedTuple):
    """A commitment that may be made. `target` in the KPI's own unit (a share from 0 to 1)."""

    made_on: Quarter
    town: str
    kpi: str
    due: date
    target: float


def draft(asked: Mapping[str, str], profile: Profile) -> Draft:
    """A draft from the fields of a form; the target of a share is in percent.
    Raises WrongRemark.
    """
    given = {field: asked.get(field, "").strip() for field in FIELDS}
    kpi = kpis.CATALOGUE.get(given["kpi"])
    if kpi is None or kpi.better == "neutral":
        raise WrongRemark(
            "kpi", Text("请选择有好坏方向的指标", "must be a figure that should rise or fall")
        )
    if given["town"] not in profile.town_by_code:
        raise WrongRemark("town", Text("请选择区域", "must be one of the areas"))
    try:
        made_on = quarters.parse(given["quarter"])
    except ValueError as error:
        raise WrongRemark("quarter", Text("没有这个季度", "is no quarter")) from error
    return Draft(
        made_on,
        given["town"],
        kpi.id,
        _due(given["due"], made_on),
        _target(given["target"], kpi.unit == "share"),
    )


def _due(text: str, made_on: Quarter) -> date:
    try:
        due = date.fromisoformat(text)
    except ValueError as error:
        raise WrongRemark(
            "due", Text("须为日期，如 2026-12-31", "must be a date such as 2026-12-31")
        ) from error
    if not made_on.end <= due <= made_on.end.replace(year=made_on.end.year + AHEAD_YEARS):
        raise WrongRemark(
            "due", Text("须在本季度之后两年内", "must lie within two years after the quarter")
        )
    return due


def _target(text: str, is_share: bool) -> float:
    if not text:
        raise WrongRemark("target", REASONS["missing"])
    try:
        value = float(text.removesuffix("%"))
    except ValueError as error:
        raise WrongRemark("target", Text("须为数字", "must be a number")) from error
    if not math.isfinite(value) or value < 0 or (is_share and value > 100):
        raise WrongRemark(
            "target",
            Text("须为 0 以上的数；比率为 0 至 100", "must be 0 or more; a share from 0 to 100"),
        )
    return value / 100 if is_share else value


def add(connection: Connection, found: Draft, start: Reading, by: str, now_ms: int) -> Commitment:
    """The commitment, written down in the transaction that is open. Raises WrongRemark where `by`
    looks like a person's.
    """
    remarks.words({"by": by}, "by")
    made = Commitment(
        secrets.token_hex(6),
        found.town,
        found.kpi,
        found.due.isoformat(),
        found.target,
        found.made_on.name,
        by,
        now_ms,
        start,
    )
    names = ("id", "made_on", "town", "kpi", "due", "target", "by")
    row = {name: getattr(made, name) for name in names} | {
        "at": now_ms,
        "start": msgspec.json.encode(start).decode(),
    }
    connection.execute(insert(table).values(row))
    return made


def read(connection: Connection, quarter: Quarter) -> tuple[Commitment, ...]:
    """What had been committed to by the meeting on a quarter, by due date."""
    rows = connection.execute(select(table).order_by(table.c.due, table.c.at, table.c.id))
    return tuple(_commitment(row) for row in rows if quarters.parse(row.made_on) <= quarter)


def due_between(
    connection: Connection, first: date, last: date, moment_ms: int
) -> tuple[Commitment, ...]:
    """The commitments that fall due on some days (the last one too), of those made by a moment; by
    due date.
    """
    c = table.c
    query = select(table).where(c.due >= first.isoformat(), c.due <= last.isoformat())
    query = query.where(c.at <= moment_ms).order_by(c.due, c.at, c.id)
    return tuple(_commitment(row) for row in connection.execute(query))


def judged(
    one: Commitment, reading: Reading, between: tuple[float, float] | None, change: Compared | None
) -> Commitment:
    """With what came of it: its reading in the quarter of its due day, with the 95 % interval and
    the change since it was made.
    """
    found = replace(one, judged_on=due_quarter(one).name, reading=reading, change=change)
    found = replace(found, lower=between[0], upper=between[1]) if between else found
    return replace(found, outcome=_outcome(one, reading, between))


def due_quarter(one: Commitment) -> Quarter:
    return quarters.of(date.fromisoformat(one.due))


def _outcome(one: Commitment, reading: Reading, between: tuple[float, float] | None) -> Outcome:
    if reading.value is None:
        return "nodata"
    is_up = kpis.CATALOGUE[one.kpi].better == "up"
    if (reading.value >= one.target) if is_up else (reading.value <= one.target):
        return "met"
    return "unclear" if between and between[0] <= one.target <= between[1] else "missed"


def _commitment(row: Any) -> Commitment:
    start = msgspec.json.decode(row.start, type=Reading)
    return Commitment(
        row.id, row.town, row.kpi, row.due, row.target, row.made_on, row.by, row.at, start
    )
