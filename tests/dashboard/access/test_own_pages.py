"""What a page of another site sends is refused, and nothing else is."""

from __future__ import annotations

import flask
import pytest
from flask.testing import FlaskClient

from dashboard.access.own_pages import OwnPages


@pytest.fixture
def web() -> FlaskClient:
    server = flask.Flask("test")
    server.before_request(OwnPages("en").check)
    server.add_url_rule("/", "act", lambda: "done", methods=["GET", "POST", "DELETE"])
    return server.test_client()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 200),
        ({"Authorization": "Bearer x"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://LOCALHOST"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "http://localhost:8051"}, 403),
        ({"Origin": "http://localhost.elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://a]b"}, 403),
    ],
)
def test_only_a_page_of_the_board_changes_something(
    web: FlaskClient, sent: dict[str, str], status: int
) -> None:
    assert web.post("/", headers=sent).status_code == status
    assert web.delete("/", headers=sent).status_code == status
    assert web.get("/", headers=sent).status_code == 200


def test_the_refusal_says_why_in_the_readers_language(web: FlaskClient) -> None:
    sent = {"Origin": "http://elsewhere.example", "Accept-Language": "zh-CN"}
    assert "别的网站" in web.post("/", headers=sent).text
    assert "another site" in web.post("/", headers=sent | {"Accept-Language": "en"}).text
