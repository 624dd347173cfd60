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
    assets.serve_sheets(made)
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


def test_every_part_of_the_styles_is_in_one_sheet_once() -> None:
    listed = [part for parts in assets.SHEETS.values() for part in parts]
    folder = assets.FOLDER / "styles"
    there = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.css")]
    assert sorted(listed) == sorted(there)


@pytest.mark.parametrize("name", assets.SHEETS)
def test_a_sheet_is_its_parts_in_their_order(web: FlaskClient, name: str) -> None:
    answer = web.get(f"/assets/{name}")
    at = [answer.text.index(_part(part)) for part in assets.SHEETS[name]]
    assert answer.content_type == "text/css; charset=utf-8"
    assert at == sorted(at)
    again = web.get(f"/assets/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def _part(name: str) -> str:
    return (assets.FOLDER / "styles" / f"{name}.css").read_text("utf-8")


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
