"""Accounts, their sessions and links, on every database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy import Engine as Database

from feeds.accounts import account_store, account_tables, link_store, session_store, token_store
from feeds.accounts.account_store import Account, AccountError, LastAdmin, NoAccount
from feeds.accounts.session_store import DAY_MS, HOUR_MS, Lasting
from feeds.audit_log import log_store
from feeds.audit_log.entries import Who

WHO = Who("root", "10.0.0.7")
NOW = 1_790_000_000_000
HERE = "320282001"
LASTING = Lasting(HOUR_MS, DAY_MS)


def make(
    connection: Connection, name: str, *roles: Any, towns: Iterable[str] = (), **given: Any
) -> Account:
    return account_store.add(
        connection, NOW, WHO, name, roles or ("viewer",), towns, **{"password": "hash"} | given
    )


def said(kept: Database) -> list[tuple[str, str]]:
    """The audit log after its first entry."""
    with kept.connect() as connection:
        return [(one.act, one.subject) for one in log_store.every(connection)][1:]


def refused(kept: Database, act: Callable[[Connection], Any], error: type[Exception]) -> str:
    with pytest.raises(error) as raised, kept.begin() as connection:
        act(connection)
    return str(raised.value)


def test_an_account_is_found_by_its_name(kept: Database) -> None:
    with kept.begin() as connection:
        made = make(connection, "Zhang.San", "town_duty", "host", towns=[HERE], shown="张三")
    assert made.name == "zhang.san"
    with kept.connect() as connection:
        assert account_store.get(connection, made.id) == made
        for typed in ("zhang.san", " ZHANG.SAN ", "ｚｈａｎｇ.san"):
            assert account_store.find(connection, typed) == made
        assert account_store.find(connection, "zhang") is None
        assert account_store.all(connection) == [made]
    assert (made.roles, made.towns, made.shown) == ({"town_duty", "host"}, {HERE}, "张三")
    assert made.rights.may("act", HERE)
    assert said(kept) == [("account", f"add zhang.san host town_duty {HERE}")]


@pytest.mark.parametrize(
    "name",
    ["", "a", "x" * 41, "zhang san", "a:b", "a/b", "a@b.cn", "13800138000", "zhang13800138000",
     "320282199001011237", "王１３８００１３８０００", "20260101", "board", "two\nlines", "<b>"],
)  # fmt: skip
def test_a_name_is_plain_and_nobody_s_number(kept: Database, name: str) -> None:
    said_of_it = refused(kept, lambda connection: make(connection, name), AccountError)
    assert len(name) < 3 or name not in said_of_it
    assert said(kept) == []


def test_a_shown_name_is_nobody_s_number(kept: Database) -> None:
    for shown in ("张三 13800138000", "x" * 41, "two\nlines"):
        refused(kept, lambda connection: make(connection, "zhang", shown=shown), AccountError)  # noqa: B023


def test_a_name_and_an_identity_are_one_accounts(kept: Database) -> None:
    with kept.begin() as connection:
        make(connection, "zhang", subject="https://id.example|7")
        make(connection, "li")
        token_store.add(connection, NOW, WHO, "office", "view")
    for name, subject in (("ZHANG", ""), ("office", ""), ("wang", "https://id.example|7")):
        refused(kept, lambda c: make(c, name, subject=subject), AccountError)  # noqa: B023
    refused(
        kept,
        lambda connection: token_store.add(connection, NOW, WHO, "zhang"),
        token_store.TokenError,
    )
    with kept.connect() as connection:
        found = account_store.find_subject(connection, "https://id.example|7")
        assert found is not None
        assert found.name == "zhang"
        assert account_store.find_subject(connection, "") is None


def test_each_change_is_written_down(kept: Database) -> None:
    with kept.begin() as connection:
        id = make(connection, "zhang").id

        def change(**given: Any) -> Account:
            return account_store.change(connection, NOW + 1, WHO, id, **given)

        assert change(roles=["town_duty"], towns=[HERE]).towns == {HERE}
        assert change(password="other").changed == NOW + 1
        assert change(disabled=True).disabled == NOW + 1
        assert change(disabled=True).disabled == NOW + 1
        assert change(disabled=False).disabled is None
        assert change(shown="张三").shown == "张三"
        assert change(shown="").shown == "zhang"
        assert change(subject="a|b").subject == "a|b"
    assert said(kept) == [
        ("account", "add zhang viewer"),
        ("account", f"roles zhang town_duty {HERE}"),
        ("account", "password zhang"),
        ("account", "disable zhang"),
        ("account", "enable zhang"),
        ("account", "shown zhang"),
        ("account", "shown zhang"),
        ("account", "subject zhang"),
    ]
    refused(kept, lambda c: account_store.change(c, NOW, WHO, "nobody", shown="x"), NoAccount)


def test_the_last_administrator_stays(kept: Database) -> None:
    with kept.begin() as connection:
        assert not account_store.has_admin(connection)
        invited = make(connection, "invited", "admin", password="")
        assert not account_store.has_admin(connection), "who can't sign in manages nothing"
        first = make(connection, "first", "admin", "auditor")
        assert account_store.has_admin(connection)
    changes: list[dict[str, Any]] = [
        {"disabled": True},
        {"roles": ["auditor"]},
        {"password": ""},
    ]
    for change in changes:
        refused(
            kept,
            lambda c: account_store.change(c, NOW, WHO, first.id, **change),  # noqa: B023
            LastAdmin,
        )
    with kept.begin() as connection:
        account_store.change(connection, NOW, WHO, invited.id, roles=["viewer"])
        second = make(connection, "second", "admin", password="", subject="issuer|2")
        account_store.change(connection, NOW, WHO, first.id, disabled=True)
    refused(kept, lambda c: account_store.change(c, NOW, WHO, second.id, subject=""), LastAdmin)


def test_two_who_take_each_other_away_leave_one(kept: Database) -> None:
    with kept.begin() as connection:
        ids = [make(connection, name, "admin").id for name in ("one", "two")]
    ready = threading.Barrier(2)
    found = list[str]()

    def disable(id: str) -> None:
        ready.wait()
        try:
            with kept.begin() as connection:
                account_store.change(connection, NOW, WHO, id, disabled=True)
            found.append("done")
        except LastAdmin:
            found.append("refused")

    threads = [threading.Thread(target=disable, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["done", "refused"]


def begin(connection: Connection, account: Account, now: int = NOW) -> str:
    secret = session_store.begin(
        connection, now, account, "password", agent="Fire\nfox", address="10.1.1.1", lasting=LASTING
    )
    return session_store.digest(secret)


def test_a_session_lasts_while_it_is_used_and_not_longer_than_a_day(kept: Database) -> None:
    with kept.begin() as connection:
        account = make(connection, "zhang")
        one = begin(connection, account)

        def lasts(now: int) -> bool:
            return session_store.find(connection, one, now, LASTING.idle_ms) is not None

        assert lasts(NOW + HOUR_MS - 1)
        assert not lasts(NOW + HOUR_MS), "idle"
        for n in range(1, 60):
            session_store.see(connection, one, NOW + n * HOUR_MS // 2)
        assert lasts(NOW + DAY_MS - 1)
        assert not lasts(NOW + DAY_MS), "used, but at its latest moment"
        found = session_store.find(connection, one, NOW + DAY_MS - 1, LASTING.idle_ms)
        assert found is not None
        assert found.account == account
        assert found.session.agent == "Firefox"
        assert session_store.find(connection, "other", NOW, LASTING.idle_ms) is None
    assert said(kept)[-1] == ("sign_in", "password")
    with kept.connect() as connection:
        assert log_store.read(connection, log_store.ALL, 1)[0].actor == "zhang"


def test_its_use_is_written_once_a_minute(kept: Database) -> None:
    with kept.begin() as connection:
        one = begin(connection, make(connection, "zhang"))
        seen = []
        for now in (NOW + 59_999, NOW + 60_000, NOW + 61_000, NOW + 120_000):
            session_store.see(connection, one, now)
            found = session_store.find(connection, one, now, LASTING.idle_ms)
            assert found is not None
            seen.append(found.session.seen - NOW)
    assert seen == [0, 60_000, 60_000, 120_000]


def test_a_session_ends_when_it_is_ended(kept: Database) -> None:
    with kept.begin() as connection:
        zhang, li = make(connection, "zhang"), make(connection, "li")
        mine = [begin(connection, zhang, NOW + n) for n in range(3)]
        other = begin(connection, li)

        def left(account: Account) -> list[str]:
            found = session_store.of_account(connection, account.id, NOW + 9, LASTING.idle_ms)
            return [one.sha256 for one in found]

        assert left(zhang) == mine[::-1]
        assert session_store.end(connection, NOW, WHO, mine[0])
        assert not session_store.end(connection, NOW, WHO, mine[0])
        assert left(zhang) == [mine[2], mine[1]]
        assert session_store.end_all(connection, NOW, WHO, zhang, keep=mine[1]) == 1
        assert session_store.end_all(connection, NOW, WHO, zhang, keep=mine[1]) == 0
        assert (left(zhang), left(li)) == ([mine[1]], [other])
    assert said(kept)[-2:] == [("sign_out", ""), ("sign_out", "zhang 1")]


@pytest.mark.parametrize("change", [{"disabled": True}, {"password": "other"}])
def test_a_change_ends_what_it_must(kept: Database, change: dict[str, Any]) -> None:
    with kept.begin() as connection:
        account = make(connection, "zhang")
        mine, other = begin(connection, account), begin(connection, account)
        link = link_store.make(connection, NOW, "password", account.id)
        account_store.change(connection, NOW, WHO, account.id, roles=["host"])
        assert session_store.find(connection, mine, NOW, HOUR_MS) is not None
        account_store.change(connection, NOW, WHO, account.id, keep=mine, **change)
        assert session_store.find(connection, other, NOW, HOUR_MS) is None
        is_disabled = "disabled" in change
        assert (session_store.find(connection, mine, NOW, HOUR_MS) is None) == is_disabled
        assert link_store.find(connection, NOW, link) is None


def test_ended_sessions_are_removed(kept: Database) -> None:
    with kept.begin() as connection:
        account = make(connection, "zhang")
        for n in range(3):
            begin(connection, account, NOW + n * HOUR_MS)
        assert session_store.remove_ended(connection, NOW + HOUR_MS + 1, HOUR_MS) == 1
        assert session_store.remove_ended(connection, NOW + 9 * DAY_MS, HOUR_MS) == 2


def test_a_password_may_get_new_parameters_and_ends_no_session(kept: Database) -> None:
    with kept.begin() as connection:
        account = make(connection, "zhang")
        one = begin(connection, account)
        account_store.rehashed(connection, account.id, "an older one", "wrong")
        account_store.rehashed(connection, account.id, "hash", "newer")
        found = session_store.find(connection, one, NOW, HOUR_MS)
        assert found is not None
        assert found.account.password == "newer"


def test_a_link_works_once_and_until_it_expires(kept: Database) -> None:
    with kept.begin() as connection:
        first = link_store.make(connection, NOW, "set_up")
        second = link_store.make(connection, NOW, "set_up")
        invited = link_store.make(connection, NOW, "password", "some-id")
        assert link_store.find(connection, NOW, first) is None, "a new one took its place"
        end = NOW + link_store.KEEP_MS["set_up"]
        assert link_store.find(connection, end, second) is None
        assert link_store.use(connection, end, second) is None
        assert link_store.use(connection, NOW, second) == ("set_up", "", end)
        assert link_store.use(connection, NOW, second) is None
        found = link_store.find(connection, NOW, invited)
        assert found is not None
        assert (found.purpose, found.account) == ("password", "some-id")
        link_store.end(connection, "password", "some-id")
        assert link_store.find(connection, NOW, invited) is None


def test_no_secret_stands_in_the_database(kept: Database) -> None:
    with kept.begin() as connection:
        account = make(connection, "zhang")
        secrets = [
            session_store.begin(connection, NOW, account, "password"),
            link_store.make(connection, NOW, "password", account.id),
            token_store.add(connection, NOW, WHO, "office"),
            token_store.rotate(connection, NOW, WHO, "office"),
        ]
        tables = [*account_tables.METADATA.sorted_tables, text("audit_log")]
        found = [
            str(row)
            for table in tables
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(found) > 5
    assert [secret for secret in secrets for row in found if secret in row] == []
