"""How the web worker's server ends a WebSocket."""

from __future__ import annotations

from typing import Any

from geventwebsocket.handler import WebSocketHandler


class Handler(WebSocketHandler):  # type: ignore[misc]
    """Ends a WebSocket by gevent's own close, which lets go of whoever still waits to write into
    it.

    pywsgi closes the descriptor under them, for which libev aborts the whole process.
    """

    def handle_one_request(self) -> Any:
        answer = super().handle_one_request()
        headers = getattr(self, "headers", None)
        if (
            answer is None
            and headers is not None
            and headers.get("Upgrade", "").lower() == "websocket"
        ):
            self.rfile.close()
            self.socket.close()
            self.socket: Any = None
        return answer
