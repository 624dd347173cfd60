"""/admin/sources: the declared sources of DATA/sources.toml, changed one at a time. The file stays
the truth: whoever edits it by hand sees the same page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import flask
from flask import Blueprint, Response
from sqlalchemy import Connection

from dashboard import thread_pool
from dashboard.people import asking
from dashboard.people.asking import Asking, form
from feeds.city.words import Text
from feeds.events import declared_sources, source_file
from feeds.events.declared_sources import FILE, Source, SourcesError
from feeds.health import last_seen
from feeds.history import ingest
from layouts.people import admin_sources, page_values
from layouts.people.page_values import EMPTY, Filled, Problem, Sources
from layouts.view import View

MOST_UNDECLARED = 50
LONGEST_TITLE = 80
DONE = ("declared", "undeclared")
_TWICE = Text("这个来源已经声明了", "this source is declared already")
_TOO_LONG = Text(f"最多 {LONGEST_TITLE} 个字符", f"{LONGEST_TITLE} characters at most")


def add(made: Blueprint, ask: Asking) -> None:
    ask.add(made, admin_sources.LIST, lambda: _list(ask), needs="manage")
    ask.add(made, admin_sources.ONE, lambda: _one(ask), lambda: _act(ask), needs="manage")


def _path(ask: Asking) -> Path:
    return ask.services.settings.data / FILE


def _list(ask: Asking) -> Response:
    view, done = ask.view(), flask.request.args.get("done", "")
    said = view.text(f"people.done_{done}") if done in DONE else ""
    found = _read(ask)
    problems = Filled(problems=(Problem("", found.wrong),)) if found.wrong else EMPTY
    return ask.answer(admin_sources.build(view, found, problems, said))


def _read(ask: Asking) -> Sources:
    """The file as it is now, and who sends without standing in it. A file that can't be used says
    why, and has no sources.
    """
    path = _path(ask)
    text = thread_pool.run(source_file.read, path)
    wrong, declared = None, tuple[page_values.Source, ...]()
    try:
        forms = declared_sources.parse(text)
    except SourcesError as error:
        wrong = error.said
    else:
        declared = tuple(
            page_values.Source(
                one.source.id, one.source.patterns, one.source.title, one.source.owner
            )
            for one in forms.values()
        )
    known = frozenset(one.id for one in declared)
    undeclared = ask.read(lambda connection: _undeclared(connection, known))
    return Sources(declared, undeclared, source_file.stamp(text), FILE, wrong)


def _undeclared(connection: Connection, known: Iterable[str]) -> tuple[page_values.Source, ...]:
    """Those that sent events and are not declared, the newest first; of the demo none."""
    newest = dict[str, int]()
    for one in last_seen.newest(connection):
        newest[one.source] = max(newest.get(one.source, 0), one.at)
    found = [
        page_values.Source(source, (), last=at)
        for source, at in newest.items()
        if source not in set(known) and not source.startswith(ingest.DEMO_SOURCE)
    ]
    return tuple(sorted(found, key=lambda one: -one.last)[:MOST_UNDECLARED])


def _one(ask: Asking) -> Response:
    """The form of a declared source, or of one that is not, with patterns guessed from what it
    sent.
    """
    id = flask.request.args.get("id", "")
    found = _read(ask)
    known = next((one for one in found.declared if one.id == id), None)
    if known is None:
        patterns = _suggested(ask, id) if any(one.id == id for one in found.undeclared) else ()
        filled = Filled({"id": (id,), "case": patterns})
    else:
        filled = Filled(
            {
                "id": (known.id,),
                "case": known.patterns,
                "title": (known.title,),
                "owner": (known.owner,),
            }
        )
    return ask.answer(admin_sources.one(ask.view(id=id), found, id, filled))


def _suggested(ask: Asking, id: str) -> tuple[str, ...]:
    def read(connection: Connection) -> tuple[str, ...]:
        towns = [one.town for one in last_seen.newest(connection) if one.source == id]
        cases = last_seen.case_numbers(connection, towns[-1], id) if towns else []
        return declared_sources.suggested(cases)

    return ask.read(read)


def _act(ask: Asking) -> Response:
    was = form("was")
    if form("do") == "remove":
        return _changed(ask, was, lambda text: source_file.without(text, was), "undeclared")
    patterns = tuple(line.strip() for line in form("case").splitlines() if line.strip())
    source = Source(form("id").strip(), patterns, form("title").strip(), form("owner").strip())
    problem = _wrong(source)
    if problem is not None:
        return _refused(ask, was, problem, 422)
    return _changed(ask, was, lambda text: source_file.put(text, source, was), "declared")


def _wrong(source: Source) -> Problem | None:
    for name in ("title", "owner"):
        value: str = getattr(source, name)
        if len(value) > LONGEST_TITLE or not value.isprintable():
            return Problem(name, _TOO_LONG)
    found = declared_sources.wrong(source)
    return Problem(found.field, found.said) if found else None


def _changed(ask: Asking, was: str, edit: Callable[[str], str], done: str) -> Response:
    """The file after an edit, with its entry in the audit log."""
    try:
        text = thread_pool.run(source_file.change, _path(ask), form("stamp"), edit)
    except source_file.Changed as error:
        return _refused(ask, was, Problem("", error.said), 409)
    except SourcesError:
        wrong = _read(ask).wrong  # the file was so before, by hand
        problem = Problem("", wrong) if wrong else Problem("id", _TWICE)
        return _refused(ask, was, problem, 422)
    forms = declared_sources.parse(text)
    thread_pool.run(ask.services.trail.note_sources, asking.who(), forms)
    return ask.go(admin_sources.LIST, done=done)


def _refused(ask: Asking, was: str, problem: Problem, status: int) -> Response:
    found = asking.filled(problem)
    cases = tuple(form("case").splitlines())
    view: View = ask.view(id=was)
    filled = Filled({**found.values, "case": cases}, found.problems)
    return ask.answer(admin_sources.one(view, _read(ask), was, filled), status)
