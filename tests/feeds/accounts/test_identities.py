"""Accounts of people for whom a provider of identities vouches."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Engine as Database

from feeds.accounts import account_store, identities, session_store
from feeds.accounts.account_store import Account
from feeds.accounts.identities import Identity, Refused
from feeds.accounts.provider import Granted
from feeds.audit_log import log_store
from feeds.audit_log.entries import Who

NOW = 1_790_000_000_000
HERE = "320282001"
ROOT = Who("root")
LI_NA = Identity("https://id.example.gov.cn", "7f3c", "li.na", "李娜", frozenset())


def granted(*roles: Any, towns: tuple[str, ...] = ()) -> Granted:
    return Granted(frozenset(roles), frozenset(towns))


def admit(kept: Database, who: Identity = LI_NA, *roles: Any, **given: Any) -> Account | Refused:
    with kept.begin() as connection:
        return identities.admit(connection, NOW, "10.0.0.7", who, granted(*roles, **given))


def admitted(kept: Database, who: Identity = LI_NA, *roles: Any, **given: Any) -> Account:
    found = admit(kept, who, *(roles or ("viewer",)), **given)
    assert isinstance(found, Account)
    return found


def accounts(kept: Database) -> list[Account]:
    with kept.connect() as connection:
        return account_store.all(connection)


def add_local(kept: Database, name: str, *roles: Any) -> Account:
    with kept.begin() as connection:
        return account_store.add(connection, NOW, ROOT, name, roles, password="hash")


def said(kept: Database) -> list[tuple[str, str, str]]:
    with kept.connect() as connection:
        return [(one.actor, one.act, one.subject) for one in log_store.every(connection)][1:]


def test_the_first_sign_in_makes_an_account(kept: Database) -> None:
    made = admitted(kept, LI_NA, "town_duty", towns=(HERE,))
    assert (made.name, made.shown, made.password) == ("li.na", "李娜", "")
    assert (made.roles, made.towns) == ({"town_duty"}, {HERE})
    assert made.subject == "https://id.example.gov.cn|7f3c"
    assert admitted(kept, LI_NA, "town_duty", towns=(HERE,)) == made
    assert said(kept) == [("oidc", "account", f"add li.na town_duty {HERE}")]


def test_roles_and_towns_follow_the_groups(kept: Database) -> None:
    made = admitted(kept, LI_NA, "town_duty", towns=(HERE,))
    now = admitted(kept, LI_NA._replace(shown="李娜（督查）"), "city_duty", "analyst")
    assert (now.id, now.name, now.shown) == (made.id, "li.na", "李娜（督查）")
    assert (now.roles, now.towns) == ({"city_duty", "analyst"}, frozenset())
    assert said(kept)[-2:] == [
        ("oidc", "account", "roles li.na analyst city_duty"),
        ("oidc", "account", "shown li.na"),
    ]


def test_who_has_no_role_gets_no_account(kept: Database) -> None:
    assert admit(kept) == Refused("no_role")
    assert accounts(kept) == []


def test_who_has_no_role_any_more_loses_roles_and_sessions(kept: Database) -> None:
    made = admitted(kept, LI_NA, "city_duty")
    with kept.begin() as connection:
        session_store.begin(connection, NOW, made, "oidc")
    assert admit(kept) == Refused("no_role", "li.na")
    with kept.connect() as connection:
        assert account_store.get(connection, made.id).roles == frozenset()
        assert session_store.of_account(connection, made.id, NOW, 1) == []
    assert admitted(kept, LI_NA, "viewer").id == made.id


def test_a_disabled_account_stays_out_with_any_role(kept: Database) -> None:
    made = admitted(kept)
    with kept.begin() as connection:
        account_store.change(connection, NOW, ROOT, made.id, disabled=True)
    assert admit(kept, LI_NA, "admin") == Refused("disabled", "li.na")
    assert accounts(kept)[0].roles == {"viewer"}


def test_the_last_administrator_s_groups_do_not_lock_the_board(kept: Database) -> None:
    made = admitted(kept, LI_NA, "admin")
    with kept.begin() as connection:
        session_store.begin(connection, NOW, made, "oidc")
    assert admit(kept, LI_NA, "viewer") == Refused("last_admin", "li.na")
    with kept.connect() as connection:
        assert account_store.get(connection, made.id).roles == {"admin"}
        assert session_store.of_account(connection, made.id, NOW, 1) == []
    add_local(kept, "root2", "admin")
    assert admitted(kept, LI_NA, "viewer").roles == {"viewer"}


def test_a_local_account_is_not_taken_over(kept: Database) -> None:
    local = add_local(kept, "li.na", "admin")
    made = admitted(kept)
    assert (made.name, made.roles) == ("li.na-oidc", {"viewer"})
    assert accounts(kept)[0] == local
    third = admitted(kept, LI_NA._replace(subject="other"))
    assert third.name == "李娜"
    assert {one.id for one in accounts(kept)} == {local.id, made.id, third.id}


def test_the_same_subject_of_another_provider_is_another_person(kept: Database) -> None:
    made = admitted(kept, LI_NA, "admin")
    other = admitted(kept, LI_NA._replace(owner="https://other.example"), "viewer")
    assert other.id != made.id


@pytest.mark.parametrize(
    ("name", "shown", "expected", "is_shown"),
    [
        ("Li.Na@yixing.gov.cn", "李娜", "li.na", "李娜"),
        ("13800138000", "李娜", "李娜", "李娜"),
        ("13800138000", "13800138000", "oidc-", ""),
        ("", "", "oidc-", ""),
        ("board", "", "board-oidc", "board-oidc"),
        ("li na", "Li Na <x>", "oidc-", "Li Na <x>"),
        ("x" * 60, "李" * 60, "oidc-", ""),
        ("li.na", "电话 13800138000", "li.na", "li.na"),
    ],
)
def test_names_hold_nobody_s_number(
    kept: Database, name: str, shown: str, expected: str, is_shown: str
) -> None:
    made = admitted(kept, LI_NA._replace(name=name, shown=shown))
    assert made.name.startswith(expected)
    assert made.shown == (is_shown or made.name)
    assert "138" not in str(said(kept))


def test_a_subject_that_is_a_number_is_kept_as_a_hash(kept: Database) -> None:
    made = admitted(kept, LI_NA._replace(subject="13800138000"))
    assert "138" not in made.subject
    assert admitted(kept, LI_NA._replace(subject="13800138000")) == made


def test_two_browsers_at_once_make_one_account(kept: Database) -> None:
    found: list[Account | Refused] = []
    threads = [
        threading.Thread(target=lambda: found.append(admit(kept, LI_NA, "viewer")))
        for _ in range(6)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 6
    assert len(accounts(kept)) == 1
