"""Makes, withdraws and reads remarks for the API, the pages and the commands: who may, and the
queries of the database.

feeds/remarks/remarks.py defines a remark; feeds/remarks/remark_store.py stores it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from callbacks.forms import Office
from dashboard import thread_pool
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.accounts.roles import RIGHTS, Right
from feeds.audit_log import log_store
from feeds.audit_log.entries import Act, Who
from feeds.city import periods
from feeds.city.words import Text
from feeds.remarks import remark_store, remark_tables, remarks
from feeds.remarks.remarks import Draft, NotYours, Remark
from layouts.view import View

REMARKED = timedelta(3 * 366)


def today(services: Services) -> date:
    return periods.day_of(_now_ms(), services.profile.tz)


def add(
    services: Services, asked: Mapping[str, Any], office: Office, who: Who | None = None
) -> Remark:
    """A remark from its fields, made by the office; `who` the audit log names, else the
    office. Raises WrongRemark, NotYours, a database error.
    """
    home = office.home("remark")
    draft: Draft = remarks.draft(
        {"area": home} | dict(asked) if home else asked,
        services.profile,
        today(services),
    )
    check(office, "remark", draft.area)
    with services.database.begin() as connection:
        made = remark_store.add(connection, draft, office.name, _now_ms())
        _record(connection, made, 1, "rebase" if made.kind == "rebase" else "remark", office, who)
    return made


def withdraw(services: Services, id: str, office: Office, who: Who | None = None) -> Remark:
    """The remark, withdrawn by the office. Raises NotThere, Withdrawn, NotYours, a database
    error.
    """
    with services.database.begin() as connection:
        gone = remark_store.withdraw(connection, id, office.name, _now_ms())
        check(office, "remark", gone.area)
        _record(connection, gone, 2, "withdraw", office, who)
    return gone


def _record(
    connection: Connection, one: Remark, version: int, act: Act, office: Office, who: Who | None
) -> None:
    log_store.record(
        connection,
        _now_ms(),
        who or Who(office.name),
        act,
        f"{one.kpi} {one.area}",
        remark_tables.remarks,
        one.id,
        version,
    )


def read(
    services: Services,
    kpi: str | None,
    area: str,
    first: date,
    last: date,
    *,
    withdrawn: bool = False,
) -> list[Remark]:
    """What holds of an area on these days: its own remarks and the city's. Raises a database
    error.
    """
    with services.database.connect() as connection:
        return remark_store.read(
            connection, kpi, (area, services.profile.code), first, last, withdrawn=withdrawn
        )


def of_page(services: Services, view: View) -> list[Remark]:
    """What holds of a page's area, of the last three years and the year ahead."""
    now = today(services)
    first, last = now - REMARKED, now + remarks.AHEAD
    return thread_pool.run(read, services, None, view.area, first, last)


LOADERS: Loaders = {"remarks": of_page}


def check(office: Office, right: Right, area: str = "") -> None:
    """Raises NotYours where the office lacks a right in an area ("" is the whole city); a
    transaction that is open then leaves no trace.
    """
    if not office.may(right, area):
        raise _not_yours(office, right, area)


def check_somewhere(office: Office, right: Right) -> None:
    """Raises NotYours where the office has a right nowhere."""
    if not office.may_somewhere(right):
        raise _not_yours(office, right)


def _not_yours(office: Office, right: Right, area: str = "") -> NotYours:
    what, zh, en = RIGHTS[right], f"在 {area} " if area else "", f" in {area}" if area else ""
    return NotYours(
        Text(f"{office.name} 没有{zh}{what.zh}的权限", f"{office.name} may not {what.en}{en}")
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
