"""Stores freezes: which quarters were frozen, when, by whom and under which terms. A freeze is
never changed or deleted.

A later freeze of the same quarter supersedes the earlier one. What it fixed is stored beside it,
and the history reproduces it: a freeze holds where both agree.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from feeds import kpis
from feeds.city.profile import Profile
from feeds.city.words import Text, Worded
from feeds.kpis import targets
from feeds.review.review_tables import freeze_contents as contents
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


class Difference(NamedTuple):
    """A figure of a freeze that is another now: of a KPI and an area, in the quarter (0), the one
    before (1) or last year's (2); None where there is none.
    """

    kpi: str
    area: str
    quarter: int
    was: float | None
    now: float | None


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


def add(connection: Connection, made: Freeze, under: Terms, content: bytes) -> None:
    """Write a freeze and what it fixes down in the transaction that is open. Raises Superseded."""
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
    keep(connection, made.code, content)


def keep(connection: Connection, code: str, content: bytes) -> None:
    """Write down what a freeze fixed."""
    row = {"code": code, "hash": hash_of(content), "content": content.decode()}
    connection.execute(insert(contents).values(row))


def hash_of(content: bytes) -> str:
    """The SHA-256 of what a freeze fixed, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def content(connection: Connection, code: str) -> bytes | None:
    """What a freeze fixed; None of one whose content was never kept, or is not what its hash says:
    it can't be verified.
    """
    row = connection.execute(select(contents).where(contents.c.code == code)).first()
    if row is None or hash_of(row.content.encode()) != row.hash:
        return None
    return str(row.content).encode()


def differences(kept: bytes, now: bytes) -> list[Difference]:
    """The values in which two contents differ."""
    was, found = (msgspec.json.decode(one)["figures"] for one in (kept, now))
    return [
        Difference(kpi, area, n, old[0], new[0])
        for kpi in was.keys() & found.keys()
        for area, three in was[kpi]["readings"].items()
        for n, (old, new) in enumerate(
            zip(three, found[kpi]["readings"].get(area, three), strict=True)
        )
        if old != new
    ]


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
