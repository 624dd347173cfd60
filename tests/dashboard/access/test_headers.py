"""What every answer tells the browser about itself."""

from __future__ import annotations

import flask
import pytest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import TestResponse

from dashboard.access.headers import Headers, hash_of
from dashboard.shell import nonce


def _server(**given: str) -> flask.Flask:
    server, sent = flask.Flask("test"), Headers(**given)
    sent.allow([hash_of("begin()")])
    server.after_request(sent.set)
    server.add_url_rule("/", "page", lambda: "page")
    server.add_url_rule("/styled", "styled", lambda: f'<style nonce="{nonce.nonce()}">')
    own = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    told = {"Cache-Control": "no-cache", "Vary": "Accept"}
    server.add_url_rule("/told", "told", lambda: ("told", told))
    server.add_url_rule("/file", "file", lambda: ("file", {"Cache-Control": "public, max-age=9"}))
    server.add_url_rule("/own", "own", lambda: ("own", own))
    return server


def _policy(answer: TestResponse) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in policy.split("; "))


def test_only_own_scripts_and_those_known_by_their_hash_run() -> None:
    parts = _policy(_server().test_client().get("/"))
    assert parts["script-src"] == "'self' 'sha256-15S4FGE7rP6kq/PzA1uIhN3+8zfaO6/TnJp4fMWo7lE='"
    assert (parts["object-src"], parts["base-uri"]) == ("'none'", "'none'")
    assert parts["frame-ancestors"] == "'self'"
    framed = _server(frame_ancestors="https://portal.example").test_client().get("/")
    assert "frame-ancestors 'self' https://portal.example" in str(framed.headers)


def test_styles_are_the_boards_files_and_elements_with_the_word_of_their_answer() -> None:
    client, words = _server().test_client(), set[str]()
    for _ in range(3):
        answer = client.get("/styled")
        word = answer.text.split('"')[1]
        assert len(word) >= 22
        assert _policy(answer)["style-src"] == f"'self' 'nonce-{word}'"
        words.add(word)
        assert _policy(client.get("/"))["style-src"] == "'self'"
    assert len(words) == 3


def test_nothing_is_allowed_inline_and_nothing_from_elsewhere() -> None:
    for path in ("/", "/styled"):
        policy = _server().test_client().get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "http" not in policy


def test_what_every_answer_has() -> None:
    answer = _server().test_client().get("/")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_nothing_that_depends_on_who_looks_stays_in_a_shared_cache() -> None:
    client = _server().test_client()
    page = client.get("/")
    assert (page.headers["Cache-Control"], page.headers["Vary"]) == ("private, no-cache", "Cookie")
    told = client.get("/told")
    assert (told.headers["Cache-Control"], told.headers["Vary"]) == (
        "private, no-cache",
        "Accept, Cookie",
    )
    assert client.get("/file").headers["Cache-Control"] == "public, max-age=9"
    assert "Vary" not in client.get("/file").headers
    assert client.get("/own").headers["Cache-Control"] == "no-store"
    assert client.get("/own").headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(("proxies", "is_told"), [(0, False), (1, True)])
def test_https_is_believed_of_a_trusted_proxy_alone(proxies: int, is_told: bool) -> None:
    server = _server()
    if proxies:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_proto=proxies)  # type: ignore[method-assign]
    answer = server.test_client().get("/", headers={"X-Forwarded-Proto": "https"})
    assert ("Strict-Transport-Security" in answer.headers) is is_told
