"""WebSocket messages compressed (RFC 7692): agreed on with a client that offers it, and what it
sends compressed read.

Without context from message to message, so that one that was compressed once goes to every client.
Sending is pipe.py's.
"""

from __future__ import annotations

import zlib
from typing import Any

from geventwebsocket.exceptions import ProtocolError
from geventwebsocket.websocket import Header, WebSocket

from dashboard.live import connection

AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
ENVIRON = "board.deflate"
COMPRESSED = 0x40
TAIL = b"\x00\x00\xff\xff"
MOST_BYTES = 1_000_000  # of one message that a client sends


def shrink(text: bytes) -> bytes:
    """The payload of a compressed message."""
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


def grow(payload: bytes) -> bytes:
    """The text of a compressed message. Raises ProtocolError where it is no such thing, or too
    much.
    """
    unpacker = zlib.decompressobj(wbits=-15)
    try:
        text = unpacker.decompress(payload + TAIL, MOST_BYTES)
    except zlib.error as error:
        raise ProtocolError(str(error)) from error
    if unpacker.unconsumed_tail:
        raise ProtocolError("too long a message")
    return text


class Handler(connection.Handler):
    """Takes the offer of a client, in the headers that open its WebSocket."""

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Any:
        offered = self.environ.get("HTTP_SEC_WEBSOCKET_EXTENSIONS", "")
        if status.startswith("101") and any(
            one.split(";")[0].strip() == "permessage-deflate" for one in offered.split(",")
        ):
            self.websocket.__class__ = _Compressed
            self.environ[ENVIRON] = True
            headers = [*headers, ("Sec-WebSocket-Extensions", AGREED)]
        return super().start_response(status, headers, exc_info)


class _Compressed(WebSocket):  # type: ignore[misc]
    """Reads what may be compressed. The message has to be one frame, as the small ones of this
    board's pages are.
    """

    __slots__ = ()

    def read_frame(self) -> tuple[Header, bytes]:
        header = Header.decode_header(self.stream)
        is_compressed = (
            header.flags == COMPRESSED
            and header.fin
            and header.opcode in (self.OPCODE_TEXT, self.OPCODE_BINARY)
        )
        if (header.flags and not is_compressed) or header.length > MOST_BYTES:
            raise ProtocolError
        payload = self.raw_read(header.length) if header.length else b""
        if len(payload) != header.length:
            raise ProtocolError("the connection ended within a message")
        payload = bytes(header.unmask_payload(payload)) if header.mask and payload else payload
        return header, grow(payload) if is_compressed else payload
