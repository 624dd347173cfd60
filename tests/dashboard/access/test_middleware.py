"""A board with open_pages off: who is let in, how a wall is paired and what its token opens, and
that it ends at once.
"""

from __future__ import annotations

from dataclasses import replace

import flask
import pytest
from flask.testing import FlaskClient

from dashboard import api
from dashboard.access import editing, permissions, principal, sign_in
from dashboard.access.middleware import AccessMiddleware
from dashboard.access.principal import ANYONE, Authenticator, Principal
from dashboard.services import Services
from dashboard.wall import pairing

CITY, TOWN, OTHER = "320282", "320282001", "320282112"


@pytest.fixture
def authenticator(opened: Services) -> Authenticator:
    return Authenticator(opened.tokens, CITY, is_open=False)


@pytest.fixture
def app(opened: Services, authenticator: Authenticator) -> flask.Flask:
    made = flask.Flask("test")
    access = AccessMiddleware(authenticator, "zh", opened.trail)
    made.before_request(access.check)
    for part in (api, pairing):
        made.register_blueprint(part.blueprint(opened))
    made.register_blueprint(
        sign_in.blueprint(opened.tokens, opened.profile, opened.settings.lang, opened.trail)
    )
    for path in ("/", "/wall", "/wall/scene", "/wall/moments", "/export"):
        made.add_url_rule(path, path, lambda: "figures")
    access.close()
    return made


@pytest.fixture
def web(app: flask.Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def office(app: flask.Flask, opened: Services) -> FlaskClient:
    """The browser of somebody with an edit token."""
    made = app.test_client()
    assert made.get(f"/enter?token={opened.tokens.add('指挥中心', 'edit')}").status_code == 303
    return made


def confirm(office: FlaskClient, code: str, name: str = "指挥大厅", area: str = CITY) -> int:
    cookie = office.get_cookie(permissions.COOKIE)
    with flask.Flask("page").test_request_context(
        headers={"Cookie": f"{permissions.COOKIE}={cookie.value if cookie else ''}"}
    ):
        csrf = editing.csrf()
    return office.post(
        "/pair", data={"csrf": csrf, "code": code, "name": name, "area": area}
    ).status_code


def paired(web: FlaskClient, office: FlaskClient, name: str = "指挥大厅", area: str = CITY) -> str:
    """The token of a wall, by the way that walls and people go."""
    shown = web.post("/wall/pair").json
    assert web.post("/wall/claim", json={"secret": shown["secret"]}).json == {"state": "shown"}
    assert confirm(office, f"{shown['code'][:3]} {shown['code'][3:]}", name, area) == 200
    assert web.post("/wall/claim", json={"secret": shown["secret"]}).json == {"state": "paired"}
    cookie = web.get_cookie(principal.COOKIE)
    assert cookie
    assert cookie.http_only
    return cookie.value


def test_a_closed_board_shows_nothing_without_a_token(web: FlaskClient, opened: Services) -> None:
    for path in (
        "/",
        "/export",
        "/api/v1/kpis",
        "/metrics",
        "/pair",
        "/wall",
        "/wall/scene",
        "/wall/pass",
    ):
        answer = web.get(path)
        assert answer.status_code == 401, path
        assert "figures" not in answer.text
    for lang, said in (("zh", "须凭令牌"), ("en", "without a token")):
        refused = web.get("/api/v1/kpis", headers={"Accept-Language": lang})
        assert said in refused.json["detail"]
        assert refused.headers["Content-Language"] == lang
    assert web.get("/healthz").status_code == 200
    assert web.post("/api/v1/events").json["detail"].startswith("请带请求头"), (
        "sending has a token of its own"
    )
    viewer = {"Authorization": f"Bearer {opened.tokens.add('viewer', 'view')}"}
    assert web.get("/api/v1/openapi.json", headers=viewer).status_code == 200
    sender = {"Authorization": f"Bearer {opened.tokens.add('source')}"}
    assert web.get("/api/v1/openapi.json", headers=sender).status_code == 401, (
        "who sends may not look"
    )


def test_a_wall_is_paired_by_a_person_sees_the_wall_alone_and_is_revoked_at_once(
    web: FlaskClient, office: FlaskClient, opened: Services, authenticator: Authenticator
) -> None:
    before = web.get("/wall")
    assert (before.status_code, before.text.count("还没有配对")) == (401, 1)
    token = paired(web, office)
    (kept,) = (one for one in opened.tokens.all() if one.kind == "wall")
    assert (kept.name, kept.area, kept.by) == ("指挥大厅", "", "指挥中心")
    again = web.get("/wall")
    assert again.text == "figures"
    assert f"{principal.COOKIE}={token}" in again.headers["Set-Cookie"], (
        "given anew, so that it lasts"
    )
    for path in ("/", "/export", "/api/v1/kpis", "/pair", "/metrics"):
        assert web.get(path).status_code == 401, path
    assert web.get("/api/v1/kpis", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    opened.tokens.revoke("指挥大厅")
    assert web.get("/wall/pass").status_code == 401
    assert "已被撤销" in web.get("/wall").text
    assert not authenticator.is_valid(Principal(token, "指挥大厅"))


def test_a_town_s_wall_shows_its_town_and_the_city_around_it(
    web: FlaskClient,
    office: FlaskClient,
    opened: Services,
    app: flask.Flask,
    authenticator: Authenticator,
) -> None:
    token = paired(web, office, "宜城街道", TOWN)
    assert web.get("/wall?scene=year").headers["Location"] == f"/wall?scene=year&area={TOWN}"
    assert web.get(f"/wall?area={TOWN}").text == "figures"
    assert web.get(f"/wall/scene?area={TOWN}").text == "figures"
    for query in ("", f"?area={OTHER}", f"?area={TOWN}&of=city"):
        assert web.get(f"/wall/scene{query}").status_code == 401
    assert [
        web.get(f"/wall/moments?areas={areas}").status_code
        for areas in (TOWN, f"{CITY},{TOWN}", f"{TOWN},{OTHER}")
    ] == [200, 200, 401]
    with app.test_request_context(headers={"Cookie": f"{principal.COOKIE}={token}"}):
        found = authenticator.of_request()
    assert found
    assert [found.shows(area) for area in (TOWN, CITY, OTHER)] == [True, True, False]


def test_the_page_that_pairs_has_both_themes(office: FlaskClient) -> None:
    for theme in ("light", "dark"):
        text = office.get(f"/pair?theme={theme}").text
        assert f'<main class="board desk remote {theme}"' in text
        assert f'data-theme="{theme}"' in text
        assert f"theme={theme}" in text.partition("<form")[2].partition(">")[0]


def test_only_an_office_that_may_edit_pairs_and_only_what_stands_on_a_wall(
    web: FlaskClient, office: FlaskClient, app: flask.Flask, opened: Services
) -> None:
    code = web.post("/wall/pair").json["code"]
    assert confirm(office, f"{(int(code) + 1) % 1_000_000:06d}") == 422
    assert confirm(office, code, "13800138000") == 422
    assert (
        office.post(
            "/pair", data={"csrf": "0" * 64, "code": code, "name": "a", "area": CITY}
        ).status_code
        == 403
    )
    viewer, town = app.test_client(), app.test_client()
    viewer.get(f"/enter?token={opened.tokens.add('viewer', 'view')}")
    town.get(f"/enter?token={opened.tokens.add('宜城', 'edit', TOWN)}")
    assert confirm(viewer, code) == 403
    assert [confirm(town, code, "大屏", area) for area in (CITY, OTHER, TOWN)] == [422, 422, 200]
    assert confirm(office, code, "又一面") == 422, "a code serves once"


def test_a_secret_gives_the_token_once(
    web: FlaskClient, office: FlaskClient, app: flask.Flask
) -> None:
    shown = web.post("/wall/pair").json
    assert confirm(office, shown["code"]) == 200
    states = [
        app.test_client().post("/wall/claim", json={"secret": shown["secret"]}).json["state"]
        for _ in range(2)
    ]
    assert states == ["paired", "ended"]
    assert web.post("/wall/claim", json={"secret": "x"}).json == {"state": "ended"}
    assert [web.post("/wall/pair").status_code for _ in range(pairing.MOST + 1)][-1] == 429


def test_an_open_board_asks_nobody(app: flask.Flask, opened: Services) -> None:
    authenticator = Authenticator(opened.tokens, CITY, is_open=True)
    with app.test_request_context():
        assert authenticator.of_request() == ANYONE
    with app.test_request_context(
        headers={"Cookie": f"{principal.COOKIE}={opened.tokens.add('北墙', 'wall', TOWN)}"}
    ):
        found = authenticator.of_request()
    assert found
    assert (found.wall, found.shows(OTHER)) == ("北墙", True)
    assert authenticator.is_valid(replace(found, token="gone"))
