"""One's own account: what one may do, where one is signed in, and one's password."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.audit_trail import now_ms
from dashboard.people.attempts import MOST
from dashboard.services import Services
from feeds.accounts import account_store
from feeds.accounts.account_store import Account
from feeds.audit_log.entries import BOARD, Entry
from tests.dashboard.people.conftest import OTHER, PASSWORD, TOWN, Browser

MakeAccount = Callable[..., Account]
Entries = Callable[..., list[Entry]]
NEW = "four unrelated words more"


def test_it_is_for_who_is_signed_in(browser: Browser, account: MakeAccount) -> None:
    assert "/sign-in?next=%2Faccount" in browser.get("/account").headers["Location"]
    account("yicheng", "town_duty", towns=(TOWN, OTHER))
    browser.sign_in("yicheng")
    page = browser.get("/account?lang=en").text
    for said in ("Town duty", "Yicheng", "see small counts and case numbers (", "12 hours"):
        assert said in page
    assert browser.get("/admin?lang=en").status_code == 403
    assert "manage walls, tokens, accounts and sources" in browser.get("/admin?lang=en").text


def test_each_session_ends_by_itself_or_with_all_others(
    browse: Callable[[], Browser], account: MakeAccount, opened: Services
) -> None:
    one = account("wang")
    here, phone, tablet, other = browse(), browse(), browse(), browse()
    account("li")
    for browser in (here, phone, tablet):
        assert browser.sign_in("wang").status_code == 303
    other.sign_in("li")
    (_, *rest) = opened.sessions.of_account(one.id)
    form = here.form("/account", "end")
    ended = here.client.post("/account", data={**form, "which": rest[0].sha256[:16]})
    assert "done=ended" in ended.headers["Location"]
    assert len(opened.sessions.of_account(one.id)) == 2
    for which in ("", "0" * 16, rest[0].sha256[:2]):
        here.client.post("/account", data={**form, "which": which})
        assert len(opened.sessions.of_account(one.id)) == 2
    here.send("/account", "end", which="others")
    assert [b.get("/").status_code for b in (here, phone, tablet)] == [200, 303, 303]
    assert here.send("/account", "end", which="all").status_code == 303
    assert here.get("/").status_code == 303
    assert other.get("/").text == "figures"


def test_nobody_ends_another_s_session(
    browse: Callable[[], Browser], account: MakeAccount, opened: Services
) -> None:
    wang, li = browse(), browse()
    account("wang")
    one = account("li")
    wang.sign_in("wang")
    li.sign_in("li")
    (theirs,) = opened.sessions.of_account(one.id)
    wang.send("/account", "end", which=theirs.sha256[:16])
    assert li.get("/").text == "figures"
    sent = {**li.form("/account", "end"), "which": "all"}
    assert wang.client.post("/account", data=sent).status_code == 403, "not its own form"
    assert wang.get("/").text == "figures"


def test_a_password_is_changed_by_who_knows_it(
    browse: Callable[[], Browser], account: MakeAccount, entries: Entries
) -> None:
    account("wang")
    here, phone = browse(), browse()
    here.sign_in("wang")
    phone.sign_in("wang")
    new = {"new": NEW, "again": NEW}
    wrong = here.send("/account", "password", password="wrong", **new)
    assert wrong.status_code == 422
    assert "这不是现在的密码" in wrong.text
    assert NEW not in wrong.text
    same = here.send("/account", "password", password=PASSWORD, new=PASSWORD, again=PASSWORD)
    assert same.status_code == 422
    unlike = here.send("/account", "password", password=PASSWORD, new=NEW, again=f"{NEW}!")
    assert unlike.status_code == 422
    done = here.send("/account", "password", password=PASSWORD, **new)
    assert "done=password" in done.headers["Location"]
    assert [here.get("/").status_code, phone.get("/").status_code] == [200, 303]
    assert browse().sign_in("wang").status_code == 403
    assert browse().sign_in("wang", NEW).status_code == 303
    assert [one.subject for one in entries("account")] == ["add wang viewer", "password wang"]
    assert [one.actor for one in entries("account")] == ["board", "wang"]


def test_guesses_of_the_own_password_are_counted(browser: Browser, account: MakeAccount) -> None:
    account("wang")
    browser.sign_in("wang")
    form = browser.form("/account", "password")
    typed = {"password": "wrong", "new": NEW, "again": NEW}
    answers = [browser.client.post("/account", data=form | typed) for _ in range(MOST + 1)]
    assert [answer.status_code for answer in answers] == [422] * MOST + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_an_account_of_another_provider_has_no_password_here(
    browser: Browser, account: MakeAccount, opened: Services
) -> None:
    one = account("wang")
    browser.sign_in("wang")
    with opened.database.begin() as connection:
        account_store.change(
            connection,
            now_ms(),
            BOARD,
            one.id,
            password="",
            subject="https://id.example|7",
            keep=opened.sessions.of_account(one.id)[0].sha256,
        )
    opened.sessions.renew()
    page = browser.get("/account?lang=en").text
    assert "You sign in with https://id.example" in page
    assert 'type="password"' not in page
