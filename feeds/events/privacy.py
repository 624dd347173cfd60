"""Numbers of people that no field may contain: identity numbers, other papers, telephones, bank
cards, e-mail addresses, plates.

What stands between digits is no hiding place: separators are taken out, and digits and letters
beside a number do not excuse it. An identity number is known by its check digit, so that a case
number with a date in it is taken. Sources: GB 11643-1999 (identity numbers), ISO/IEC 7812-1 (bank
cards).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

_GAP = r"[-\s._:/,*()|+]{0,8}"
_RUN = re.compile(rf"[0-9](?:{_GAP}[0-9])*(?:{_GAP}[Xx])?")
_GROUP = re.compile(r"[0-9]+")
_NO_DIGIT = re.compile(r"[^0-9Xx]")
# A value with fewer than seven digits in a run, without an @ or a Chinese character, holds nothing.
_SUSPECT = re.compile(rf"[0-9](?:{_GAP}[0-9]){{6}}|@|[\u4e00-\u9fff]")
_DIGEST = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{32,128}|[0-9A-F]{32,128}"
)
_LETTER = re.compile(r"[a-fA-F]")

_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-9]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_MOBILE = re.compile(r"(?:0|(?:00)?86|179[0-9]{2})?1[3-9][0-9]{9}")
_MOBILE_GROUPS = ((3, 4, 4), (3, 8), (4, 4, 3), (5, 6), (3, 3, 5))
_LANDLINE = re.compile(r"(?:(?:00)?86)?0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}")
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_AREA = re.compile(r"0?(?:10|2[0-9]|[3-9][0-9]{2})")
_ISSUERS = re.compile(r"62|4|5[1-5]|2[2-7]|3[05678]|6011|65|9558")
_PAPER = re.compile(
    r"(?<![A-Za-z0-9])(?:[EGDSPegdsp]([0-9]{8})|[Ee][A-Za-z][0-9]{7}|[HMCWhmcw]([0-9]{8})(?:[0-9]{2})?"
    r"|[A-Za-z]{3}[0-9]{12})(?![A-Za-z0-9])"
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使]\s?[A-Za-z][-·•—–. ]{0,2}"
    r"[A-HJ-NP-Za-hj-np-z0-9]{4,6}[挂学警港澳领]?"
)


class Run(NamedTuple):
    """Digits that stand together but for separators, as they are grouped. `checked` has the X that
    may follow them, which is a check digit of identity numbers alone.
    """

    checked: str
    groups: tuple[str, ...]

    @property
    def digits(self) -> str:
        return "".join(self.groups)

    def parts(self, sizes: tuple[int, ...]) -> Iterator[str]:
        """The digits of neighbouring groups of these sizes."""
        count = len(sizes)
        for at in range(len(self.groups) - count + 1):
            part = self.groups[at : at + count]
            if tuple(map(len, part)) == sizes:
                yield "".join(part)


def personal(value: str, *, is_area: bool = False) -> str | None:
    """What kind of personal data a value holds: resident_id, mobile, landline, bank_card, paper,
    email, plate; None if none.

    The code of an area may look like an old identity number of fifteen digits, or like a passport
    (E08000032). In a UUID or a hex
    digest stretches of digits are chance, but an identity number with its check digit is not.
    """
    plain = value if value.isascii() else _plain(value)
    if not _SUSPECT.search(plain):
        return None
    runs = [_run(found[0]) for found in _RUN.finditer(plain)]
    if any(map(_has_resident_id, runs)):
        return "resident_id"
    if _DIGEST.fullmatch(plain) and _LETTER.search(plain):
        return None
    if not is_area and any(map(_is_old_resident_id, runs)):
        return "resident_id"
    found = (kind for kind, holds in _OF_RUNS if any(map(holds, runs)))
    written = (
        kind for kind, holds in _OF_TEXT if holds(plain) and not (is_area and kind == "paper")
    )
    return next(found, None) or next(written, None)


def holds_resident_id(value: str) -> bool:
    """Whether an identity number of eighteen digits with its check digit begins anywhere."""
    plain = value if value.isascii() else _plain(value)
    return any(_has_resident_id(_run(found[0])) for found in _RUN.finditer(plain))


def _plain(value: str) -> str:
    """Digits of every script as ASCII, without marks that nobody sees."""
    text = unicodedata.normalize("NFKC", value)
    seen = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c, c)) for c in seen)


def _run(text: str) -> Run:
    groups = tuple(_GROUP.findall(text))
    return Run(_NO_DIGIT.sub("", text).upper(), groups)


def _has_resident_id(run: Run) -> bool:
    """Whether an identity number of eighteen digits begins anywhere."""
    return any(_is_resident_id(run.checked[at : at + 18]) for at in range(len(run.checked) - 17))


def _is_resident_id(number: str) -> bool:
    if not _PROVINCE.match(number) or "X" in number[:17] or not _is_birthday(number[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK_DIGITS[total % 11] == number[17]


def _is_old_resident_id(run: Run) -> bool:
    """One of fifteen digits has no check digit: only a run of just so many is one."""
    is_so_long = len(run.digits) == 15 and bool(_PROVINCE.match(run.digits))
    return is_so_long and _is_birthday(f"19{run.digits[6:12]}")


def _is_birthday(digits: str) -> bool:
    today = date.today().strftime("%Y%m%d")
    return digits[:4] >= "1900" and digits <= today and _is_day(digits)


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _is_mobile(run: Run) -> bool:
    candidates = [run.digits, *run.groups]
    for sizes in _MOBILE_GROUPS:
        candidates += run.parts(sizes)
    return any(_MOBILE.fullmatch(one) for one in candidates)


def _is_landline(run: Run) -> bool:
    """With its area code; without the 0 before it only where the two stand apart."""
    candidates = [run.digits, *run.groups]
    if any(_LANDLINE.fullmatch(one) or _SERVICE.fullmatch(one) for one in candidates):
        return True
    for area, number in zip(run.groups, run.groups[1:], strict=False):
        is_number = len(number) in (7, 8) and number[0] in "2345678" and not _is_day(number)
        is_area = bool(_AREA.fullmatch(area)) and (area[0] == "0" or len(area) == 3)
        if is_number and is_area:
            return True
    return False


def _is_card(run: Run) -> bool:
    candidates = (run.digits, *run.groups)
    return any(
        13 <= len(one) <= 19 and one.isdigit() and bool(_ISSUERS.match(one)) and _luhn(one)
        for one in candidates
    )


def _luhn(digits: str) -> bool:
    """Whether the check digit of a bank card number is right (ISO/IEC 7812-1)."""
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def _has_paper(text: str) -> bool:
    """A passport, a permit or a foreigner's card by its form; a letter and a date is a code."""
    return any(
        not any(digits and _is_day(digits) for digits in found.groups())
        for found in _PAPER.finditer(text)
    )


_OF_RUNS: tuple[tuple[str, Callable[[Run], bool]], ...] = (
    ("mobile", _is_mobile),
    ("bank_card", _is_card),
    ("landline", _is_landline),
)
_OF_TEXT: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("paper", _has_paper),
    ("email", lambda text: bool(_EMAIL.search(text))),
    ("plate", lambda text: bool(_PLATE.search(text))),
)
