"""The commands that run until they are stopped: run, ingest, engine (web: dashboard/cli/web.py)."""

from __future__ import annotations

import click

from dashboard import settings
from dashboard.cli import options
from dashboard.host import data_folder, embedded_redis
from dashboard.processes import supervisor
from dashboard.settings import CannotStart, Loaded, Settings
from feeds.city.words import Text

FAILURES = (embedded_redis.RedisFailed, data_folder.Held, supervisor.CannotRun)


@click.command("run")
@options.configured(
    *(name for name, rule in settings.rules().items() if not rule.reads), is_start=True
)
@options.failing_on(*FAILURES)
def run_command(loaded: Loaded) -> None:
    """Run the whole board on this machine: Redis, ingest and engine, web, and in a new folder the
    demo city.
    """
    supervisor.run(loaded.settings, lambda said: options.say(said, err=True), _with_demo)


@click.command("ingest")
@options.configured(*options.COMMON, "partitions", is_start=True)
@options.failing_on(*FAILURES)
def ingest_command(loaded: Loaded) -> None:
    """Take events from the log into the history, and what is sent with PUBLISH board:in into the
    log.
    """
    options.process("dashboard.processes.core").ingest(loaded.settings)


@click.command("engine")
@options.configured(*options.COMMON, "partitions", "frames_per_second", is_start=True)
@options.failing_on(*FAILURES)
def engine_command(loaded: Loaded) -> None:
    """Compute the figures of every watched topic and publish what changed."""
    options.process("dashboard.processes.core").engine(loaded.settings)


@click.command("core", hidden=True)
@options.configured(is_start=True)
@options.started
@options.failing_on(*FAILURES)
def core_command(loaded: Loaded, is_checked: bool) -> None:
    """Ingest and engine in one process: what `board run` starts, with its settings as variables."""
    options.process("dashboard.processes.core").main(loaded.settings, is_checked)


def _with_demo(chosen: Settings) -> bool:
    """Whether demo data is made. Raises CannotStart rather than mixing it into real events."""
    if chosen.demo is False:
        return False
    from dashboard.host import (
        demo_data,
    )  # opens the database, which the supervisor has no other use for

    history = demo_data.state(chosen.database_url)
    if history == "real" and chosen.demo:
        said = Text(
            "历史里有真实事件，不与演示数据混用；演示请另给一个 --data",
            "the history holds real events, and demo data is not "
            "mixed into it; give another --data for a demo",
        )
        raise CannotStart(said)
    return history != "real"
