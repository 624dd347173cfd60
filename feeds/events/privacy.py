"""Patterns of personal data that no field may contain: numbers of people, phones, cards, plates.

Digits inside a longer run of digits are a case number, not a telephone number; so every pattern
must stand between non-digits.
"""

from __future__ import annotations

import re
from datetime import date

_SEP = r"[-._: ]?"
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_SEP})?1[3-9]\d{_SEP}\d{{4}}{_SEP}\d{{4}}(?!\d)")
_LANDLINE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_SEP})?\(?(?:0?10|0?2\d)\)?{_SEP}[2-8]\d{{3}}{_SEP}\d{{4}}(?!\d)"
    rf"|(?<!\d)(?:\(?0|(?:\+|00)86{_SEP}0?)[3-9]\d{{2}}\)?{_SEP}[2-8]\d{{2,3}}{_SEP}\d{{4}}(?!\d)"
    r"|(?<!\d)[48]00-\d{3}-?\d{4}(?!\d)"
)
_RESIDENT = re.compile(
    rf"(?<!\d)([1-8]\d{{5}}){_SEP}((?:18|19|20)\d{{6}}){_SEP}\d{{3}}[\dXx](?![\dA-Za-z])"
)
_RESIDENT_15 = re.compile(r"(?<!\d)([1-8]\d{5})(\d{6})\d{3}(?!\d)")
_CARD = re.compile(
    rf"(?<!\d)\d{{4}}{_SEP}\d{{4}}{_SEP}\d{{4}}{_SEP}\d{{4}}(?:{_SEP}\d{{1,3}})?(?!\d)"
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-Za-z][·•\-. "
    r"]?[A-HJ-NP-Za-hj-np-z0-9]{4,6}[挂学警港澳领]?"
)
_DIGEST = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{32,128}|[0-9A-F]{32,128}"
)
# A value without five digits in a row (separators aside), an @ or a Chinese character holds none
# of them.
_SUSPECT = re.compile(r"\d(?:[-._: ()]?\d){6}|@|[\u4e00-\u9fff]")


def personal(value: str) -> str | None:
    """What kind of personal data a value holds: resident_id, mobile, landline, bank_card, email,
    plate; None if none.

    In a UUID or a hex digest (32 digits and more) stretches of digits are chance.
    """
    if not _SUSPECT.search(value) or _DIGEST.fullmatch(value):
        return None
    return next((kind for kind, found in _CHECKS if found(value)), None)


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:-4]), int(digits[-4:-2]), int(digits[-2:]))
    except ValueError:
        return False
    return True


def _resident(value: str) -> bool:
    return any(_is_date(m[2]) for m in _RESIDENT.finditer(value)) or any(
        _is_date("19" + m[2]) for m in _RESIDENT_15.finditer(value)
    )


def _card(value: str) -> bool:
    """Chinese cards begin with 62 whatever their check digit; others by check digit, or every long
    number would be one.
    """
    numbers = (re.sub(r"\D", "", m[0]) for m in _CARD.finditer(value))
    return any(n.startswith("62") or _luhn(n) for n in numbers)


def _luhn(digits: str) -> bool:
    """Whether the check digit of a bank card number is right (ISO/IEC 7812-1)."""
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0 and digits[0] in "3456"


_CHECKS = (
    ("resident_id", _resident),
    ("mobile", lambda v: bool(_MOBILE.search(v))),
    ("bank_card", _card),
    ("landline", lambda v: bool(_LANDLINE.search(v))),
    ("email", lambda v: bool(_EMAIL.search(v))),
    ("plate", lambda v: bool(_PLATE.search(v))),
)
