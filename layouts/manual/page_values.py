"""What the pages of the manual show: plain values, made in dashboard/manual."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.city.words import Lang


@dataclass(frozen=True)
class Listed:
    """A page in the list. `sections` are the ids and names of its sections; `lang` is the language
    that it is in.
    """

    name: str
    title: str
    sections: tuple[tuple[str, str], ...]
    lang: Lang
    is_in_both: bool


@dataclass(frozen=True)
class Opened:
    """The open page. `content` is HTML that was made here."""

    line: Listed
    content: str
