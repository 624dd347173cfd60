"""`board web`. It imports almost nothing, because gevent's patches, with which
dashboard/processes/web.py begins, must come before what they patch.
"""

from __future__ import annotations

import click

from dashboard.cli import options
from dashboard.settings import Loaded


@click.command("web")
@options.configured(*options.COMMON, "host", "port", "max_body_mb", "partitions", is_start=True)
@options.started
@options.failing_on(OSError)
def web_command(loaded: Loaded, is_checked: bool) -> None:
    """Run one web worker. Several may share a port; they need the Redis and the database of the
    ingest and engine.
    """
    options.process("dashboard.processes.web").main(loaded.settings, is_checked)
