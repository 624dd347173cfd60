"""One-time links: the first administrator, and passwords of accounts. Each works once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dashboard.audit_trail import now_ms
from dashboard.services import Services
from feeds.accounts import account_store, link_store
from feeds.accounts.account_store import Account
from feeds.audit_log.entries import BOARD, Entry
from tests.dashboard.people.conftest import PASSWORD, Browser

MakeAccount = Callable[..., Account]
Entries = Callable[..., list[Entry]]
NEW = {"new": PASSWORD, "again": PASSWORD}


@pytest.fixture
def link(opened: Services) -> Callable[..., str]:
    """The page of a new link."""

    def make(purpose: link_store.Purpose = "set_up", account: str = "") -> str:
        with opened.database.begin() as connection:
            return f"/set-up?link={link_store.make(connection, now_ms(), purpose, account)}"

    return make


def test_the_first_administrator_is_made_once(
    browse: Callable[[], Browser], link: Callable[..., str], opened: Services, entries: Entries
) -> None:
    page, browser = link(), browse()
    done = browser.send(page, name="Wang.Fang", shown="王芳", **NEW)
    assert (done.status_code, done.headers["Location"]) == (303, "/admin")
    assert "王芳" in browser.get("/admin").text
    with opened.database.connect() as connection:
        (made,) = account_store.all(connection)
    assert (made.name, made.roles) == ("wang.fang", {"admin"})
    assert browse().get(page).status_code == 410
    assert [(one.act, one.actor) for one in entries("account", "sign_in")] == [
        ("account", "wang.fang"),
        ("sign_in", "wang.fang"),
    ]


def test_a_link_for_the_first_administrator_ends_where_there_is_one(
    browser: Browser, link: Callable[..., str], account: MakeAccount, opened: Services
) -> None:
    page = link()
    form = browser.form(page)
    account("admin", "admin")
    answer = browser.client.post("/set-up", data={**form, "name": "second", **NEW})
    assert answer.status_code == 410
    with opened.database.connect() as connection:
        assert [one.name for one in account_store.all(connection)] == ["admin"]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"new": "short", "again": "short"}, "new", "至少 12"),
        ({"new": PASSWORD, "again": "another " + PASSWORD}, "again", "两次输入"),
        ({"new": "my wang.fang word", "again": "my wang.fang word"}, "new", "账号名"),
        ({"new": "password123456", "again": "password123456"}, "new", "最先被人试"),
        ({"name": "x", **NEW}, "name", "账号名须为"),
        ({"name": "32028219770407393X", **NEW}, "name", "个人的号码"),
    ],
)
def test_what_can_t_be_taken_is_said_and_the_link_stays(
    browser: Browser, link: Callable[..., str], typed: dict[str, str], field: str, said: str
) -> None:
    page = link()
    answer = browser.send(page, **({"name": "wang.fang"} | typed))
    assert answer.status_code == 422
    assert said in answer.text
    assert re.search(rf'aria-invalid="true"[^>]*id="field-{field}"', answer.text)
    assert typed["new"] not in answer.text
    assert browser.send(page, name="wang.fang", **NEW).status_code == 303


def test_a_password_is_set_by_its_person_and_ends_other_sessions(
    browse: Callable[[], Browser], link: Callable[..., str], account: MakeAccount, opened: Services
) -> None:
    one, before, browser = account("wang", password=""), browse(), browse()
    with opened.database.begin() as connection:
        account_store.change(connection, now_ms(), BOARD, one.id, shown="王芳")
    page = link("password", one.id)
    shown = browser.get(page).text
    assert 'value="wang"' in shown
    assert "王芳" in shown
    assert browser.send(page, **NEW).headers["Location"] == "/"
    assert before.sign_in("wang").status_code == 303
    again = "four unrelated words more"
    second = browse()
    assert second.send(link("password", one.id), new=again, again=again).status_code == 303
    assert [browser.get("/").status_code, before.get("/").status_code] == [303, 303]
    assert second.get("/").text == "figures"
    assert browse().sign_in("wang").status_code == 403


def test_a_link_that_was_made_up_used_or_expired_says_the_same(
    browser: Browser, link: Callable[..., str], opened: Services
) -> None:
    page = link()
    with opened.database.begin() as connection:
        connection.execute(link_store.table.update().values(expires=now_ms() - 1))
    answers = [browser.get(path) for path in (page, "/set-up?link=made-up", "/set-up")]
    assert [answer.status_code for answer in answers] == [410] * 3
    own = r"\?[^\"]*|nonce=\"[^\"]*\""  # each has its own address, and its own word
    assert len({re.sub(own, "", answer.text) for answer in answers}) == 1
