"""The figures as of a past moment, recounted from the raw events of the history.

A recount holds every event in memory, so a web worker has it done by a process of its own (`elsewhere`).
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import msgspec
from sqlalchemy import Engine, select

from dashboard import answers, processes, settings
from dashboard.answers import Answer
from dashboard.settings import Settings
from feeds import history
from feeds.periods import Period
from feeds.profile import Profile

PATIENCE_S = 120.0


class PastUnavailable(Exception):
    """The recount failed or took too long; the message says what the process said last."""


def here(database: Engine, profile: Profile, area: str, period: Period, at_ms: int) -> Answer:
    """The figures of what had happened up to `at_ms`, as it stands now."""
    import pandas as pd

    from feeds import recount, recount_events

    columns = [history.events.c[name] for name in recount_events.COLUMNS]
    query = select(*columns).where(history.events.c.at <= at_ms)
    if area != profile.code:
        query = query.where(history.events.c.town == area)
    with database.connect() as connection:
        events, demo = pd.read_sql(query, connection), history.marks(connection, "demo") == "1"
    return answers.from_figures(recount.recount(events, profile, area, period, at_ms), profile, area, period, at_ms, demo=demo)


def elsewhere(chosen: Settings, area: str, period: Period, at_ms: int) -> Answer:
    """The same, by a process of its own. Cooperative under gevent. Raises PastUnavailable."""
    command = processes.board("kpis", "--json", "--area", area, "--period", period, "--at-ms", str(at_ms))
    env = {k: v for k, v in os.environ.items() if not k.startswith(settings.PREFIX)} | settings.variables(chosen)
    try:
        done = subprocess.run(command, env=env, cwd=Path.cwd(), capture_output=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise PastUnavailable(f"the recount took longer than {PATIENCE_S:.0f} s") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise PastUnavailable(said[-1] if said else "the recount failed")
    answer: Answer = msgspec.json.decode(done.stdout)
    return answer
