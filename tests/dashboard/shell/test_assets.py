"""How files reach browsers: what may be kept and for how long, and what is kept compressed here."""

from __future__ import annotations

import flask
import pytest
from flask.testing import FlaskClient

from dashboard.shell import assets


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What the servers of a test keep compressed."""
    found: dict[str, bytes] = {}
    monkeypatch.setattr(assets._Kept, "__init__", lambda one: setattr(one, "_kept", found))
    return found


@pytest.fixture
def server(kept: dict[str, bytes]) -> flask.Flask:
    made = flask.Flask("test", static_folder=str(assets.FOLDER), static_url_path="/assets")
    made.add_url_rule(
        "/_dash-component-suites/x.js",
        "suite",
        lambda: flask.Response("x", headers={"Cache-Control": "public, max-age=7"}),
    )
    assets.compress(made)
    return made


@pytest.fixture
def web(server: flask.Flask) -> FlaskClient:
    return server.test_client()


def test_what_a_page_names_by_its_content_is_kept_for_a_year(web: FlaskClient) -> None:
    for address in (*assets.scripts(), *assets.wall_styles(), assets.icon()):
        with web.get(address) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("query", ["", "?v=old", "?v=", "?x=1"])
def test_under_any_other_address_it_is_asked_for_again(web: FlaskClient, query: str) -> None:
    with web.get(f"/assets/board.css{query}") as answer:
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


def test_how_long_dash_s_own_files_are_kept_is_dash_s_matter(web: FlaskClient) -> None:
    assert (
        web.get("/_dash-component-suites/x.js?v=1").headers["Cache-Control"] == "public, max-age=7"
    )


def test_a_file_is_kept_once_whatever_is_asked_with_it(
    web: FlaskClient, kept: dict[str, bytes]
) -> None:
    for n in range(5):
        with web.get(f"/assets/board.css?x={n}", headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
    assert list(kept) == ["gzip;/assets/board.css"]
