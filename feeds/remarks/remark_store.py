"""Stores remarks. A remark is never changed or deleted; a withdrawal adds a version.

So the number of versions only grows, and shows a reader whether there is anything new.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.exc import IntegrityError

from feeds.remarks import remarks
from feeds.remarks.remark_tables import remarks as table
from feeds.remarks.remarks import Draft, Remark

Rebased = dict[str, list[tuple[str, date]]]


class NotThere(LookupError):
    """There is no remark of this id."""


class Withdrawn(ValueError):
    """The remark was withdrawn before."""


def add(connection: Connection, draft: Draft, by: str, now_ms: int) -> Remark:
    """The remark, written down in the transaction that is open. Raises WrongRemark where `by` looks
    like a person's.
    """
    remarks.words({"by": by}, "by")
    made = Remark(secrets.token_hex(6), *draft, by=by, at=now_ms)
    connection.execute(insert(table).values(_row(made, 1, by, now_ms)))
    return made


def withdraw(connection: Connection, id: str, by: str, now_ms: int) -> Remark:
    """The remark, withdrawn from now on. Raises NotThere, Withdrawn, or WrongRemark where `by`
    looks like a person's.
    """
    remarks.words({"by": by}, "by")
    found = next(
        _remarks(
            connection.execute(select(table).where(table.c.id == id).order_by(table.c.version))
        ),
        None,
    )
    if found is None:
        raise NotThere(id)
    try:
        connection.execute(insert(table).values(_row(found, 2, by, now_ms)))
    except IntegrityError as error:
        raise Withdrawn(id) from error
    return found._replace(withdrawn_by=by, withdrawn_at=now_ms)


def read(
    connection: Connection,
    kpi: str | None,
    areas: Iterable[str],
    first: date,
    last: date,
    *,
    withdrawn: bool = False,
) -> list[Remark]:
    """The remarks on a KPI (or on all) in the areas that touch these days, oldest first; with
    withdrawn ones where asked for. Pass a town's code and the city's, because remarks on the city
    hold for its towns.
    """
    c = table.c
    query = select(table).where(
        c.first <= last.isoformat(), c.last >= first.isoformat(), c.area.in_(list(areas))
    )
    if kpi is not None:
        query = query.where(c.kpi.in_((kpi, remarks.EVERY)))
    found = _remarks(connection.execute(query.order_by(c.id, c.version)))
    return sorted(
        (r for r in found if withdrawn or r.withdrawn_at is None),
        key=lambda r: (r.first, r.at, r.id),
    )


def rebases(connection: Connection) -> Rebased:
    """KPI → (area, day) of the rebases in force, oldest first."""
    rows = connection.execute(
        select(table).where(table.c.kind == "rebase").order_by(table.c.id, table.c.version)
    )
    found: Rebased = {}
    for one in sorted((r for r in _remarks(rows) if r.withdrawn_at is None), key=lambda r: r.first):
        found.setdefault(one.kpi, []).append((one.area, one.first))
    return found


def versions(connection: Connection) -> int:
    """How many there are."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _row(remark: Remark, version: int, by: str, at_ms: int) -> dict[str, Any]:
    row = {name: getattr(remark, name) for name in ("id", "kpi", "area", "kind", "text", "reason")}
    return row | {
        "version": version,
        "first": remark.first.isoformat(),
        "last": remark.last.isoformat(),
        "by": by,
        "at": at_ms,
    }


def _remarks(rows: Iterable[Row[Any]]) -> Iterator[Remark]:
    """Of rows by id and version."""
    for _, found in groupby(rows, key=lambda row: row.id):
        made, *later = found
        first, last = date.fromisoformat(made.first), date.fromisoformat(made.last)
        one = Remark(
            made.id,
            made.kpi,
            made.area,
            first,
            last,
            made.kind,
            made.text,
            made.reason,
            made.by,
            made.at,
        )
        yield one._replace(withdrawn_by=later[0].by, withdrawn_at=later[0].at) if later else one
