"""The HTTP server of a web worker: gevent's, with limits for clients that send slowly, send
nothing, or hold many connections. What a connection may hold is bounded by time and by size.
"""

from __future__ import annotations

import contextlib
import logging
import resource
import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import gevent
from gevent.pywsgi import Input, WSGIServer

from dashboard.live import connection

log = logging.getLogger(__name__)

HEAD_S = 20.0  # for the request line and the headers, and for a new connection's first request
IDLE_S = 75.0  # between two requests of a connection; longer than a proxy keeps one (60 s)
BODY_S, BODY_BYTES_A_S = 20.0, 16_384  # for a body, and a second more for each so many bytes
JOIN_S = 20.0  # until a WebSocket is in a namespace
STUCK_MS = 60_000  # that a client may take nothing of its answer
HEAD_BYTES = 32_768
CHECK_S = 1.0
RESERVE = 256  # of a process's open files, for everything that is no client
OPEN_FILES = 65_536
EMPTY = "Connection: close\r\nContent-Length: 0\r\n\r\n"
REFUSED = f"HTTP/1.1 400 Bad Request\r\n{EMPTY}".encode()
TOO_LARGE = f"HTTP/1.1 431 Request Header Fields Too Large\r\n{EMPTY}".encode()


class HeadTooLarge(ValueError):
    """The headers of a request are longer than HEAD_BYTES."""


class Head:
    """The lines of a request's headers, which may not have more than HEAD_BYTES together. An end
    among them is an error, because gevent would take a half head for a whole one.
    """

    def __init__(self, stream: Any) -> None:
        self._stream, self._left = stream, HEAD_BYTES

    def readline(self, size: int = HEAD_BYTES) -> bytes:
        line: bytes = self._stream.readline(min(size, HEAD_BYTES))
        self._left -= len(line)
        if self._left < 0:
            raise HeadTooLarge
        if not line:
            raise ValueError("the headers end too early")
        return line


class Handler(connection.Handler):
    """One connection. After `due_s` (of the monotonic clock) it is ended; None while it is the
    board's turn.
    """

    def __init__(self, sock: Any, address: Any, server: Server) -> None:
        super().__init__(sock, address, server)
        self.due_s: float | None = time.monotonic() + HEAD_S

    def is_late(self, now_s: float) -> bool:
        """Whether the client has had more time than it may have."""
        if self.is_handed_over:
            return not self.namespaces and self.due_s is not None and now_s > self.due_s
        is_over = self.due_s is not None and now_s > self.due_s
        return is_over and (not self.is_answering or _is_unfinished(self.wsgi_input))

    def cut(self) -> None:
        """End the connection; whoever reads from it finds its end."""
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    is_answering = False

    def read_requestline(self) -> str:
        line: str = super().read_requestline()
        self.due_s = time.monotonic() + HEAD_S
        return line

    def MessageClass(self, stream: Any, *more: Any) -> Any:
        """The headers, read from the stream."""
        return super().MessageClass(Head(stream), *more)

    def get_environ(self) -> dict[str, Any]:
        environ = super().get_environ()
        length = self.content_length or 0
        self.due_s = time.monotonic() + BODY_S + length / BODY_BYTES_A_S
        self.is_answering = True
        return environ

    def hand_over(self) -> Any:
        self.due_s = time.monotonic() + JOIN_S
        return super().hand_over()

    def handle_one_request(self) -> Any:
        answer = super().handle_one_request()
        self.is_answering = False
        self.due_s = time.monotonic() + IDLE_S
        return answer

    def finalize_headers(self) -> None:
        """Say so where the connection ends with this answer, because a proxy would keep it."""
        super().finalize_headers()
        names = {name.lower() for name, _ in self.response_headers}
        if self.close_connection and b"connection" not in names:
            self.response_headers.append((b"Connection", b"close"))

    def _handle_client_error(self, error: Exception) -> tuple[str, bytes]:
        """Refuse what is no request; nothing is logged, because anybody can send it."""
        return ("431", TOO_LARGE) if isinstance(error, HeadTooLarge) else ("400", REFUSED)


class Server(WSGIServer):  # type: ignore[misc]
    """Serves a WSGI application on a listening socket. An address may hold `each` connections (0:
    any number), all together as many as the process may open.
    """

    def __init__(self, listener: socket.socket, application: Callable[..., Any], each: int) -> None:
        super().__init__(listener, application, log=None)
        self._each, self._most = each, open_files() - RESERVE
        self._handlers: set[Handler] = set()
        self._held: Counter[str] = Counter()
        self._logged_s = float("-inf")

    def start(self) -> None:
        super().start()
        gevent.spawn(self._check_for_ever)

    def handle(self, sock: Any, address: Any) -> None:
        """Serve one connection until it ends; at once where its client has too many."""
        source = str(address[0])
        if self._is_full(source):
            return
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_MS)
        handler = Handler(sock, address, self)
        self._handlers.add(handler)
        self._held[source] += 1
        try:
            with contextlib.suppress(OSError):  # the client is gone
                handler.handle()
        finally:
            self._handlers.discard(handler)
            self._held[source] -= 1
            if not self._held[source]:
                del self._held[source]

    def _is_full(self, source: str) -> bool:
        is_crowd = 0 < self._each <= self._held[source]
        if not is_crowd and len(self._handlers) < self._most:
            return False
        if time.monotonic() - self._logged_s > 60:
            self._logged_s = time.monotonic()
            log.warning(
                "connections of %s are refused: it holds %d, all together %d "
                "(settings connections_per_address, trusted_proxies)",
                source,
                self._held[source],
                len(self._handlers),
            )
        return True

    def _check_for_ever(self) -> None:
        """End the connections that are late."""
        while True:
            gevent.sleep(CHECK_S)
            now_s = time.monotonic()
            for handler in tuple(self._handlers):
                if handler.is_late(now_s):
                    handler.cut()


def open_files() -> int:
    """How many files the process may have open, after asking for as many as it may ask for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted)


def _is_unfinished(body: Input | None) -> bool:
    """Whether a part of a request's body has not come yet."""
    if body is None:
        return False
    if body.chunked_input:
        return bool(body.chunk_length != 0)
    return bool(body.position < (body.content_length or 0))
