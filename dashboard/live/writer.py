"""Writes the hub's messages to one client's WebSocket: ready-made messages, sent whole and in
order, never queued.

Engine.IO's own messages (pings, acknowledgements) use the same writer, so that their bytes never
mix. dashboard/live/hub.py decides what is sent to whom.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import socket
import threading
from collections.abc import Sequence
from enum import Enum
from typing import Any

from gevent import socket as cooperative
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage
from wsproto.extensions import Extension, PerMessageDeflate

SEND_BUFFER = 65_536
STUCK_MS = 60_000
NOW = 0.0


class SharedDeflate(PerMessageDeflate):
    """Compression in which no message needs the one before it, so that a message that was
    compressed once goes to every client.
    """

    def __init__(self) -> None:
        super().__init__(client_no_context_takeover=True, server_no_context_takeover=True)

    def accept(self, offer: str) -> bool | str | None:
        """The answer to a client's offer; None where it isn't one, or asks for a smaller window
        than the other clients'.
        """
        asked = PerMessageDeflate()
        try:
            asked.accept(offer)
        except ValueError:
            return None
        if asked.server_max_window_bits < self.server_max_window_bits:
            return None
        return super().accept(offer)


def framed(text: str, *, is_compressed: bool = False) -> bytes:
    """A text as one WebSocket message."""
    extensions: list[Extension] = []
    if is_compressed:
        deflate = SharedDeflate()
        deflate.accept(deflate.name)
        extensions.append(deflate)
    return Connection(ConnectionType.SERVER, extensions).send(TextMessage(text))


class Message:
    """A Socket.IO event of the namespace /live, its one argument already JSON, as one WebSocket
    text message, plain or compressed.

    Either is made once, when the first client needs it.
    """

    def __init__(self, event: str, body: bytes) -> None:
        self._text = f'42/live,["{event}",{body.decode()}]'

    def __len__(self) -> int:
        return len(self._text)

    @functools.cached_property
    def plain(self) -> bytes:
        return framed(self._text)

    @functools.cached_property
    def compressed(self) -> bytes:
        return framed(self._text, is_compressed=True)


class Bundle:
    """Messages in their order, joined once for the clients that take them compressed and once for
    those that don't.
    """

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages
        self._joined: dict[bool, bytes] = {}

    def bytes_for(self, client: Writer) -> bytes:
        """The bytes for this client."""
        if client.is_compressed not in self._joined:
            self._joined[client.is_compressed] = b"".join(
                one.compressed if client.is_compressed else one.plain for one in self._messages
            )
        return self._joined[client.is_compressed]


class Took(Enum):
    """How much of a message a client took: none, a part (the rest goes out before anything else),
    all.
    """

    NONE = 0
    PART = 1
    ALL = 2


class Writer:
    """Writes to one client. At most one message is in progress; a client that reads nothing gets
    nothing new.
    """

    def __init__(self, sock: Any, *, is_compressed: bool = False) -> None:
        self.is_compressed = is_compressed
        self._socket = sock
        self._lock = threading.Lock()
        self._rest = b""
        _bound(sock)

    def offer(self, data: bytes) -> Took:
        """Send as much of a message as the socket takes now. After PART the caller must call
        `wait_writable`.
        """
        if self._rest or self._lock.locked():
            return Took.NONE
        try:
            sent = self._socket.send(data, 0, NOW)
        except OSError:
            return Took.NONE
        if sent == len(data):
            return Took.ALL
        self._rest = data[sent:]
        return Took.PART

    def write(self, data: bytes) -> None:
        """Send all of it after what is under way, waiting as long as the client needs. OSError
        where it is gone.
        """
        with self._lock:
            self._flush()
            self._socket.sendall(data)

    def wait_writable(self) -> None:
        """Return once the client has taken what was under way and the socket takes more. OSError
        where it is gone.
        """
        with self._lock:
            self._flush()
            descriptor = self._socket.fileno()
            if descriptor < 0:
                raise OSError(errno.EBADF, "the client is gone")
            cooperative.wait_write(descriptor)

    def _flush(self) -> None:
        if self._rest:
            rest, self._rest = self._rest, b""
            self._socket.sendall(rest)

    def cut(self) -> None:
        """Break the connection at once, without a closing message."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


def _bound(sock: Any) -> None:
    """Limit the kernel's buffer for a slow client, and have the kernel end a connection that takes
    nothing for a minute.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if sock.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_MS)
