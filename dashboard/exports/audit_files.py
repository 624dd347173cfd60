"""GET /audit-log/export: the audit log as CSV or NDJSON, for whoever may read it. It is read as it
is sent, so that a long log takes little memory.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import flask
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.access import principal
from dashboard.api import problems
from dashboard.api.problems import Problem
from dashboard.audit_trail import subject
from dashboard.pages import audit_log_data
from dashboard.services import Services
from feeds.audit_log import entries, log_store
from feeds.audit_log.entries import Entry
from feeds.audit_log.log_store import Wanted
from feeds.city.words import Text
from layouts.audit_log.list_of_entries import EXPORT
from layouts.sheets import csv_file

KINDS = {"csv": csv_file.CSV, "ndjson": "application/x-ndjson"}
_FORBIDDEN = Text("没有查看审计日志的权限", "you may not read the audit log")


def blueprint(services: Services) -> Blueprint:
    """The one address."""
    made = Blueprint("audit_files", __name__)
    made.add_url_rule(EXPORT, "audit_log_export", lambda: _answered(services))
    return made


def _answered(services: Services) -> Response:
    own = services.settings.lang
    try:
        return _answer(services)
    except Problem as problem:
        return problems.answer(problem, own)
    except SQLAlchemyError:
        return problems.answer(problems.away("history", problems.NO_HISTORY), own)


def _answer(services: Services) -> Response:
    """The log as it is after this export was written down. Raises Problem, a database error."""
    if not principal.of_request().may("audit"):
        raise Problem(403, _FORBIDDEN)
    query = flask.request.args
    kind = query.get("as", "ndjson")
    if kind not in KINDS:
        raise problems.wrong("as", kind, KINDS)
    who, about = principal.who(), subject("audit_log", kind)
    thread_pool.run(services.trail.note, who, "export", about)
    wanted = audit_log_data.wanted(query, time.time_ns() // 1_000_000)._replace(before=None)
    chunks = _chunks(services, wanted)
    body = _csv(chunks) if kind == "csv" else _ndjson(chunks)
    headers = {
        "Content-Disposition": f'attachment; filename="audit-log.{kind}"',
        "Cache-Control": "no-store",
    }
    return Response(body, content_type=KINDS[kind], headers=headers)


def _chunks(services: Services, wanted: Wanted) -> Iterator[list[Entry]]:
    after = 0
    while chunk := thread_pool.run(_read, services, wanted, after):
        yield chunk
        after = chunk[-1].n


def _read(services: Services, wanted: Wanted, after: int) -> list[Entry]:
    with services.database.connect() as connection:
        return log_store.chunk(connection, wanted, after)


def _ndjson(chunks: Iterator[list[Entry]]) -> Iterator[str]:
    for chunk in chunks:
        yield "".join(f"{entries.canonical(one._asdict())}\n" for one in chunk)


def _csv(chunks: Iterator[list[Entry]]) -> Iterator[str]:
    yield "\ufeff" + csv_file.text_of([Entry._fields])
    for chunk in chunks:
        yield csv_file.text_of([[csv_file.safe(cell) for cell in one] for one in chunk])
