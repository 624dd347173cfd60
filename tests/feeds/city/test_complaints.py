"""msgspec's complaints are known in both languages, by its own words."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from feeds.city import complaints


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["a", "b"] = "a"
    size: Annotated[int, Meta(ge=1)] = 1
    name: Annotated[str, Meta(min_length=1, pattern="^x")] = "x"


class Outer(msgspec.Struct):
    inner: Inner


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"inner": 1},
        {"inner": {"other": 1}},
        {"inner": {"kind": "c"}},
        {"inner": {"size": 0}},
        {"inner": {"size": "big"}},
        {"inner": {"name": ""}},
        {"inner": {"name": "y"}},
    ],
)
def test_what_msgspec_says_is_said_in_chinese_too(given: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(given, Outer)
    told = complaints.of_msgspec(str(caught.value))
    assert told.en == str(caught.value)
    assert re.search(r"[\u4e00-\u9fff]", told.zh)
    for place in re.findall(r"`\$.*?`", told.en):
        assert place in told.zh


def test_what_is_not_known_stays_as_it_is() -> None:
    assert complaints.of_msgspec("strange") == ("strange", "strange")
