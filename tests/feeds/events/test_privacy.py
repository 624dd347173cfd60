"""Numbers of people are found whatever stands beside, between or before their digits, in every
field; codes of offices pass. All numbers are made up by the rules of their check digits.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from feeds.events import declared_sources, privacy
from feeds.events.decoding import Decoder
from feeds.events.rejects import InvalidEvent
from tests.feeds.events.telling import told

NOW = 1_790_780_400_000
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
PLACES = ("320282", "110101", "440305", "510104", "650102", "810000")
PERSONAL = {
    "mobile": (
        "13912345678",
        "c-13912345678",
        "139-1234-5678",
        "139--1234--5678",
        "13918-065232",
        "150/5291/8645",
        "1 3 9 1 2 3 4 5 6 7 8",
        "8613912345678",
        "+86 13912345678",
        "0086-13912345678",
        "013812345678",
        "17951139" + "12345678",
        "１３９１２３４５６７８",
        "20261129-139-1234-5678",
        "13912345678X",
        "139-----1234-----5678",
        "139-1234-5678 x",
    ),
    "landline": (
        "0510-87991234",
        "051087991234",
        "010-62345678",
        "(0510)87991234",
        "021 51234567",
        "510-84365813",
        "400-820-8820",
        "4008208820",
        "+86-0510-87991234",
    ),
    "bank_card": (
        "6222021234567890128",
        "6222-0212-3456-7890-128",
        "4111111111111111",
        "4111111111111111x",
        "378282246310005",
    ),
    "paper": ("E77534885", "EA1234567", "H9762299202", "M12345678", "C12345678", "CHN320282012345"),
    "email": ("someone@example.com", "c:a.b@c.cn"),
    "plate": ("苏B12345", "苏 B12345", "苏B—12345", "苏BD12345", "苏B·12345", "京A12345警"),
}
PLAIN = (
    "2024131393751",
    "c-2026-0001",
    "YX-20260930-000123",
    "9913912345678",
    "139123456789",
    "1763847140-12345678",
    "87991234",
    "550e8400-e29b-41d4-a716-446655440000",
    "320282112-g001",
    "2026-09-30",
    "00012345678",
    "goal-03",
    "s10-20261129",
    "W20261129",
    "a13912345678bcdef0123456789abcdefa139123",
    "d41d8cd98f00b204e9800998ecf8427e",
)


def identity(rng: random.Random) -> str:
    """A made-up identity number with its check digit (GB 11643-1999)."""
    born = date(1930, 1, 1) + timedelta(rng.randrange(34_000))
    body = f"{rng.choice(PLACES)}{born:%Y%m%d}{rng.randrange(1000):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def disguises(number: str, rng: random.Random) -> Iterator[str]:
    """The same number as it may get in: glued, split, padded, in other digits."""
    beside = "".join(rng.choice("0123456789") for _ in range(rng.randrange(1, 5)))
    gap = rng.choice(["-", ".", "_", "/", ":", ",", "*", "--", " "])
    at = sorted(rng.sample(range(1, 17), 3))
    yield number
    yield f"{number}a"
    yield f"case{number}"
    yield f"{number.lower()}case1"
    yield f"{beside}{number}"
    if not number.endswith("X"):
        yield f"{number}{beside}"
        yield "0" * (32 - len(number)) + number
    yield f"20261129{number}"
    yield gap.join((number[:6], number[6:14], number[14:]))
    yield gap.join((number[: at[0]], number[at[0] : at[1]], number[at[1] : at[2]], number[at[2] :]))
    yield gap.join(number)
    yield "".join(chr(0xFF10 + int(c)) if c.isdigit() else "Ｘ" for c in number)


def test_five_thousand_identity_numbers_in_disguise_are_found() -> None:
    rng = random.Random(18)
    missed, tried = list[str](), 0
    for _ in range(500):
        for disguised in disguises(identity(rng), rng):
            tried += 1
            if privacy.personal(disguised) != "resident_id":
                missed.append(disguised)
    assert tried >= 5_000
    assert missed == []


@pytest.mark.parametrize("field", ["case", "category", "channel", "id", "source", "subject"])
def test_no_field_takes_one_and_no_refusal_repeats_it(field: str) -> None:
    rng, decoder = random.Random(19), Decoder(lambda: NOW)
    for _ in range(40):
        for disguised in disguises(identity(rng), rng):
            with pytest.raises(InvalidEvent) as refused:
                decoder.decode(told(**{field: disguised}))
            assert disguised not in refused.value.message("zh") + refused.value.message("en")


def test_the_name_of_an_unknown_field_is_not_repeated() -> None:
    number = identity(random.Random(20))
    event = told()
    event["data"][number] = 1
    for wrong in (event, told() | {number: 1}):
        with pytest.raises(InvalidEvent) as refused:
            Decoder(lambda: NOW).decode(wrong)
        assert number not in refused.value.message("en")


@pytest.mark.parametrize(
    ("kind", "value"), [(k, v) for k, values in PERSONAL.items() for v in values]
)
def test_other_numbers_of_people_are_found(kind: str, value: str) -> None:
    assert privacy.personal(value) == kind


@pytest.mark.parametrize("value", PLAIN)
def test_codes_pass(value: str) -> None:
    assert privacy.personal(value) is None


def test_an_identity_number_with_a_wrong_check_digit_is_a_case_number() -> None:
    number = identity(random.Random(21))
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert privacy.personal(wrong) is None
    assert privacy.personal("320282" + "20261129" + "0001") is None


def test_a_code_of_the_city_is_no_person() -> None:
    grid = "320282101201001"  # county, town, village, grid: like an old identity number
    assert privacy.personal(grid) == "resident_id"
    assert privacy.personal(grid, is_area=True) is None
    number = identity(random.Random(22))
    assert Decoder(lambda: NOW, areas={number}).decode(told(subject=number)).area == number


def honest(rng: random.Random) -> Iterator[str]:
    """48 usual forms of case numbers, areas, batches and serials."""
    day = date(2025, 1, 1) + timedelta(rng.randrange(690))
    ymd, n = f"{day:%Y%m%d}", rng.randrange
    prefixes = ("JJ", "SJ", "AJ", "GD", "WG", "YX", "DH", "12345-", "320282", "3202821", "ZC", "XF")
    for prefix in prefixes:
        yield f"{prefix}{ymd}{n(10_000):04d}"
        yield f"{prefix}-{ymd}-{n(1000):03d}"
        yield f"{prefix}{n(10**6):06d}"
    yield f"{ymd}{n(10**6):06d}"
    yield f"{ymd}-{n(10**5):05d}"
    yield f"{day:%y%m%d}{n(10**4):04d}"
    yield f"s{n(20)}-{ymd}"
    yield f"320282{n(100, 118):03d}{n(200, 230):03d}{n(1, 40):03d}"[:12]
    yield f"320282{n(100, 118):03d}-g{n(1, 120):03d}"
    yield f"c{n(10**9):09d}"
    yield f"{n(10**8):08d}"
    yield f"{n(10**10, 10**11)}"
    yield f"{n(10**15, 10**16)}"
    yield f"{n(10**17, 10**18)}"
    yield f"urn:yixing:{n(100)}:{ymd}"


def test_twenty_thousand_honest_codes_pass_but_for_two_in_a_hundred() -> None:
    rng = random.Random(23)
    codes = [code for _ in range(450) for code in honest(rng)]
    refused = [code for code in codes if privacy.personal(code)]
    assert len(codes) >= 20_000
    assert len(refused) <= len(codes) / 50, refused[:20]


def test_of_declared_sources_only_what_may_be_an_identity_number_is_refused() -> None:
    """Each form is declared by a source of its own. What is refused is of the one form that an
    identity number has too: county, date, four digits, of which one in eleven has its check digit.
    """
    rng = random.Random(23)
    by_form: dict[tuple[str, ...], list[str]] = {}
    codes = [code for _ in range(450) for code in honest(rng)]
    for code in codes:
        by_form.setdefault(declared_sources.suggested([code]), []).append(code)
    refused = []
    for (pattern,), alike in by_form.items():
        (form,) = declared_sources.parse(f'[[source]]\nid = "a"\ncase = "{pattern}"').values()
        assert all(map(form.holds, alike))
        refused += [code for code in alike if declared_sources.holds_identity(code)]
    assert len(codes) >= 20_000
    assert all(len(code) == 18 and code.isdigit() for code in refused)
    others = [code for code in codes if not (len(code) == 18 and code.isdigit())]
    assert not set(refused) & set(others)
    assert len(refused) <= len(codes) / 500, refused[:20]
