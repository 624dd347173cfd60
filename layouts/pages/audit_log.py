"""/audit-log: who did what and when, for those who may read it."""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.city.words import Text
from layouts.audit_log import list_of_entries
from layouts.audit_log.page_values import AuditLogPage
from layouts.html import elements as html
from layouts.page import Page
from layouts.view import View


def build(view: View) -> Component:
    found: AuditLogPage | None = view.page_data.get("audit_log")
    if found is None:
        missing = html.P(view.text("audit_log.missing"), className="health-missing")
        return html.Div(missing, className="audit-log")
    if not found.is_allowed:
        return list_of_entries.forbidden(view)
    return list_of_entries.build(view, found)


PAGE = Page(
    "/audit-log",
    "audit-log",
    Text("审计日志", "Audit log"),
    build,
    help="read-the-pages#the-audit-log",
    page_data=("audit_log",),
    filters=("act", "actor", "days", "before"),
    is_listed=False,
)
