"""The page data of /audit-log as plain values; dashboard/pages/audit_log_data.py gathers it."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.audit_log.entries import Entry, Root

DAYS = (7, 30, 180)


@dataclass(frozen=True)
class AuditLogPage:
    """`is_allowed`: this browser may read the log; nothing of it is here otherwise. `before` is the
    number that the next page ends before, None on the last page.
    """

    is_allowed: bool
    entries: tuple[Entry, ...] = ()
    total: int = 0
    actors: tuple[str, ...] = ()
    root: Root | None = None
    before: int | None = None
