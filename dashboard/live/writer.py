"""One client's WebSocket as the hub writes to it: ready-made messages, sent whole and in order,
never queued.

Engine.IO's own writes (pings, acknowledgements) go through the same pipe, so that two writers can't
mix their bytes. What is sent, and to whom, is decided in hub.py.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Sequence
from enum import Enum
from typing import Any

from gevent import socket as cooperative

from dashboard.live import deflate

TEXT = 0x81
SEND_BUFFER = 65_536
STUCK_MS = 60_000
NOW = 0.0


class Message:
    """A Socket.IO event of the namespace /live, its one argument already JSON, as one WebSocket
    text message, plain or compressed.

    Either is made once, when the first client needs it.
    """

    __slots__ = ("_at", "_packed", "plain")

    def __init__(self, event: str, body: bytes) -> None:
        text = b'42/live,["' + event.encode() + b'",' + body + b"]"
        header = _header(len(text))
        self.plain, self._at, self._packed = header + text, len(header), b""

    def __len__(self) -> int:
        return len(self.plain)

    @property
    def packed(self) -> bytes:
        if not self._packed:
            text = deflate.shrink(self.plain[self._at :])
            self._packed = _header(len(text), deflate.COMPRESSED) + text
        return self._packed


class Bundle:
    """Messages in their order, joined once for the clients that take them compressed and once for
    those that don't.
    """

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages
        self._joined: dict[bool, bytes] = {}

    def bytes_for(self, way: Pipe) -> bytes:
        """What goes to this client."""
        if way.is_packed not in self._joined:
            self._joined[way.is_packed] = b"".join(
                one.packed if way.is_packed else one.plain for one in self._messages
            )
        return self._joined[way.is_packed]


def _header(length: int, flags: int = 0) -> bytes:
    first = TEXT | flags
    if length < 126:
        return struct.pack("!BB", first, length)
    if length < 65_536:
        return struct.pack("!BBH", first, 126, length)
    return struct.pack("!BBQ", first, 127, length)


class Took(Enum):
    """How much of a message a client took: none, a part (the rest goes out before anything else),
    all.
    """

    NONE = 0
    PART = 1
    ALL = 2


class Pipe:
    """The way to one client. At most one message is under way; a client that takes no more gets
    nothing new.
    """

    def __init__(self, websocket: Any, *, is_packed: bool = False) -> None:
        self.is_packed = is_packed
        self._socket = websocket.handler.socket
        self._lock = threading.Lock()
        self._rest = b""
        websocket.raw_write = self.write
        _bound(self._socket)

    def offer(self, data: bytes) -> Took:
        """Send a message as far as the socket takes it now. After PART the caller has to see to
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
            cooperative.wait_write(self._socket.fileno())

    def _flush(self) -> None:
        if self._rest:
            rest, self._rest = self._rest, b""
            self._socket.sendall(rest)

    def cut(self) -> None:
        """Break the connection at once, without a word more."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)


def _bound(sock: Any) -> None:
    """Keep little for a slow client in the kernel, and let the kernel end a connection that takes
    nothing for a minute.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    if sock.family in (socket.AF_INET, socket.AF_INET6) and hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_MS)
