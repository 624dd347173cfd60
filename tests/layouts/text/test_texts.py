"""Both languages have every text, every text is used, and every text that is asked for exists."""

from __future__ import annotations

import re
import string
from importlib import util
from pathlib import Path

import pytest

from feeds.city.profile import TownWord
from layouts.text import texts

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "layouts").rglob("*.py"))
ASKED = re.compile(r"""(?:text|get)\((?:self\.)?(?:lang, )?(f?)"([a-z_]+\.[a-z_{}.]+)\"""")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert texts.catalogue("zh").keys() == texts.catalogue("en").keys()


def test_both_languages_fill_the_same_places() -> None:
    zh, en = texts.catalogue("zh"), texts.catalogue("en")
    assert [key for key in zh if places(zh[key]) != places(en[key])] == []
    assert [key for key in zh if not zh[key].strip() or not en[key].strip()] == []


def test_every_text_that_is_asked_for_exists() -> None:
    asked = {
        key for path in SOURCES for is_f, key in ASKED.findall(path.read_text("utf-8")) if not is_f
    }
    assert len(asked) > 30
    assert asked - texts.catalogue("zh").keys() == set()


def test_every_text_is_used() -> None:
    code = "".join(path.read_text("utf-8") for path in SOURCES)
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "dashboard").rglob("*.py"))
    dynamic = set(re.findall(r'f"([a-z_]+\.[a-z_]*)\{', code))
    together = {f"{group}." for group in re.findall(r'texts\.under\([\w.]+, "(\w+)"', code + pages)}
    unused = [
        key
        for key in texts.catalogue("zh")
        if f'"{key}"' not in code and not key.startswith(tuple(dynamic | together))
    ]
    assert unused == []


def test_the_grid_knows_its_words() -> None:
    spec = util.find_spec("dash_ag_grid")
    assert spec is not None
    assert spec.origin is not None
    script = Path(spec.origin).with_name("dash_ag_grid.min.js").read_text("utf-8")
    assert [
        key for key in texts.under("zh", "aggrid") if not re.search(rf"\b{key}\b", script)
    ] == []


def test_another_city_s_towns_are_called_as_it_calls_them() -> None:
    word = TownWord("县", "counties", one="county")
    assert (
        texts.get("en", "chart.towns", word, title="Cases in Newtown")
        == "Cases in Newtown by county"
    )
    assert texts.get("en", "health.sentence_towns", word, n=1, of=2) == "1 of 2 counties report"
    for lang in texts.LANGS:
        told = texts.catalogue(lang, word)
        assert [
            key for key in told if places(told[key]) != places(texts.catalogue(lang)[key])
        ] == []
        assert [
            key
            for key in told
            if re.search(r"镇（街道）|本镇|(?<!\{)\b[Tt]owns?\b(?!\})", told[key])
        ] == []


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts.get("zh", "no.such_text")
