"""What a source declares is taken, whatever it looks like, unless it holds an identity number; a
pattern that could take long is refused when it is read.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feeds.events import declared_sources, privacy
from feeds.events.declared_sources import Declared, SourcesError
from feeds.events.decoding import Decoder
from feeds.events.rejects import InvalidEvent
from tests.feeds.events import telling

NOW = 1_790_780_400_000
TOML = '[[source]]\nid = "urn:test"\ncase = "{}"\n'
IDENTITY = "32028219770407393X"


@pytest.fixture
def decoder(tmp_path: Path) -> Callable[..., Decoder]:
    """A decoder of a city that declares the source urn:test with these patterns."""

    def make(*patterns: str) -> Decoder:
        file = tmp_path / declared_sources.FILE
        file.write_text(
            f'[[source]]\nid = "urn:test"\ncase = {msgspec.json.encode(patterns).decode()}\n'
        )
        return Decoder(lambda: NOW, declared=Declared(file))

    return make


def told(**changed: Any) -> dict[str, Any]:
    return telling.told(**{"case": "JJ202609300001"} | changed)


def refused(decoder: Decoder, event: dict[str, Any]) -> InvalidEvent:
    with pytest.raises(InvalidEvent) as error:
        decoder.decode(event)
    return error.value


def test_a_declared_number_is_taken_though_it_looks_like_a_telephone(
    decoder: Callable[..., Decoder],
) -> None:
    number = "13912345678"
    assert privacy.personal(number) == "mobile"
    assert refused(Decoder(lambda: NOW), told(case=number)).reason == "personal:mobile"
    made = decoder("1[0-9]{10}")
    assert made.decode(told(case=number)).data["case"] == number
    assert made.decode(told(case=number, id=f"{number}:reported")).id == f"{number}:reported"
    other = told(case=number, source="urn:other")
    assert refused(made, other).reason == "personal:mobile", "only that source's numbers"


def test_only_case_numbers_are_declared(decoder: Callable[..., Decoder]) -> None:
    made = decoder("JJ[0-9]{12}")
    for field in ("category", "channel", "subject"):
        assert refused(made, told(**{field: "13912345678"})).reason == "personal:mobile"
    assert refused(made, told(id="JJ202609300001-13912345678")).reason == "personal:mobile"
    assert refused(made, told(id="x13912345678")).reason == "personal:mobile"


def test_what_does_not_match_is_refused_with_the_pattern(decoder: Callable[..., Decoder]) -> None:
    made = decoder("JJ[0-9]{12}", "SJ-[0-9]{4}")
    assert made.decode(told(case="SJ-0001")).data["case"] == "SJ-0001"
    for wrong in ("JJ20260930000", "JJ2026093000011", "xJJ202609300001", "jj202609300001", ""):
        error = refused(made, told(case=wrong))
        assert (error.field, error.reason) == ("data.case", "form")
        for lang in ("zh", "en"):
            said = error.message(lang)  # type: ignore[arg-type]
            assert "JJ[0-9]{12} | SJ-[0-9]{4}" in said
            assert not wrong or wrong not in said
    assert refused(made, told(case="JJ202609300001\n")).reason == "form"
    assert refused(made, told(case=7)).reason == "code"


def test_an_identity_number_is_refused_whatever_is_declared(
    decoder: Callable[..., Decoder],
) -> None:
    made = decoder("[0-9]{17}[0-9X]", "JJ[0-9]{17}[0-9X]", "[0-9X-]{18,30}")
    for case in (IDENTITY, f"JJ{IDENTITY}", "320282-19770407-393X", f"0000{IDENTITY}"):
        error = refused(made, told(case=case))
        assert error.reason == "personal:resident_id"
        assert error.hint is None, "a declaration would not help"
        assert refused(made, told(id=f"{case}:reported")).reason == "personal:resident_id"
    assert refused(Decoder(lambda: NOW), told(case=IDENTITY)).hint is None


def test_the_refusal_of_an_undeclared_source_says_how_to_declare() -> None:
    for changed in ({"case": "13912345678"}, {"id": "13912345678"}):
        error = refused(Decoder(lambda: NOW), told(**changed))
        assert "DATA/sources.toml" in error.message("zh")
        assert "DATA/sources.toml" in error.message("en")
    assert "sources.toml" not in refused(Decoder(lambda: NOW), told(channel="13912345678")).message(
        "en"
    )


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "a*",
        "a+",
        "a?",
        ".",
        "a|b",
        "^a$",
        r"\d{4}",
        "[^0-9]",
        "[A-z]{3}",
        "[0-9",
        "[]",
        "[9-0]",
        "JJ{3,2}",
        "[0-9]{65}",
        "[0-9]{1,20}[0-9]{1,20}[0-9]{1,20}",
        "[0-9]{40}[0-9]{40}",
        "a{0}",
        "",
        "丁[0-9]",
        "a b",
        "(?i)a",
        "[0-9]{1,}",
        "[0-9]{,3}",
        "[0-9]{2}{2}",
        "a.b",
    ],
)
def test_a_pattern_that_is_not_plain_is_refused(pattern: str) -> None:
    assert declared_sources.wrong_pattern(pattern) is not None
    with pytest.raises(SourcesError, match=r"no\. 1"):
        declared_sources.parse(TOML.format(pattern.replace("\\", "\\\\")))


@pytest.mark.parametrize(
    "pattern",
    ["JJ[0-9]{12}", "[A-Z]{2}-[0-9]{4,8}", "a[.]b", "[0-9A-Fa-f-]{8}", "12345-[0-9_:]{1,9}"],
)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    assert declared_sources.wrong_pattern(pattern) is None


def test_no_pattern_takes_long() -> None:
    """The worst that may be declared, against what it fails on late."""
    pattern = "[0-9]{0,31}[0-9]{0,31}x"
    assert declared_sources.wrong_pattern(pattern) is None
    form = declared_sources.parse(TOML.format(pattern))["urn:test"]
    begun = time.process_time()
    for _ in range(100):
        assert not form.holds("1" * 64)
        assert form.without_cases("1" * 256) == "1" * 256
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("[[source]]\nid = 1\ncase = 'a'", "source"),
        ("[[source]]\nid = 'urn:a'", "case"),
        ("[[source]]\nid = 'urn:a'\ncase = 'a'\nform = 'b'", "form"),
        ("[[source]]\nid = 'urn:a'\ncase = []", "empty"),
        ("[[source]]\nid = 'urn:a'\ncase = 'a'\n" * 2, "twice"),
        ("[[source]]\nid = 'a b'\ncase = 'a'", "visible"),
        ("[[sources]]\nid = 'a'\ncase = 'a'", "sources"),
        ("[[source]", "line 1"),
    ],
)
def test_a_wrong_file_says_where(raw: str, said: str) -> None:
    with pytest.raises(SourcesError, match=said):
        declared_sources.parse(raw)


def test_a_person_in_the_file_is_refused_and_not_repeated() -> None:
    for field in ("id", "title", "owner"):
        fields = {"id": "urn:a", "case": "a", field: "13912345678"}
        raw = "[[source]]\n" + "\n".join(f'{name} = "{value}"' for name, value in fields.items())
        with pytest.raises(SourcesError) as error:
            declared_sources.parse(raw)
        assert "13912345678" not in str(error.value)


def test_a_change_of_the_file_holds_from_the_next_batch(tmp_path: Path) -> None:
    file = tmp_path / declared_sources.FILE
    decoder = Decoder(lambda: NOW, declared=Declared(file))
    assert refused(decoder, told(case="13912345678")).reason == "personal:mobile"
    file.write_text(TOML.format("1[0-9]{10}"))
    decoder.look_again()
    decoder.decode(told(case="13912345678"))
    file.write_text(TOML.format("(a+)+"))
    os.utime(file, ns=(1, 1))
    decoder.look_again()
    decoder.decode(told(case="13912345678"))  # what was declared before holds
    file.unlink()
    decoder.look_again()
    assert refused(decoder, told(case="13912345678")).reason == "personal:mobile"


def test_suggested_patterns_hold_the_numbers_and_repeat_no_digits() -> None:
    rng = random.Random(7)
    samples = [
        [f"JJ{rng.randrange(10**12):012d}" for _ in range(50)],
        [f"s{n}-{rng.randrange(10**6)}" for n in range(50)],
        [f"GD-2026.{n}" for n in range(3)] + ["ZC0001"],
        ["13912345678"],
        ["a1b2c3d4", "aa11bb2c3d44", "a1b22c333d4"],
    ]
    for cases in samples:
        patterns = declared_sources.suggested(cases)
        assert patterns
        assert all(declared_sources.wrong_pattern(pattern) is None for pattern in patterns)
        form = re.compile("|".join(patterns))
        assert all(form.fullmatch(case) for case in cases), (patterns, cases)
    assert declared_sources.suggested(samples[0]) == ("JJ[0-9]{12}",)
    assert declared_sources.suggested(["13912345678"]) == ("[0-9]{11}",)
    assert declared_sources.suggested([]) == ()
