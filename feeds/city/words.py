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


class Words(msgspec.Struct, frozen=True):
    """The same as a file writes it: `{ zh = "…", en = "…" }`."""

    zh: str
    en: str

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)
