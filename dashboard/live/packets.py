"""Which messages of a client are passed on to Socket.IO: those that a client of the board sends.
Anything else would make an error with a trace in the log.
"""

from __future__ import annotations

import re

import msgspec

CLOSE, PONG = "1", "3"
_CONNECT = re.compile(r"40(/[a-z]{1,20}),(\{.*\})?", re.DOTALL)
_DISCONNECT = re.compile(r"41(/[a-z]{1,20}),")
_EVENT = re.compile(r"42(/[a-z]{1,20}),\d{0,9}(\[.*\])", re.DOTALL)
_RESERVED = ("connect", "disconnect")
_decode = msgspec.json.Decoder().decode


class Gate:
    """Looks at the messages of one client in their order."""

    def __init__(self) -> None:
        self._namespaces: set[str] = set()

    def lets_in(self, text: str) -> bool:
        """Whether a message may be passed on."""
        if text == PONG:
            return True
        if connect := _CONNECT.fullmatch(text):
            return self._connects(connect[1], connect[2])
        if left := _DISCONNECT.fullmatch(text):
            self._namespaces.discard(left[1])
            return True
        event = _EVENT.fullmatch(text)
        return event is not None and event[1] in self._namespaces and _is_event(event[2])

    def _connects(self, namespace: str, body: str | None) -> bool:
        if namespace in self._namespaces:
            return False
        self._namespaces.add(namespace)
        return body is None or isinstance(_read(body), dict)


def _is_event(body: str) -> bool:
    """Whether it is the name of an event and at most one argument."""
    found = _read(body)
    if not isinstance(found, list) or len(found) not in (1, 2):
        return False
    return isinstance(found[0], str) and found[0] not in _RESERVED


def _read(body: str) -> object:
    """The JSON; None where it can't be read."""
    try:
        return _decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return None
