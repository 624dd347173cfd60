"""Which passwords are taken, and how they are kept: Argon2id, with the parameters that the library
recommends.

Length and what is commonly used decide, not kinds of characters (OWASP ASVS 5, 6.2).
"""

from __future__ import annotations

import unicodedata
from functools import cache

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from feeds.city.words import Text, Worded

SHORTEST, LONGEST = 12, 128
_FEWEST_DIFFERENT = 5
_HASHER = argon2.PasswordHasher()
# What the commonest passwords are made of, with digits and marks before or after it.
_COMMON_WORDS = """
password passw0rd p@ssw0rd p@ssword passwort admin administrator root manager system default
welcome letmein changeme changeit secret master login access superman batman monkey dragon
sunshine princess football baseball iloveyou trustno1 whatever starwars computer internet
michael jennifer qwerty qwertyuiop qwertyui asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc
1qaz2wsx 1qaz2wsx3edc 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 zaq12wsx
abc abcd abcdef abcdefg abcdefgh abcdefghij abcdefghijkl aa woaini woaiwojia wojiushiwo
woaini1314 nihao zhongguo mima guanliyuan test tester testing guest user username demo board
dashboard yixing jiangsu wuxi
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


class WeakPassword(Worded):
    """The password is not taken; it is not repeated."""


def check(password: str, name: str) -> None:
    """Raises WeakPassword where a password is too short, too long, holds the account's name or is
    one of those that are tried first.
    """
    plain = _plain(password)
    lower = plain.casefold()
    if len(plain) < SHORTEST:
        raise WeakPassword(
            Text(f"密码至少 {SHORTEST} 个字符", f"a password has {SHORTEST} characters at least")
        )
    if len(plain) > LONGEST:
        raise WeakPassword(
            Text(f"密码最多 {LONGEST} 个字符", f"a password has {LONGEST} characters at most")
        )
    if name and name.casefold() in lower:
        raise WeakPassword(
            Text("密码不能含有账号名", "a password must not contain the account's name")
        )
    if _is_common(lower):
        raise WeakPassword(
            Text(
                "这是最先被人试的密码之一，请换一个；几个不相干的词连在一起就好",
                "this is one of the passwords that are tried first; "
                "a few unrelated words in a row are a good one",
            )
        )


def hash(password: str) -> str:
    """How a password is kept. It takes a fifth of a second and 64 MB."""
    return _HASHER.hash(_plain(password))


def verify(kept: str, password: str) -> bool:
    """Whether a password is the one that is kept. Takes as long where none is kept ("")."""
    try:
        _HASHER.verify(kept or _nobodys(), _plain(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Whether a password is kept with other parameters than it would be today."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody's password")


def _plain(password: str) -> str:
    """As it is typed on any keyboard: full-width letters are letters."""
    return unicodedata.normalize("NFKC", password)


def _is_common(lower: str) -> bool:
    if len(set(lower)) < _FEWEST_DIFFERENT:
        return True
    if any(lower in row * 2 or lower in row[::-1] * 2 for row in _ROWS):
        return True
    half = lower[: len(lower) // 2]
    if half * 2 == lower and (_core(half) in _COMMON or len(half) < SHORTEST // 2 + 1):
        return True
    core = _core(lower)
    return not core or core in _COMMON or lower in _COMMON


def _core(lower: str) -> str:
    """Without digits and marks at both ends."""
    return lower.strip("0123456789!@#$%^&*()-_=+.,?~ ")
