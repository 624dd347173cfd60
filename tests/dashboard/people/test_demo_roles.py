"""On the demo of an open board anyone may take a role; nowhere else, and what was begun there holds
nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import flask
import pytest
from sqlalchemy import insert

from dashboard.audit_trail import now_ms
from dashboard.people.demo_roles import OFFERED
from dashboard.services import Services
from feeds.accounts import account_store
from feeds.audit_log.entries import BOARD, Entry
from feeds.history import tables
from tests.dashboard.people.conftest import Browser

Serve = Callable[..., flask.Flask]
DEMO = "/sign-in/demo"


def take(browser: Browser, role: str, **more: str) -> flask.Response:
    sent = {**browser.form("/sign-in"), "role": role} | more
    answer: flask.Response = browser.client.post(DEMO, data=sent)
    return answer


@pytest.fixture
def demo(opened: Services) -> None:
    with opened.database.begin() as connection:
        connection.execute(insert(tables.meta).values(key="demo", value="1"))


@pytest.fixture
def browser(serve: Serve, opened: Services) -> Browser:
    """A browser of an open board."""
    return Browser(serve(opened, is_open=True).test_client())


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("role", OFFERED)
def test_a_role_is_taken_with_one_press(
    role: str, browser: Browser, opened: Services, entries: Callable[..., list[Entry]]
) -> None:
    page = browser.get("/sign-in?lang=en").text
    assert page.count('name="role"') == len(OFFERED)
    done = take(browser, role, next="/cases?lang=en")
    assert (done.status_code, done.headers["Location"]) == (303, "/cases?lang=en")
    assert f"demo.{role}" in browser.get("/account?lang=en").text
    assert [one.subject for one in entries("sign_in")] == ["demo"]
    with opened.database.connect() as connection:
        found = account_store.find(connection, f"demo.{role}")
    assert found
    assert (found.roles, len(found.towns)) == ({role}, 1 if role == "town_duty" else 0)


@pytest.mark.usefixtures("demo")
def test_many_who_press_at_once_share_one_account(serve: Serve, opened: Services) -> None:
    server = serve(opened, is_open=True)
    browsers = [Browser(server.test_client()) for _ in range(6)]
    sent = [{**one.form("/sign-in"), "role": "host"} for one in browsers]

    def press(n: int) -> int:
        return browsers[n].client.post(DEMO, data=sent[n]).status_code

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(press, range(6))) == [303] * 6
    with opened.database.connect() as connection:
        assert [one.name for one in account_store.all(connection)] == ["demo.host"]


@pytest.mark.usefixtures("demo")
def test_a_name_that_a_token_has_is_refused(browser: Browser, opened: Services) -> None:
    opened.tokens.add("demo.host")
    assert take(browser, "host").status_code == 403


@pytest.mark.usefixtures("demo")
def test_nobody_becomes_an_administrator(browser: Browser, opened: Services) -> None:
    for role in ("admin", "", "viewer", "nothing"):
        assert take(browser, role).status_code == 403
    with opened.database.connect() as connection:
        assert account_store.all(connection) == []


@pytest.mark.usefixtures("demo")
def test_an_account_that_was_made_more_is_not_given_away(
    browser: Browser, opened: Services
) -> None:
    with opened.database.begin() as connection:
        account_store.add(connection, now_ms(), BOARD, "demo.host", ["host", "admin"])
    assert take(browser, "host").status_code == 403


def test_real_data_have_no_roles_to_try(browser: Browser) -> None:
    assert 'name="role"' not in browser.get("/sign-in").text
    assert take(browser, "city_duty").status_code == 403


@pytest.mark.usefixtures("demo")
def test_on_a_closed_board_there_are_none_and_none_that_was_taken_holds(
    browser: Browser, serve: Serve, opened: Services
) -> None:
    closed = Browser(serve(opened).test_client())
    assert 'name="role"' not in closed.get("/sign-in").text
    assert take(closed, "city_duty").status_code == 403
    assert take(browser, "city_duty").status_code == 303
    cookie = browser.client.get_cookie("board_session")
    assert cookie
    assert browser.get("/account").status_code == 200
    closed.client.set_cookie("board_session", cookie.value)
    answer = closed.get("/account")
    assert (answer.status_code, answer.headers["Location"][:8]) == (303, "/sign-in")
