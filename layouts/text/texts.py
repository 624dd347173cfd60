"""The texts of the pages, from layouts/text/<lang>.toml. The texts of a declaration are in feeds/
beside it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from feeds.city.profile import TownWord
from feeds.city.words import Lang

LANGS: tuple[Lang, ...] = ("zh", "en")
TOWNS = TownWord("镇（街道）", "towns")  # as the files call them
_FORMS = re.compile(r"\(([^()|]+)\|([^()|]+)\)")
_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")
_TOWN = re.compile(r"(?<!\{)\b([Tt])own(s?)\b(?!\})")


@cache
def catalogue(lang: Lang, towns: TownWord = TOWNS) -> Mapping[str, str]:
    """All texts of a language by dotted key, with the city's own word for its towns."""
    content = (resources.files("layouts.text") / f"{lang}.toml").read_text("utf-8")
    return MappingProxyType(
        {key: _called(text, lang, towns) for key, text in _flat("", tomllib.loads(content))}
    )


def get(lang: Lang, key: str, towns: TownWord = TOWNS, /, **values: object) -> str:
    """The text of a key with its {places} filled, and of forms in brackets the one that fits the
    number before them; KeyError for a key that is in no file.
    """
    text = catalogue(lang, towns)[key]
    return _counted(text.format(**values)) if values else text


def _counted(text: str) -> str:
    """The text with the form that fits the number before it: "1 (page|pages)" is "1 page"."""
    parts = _FORMS.split(text)
    found = parts[0]
    for one, many, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        numbers = _NUMBER.findall(found)
        found += (one if numbers and numbers[-1] == "1" else many) + rest
    return found


def under(lang: Lang, prefix: str, towns: TownWord = TOWNS) -> dict[str, str]:
    """The texts below a key, by the rest of their key."""
    return dict(_under(lang, prefix, towns))


@cache
def _under(lang: Lang, prefix: str, towns: TownWord) -> Mapping[str, str]:
    start = f"{prefix}."
    return {
        key.removeprefix(start): text
        for key, text in catalogue(lang, towns).items()
        if key.startswith(start)
    }


def _called(text: str, lang: Lang, towns: TownWord) -> str:
    """A text that says what another city calls its towns."""
    if towns == TOWNS:
        return text
    if lang == "zh":
        return text.replace(TOWNS.zh, towns.zh)

    def word(found: re.Match[str]) -> str:
        own = towns.en if found[2] else towns.single
        return own[:1].upper() + own[1:] if found[1] == "T" else own

    return _TOWN.sub(word, text)


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, entry in table.items():
        key = f"{prefix}{name}"
        pairs += _flat(f"{key}.", entry) if isinstance(entry, dict) else [(key, str(entry))]
    return pairs
