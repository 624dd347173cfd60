"""The server's side of a client's WebSocket, on wsproto: how it opens, what the client sends, and
how it ends.

Engine.IO reads and writes through it. The hub's messages go through dashboard/live/writer.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.handshake import WEBSOCKET_VERSION, server_extensions_handshake
from wsproto.utilities import RemoteProtocolError, generate_accept_token

from dashboard.live import connection, packets, writer

WRITER = "board.writer"  # in the environment of a request that has become a WebSocket
MOST_CHARACTERS = 1_000_000  # of one message that a client sends, decompressed
READ_BYTES = 4_096  # at a time, because deflate can make a thousand times as much of them
VERSION = WEBSOCKET_VERSION.decode()
UPGRADE = [("Upgrade", "websocket"), ("Sec-WebSocket-Version", VERSION)]
SENDABLE = (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING)

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def serve(socketio: Any) -> None:
    """Let a Socket.IO server speak with its clients through this module."""
    engine = socketio.server.eio
    engine._async = {**engine._async, "websocket": WebSocket}


class WebSocket:
    """One client's WebSocket as Engine.IO uses it: called with the request, then read by `wait` and
    written to by `send` until `close`.
    """

    def __init__(self, use: Callable[[WebSocket], list[bytes]], engine: Any) -> None:
        self._use = use
        self._parts: list[str] = []
        self._length = 0
        self._gate = packets.Gate()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        """Answer the request that opens the WebSocket; returns when the WebSocket has ended."""
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
        if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
            start_response("426 Upgrade Required", UPGRADE)
            return []
        deflate = writer.SharedDeflate()
        answer = _answer(key, environ.get("HTTP_SEC_WEBSOCKET_EXTENSIONS", ""), deflate)
        self._protocol = Connection(ConnectionType.SERVER, [deflate])
        self._socket = environ[connection.HAND_OVER]()
        self._writer = writer.Writer(self._socket, is_compressed=deflate.enabled())
        self._writer.write(answer)
        environ[WRITER] = self._writer
        return self._use(self)

    def send(self, text: str) -> None:
        """Send a message of Engine.IO's own. Raises OSError where the client is gone."""
        self._writer.write(writer.framed(text))

    def wait(self) -> str | None:
        """The next message; None once the client is gone or has sent what it may not."""
        try:
            while True:
                for event in self._protocol.events():
                    text = self._take(event)
                    if text is not None:
                        return text
                    if self._protocol.state is not ConnectionState.OPEN:
                        return None
                self._protocol.receive_data(self._socket.recv(READ_BYTES) or None)
        except RemoteProtocolError as error:
            self._end(error.event_hint)
        except OSError:
            pass
        return None

    def close(self) -> None:
        """Say goodbye where the client takes it at once, and end the connection."""
        self._end(CloseConnection(CloseReason.NORMAL_CLOSURE))

    def _take(self, event: Event) -> str | None:
        """The message that this event completes, if it does."""
        match event:
            case TextMessage():
                return self._add(event)
            case BytesMessage():
                self._end(CloseConnection(CloseReason.UNSUPPORTED_DATA))
            case Ping():
                self._writer.write(self._protocol.send(event.response()))
            case CloseConnection():
                self._end(event.response())
        return None

    def _add(self, part: TextMessage) -> str | None:
        if part.data:
            self._parts.append(part.data)
        self._length += len(part.data)
        if self._length > MOST_CHARACTERS:
            self._end(CloseConnection(CloseReason.MESSAGE_TOO_BIG))
            return None
        if not part.message_finished:
            return None
        text = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        if text == packets.CLOSE:
            self.close()
            return None
        if not self._gate.lets_in(text):
            self._end(CloseConnection(CloseReason.POLICY_VIOLATION))
            return None
        return text

    def _end(self, goodbye: Event | None) -> None:
        if goodbye is not None and self._protocol.state in SENDABLE:
            self._writer.offer(self._protocol.send(goodbye))
        self._writer.cut()


def _answer(key: str, offered: str, deflate: writer.SharedDeflate) -> bytes:
    """The response that makes a request a WebSocket."""
    headers = [
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + generate_accept_token(key.encode()),
    ]
    agreed = server_extensions_handshake(offered.split(","), [deflate])
    if agreed:
        headers.append(b"Sec-WebSocket-Extensions: " + agreed)
    return b"\r\n".join([*headers, b"", b""])
