"""One connection of a browser, spoken by hand: what is sent is exactly what a test says."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
from collections.abc import Mapping
from typing import Any

import websocket

PATIENCE_S = 60


class Socket:
    """A connection to one namespace. Its server refuses it, or ends it later."""

    def __init__(
        self, url: str, space: str, cookie: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        sent = dict(headers or {}) | ({"Cookie": cookie} if cookie else {})
        address = url.replace("http://", "ws://") + "/socket.io/?EIO=4&transport=websocket"
        self._space, self._asked = space, 0
        self.events = queue.Queue[tuple[str, Any]]()
        self.ended = threading.Event()
        self._answers: dict[int, queue.Queue[Any]] = {}
        self._socket = websocket.create_connection(
            address, timeout=PATIENCE_S, origin=url, header=[f"{k}: {v}" for k, v in sent.items()]
        )
        self._socket.recv()
        self._socket.send(f"40{space},")
        self.is_in = str(self._socket.recv()).startswith(f"40{space},")
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, name: str, body: Any) -> None:
        self._socket.send(f"42{self._space},{json.dumps([name, body])}")

    def ask(self, name: str, body: Any) -> Any:
        """What a message is answered."""
        self._asked += 1
        self._answers[self._asked] = queue.Queue()
        self._socket.send(f"42{self._space},{self._asked}{json.dumps([name, body])}")
        return self._answers[self._asked].get(timeout=PATIENCE_S)

    def close(self) -> None:
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self._socket.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError, websocket.WebSocketException):
            while text := self._socket.recv():
                self._take(str(text))
        self.ended.set()

    def _take(self, text: str) -> None:
        said = text.partition(",")[2]
        if text == "2":
            self._socket.send("3")
        elif text.startswith(f"41{self._space}"):
            self.ended.set()
        elif text.startswith(f"42{self._space},"):
            name, *body = json.loads(said)
            self.events.put((name, body[0] if body else None))
        elif text.startswith(f"43{self._space},"):
            number, _, rest = said.partition("[")
            (answer,) = json.loads(f"[{rest}") or [None]
            self._answers[int(number)].put(answer)
