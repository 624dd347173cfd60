"""What the board gives away without being asked for it: no socket to another site's page, no
listing of a folder, no file beside its own, no tool of its developers.
"""

from __future__ import annotations

import http.client
from typing import Any

import pytest
import websocket

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
GRID = "/_dash-component-suites/dash_ag_grid"


def asked(board: Any, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=30)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_it_gives_nothing_away(board: Any) -> None:
    address = f"ws://127.0.0.1:{board.port}/socket.io/?EIO=4&transport=websocket"
    websocket.create_connection(address, timeout=20, origin=board.url).close()
    for origin in ("https://other.example", "null", board.url.replace("http:", "https:")):
        with pytest.raises(websocket.WebSocketBadStatusException):
            websocket.create_connection(address, timeout=20, origin=origin)

    for path in ("/", "/api/v1/kpis", "/api/v1/openapi.json", "/_dash-layout"):
        answer = asked(board, "GET", path, Origin="https://other.example")
        assert answer.headers["Access-Control-Allow-Origin"] is None, path

    for method in ("TRACE", "TRACK", "CONNECT", "DEBUG"):
        assert asked(board, method, "/api/v1/kpis").status in (400, 404, 405, 501), method
        assert asked(board, method, "/").status in (400, 404, 405, 501), method

    assert asked(board, "GET", f"{GRID}/async-community.js").status == 200
    folders = ("/assets/", "/assets/vendor/", "/_dash-component-suites/dash/")
    files = (
        "/.git/config",
        "/board.db",
        "/tokens.json",
        "/requirements.lock",
        "/assets/../requirements.lock",
        "/assets/%2e%2e/requirements.lock",
        "/assets/..%2f..%2frequirements.lock",
        "/assets//etc/passwd",
        "/_dash-component-suites/dash/../../etc/passwd",
        f"{GRID}/async-enterprise.js",  # under a licence that is for sale
    )
    tools = ("/_reload-hash", "/_alive_token", "/console", "/debug", "/_dash-config", "/mcp")
    for path in (*folders, *files, *tools):
        assert asked(board, "GET", path).status in (301, 308, 400, 404), path
    board.said.flush()
    assert "Traceback" not in (board.data / "said.log").read_text()
