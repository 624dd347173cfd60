"""The figures as of a past moment, recounted from the raw events of the history.

A recount holds every event in memory, so a web worker has it done by a process of its own
(`elsewhere`).
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from dashboard import settings
from dashboard.api import answers
from dashboard.api.answers import Answer
from dashboard.host import child_processes
from dashboard.settings import Settings
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.history import event_store, storage

PATIENCE_S = 120.0


class PastUnavailable(Exception):
    """The recount failed or took too long; the message says what the process said last."""


def here(
    database: Engine,
    profile: Profile,
    area: str,
    period: Period,
    at_ms: int,
    known_ms: int | None = None,
) -> Answer:
    """The figures of what had happened up to `at_ms`: as it stands now, or as was known at
    `known_ms`.
    """
    from feeds.audit import (
        audit_sources,
        recount,  # pandas
    )

    with storage.snapshot(database) as connection:
        facts = audit_sources.facts(connection, None if area == profile.code else area, at_ms)
        demo = event_store.marks(connection, "demo") == "1"
    figures = recount.of_facts(facts, profile, area, period, at_ms, known_ms)
    return answers.from_figures(figures, profile, area, period, at_ms, known_ms, demo=demo)


def elsewhere(
    chosen: Settings, area: str, period: Period, at_ms: int, known_ms: int | None = None
) -> Answer:
    """The same, by a process of its own. Cooperative under gevent. Raises PastUnavailable."""
    known = () if known_ms is None else ("--known-ms", str(known_ms))
    command = child_processes.board(
        "kpis", "--json", "--area", area, "--period", period, "--at-ms", str(at_ms), *known
    )
    env = {
        k: v for k, v in os.environ.items() if not k.startswith(settings.PREFIX)
    } | settings.variables(chosen)
    try:
        done = subprocess.run(
            command, env=env, cwd=Path.cwd(), capture_output=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PastUnavailable(f"the recount took longer than {PATIENCE_S:.0f} s") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise PastUnavailable(said[-1] if said else "the recount failed")
    answer: Answer = msgspec.json.decode(done.stdout)
    return answer
