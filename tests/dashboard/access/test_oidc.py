"""/sign-in/oidc and /sign-in/oidc/back, against a real provider of identities."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import flask
import msgspec
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import TestResponse

from dashboard.access import oidc, principal
from dashboard.access.principal import Authenticator
from dashboard.services import Services
from feeds.accounts import account_store, account_tables
from feeds.accounts.account_store import Account
from feeds.accounts.provider import Group, Provider
from feeds.audit_log import log_store
from feeds.audit_log.entries import Who
from tests.oidc_provider import running

pytestmark = pytest.mark.timeout(300)
HERE = "320282001"
HOST = "127.0.0.1"
OF_THE_BOARD = f"http://{HOST}:8050"


class Answered(NamedTuple):
    """Where an answer leads, and what it asks of the page there."""

    path: str
    query: dict[str, list[str]]


def led(answer: TestResponse) -> Answered:
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    parts = urlsplit(answer.headers["Location"])
    return Answered(parts.path, parse_qs(parts.query))


def why(answer: TestResponse) -> str:
    """The reason for which somebody is led back to /sign-in; nobody is signed in then."""
    found = led(answer)
    assert found.path == "/sign-in"
    assert "board_session" not in answer.headers.get("Set-Cookie", "")
    return found.query["said"][0]


@pytest.fixture
def declared(city: running.Provider, tmp_path: Path) -> Provider:
    secret = tmp_path / "secret"
    secret.write_text(running.SECRET)
    groups = (
        Group("city-duty", ("city_duty",)),
        Group("admins", ("admin",)),
        Group("town", ("town_duty",), (HERE,)),
    )
    return Provider(running.CLIENT, str(secret), issuer=city.issuer, groups=groups)


Serve = Callable[..., flask.Flask]


@pytest.fixture
def serve(opened: Services, declared: Provider) -> Serve:
    """One worker of a closed board."""

    def serve(is_open: bool = False, **changes: Any) -> flask.Flask:
        server = flask.Flask("board")
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
        asked = msgspec.structs.replace(declared, **changes)
        known = (opened.database, opened.sessions, opened.trail)
        server.register_blueprint(oidc.blueprint(asked, opened.profile, *known, "zh"))
        Authenticator(
            opened.tokens,
            opened.sessions,
            opened.last_use,
            opened.profile.code,
            is_open=is_open,
        ).attach(server)

        def who() -> dict[str, Any]:
            found = principal.of_request()
            return {"name": found.name, "may": sorted(found.rights.rights | found.rights.own)}

        server.add_url_rule("/who", "who", who)
        return server

    return serve


@pytest.fixture
def browser(serve: Serve) -> Iterator[FlaskClient]:
    with browser_of(serve()) as made:
        yield made


def browser_of(server: flask.Flask) -> FlaskClient:
    return server.test_client()


def begin(browser: FlaskClient, query: str = "", **given: Any) -> str:
    """The provider's address that a browser is sent to."""
    answer = browser.get(f"/sign-in/oidc{query}", base_url=OF_THE_BOARD, **given)
    assert answer.status_code == 303
    return answer.headers["Location"]


def end(browser: FlaskClient, back: str) -> TestResponse:
    parts = urlsplit(back)
    return browser.get(f"{parts.path}?{parts.query}", base_url=OF_THE_BOARD)


def sign_in(
    browser: FlaskClient, city: running.Provider, name: str = "li.na", query: str = ""
) -> TestResponse:
    return end(browser, city.sign_in(begin(browser, query), name))


def cookie(browser: FlaskClient, name: str) -> str:
    found = browser.get_cookie(name, HOST)
    assert found
    return str(found.value)


def who(browser: FlaskClient) -> str:
    return str(browser.get("/who", base_url=OF_THE_BOARD).json["name"])


def accounts(opened: Services) -> dict[str, Account]:
    with opened.database.connect() as connection:
        return {one.name: one for one in account_store.all(connection)}


def noted(opened: Services) -> list[tuple[str, str, str]]:
    with opened.database.connect() as connection:
        return [(one.actor, one.act, one.subject) for one in log_store.every(connection)][1:]


def test_a_person_signs_in(opened: Services, city: running.Provider, browser: FlaskClient) -> None:
    answer = sign_in(browser, city, query="?next=/health?lang=en")
    assert led(answer) == ("/health", {"lang": ["en"]})
    assert who(browser) == "li.na"
    made = accounts(opened)["li.na"]
    assert (made.roles, made.shown, made.password) == ({"city_duty"}, "李娜", "")
    assert made.subject.startswith(f"{city.issuer}|person-")
    assert noted(opened) == [
        ("oidc", "account", "add li.na city_duty"),
        ("li.na", "sign_in", "oidc"),
    ]


def test_any_worker_ends_what_another_began(
    city: running.Provider, serve: Serve, browser: FlaskClient
) -> None:
    back = city.sign_in(begin(browser), "li.na")
    other = browser_of(serve())
    other.set_cookie("board_oidc", cookie(browser, "board_oidc"), domain=HOST)
    assert led(end(other, back)).path == "/"
    assert who(other) == "li.na"


def test_cookies_are_kept_from_scripts_and_other_sites(
    city: running.Provider, browser: FlaskClient
) -> None:
    begun = browser.get("/sign-in/oidc", base_url=OF_THE_BOARD)
    ended = end(browser, city.sign_in(begun.headers["Location"], "li.na"))
    for sent in (begun.headers["Set-Cookie"], *ended.headers.getlist("Set-Cookie")):
        assert "HttpOnly" in sent
        assert "SameSite=Lax" in sent
    assert running.SECRET not in str(begun.headers)


def test_behind_a_proxy_with_tls_the_address_is_its(
    city: running.Provider, browser: FlaskClient
) -> None:
    city.client("https://board.example/sign-in/oidc/back")
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.7"}
    begun = browser.get("/sign-in/oidc", base_url="http://board.example", headers=proxied)
    begun_with = begun.headers["Set-Cookie"]
    assert begun_with.startswith("__Host-board_oidc=")
    assert "Secure" in begun_with
    back = city.sign_in(begun.headers["Location"], "li.na")
    assert back.startswith("https://board.example/sign-in/oidc/back?")
    query = urlsplit(back).query
    answer = browser.get(
        f"/sign-in/oidc/back?{query}",
        base_url="http://board.example",
        headers={**proxied, "Cookie": begun_with.partition(";")[0]},
    )
    session = next(one for one in answer.headers.getlist("Set-Cookie") if "_session" in one)
    assert session.startswith("__Host-board_session=")
    assert "Secure" in session


def test_the_address_may_be_said(serve: Serve) -> None:
    browser = browser_of(serve(address="https://board.example.gov.cn"))
    query = parse_qs(urlsplit(begin(browser)).query)
    assert query["redirect_uri"] == ["https://board.example.gov.cn/sign-in/oidc/back"]


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("/kpi?kpi=incidents.count&area=320282001", "/kpi?kpi=incidents.count&area=320282001"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/%09/evil.example", "/"),
        ("evil.example", "/"),
        (f"/{'x' * 3000}", "/"),
        ("", "/"),
    ],
)
def test_it_goes_on_to_pages_of_the_board_alone(
    city: running.Provider, browser: FlaskClient, asked: str, to: str
) -> None:
    back = city.sign_in(
        browser.get(
            "/sign-in/oidc",
            query_string={"next": asked.replace("%09", "\t")},
            base_url=OF_THE_BOARD,
        ).headers["Location"],
        "li.na",
    )
    assert end(browser, back).headers["Location"] == to


def test_another_state_signs_nobody_in(
    opened: Services, city: running.Provider, browser: FlaskClient
) -> None:
    back = city.sign_in(begin(browser), "li.na")
    state = parse_qs(urlsplit(back).query)["state"][0]
    for other in (state[:-1], "", "x" * 32, "\u00e9"):
        assert why(end(browser, back.replace(f"state={state}", f"state={other}"))) == "late"
    assert accounts(opened) == {}
    assert led(end(browser, back)).path == "/"


def test_the_address_back_is_good_in_the_browser_that_began(
    city: running.Provider, serve: Serve, browser: FlaskClient
) -> None:
    back = city.sign_in(begin(browser), "li.na")
    victim = browser_of(serve())
    assert why(end(victim, back)) == "late"
    begin(victim)
    assert why(end(victim, back)) == "late"


def test_the_address_back_is_good_once(
    opened: Services, city: running.Provider, browser: FlaskClient
) -> None:
    back = city.sign_in(begin(browser), "li.na")
    kept = cookie(browser, "board_oidc")
    assert led(end(browser, back)).path == "/"
    assert why(end(browser, back)) == "late"
    # Nor with the cookie that a thief kept: the provider takes its code once.
    browser.set_cookie("board_oidc", kept, domain=HOST)
    assert why(end(browser, back)) == "wrong"


def test_a_cookie_that_was_changed_or_is_old_signs_nobody_in(
    city: running.Provider, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = city.sign_in(begin(browser), "li.na")
    kept = cookie(browser, "board_oidc")
    for other in (kept[:-2], "junk", ""):
        browser.set_cookie("board_oidc", other, domain=HOST)
        assert why(end(browser, back)) == "late"
    browser.set_cookie("board_oidc", kept, domain=HOST)
    monkeypatch.setattr(oidc, "KEEP_S", -1)
    assert why(end(browser, back)) == "late"


@pytest.mark.parametrize(
    "changes", [{"exp": 1_700_000_000}, {"aud": "another-board"}, {"nonce": "of another"}]
)
def test_an_identity_token_that_does_not_hold_signs_nobody_in(
    opened: Services,
    city: running.Provider,
    browser: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, Any],
) -> None:
    city.tokens(**changes)
    assert why(sign_in(browser, city)) == "wrong"
    assert who(browser) == ""
    assert accounts(opened) == {}
    assert noted(opened) == [("", "sign_in_failed", "")]
    lines = [one.getMessage() for one in caplog.records if one.name == oidc.__name__]
    assert len(lines) == 1
    assert "identity token" in lines[0]


def test_another_issuer_s_answer_signs_nobody_in(
    city: running.Provider, browser: FlaskClient
) -> None:
    back = city.sign_in(begin(browser), "li.na")
    assert why(end(browser, f"{back}&iss=https://other.example")) == "wrong"


def test_who_stops_at_the_provider_is_told_so(
    browser: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    back = f"/sign-in/oidc/back?state={state}&error=access_denied&error_description=%0aforged"
    assert why(end(browser, back)) == "stopped"
    assert [one.getMessage().partition(": ")[2] for one in caplog.records] == [
        "it sent somebody back with access_denied"
    ]


def test_while_the_provider_is_away_the_page_says_so_and_the_log_once(
    serve: Serve, city: running.Provider, browser: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    gone = running.Provider()
    away = browser_of(serve(issuer=gone.issuer))
    for _ in range(3):
        answer = away.get("/sign-in/oidc?next=/health", base_url=OF_THE_BOARD)
        assert why(answer) == "away"
        assert led(answer).query["next"] == ["/health"]
    assert len([one for one in caplog.records if one.levelno >= logging.WARNING]) == 1
    # The provider ends while somebody signs in.
    gone.start()
    try:
        gone.client(running.BACK)
        gone.person("li.na", "city-duty")
        back = gone.sign_in(begin(away), "li.na")
    finally:
        gone.stop()
    assert why(end(away, back)) == "away"
    assert who(away) == ""


def test_a_group_without_a_role_lets_nobody_in(
    opened: Services, city: running.Provider, browser: FlaskClient
) -> None:
    city.person("wang.wei", "宜城", shown="王伟")
    assert why(sign_in(browser, city, "wang.wei")) == "no_role"
    assert accounts(opened) == {}
    assert noted(opened) == [("", "sign_in_failed", "")]


def test_roles_follow_the_groups_at_the_next_sign_in(
    opened: Services, city: running.Provider, serve: Serve, browser: FlaskClient
) -> None:
    sign_in(browser, city)
    city.person("li.na", "town", shown="李娜")
    phone = browser_of(serve())
    sign_in(phone, city)
    made = accounts(opened)["li.na"]
    assert (made.roles, made.towns) == ({"town_duty"}, {HERE})
    assert phone.get("/who", base_url=OF_THE_BOARD).json["may"] == ["act", "cells", "remark", "see"]
    city.person("li.na")
    assert why(sign_in(phone, city)) == "no_role"
    # What the account opened before is over, in every browser.
    assert (who(phone), who(browser)) == ("", "")
    assert accounts(opened)["li.na"].roles == frozenset()


def test_a_local_account_of_the_same_name_is_not_taken_over(
    opened: Services, city: running.Provider, browser: FlaskClient
) -> None:
    with opened.database.begin() as connection:
        account_store.add(connection, 1, Who("root"), "li.na", ["admin"], password="hash")
    sign_in(browser, city)
    assert who(browser) == "li.na-oidc"
    assert accounts(opened)["li.na"].roles == {"admin"}
    assert accounts(opened)["li.na"].subject == ""


def test_a_disabled_account_stays_out(
    opened: Services, city: running.Provider, browser: FlaskClient
) -> None:
    sign_in(browser, city)
    made = accounts(opened)["li.na"]
    with opened.database.begin() as connection:
        account_store.change(connection, 2, Who("root"), made.id, disabled=True)
    assert why(sign_in(browser, city)) == "disabled"
    assert noted(opened)[-1] == ("li.na", "sign_in_failed", "")


def test_while_the_database_is_away_nobody_signs_in(
    opened: Services, city: running.Provider, browser: FlaskClient
) -> None:
    back = city.sign_in(begin(browser), "li.na")
    with opened.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE accounts RENAME TO gone")
    assert why(end(browser, back)) == "database"


def test_every_failure_has_a_sentence_in_both_languages(declared: Provider) -> None:
    for code in oidc.SAID:
        found = oidc.said(declared, code)
        assert found
        assert "{" not in "".join(found)
    assert oidc.said(declared, "<b>") is None
    assert oidc.said(None, "away") is None
    assert oidc.way(declared, "en", "//evil") == ("City sign-in", "/sign-in/oidc?next=%2F&lang=en")


def test_nothing_of_a_sign_in_stays_in_the_database(
    opened: Services, city: running.Provider, browser: FlaskClient
) -> None:
    sign_in(browser, city)
    kept = cookie(browser, "board_session")
    with opened.database.connect() as connection:
        rows = str(connection.execute(select(account_tables.sessions)).all())
    assert kept not in rows
