"""The words of the pages, from layouts/texts/<lang>.toml. What a declaration is called stands with it, in feeds/."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from feeds.words import Lang

LANGS: tuple[Lang, ...] = ("zh", "en")


@cache
def catalogue(lang: Lang) -> Mapping[str, str]:
    """All texts of a language by dotted key."""
    content = (resources.files("layouts") / "texts" / f"{lang}.toml").read_text("utf-8")
    return MappingProxyType(dict(_flat("", tomllib.loads(content))))


def get(lang: Lang, key: str, **values: object) -> str:
    """The text of a key with its {places} filled; KeyError for a key that is in no file."""
    text = catalogue(lang)[key]
    return text.format(**values) if values else text


def under(lang: Lang, prefix: str) -> dict[str, str]:
    """The texts below a key, by the rest of their key."""
    start = f"{prefix}."
    return {key.removeprefix(start): text for key, text in catalogue(lang).items() if key.startswith(start)}


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, entry in table.items():
        key = f"{prefix}{name}"
        pairs += _flat(f"{key}.", entry) if isinstance(entry, dict) else [(key, str(entry))]
    return pairs
