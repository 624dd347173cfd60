"""Stores freezes: which quarters were frozen, when, by whom and under which terms. A freeze is
never changed or deleted.

A later freeze of the same quarter supersedes the earlier one. The frozen figures are not stored,
because the history reproduces them.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from feeds import kpis
from feeds.city.profile import Profile
from feeds.city.words import Text, Worded
from feeds.kpis import targets
from feeds.review.review_tables import freezes as table
from feeds.review.review_values import Freeze

_SHORT = 12


class Terms(msgspec.Struct, frozen=True):
    """What figures are reproduced under: the KPIs of the time with their targets, the areas, and
    the day of the last change of a definition (feeds/kpis: Change).
    """

    targets: dict[str, float | None]
    areas: tuple[str, ...]
    edition: str = ""


class Superseded(Worded):
    """Another freeze of the quarter was made meanwhile."""


class NotFrozen(LookupError):
    """There is no freeze of this code."""


def terms(profile: Profile) -> Terms:
    """Those of now."""
    wanted = {kpi: targets.target(profile, kpi) for kpi in kpis.CATALOGUE}
    return Terms(wanted, profile.areas, kpis.EDITION)


def digests(profile: Profile, known: Terms) -> dict[str, str]:
    """Short digests of the definitions, targets, limits and profile in force."""
    definitions = [
        (k, kpi.unit, kpi.better, repr(kpi.formula_on(known.edition)))
        for k, kpi in kpis.CATALOGUE.items()
        if k in known.targets
    ]
    parts = {
        "definitions": definitions,
        "targets": known.targets,
        "limits": profile.limits,
        "profile": profile,
    }
    return {
        name: hashlib.sha256(msgspec.json.encode(part, order="deterministic")).hexdigest()[:_SHORT]
        for name, part in parts.items()
    }


def code(quarter: str, moment_ms: int, digest: str) -> str:
    """A freeze's short code: the quarter, and five characters for the moment and the figures."""
    return f"{quarter}-{hashlib.sha256(f'{moment_ms}:{digest}'.encode()).hexdigest()[:5].upper()}"


def add(connection: Connection, made: Freeze, under: Terms) -> None:
    """Write a freeze down in the transaction that is open. Raises Superseded."""
    row = {name: value for name, value in vars(made).items() if name != "superseded_by"}
    try:
        connection.execute(
            insert(table).values(row | {"terms": msgspec.json.encode(under).decode()})
        )
    except IntegrityError as error:
        said = Text(
            f"{made.quarter} 已由别处冻结；请先看那一次冻结",
            f"{made.quarter} was frozen meanwhile; look at that freeze first",
        )
        raise Superseded(said) from error


def of(connection: Connection, quarter: str) -> tuple[Freeze, ...]:
    """The freezes of a quarter, the one in force first."""
    rows = connection.execute(
        select(table).where(table.c.quarter == quarter).order_by(table.c.moment_ms.desc())
    )
    found = [_freeze(row) for row in rows]
    after = {one.supersedes: one.code for one in found if one.supersedes}
    return tuple(replace(one, superseded_by=after.get(one.code, "")) for one in found)


def get(connection: Connection, code: str) -> tuple[Freeze, Terms]:
    """A freeze by its code, and its terms. Raises NotFrozen."""
    row = connection.execute(select(table).where(table.c.code == code)).first()
    if row is None:
        raise NotFrozen(code)
    found = next(one for one in of(connection, row.quarter) if one.code == code)
    return found, msgspec.json.decode(row.terms, type=Terms)


def _freeze(row: Row[Any]) -> Freeze:
    return Freeze(**{name: value for name, value in row._mapping.items() if name != "terms"})
