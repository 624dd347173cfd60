"""`board web`. Imports next to nothing: gevent's patches, with which dashboard/web.py begins, must come before what they patch."""

from __future__ import annotations

import click

from dashboard.commands import options
from dashboard.settings import Loaded
from feeds.profile import ProfileError


@click.command("web")
@options.configured(*options.COMMON, "host", "port", "max_body_mb", "partitions")
@options.failing_on(ProfileError, OSError)
def web_command(loaded: Loaded) -> None:
    """Run one web worker. Several may share a port; they need the Redis and the database of the ingest and engine."""
    options.process("dashboard.web").main(loaded.settings)
