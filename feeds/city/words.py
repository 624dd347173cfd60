"""Texts of declarations (an event type, a category, a KPI), in the two languages of the board.

The texts of pages are in layouts/text/.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One wording in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


class Worded(ValueError):
    """An error whose reason is worded in both languages: whoever shows it chooses one."""

    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said

    def message(self, lang: Lang) -> str:
        return self.said.of(lang)


def both(error: Worded) -> Text:
    """The whole message of an error, in both languages."""
    return Text(error.message("zh"), error.message("en"))


NO_TEXT = Text(
    "不是 UTF-8 文本；请用文本编辑器打开，另存为 UTF-8",
    "is no text in UTF-8; open it in a text editor and save it as UTF-8",
)


def at(place: str, said: Text) -> Text:
    """What is wrong at a place, such as a key of a file."""
    return Text(f"{place}：{said.zh}", f"{place}: {said.en}")


class Words(msgspec.Struct, frozen=True):
    """The same as a file writes it: `{ zh = "…", en = "…" }`."""

    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)
