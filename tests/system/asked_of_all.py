"""A worker of a test's own: the board's whole web application, asked the same by many viewers over
HTTP and over sockets, and what each was answered, in JSON on standard output
(tests/system/test_who_may.py).
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json
import re
import socket
import sys
from pathlib import Path
from typing import Any

import gevent

from dashboard import app
from dashboard.processes import http_server
from dashboard.settings import Settings
from tests.system.conftest import until
from tests.system.sockets import Socket

VALUES = {
    "data-export": "/export?table=towns&kpis=incidents.reported",
    "pathname": "/kpi",
    "search": "?kpi=incidents.reported",
}


def main() -> None:
    given = json.load(sys.stdin)
    board = app.create_app(
        Settings(data=Path(given["data"]), redis=given["redis"], open_pages=given["is_open"])
    )
    callbacks = {
        output: body(output, one)
        for output, one in board.callback_map.items()
        if one.get("callback")
    }
    asked = {one["name"]: one for one in given["asked"]}
    for output, text in callbacks.items():
        asked[f"callback {output}"] = {
            "method": "POST",
            "path": "/_dash-update-component",
            "body": text,
            "type": "application/json",
        }
    secrets = {name: re.compile(pattern) for name, pattern in given["secrets"].items()}
    handlers = board.server.extensions["socketio"].server.handlers
    json.dump(
        {
            "routes": sorted(
                [method, str(rule)]
                for rule in board.server.url_map.iter_rules()
                for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
            ),
            "callbacks": sorted(callbacks),
            "events": sorted([space, name] for space, names in handlers.items() for name in names),
            "answers": {
                viewer: {
                    name: answer(board.server, one, viewer, own, secrets)
                    for name, one in asked.items()
                }
                for viewer, own in given["viewers"].items()
            },
            "messages": messages(board.server, given),
        },
        sys.stdout,
    )


def messages(server: Any, given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each viewer's connections were answered: whether there is one, by namespace, and what
    came back of each message, by its name. A viewer without a connection has no more.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    serving = http_server.Server(listener, server, each=0)
    gevent.spawn(serving.serve_forever)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    warm_up(url, given)
    found = {
        viewer: heard(url, viewer, own["headers"], given["messages"])
        for viewer, own in given["viewers"].items()
    }
    serving.stop(timeout=1)
    return found


def warm_up(url: str, given: dict[str, Any]) -> None:
    """Until the engine has published what will be asked for."""
    connection = Socket(url, "/live", headers=given["viewers"][given["warm"]]["headers"])

    def is_there() -> bool:
        answer = connection.ask("watch", {"topics": given["topics"]})
        return (
            set(answer["topics"]) == set(given["topics"])
            and "none" not in answer["topics"].values()
        )

    until(is_there, 60, "the topics are there")
    connection.close()


def heard(url: str, viewer: str, headers: dict[str, str], asked: list[list[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    spaces = {space for space, _, _ in asked}
    for space in sorted(spaces):
        connection = Socket(url, space, headers=headers)
        found[f"{space} connect"] = connection.is_in
        for _, name, body in (one for one in asked if one[0] == space and connection.is_in):
            text = json.dumps(body).replace("{viewer}", viewer)
            text = text.replace("{handle}", viewer.replace(" ", "").ljust(20, "0"))
            found[f"{space} {name}"] = connection.ask(name, json.loads(text))
        connection.close()
    return found


def answer(
    server: Any, one: dict[str, str], viewer: str, own: dict[str, Any], secrets: dict[str, Any]
) -> dict[str, Any]:
    """What a viewer is answered: the status, where it leads, and what it holds that is not for
    everyone.
    """

    def filled(text: str) -> str:
        return text.replace("{viewer}", viewer).replace("{csrf}", own["csrf"])

    made = server.test_client(use_cookies=False).open(
        filled(one["path"]),
        method=one["method"],
        data=filled(one.get("body", "")).encode(),
        content_type=one.get("type") or None,
        headers=own["headers"],
    )
    text = made.get_data().decode("utf-8", "replace")
    made.close()
    return {
        "status": made.status_code,
        "location": made.headers.get("Location", ""),
        "holds": {name: sorted(set(found.findall(text)))[:3] for name, found in secrets.items()},
    }


def body(output: str, one: dict[str, Any]) -> str:
    """What a browser sends for a callback, with nothing pressed."""

    def part(wanted: dict[str, str]) -> dict[str, Any]:
        id, value = wanted["id"], VALUES.get(wanted["property"])
        found: Any = json.loads(id) if id.startswith("{") else id
        if isinstance(found, dict):
            found = {name: "x" if isinstance(own, list) else own for name, own in found.items()}
        return {"id": found, "property": wanted["property"], "value": value}

    parts = {name: [part(wanted) for wanted in one[name]] for name in ("inputs", "state")}
    changed = [f"{json.dumps(p['id'])}.{p['property']}" for p in parts["inputs"][:1]]
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs = [
        part(dict(zip(("id", "property"), one.rsplit(".", 1), strict=True))) for one in names
    ]
    wanted = outputs if output.startswith("..") else outputs[0]
    asked = {"output": output, "outputs": wanted, "changedPropIds": changed}
    return json.dumps(asked | parts)


if __name__ == "__main__":
    main()
