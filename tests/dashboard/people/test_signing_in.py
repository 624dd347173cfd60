"""Signing in and out with a password: what is taken, what is refused, what is counted, and what the
audit log says of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import flask
import pytest
from sqlalchemy import update

from dashboard import services
from dashboard.access import principal, session_cookie
from dashboard.audit_trail import now_ms
from dashboard.people.attempts import MOST
from dashboard.services import Services
from dashboard.shell.board import HOME
from feeds.accounts import account_store, account_tables
from feeds.accounts.account_store import Account
from feeds.audit_log.entries import BOARD, Entry
from tests.dashboard.people.conftest import PASSWORD, Browser

MakeAccount = Callable[..., Account]
Entries = Callable[..., list[Entry]]
HOUR_MS = 3_600_000


def test_a_closed_board_leads_to_the_form_and_back(browser: Browser, account: MakeAccount) -> None:
    account("wang")
    asked = browser.get("/?area=320282001&lang=en")
    assert asked.status_code == 303
    form = browser.get(asked.headers["Location"])
    assert form.status_code == 200
    assert "shown to those who are signed in" in form.text
    done = browser.sign_in("Wang ", next="/?area=320282001&lang=en")
    assert (done.status_code, done.headers["Location"]) == (303, "/?area=320282001&lang=en")
    assert browser.get("/").text == "figures"
    cookie = browser.client.get_cookie(session_cookie.COOKIE)
    assert cookie
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")


def test_a_device_remembers_the_town_of_who_signs_in_for_one(
    browse: Callable[[], Browser], account: MakeAccount
) -> None:
    def home(browser: Browser) -> str:
        cookie = browser.client.get_cookie(HOME)
        return cookie.value if cookie else ""

    account("duty", "town_duty", towns=["320282112"])
    account("two", "town_duty", towns=["320282112", "320282001"])
    account("city", "city_duty")
    at_home, chosen = browse(), browse()
    assert at_home.sign_in("duty").status_code == 303
    assert home(at_home) == "320282112"
    chosen.client.set_cookie(HOME, "320282001")
    assert chosen.sign_in("duty").status_code == 303
    assert home(chosen) == "320282001", "what the person chose stays"
    for name in ("two", "city"):
        other = browse()
        assert other.sign_in(name).status_code == 303
        assert home(other) == ""


def test_what_is_wrong_is_said_in_one_sentence_whatever_it_was(
    browser: Browser, account: MakeAccount, opened: Services, entries: Entries
) -> None:
    account("wang")
    gone = account("gone")
    account("invited", password="")
    with opened.database.begin() as connection:
        account("admin", "admin")
        account_store.change(connection, now_ms(), BOARD, gone.id, disabled=True)
    tried = [("wang", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("invited", PASSWORD)]
    answers = [browser.sign_in(name, password) for name, password in tried]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert all("账号或密码不对" in answer.text for answer in answers)
    assert all(PASSWORD not in answer.text for answer in answers)
    assert 'value="wang"' in answers[0].text, "the name has not to be typed again"
    assert browser.client.get_cookie(session_cookie.COOKIE) is None
    failed = entries("sign_in_failed")
    assert [one.actor for one in failed] == ["wang", "", "gone", "invited"]
    assert {one.outcome for one in failed} == {"refused"}
    assert not any("nobody" in repr(one) or PASSWORD in repr(one) for one in failed)


def test_what_is_missing_is_said_at_its_field(browser: Browser) -> None:
    answer = browser.sign_in("", "")
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 2


def test_a_number_of_a_person_that_was_typed_is_not_shown_again(browser: Browser) -> None:
    for typed in ("32028219770407393X", "13800138000", "a" * 500):
        answer = browser.sign_in(typed, "wrong")
        assert answer.status_code == 403
        assert typed not in answer.text


@pytest.mark.parametrize(
    "next",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/sign-out",
        "/sign-in?next=/",
        "",
    ],
)
def test_nobody_is_led_elsewhere(browser: Browser, account: MakeAccount, next: str) -> None:
    account("wang")
    assert browser.sign_in("wang", next=next).headers["Location"] == "/"


def test_the_form_must_be_the_browser_s_own(
    browse: Callable[[], Browser], account: MakeAccount
) -> None:
    account("wang")
    mine, other = browse(), browse()
    sent = {**other.form("/sign-in"), "name": "wang", "password": PASSWORD}
    mine.get("/sign-in")
    for client in (mine.client, browse().client):
        answer = client.post("/sign-in", data=sent)
        assert answer.status_code == 403
        assert "请再提交一次" in answer.text
        assert "Set-Cookie" not in answer.headers or "session" not in answer.headers["Set-Cookie"]
    assert mine.sign_in("wang").status_code == 303


def test_after_ten_failures_a_name_waits_for_everybody(
    browse: Callable[[], Browser], account: MakeAccount, entries: Entries
) -> None:
    account("wang")
    account("li")
    guessing = browse()
    for n in range(MOST):
        guessing.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{n}"
        assert guessing.sign_in("wang", f"guess {n}").status_code == 403
    other = browse()
    other.client.environ_base["REMOTE_ADDR"] = "10.0.1.1"
    answer = other.sign_in("wang")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert "分钟后再试" in answer.text
    assert other.sign_in("li").status_code == 303
    assert len(entries("sign_in_failed")) == MOST


def test_after_ten_failures_an_address_waits_for_every_name(
    browse: Callable[[], Browser], account: MakeAccount
) -> None:
    account("wang")
    guessing = browse()
    for n in range(MOST):
        assert guessing.sign_in(f"guess-{n}", "wrong").status_code == 403
    assert guessing.sign_in("wang").status_code == 429
    elsewhere = browse()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.0.1.1"
    assert elsewhere.sign_in("wang").status_code == 303


def test_signing_in_anew_ends_the_session_before(
    browser: Browser, account: MakeAccount, opened: Services
) -> None:
    first, second = account("wang"), account("li")
    form = browser.form("/sign-in")
    browser.sign_in("wang")
    assert browser.get("/sign-in").status_code == 303, "who is signed in need not do so again"
    browser.client.post("/sign-in", data={**form, "name": "li", "password": PASSWORD})
    assert opened.sessions.of_account(first.id) == []
    assert len(opened.sessions.of_account(second.id)) == 1


def test_signing_out_takes_a_button_of_one_s_own_page(
    browser: Browser, account: MakeAccount, opened: Services, entries: Entries
) -> None:
    one = account("wang")
    browser.sign_in("wang")
    page = browser.get("/sign-out")
    assert page.status_code == 200
    assert opened.sessions.of_account(one.id), "a link signs nobody out"
    assert browser.client.post("/sign-out", data={"csrf": "0" * 64}).status_code == 403
    assert opened.sessions.of_account(one.id)
    done = browser.send("/sign-out")
    assert done.status_code == 303
    assert opened.sessions.of_account(one.id) == []
    assert browser.client.get_cookie(session_cookie.COOKIE) is None
    assert "已退出登录" in browser.get("/sign-out").text
    assert browser.get("/").status_code == 303
    said = [(one.act, one.actor, one.address) for one in entries("sign_in", "sign_out")]
    assert said == [("sign_in", "wang", "127.0.0.1"), ("sign_out", "wang", "127.0.0.1")]


def test_an_office_s_token_leaves_by_a_button_too(browser: Browser, opened: Services) -> None:
    secret = opened.tokens.add("宜城", "view")
    browser.client.set_cookie(principal.VIEW_COOKIE, secret)
    assert browser.get("/").text == "figures"
    assert "宜城" in browser.get("/leave").text
    assert browser.get("/").text == "figures"
    assert browser.client.post("/leave", data={"csrf": "x"}).status_code == 403
    assert browser.send("/leave").status_code == 303
    assert browser.get("/").status_code == 303
    assert opened.tokens.known(secret), "elsewhere it stays valid"


def test_a_session_ends_when_idle_and_at_its_end(
    browser: Browser, account: MakeAccount, opened: Services
) -> None:
    account("wang")
    table = account_tables.sessions
    for moved in (
        {"seen": table.c.seen - 13 * HOUR_MS},
        {"ends": table.c.ends - 8 * 24 * HOUR_MS},
    ):
        assert browser.sign_in("wang").status_code == 303
        assert browser.get("/").text == "figures"
        with opened.database.begin() as connection:
            connection.execute(update(table).values(**moved))
        opened.sessions.renew()
        assert browser.get("/").status_code == 303


def test_nobody_signs_in_while_tries_can_t_be_counted(
    serve: Callable[[Services], flask.Flask], account: MakeAccount, opened: Services
) -> None:
    account("wang")
    away = dataclasses.replace(opened, redis=services.connect("unix:///no/redis.sock"))
    answer = Browser(serve(away).test_client()).sign_in("wang")
    assert answer.status_code == 503
    assert "暂时不能处理" in answer.text
    assert "session" not in answer.headers.get("Set-Cookie", "")
