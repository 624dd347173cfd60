"""Hands the connection of a request from the web worker's server to a WebSocket, and ends it."""

from __future__ import annotations

from typing import Any

from gevent.pywsgi import WSGIHandler

HAND_OVER = "board.hand_over"  # in a request's environment
NAMESPACES = "board.namespaces"  # there too: those that the client of a WebSocket is in


class Handler(WSGIHandler):  # type: ignore[misc]
    """Answers HTTP requests; a request that becomes a WebSocket takes the socket by calling
    `environ[HAND_OVER]()`.
    """

    is_handed_over = False

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        if "HTTP_UPGRADE" in environ:
            self.namespaces: set[str] = set()
            environ[HAND_OVER], environ[NAMESPACES] = self.hand_over, self.namespaces
        return environ

    def hand_over(self) -> Any:
        """The socket. From here on no HTTP is written to it, and no other request is read."""
        self.is_handed_over = self.close_connection = True
        return self.socket

    def handle_one_request(self) -> Any:
        """One request, to the end of its WebSocket where it becomes one.

        The socket of a WebSocket is closed here by gevent's own close, because that lets go of
        whoever still waits to write into it. pywsgi would close the descriptor under them, and
        libev aborts the whole process for that.
        """
        answer = super().handle_one_request()
        if self.is_handed_over:
            self.rfile.close()
            self.socket.close()
            self.socket: Any = None
            self.environ: Any = None
        return answer
