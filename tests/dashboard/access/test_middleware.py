"""A closed board: who is let in and who is led to the sign-in page, how a wall is paired and what
its token opens, and that it ends at once.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import pytest
from flask.testing import FlaskClient

from dashboard import api
from dashboard.access import middleware, principal
from dashboard.access.middleware import AccessMiddleware
from dashboard.access.principal import VIEW_COOKIE, WALL_COOKIE, Authenticator
from dashboard.services import Services
from dashboard.wall import pairing
from feeds.accounts import account_store, roles
from feeds.accounts.roles import ROLES
from feeds.audit_log.entries import BOARD

CITY, TOWN, OTHER = "320282", "320282001", "320282112"


@pytest.fixture
def authenticator(door: Any) -> Authenticator:
    made: Authenticator = door.authenticator(is_open=False)
    return made


@pytest.fixture
def app(door: Any, opened: Services, authenticator: Authenticator) -> flask.Flask:
    made: flask.Flask = door.app(is_open=False)
    access = AccessMiddleware(authenticator, "zh", opened.trail)
    made.before_request(access.check)
    for part in (api, pairing):
        made.register_blueprint(part.blueprint(opened))
    for path in ("/", "/wall", "/wall/scene", "/wall/moments", "/export"):
        made.add_url_rule(path, path, lambda: "figures")
    access.close()
    return made


@pytest.fixture
def web(app: flask.Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def office(door: Any, app: flask.Flask) -> FlaskClient:
    """The browser of an administrator."""
    made = app.test_client()
    door.sign_in(made, "li.ming", "admin")
    return made


@pytest.fixture
def confirm(door: Any) -> Any:
    """Hands in the form that pairs a wall."""

    def confirm(by: FlaskClient, code: str, name: str = "指挥大厅", area: str = CITY) -> int:
        given = door.form(by, code=code, name=name, area=area)
        return by.post("/pair", data=given).status_code

    return confirm


@pytest.fixture
def paired(web: FlaskClient, office: FlaskClient, confirm: Any) -> Any:
    """Pairs a wall by the way that walls and people go; its token."""

    def paired(name: str = "指挥大厅", area: str = CITY) -> str:
        shown = web.post("/wall/pair").json
        secret = {"secret": shown["secret"]}
        assert web.post("/wall/claim", json=secret).json == {"state": "shown"}
        assert confirm(office, f"{shown['code'][:3]} {shown['code'][3:]}", name, area) == 200
        assert web.post("/wall/claim", json=secret).json == {"state": "paired"}
        cookie = web.get_cookie(WALL_COOKIE)
        assert cookie
        assert cookie.http_only
        return cookie.value

    return paired


def test_a_closed_board_leads_people_to_the_sign_in_page(web: FlaskClient) -> None:
    for path in ("/", "/export?table=towns&as=csv", "/pair", "/nothing"):
        answer = web.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 303, path
        parts = urlsplit(answer.headers["Location"])
        assert parts.path == "/sign-in"
        assert parse_qs(parts.query) == {"next": [path]}
        assert answer.headers["Cache-Control"] == "no-store"
    led = web.get("/?lang=en", headers={"Accept": "text/html"}).headers["Location"]
    assert parse_qs(urlsplit(led).query) == {"next": ["/?lang=en"], "lang": ["en"]}


@pytest.mark.parametrize(
    "asked",
    ["https://example.org/", "//example.org", "/\\example.org", "", "javascript:x", "/a\r\nb: c", "x", "//["],
)  # fmt: skip
def test_after_the_sign_in_nobody_is_led_elsewhere(asked: str) -> None:
    assert middleware.next_page(asked) == "/"
    assert middleware.next_page("/kpi?kpi=a&area=b") == "/kpi?kpi=a&area=b"


def test_a_closed_board_tells_programs_so(web: FlaskClient, opened: Services) -> None:
    for path in ("/api/v1/kpis", "/metrics", "/wall/scene", "/wall/pass", "/_dash-layout"):
        answer = web.get(path)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), path
    assert web.get("/", headers={"Accept": "application/json"}).status_code == 401
    assert web.post("/pair").status_code == 401
    for lang, said in (("zh", "须先登录"), ("en", "not signed in")):
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
    assert web.get("/api/v1/openapi.json", headers=sender).status_code == 403, (
        "who sends may not look"
    )


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_let_in(
    door: Any, web: FlaskClient, role: roles.Role, opened: Services, authenticator: Authenticator
) -> None:
    account = door.sign_in(web, "li.ming", role, towns=[TOWN])
    assert web.get("/").text == "figures"
    assert web.get("/wall").text == "figures"
    with opened.database.begin() as connection:
        other = account_store.add(connection, 1, BOARD, "root", ["admin"], password="hash")
        account_store.change(connection, 2, BOARD, account.id, disabled=True)
    opened.sessions.renew()
    assert other.is_admin
    assert web.get("/").status_code == 303


def test_a_session_is_valid_while_it_lasts_and_its_account_may_the_same(
    door: Any, web: FlaskClient, app: flask.Flask, opened: Services, authenticator: Authenticator
) -> None:
    account = door.sign_in(web, "li.ming", "town_duty", towns=[TOWN])
    cookie = web.get_cookie("board_session")
    assert cookie
    with app.test_request_context(headers={"Cookie": f"board_session={cookie.value}"}):
        found = principal.of_request()
        assert principal.of_request() is found, "found once a request"
    assert (found.kind, found.name, found.account) == ("account", "li.ming", account.id)
    assert found.may("act", TOWN)
    assert not found.may("act", OTHER)
    assert authenticator.is_valid(found)
    for change in ({"towns": [OTHER]}, {"towns": [TOWN]}, {"roles": ["town_duty", "host"]}):
        with opened.database.begin() as connection:
            account_store.change(connection, 2, BOARD, account.id, **change)  # type: ignore[arg-type]
        opened.sessions.renew()
        assert authenticator.is_valid(found) == (change == {"towns": [TOWN]})
    opened.sessions.end_all(account, BOARD)
    assert not authenticator.is_valid(found)
    assert web.get("/").status_code == 303


def test_a_wall_is_paired_by_a_person_sees_the_wall_alone_and_is_revoked_at_once(
    web: FlaskClient,
    app: flask.Flask,
    opened: Services,
    authenticator: Authenticator,
    paired: Any,
) -> None:
    before = web.get("/wall")
    assert (before.status_code, before.text.count("还没有配对")) == (401, 1)
    token = paired()
    (kept,) = (one for one in opened.tokens.all() if one.kind == "wall")
    assert (kept.name, kept.area, kept.by) == ("指挥大厅", "", "li.ming")
    again = web.get("/wall")
    assert again.text == "figures"
    assert f"{WALL_COOKIE}={token}" in again.headers["Set-Cookie"], "given anew, so that it lasts"
    for path in ("/", "/export", "/api/v1/kpis", "/pair", "/metrics"):
        assert web.get(path).status_code in (303, 401), path
    with app.test_request_context(headers={"Cookie": f"{WALL_COOKIE}={token}"}):
        found = authenticator.of_request()
    assert authenticator.is_valid(found)
    assert web.get("/api/v1/kpis", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    opened.tokens.revoke("指挥大厅")
    assert web.get("/wall/pass").status_code == 401
    assert "已被撤销" in web.get("/wall").text
    assert not authenticator.is_valid(found)


def test_a_town_s_wall_shows_its_town_and_the_city_around_it(
    web: FlaskClient, app: flask.Flask, authenticator: Authenticator, paired: Any
) -> None:
    token = paired("宜城街道", TOWN)
    assert web.get("/wall?scene=year").headers["Location"] == f"/wall?scene=year&area={TOWN}"
    assert web.get(f"/wall?area={TOWN}").text == "figures"
    assert web.get(f"/wall/scene?area={TOWN}").text == "figures"
    for query in ("", f"?area={OTHER}", f"?area={TOWN}&of=city"):
        assert web.get(f"/wall/scene{query}").status_code == 401
    assert [
        web.get(f"/wall/moments?areas={areas}").status_code
        for areas in (TOWN, f"{CITY},{TOWN}", f"{TOWN},{OTHER}")
    ] == [200, 200, 401]
    with app.test_request_context(headers={"Cookie": f"{WALL_COOKIE}={token}"}):
        found = authenticator.of_request()
    assert found
    assert [found.shows(area) for area in (TOWN, CITY, OTHER)] == [True, True, False]


def test_the_page_that_pairs_has_both_themes(office: FlaskClient) -> None:
    for theme in ("light", "dark"):
        text = office.get(f"/pair?theme={theme}").text
        assert f'<main class="board desk remote {theme}"' in text
        assert f'data-theme="{theme}"' in text
        assert f"theme={theme}" in text.partition("<form")[2].partition(">")[0]


def test_only_an_administrator_pairs_and_only_what_stands_on_a_wall(
    door: Any, web: FlaskClient, office: FlaskClient, app: flask.Flask, confirm: Any
) -> None:
    code = web.post("/wall/pair").json["code"]
    assert confirm(office, f"{(int(code) + 1) % 1_000_000:06d}") == 422
    assert confirm(office, code, "13800138000") == 422
    assert confirm(office, code, "大屏", "nowhere") == 422
    wrong = {"csrf": "0" * 64, "code": code, "name": "a", "area": CITY}
    assert office.post("/pair", data=wrong).status_code == 403
    entered = app.test_client()
    door.enter(entered, "指挥中心", "edit")
    assert confirm(entered, code) == 403
    for role in ROLES:
        other = app.test_client()
        door.sign_in(other, role, role, towns=[TOWN])
        assert confirm(other, code, f"大屏 {role}") == (200 if role == "admin" else 403)
        if role == "admin":
            code = web.post("/wall/pair").json["code"]
    assert confirm(office, code, "大屏", TOWN) == 200
    assert confirm(office, code, "又一面") == 422, "a code serves once"


def test_a_secret_gives_the_token_once(
    web: FlaskClient, office: FlaskClient, app: flask.Flask, confirm: Any
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


def test_an_open_board_asks_nobody(door: Any, opened: Services) -> None:
    app, authenticator = door.app(), door.authenticator(is_open=True)
    with app.test_request_context():
        anyone = principal.of_request()
    assert (anyone.kind, anyone.rights) == ("anyone", roles.OPEN)
    assert authenticator.is_valid(anyone)
    wall = opened.tokens.add("北墙", "wall", TOWN)
    with app.test_request_context(headers={"Cookie": f"{WALL_COOKIE}={wall}"}):
        found = authenticator.of_request()
    assert (found.wall, found.shows(OTHER), found.rights) == ("北墙", True, roles.OPEN)
    with app.test_request_context(
        headers={"Cookie": f"{VIEW_COOKIE}={opened.tokens.add('town', 'view', TOWN)}"}
    ):
        town = principal.of_request()
    assert (town.may("cells", TOWN), town.may("deck")) == (True, True)


def test_of_several_ways_in_the_one_that_is_meant_counts(
    door: Any, app: flask.Flask, web: FlaskClient, opened: Services
) -> None:
    door.sign_in(web, "li.ming", "viewer")
    door.enter(web, "办公室", "view", TOWN)
    bearer = {"Authorization": f"Bearer {opened.tokens.add('program', 'view')}"}
    with web:
        web.get("/", headers=bearer)
        assert principal.of_request().name == "program"
        web.get("/")
        assert principal.of_request().name == "li.ming"
        web.delete_cookie("board_session")
        web.get("/")
        assert principal.of_request().name == "办公室"


def test_a_wall_s_or_a_sender_s_token_in_another_place_opens_nothing(
    app: flask.Flask, opened: Services
) -> None:
    wall, sender = opened.tokens.add("北墙", "wall"), opened.tokens.add("source")
    places = [
        {"Authorization": f"Bearer {wall}"},
        {"Cookie": f"{VIEW_COOKIE}={wall}"},
        {"Cookie": f"{VIEW_COOKIE}={sender}"},
        {"Cookie": f"{WALL_COOKIE}={sender}"},
        {"Cookie": f"board_session={sender}"},
    ]
    for headers in places:
        with app.test_request_context(headers=headers):
            assert principal.of_request().kind == "anyone"


def test_under_tls_the_session_is_read_from_the_cookie_of_this_host_alone(
    door: Any, app: flask.Flask, web: FlaskClient
) -> None:
    door.sign_in(web, "li.ming", "viewer")
    cookie = web.get_cookie("board_session")
    assert cookie
    tls = {"base_url": "https://board.example/"}
    for name, kind in (("board_session", "anyone"), ("__Host-board_session", "account")):
        with app.test_request_context(headers={"Cookie": f"{name}={cookie.value}"}, **tls):
            assert principal.of_request().kind == kind
