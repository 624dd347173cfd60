"""What the page /audit-log shows, for whoever may read the log."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import thread_pool
from dashboard.access import principal
from dashboard.audit_trail import DAY_MS
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.audit_log import entries, log_store
from feeds.audit_log.entries import Root
from feeds.audit_log.log_store import Wanted
from layouts.audit_log.page_values import DAYS, AuditLogPage
from layouts.view import View

PER_PAGE = 100
FORBIDDEN = AuditLogPage(is_allowed=False)


def of_page(services: Services, view: View) -> AuditLogPage:
    """The entries that the address asks for; nothing of the log where the browser may not."""
    if not principal.of_request().may("audit"):
        return FORBIDDEN
    return thread_pool.run(_read, services, wanted(view.filters, view.now_ms))


LOADERS: Loaders = {"audit_log": of_page}


def wanted(query: Mapping[str, str], now_ms: int) -> Wanted:
    """What an address asks for; of what it names wrong nothing is asked."""
    act, days, before = query.get("act", ""), query.get("days", ""), query.get("before", "")
    since_ms = now_ms - int(days) * DAY_MS if days in map(str, DAYS) else None
    is_number = before.isascii() and before.isdecimal() and len(before) < 16
    return Wanted(
        act if act in entries.ACTS else "",
        query.get("actor", ""),
        since_ms,
        None,
        int(before) if is_number else None,
    )


def root(services: Services) -> Root | None:
    """The log's root, for whoever may read the log; None for all others. Raises a database
    error.
    """
    if not principal.of_request().may("audit"):
        return None
    return thread_pool.run(services.trail.root)


def _read(services: Services, asked: Wanted) -> AuditLogPage:
    with services.database.connect() as connection:
        found = log_store.read(connection, asked, PER_PAGE + 1)
        shown = tuple(found[:PER_PAGE])
        return AuditLogPage(
            True,
            shown,
            log_store.count(connection, asked._replace(before=None)),
            tuple(log_store.actors(connection)),
            log_store.newest(connection),
            shown[-1].n if len(found) > PER_PAGE else None,
        )
