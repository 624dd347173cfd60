"""One web worker: gevent's patches, then the application on a port that several workers share.

This module must be imported first in its process, because the patches must come before what they
patch.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import signal
import socket
import threading

import gevent
from sqlalchemy.exc import SQLAlchemyError

from dashboard import app
from dashboard.processes import http_server, start_checks
from dashboard.settings import Settings
from feeds.live.outages import Outages

BACKLOG = 1024


def main(settings: Settings, is_checked: bool = False) -> None:
    """Serve until stopped. With `is_checked` the parent has looked at everything before. Raises
    CannotStart, or OSError where the database or the port is not available for now.
    """
    if not is_checked:
        start_checks.check(settings, listens=True)
    try:
        with start_checks.lasting(settings):
            board = app.create_app(settings)
    except SQLAlchemyError as error:
        raise ConnectionError(
            f"the database can't be used: {str(error).splitlines()[0]}"
        ) from error
    outages: Outages = board.server.extensions[app.OUTAGES]
    outages.watch_log()
    gevent.spawn(outages.run, lambda _: None, threading.Event())
    # Behind a proxy all connections are the proxy's, and the proxy counts those of an address.
    each = 0 if settings.trusted_proxies else settings.connections_per_address
    server = http_server.Server(_listen(settings.host, settings.port), board.server, each)
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, server.stop, timeout=1)
    server.serve_forever()


def _listen(host: str, port: int) -> socket.socket:
    """Every worker listens on the same port; the kernel deals connections out."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener
