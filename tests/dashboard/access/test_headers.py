"""What every answer tells the browser about itself."""

from __future__ import annotations

import flask
import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.access.headers import Headers, hash_of


def _server(**given: str) -> flask.Flask:
    server, sent = flask.Flask("test"), Headers(**given)
    sent.allow([hash_of("begin()")])
    server.after_request(sent.set)
    server.add_url_rule("/", "page", lambda: "page")
    own = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    server.add_url_rule("/own", "own", lambda: ("own", own))
    return server


def test_only_own_scripts_and_those_known_by_their_hash_run() -> None:
    policy = _server().test_client().get("/").headers["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["script-src"] == "'self' 'sha256-15S4FGE7rP6kq/PzA1uIhN3+8zfaO6/TnJp4fMWo7lE='"
    assert (parts["object-src"], parts["base-uri"]) == ("'none'", "'none'")
    assert parts["frame-ancestors"] == "'self'"
    framed = _server(frame_ancestors="https://portal.example").test_client().get("/")
    assert "frame-ancestors 'self' https://portal.example" in str(framed.headers)


def test_nothing_that_depends_on_who_looks_stays_in_a_shared_cache() -> None:
    client = _server().test_client()
    page = client.get("/")
    assert (page.headers["Cache-Control"], page.headers["Vary"]) == ("private, no-cache", "Cookie")
    assert client.get("/own").headers["Cache-Control"] == "no-store"
    assert client.get("/own").headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(("proxies", "is_told"), [(0, False), (1, True)])
def test_https_is_believed_of_a_trusted_proxy_alone(proxies: int, is_told: bool) -> None:
    server = _server()
    if proxies:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_proto=proxies)  # type: ignore[method-assign]
    answer = server.test_client().get("/", headers={"X-Forwarded-Proto": "https"})
    assert ("Strict-Transport-Security" in answer.headers) is is_told
