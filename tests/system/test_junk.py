"""What anybody may send without a token: a refusal in a sentence, no trace in the log, and pages
that go on.
"""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
CALLBACK, JSON = "/_dash-update-component", "application/json"
DEEP = "[" * 100_000
PART = {"id": "a", "property": "b"}


def asked(board: Any, method: str, path: str, body: str = "", kind: str = JSON, **more: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=30)
    connection.request(method, path, body.encode(), {"Content-Type": kind, **more})
    status = connection.getresponse().status
    connection.close()
    return status


def test_junk_is_refused_and_leaves_no_trace(board: Any) -> None:
    token = (board.data / "ingest.token").read_text().strip()
    for body in ("{}", "null", "[]", '"x"', "{", DEEP, json.dumps({"output": 1, "inputs": []})):
        assert asked(board, "POST", CALLBACK, body) == 400, body[:20]
    unknown = {"output": "nobody.children", "inputs": [PART], "changedPropIds": []}
    assert asked(board, "POST", CALLBACK, json.dumps(unknown)) == 400
    suites = "/_dash-component-suites/dash"
    assert asked(board, "GET", f"{suites}/deps/react@18.v2.js") == 404
    assert asked(board, "GET", f"{suites}/../../etc/passwd") in (301, 308, 404)
    bearer = {"Authorization": f"Bearer {token}"}
    for body in (DEEP, '{"a":' * 100_000, '{"data":' + "[" * 5_000):
        assert asked(board, "POST", "/api/v1/events", body, **bearer) == 400
    assert asked(board, "GET", "/kpi?kpi=incidents.reported&kpi=disputes.open") == 200
    assert asked(board, "GET", "/api/v1/cases?cursor=rubbish") == 400
    assert asked(board, "GET", "/readyz") == 200
    board.said.flush()
    said = (board.data / "said.log").read_text()
    assert "Traceback" not in said


def test_pairing_codes_of_one_address_do_not_use_up_those_of_others(board: Any) -> None:
    answers = [asked(board, "POST", "/wall/pair") for _ in range(8)]
    assert answers == [200] * 6 + [429] * 2


def test_the_data_of_a_folder_that_was_there_is_its_owners_alone(board: Any) -> None:
    kept = [path for path in board.data.iterdir() if path.name.startswith("board.db")]
    assert kept
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []


def test_of_very_many_refusals_the_first_are_listed_and_the_others_counted(board: Any) -> None:
    token = (board.data / "ingest.token").read_text().strip()
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=120)
    headers = {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {token}"}
    connection.request("POST", "/api/v1/events", b"{}\n" * 50_000, headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    said = json.loads(body)
    assert (answer.status, len(said["rejected"]), said["more"]) == (422, 1_000, 49_000)
    assert said["rejected"][-1]["index"] == 999
    assert len(body) < 300_000
