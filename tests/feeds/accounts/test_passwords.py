"""Passwords: the long ones are taken, those that are tried first are not, and none is kept as it
is.
"""

from __future__ import annotations

import argon2
import pytest

from feeds.accounts import passwords
from feeds.accounts.passwords import WeakPassword

GOOD = "correct-horse-battery"


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "elevenchars",
        "x" * 129,
        "aaaaaaaaaaaa",
        "abababababab",
        "123456789012",
        "987654321098",
        "20260101201201",
        "abcdefghijkl",
        "qwertyuiopas",
        "Password1234",
        "P@ssw0rd!2026",
        "administrator",
        "Administrator2026!",
        "1q2w3e4r5t6y",
        "welcome2board1"[:7] + "12345",
        "woaini1314520",
        "yixing123456",
        "zhang.san-and-more",
        "MOREofZHANG.SAN",
        "qazwsxqazwsx",
        "！！！！２０２６１２３４",
    ],
)
def test_a_weak_password_is_refused_and_not_repeated(weak: str) -> None:
    with pytest.raises(WeakPassword) as raised:
        passwords.check(weak, "zhang.san")
    for lang in ("zh", "en"):
        assert not weak or weak not in raised.value.message(lang)


@pytest.mark.parametrize(
    "good",
    [GOOD, "雨天的湖边有三只白鹭飞过稻田", "x" * 8 + "y1zaeb" + "q" * 90, " spaces are kept "],
)
def test_a_long_one_is_taken(good: str) -> None:
    passwords.check(good, "zhang.san")


def test_it_is_kept_as_argon2id_and_verified() -> None:
    kept = passwords.hash(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert kept != passwords.hash(GOOD)
    assert passwords.verify(kept, GOOD)
    assert passwords.verify(kept, "ｃｏｒｒｅｃｔ-horse-battery")
    assert not passwords.verify(kept, GOOD + " ")
    assert not passwords.verify(kept, "")
    assert not passwords.verify(kept, "x" * 1_000_000)


@pytest.mark.parametrize("kept", ["", "no hash at all", "$argon2id$v=19$broken"])
def test_where_none_is_kept_nobody_comes_in(kept: str) -> None:
    for tried in ("", GOOD, "nobody's password"):
        assert not passwords.verify(kept, tried)


def test_an_unknown_name_costs_a_whole_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = list[str]()
    whole = argon2.PasswordHasher.verify

    def verify(self: argon2.PasswordHasher, kept: str, password: str) -> bool:
        verified.append(kept)
        return whole(self, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    kept = passwords.hash(GOOD)
    passwords.verify(kept, "wrong")
    passwords.verify("", "wrong")
    first, second = (argon2.extract_parameters(one) for one in verified)
    assert first == second


def test_other_parameters_are_noticed() -> None:
    assert not passwords.is_outdated(passwords.hash(GOOD))
    weaker = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    assert passwords.is_outdated(weaker)
    assert passwords.verify(weaker, GOOD)
