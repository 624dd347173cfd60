"""Tokens in the history's database: made, rotated, revoked, with their entries in the audit log."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from feeds.accounts import token_store
from feeds.accounts.token_store import DAY_MS, OVERLAP_MS, Scope, Token, TokenError
from feeds.audit_log import log_store
from feeds.audit_log.entries import Who

WHO = Who("command line: root")
NOW = 1_790_000_000_000
HERE = "320282001"


def only(connection: Connection) -> Token:
    (one,) = token_store.all(connection)
    return one


def opens(one: Token, secret: str, now: int) -> bool:
    return token_store.digest(secret) in one.digests(now)


def test_a_token_is_kept_with_what_it_may(kept: Database) -> None:
    scope = Scope(frozenset({"incident.reported"}), frozenset({HERE}), frozenset({"urn:政务热线"}))
    with kept.begin() as connection:
        secret = token_store.add(connection, NOW, WHO, "hotline", scope=scope, expires=NOW + DAY_MS)
        token_store.add(connection, NOW + 1, WHO, "office", "edit", HERE)
    with kept.connect() as connection:
        first, second = token_store.all(connection)
        (_, entry, _) = log_store.every(connection)
    assert first == Token(
        "hotline",
        token_store.digest(secret),
        "ingest",
        "",
        WHO.actor,
        NOW,
        scope,
        NOW + DAY_MS,
    )
    assert second.rights.may("act", HERE)
    assert entry.subject == f"add hotline ingest incident.reported {HERE} urn:政务热线"
    assert opens(first, secret, NOW + DAY_MS - 1)
    assert not opens(first, secret, NOW + DAY_MS)
    assert not opens(first, secret + "x", NOW)


def test_a_rotated_secret_is_good_for_a_day(kept: Database) -> None:
    with kept.begin() as connection:
        old = token_store.add(connection, NOW, WHO, "hotline", expires=NOW + 90 * DAY_MS)
        later = NOW + 80 * DAY_MS
        new = token_store.rotate(connection, later, WHO, "hotline")
        one = only(connection)
        assert one.expires == later + 90 * DAY_MS
        assert opens(one, new, later)
        assert opens(one, old, later + OVERLAP_MS - 1)
        assert not opens(one, old, later + OVERLAP_MS)
        newest = token_store.rotate(connection, later, WHO, "hotline", overlap_ms=0)
        one = only(connection)
        assert not opens(one, new, later), "no overlap"
        assert not opens(one, old, later), "one old secret at most"
        assert opens(one, newest, later)


def test_the_overlap_does_not_outlast_the_old_secret(kept: Database) -> None:
    with kept.begin() as connection:
        old = token_store.add(connection, NOW, WHO, "hotline", expires=NOW + DAY_MS)
        token_store.rotate(connection, NOW + DAY_MS - 5, WHO, "hotline")
        assert not opens(only(connection), old, NOW + DAY_MS)


def test_a_revoked_one_is_gone(kept: Database) -> None:
    with kept.begin() as connection:
        token_store.add(connection, NOW, WHO, "hotline")
        assert token_store.revoke(connection, NOW, WHO, "hotline").name == "hotline"
        assert token_store.all(connection) == []
        token_store.add(connection, NOW, WHO, "大厅屏", "wall", act="wall")
        token_store.revoke(connection, NOW, WHO, "大厅屏", act="wall")
        said = [(one.act, one.subject) for one in log_store.every(connection)][1:]
    assert said == [
        ("token", "add hotline ingest"),
        ("token", "revoke hotline ingest"),
        ("wall", "add 大厅屏 wall"),
        ("wall", "revoke 大厅屏 wall"),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": " "},
        {"name": "x" * 81},
        {"name": "two\nlines"},
        {"name": "王 13800138000"},
        {"name": "taken"},
        {"name": "a", "area": HERE},
        {"name": "a", "kind": "view", "scope": Scope(types=frozenset({"x"}))},
    ],
)
def test_what_makes_no_token(kept: Database, given: dict[str, Any]) -> None:
    with kept.begin() as connection:
        token_store.add(connection, NOW, WHO, "taken")
    with pytest.raises(TokenError), kept.begin() as connection:
        token_store.add(connection, NOW, WHO, **given)
    with kept.connect() as connection:
        assert only(connection).name == "taken"
        assert len(list(log_store.every(connection))) == 2
    for act in (token_store.rotate, token_store.revoke):
        with pytest.raises(TokenError, match="no token named"), kept.begin() as connection:
            act(connection, NOW, WHO, "nobody")


def test_the_last_use_is_kept(kept: Database) -> None:
    with kept.begin() as connection:
        token_store.add(connection, NOW, WHO, "hotline")
        assert only(connection).seen is None
        for at in (5, 9, 7):
            token_store.see(connection, {"hotline": NOW + at, "nobody": NOW})
        assert only(connection).seen == NOW + 9


def test_tokens_from_elsewhere_are_taken_over_once(kept: Database) -> None:
    found = [Token("a", "1" * 64), Token("王 13800138000", "2" * 64, "view", HERE, created=7)]
    with kept.begin() as connection:
        assert token_store.take_over(connection, NOW, WHO, found) == ["a", "王 13800138000"]
        assert token_store.take_over(connection, NOW, WHO, found) == []
        assert token_store.all(connection) == found
        said = [one.subject for one in log_store.every(connection)][1:]
    assert said == ["take_over 2"]
