"""Which pages the manual has, in which languages, and their headings.

A page in Chinese stands beside the English one as NAME-zh.md. Both have the same headings in the
same order (tests/contracts/test_manual.py), so that one id names a section in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from feeds.city.words import Lang

_PACKED = Path(__file__).with_name("documents")  # a wheel has them here
FOLDER = _PACKED if _PACKED.is_dir() else Path(__file__).resolve().parents[2] / "docs"
IMAGES = FOLDER / "images"
FOLDERS = ("how-to", "reference", "explanation")
# Those of the manual proper, in the order in which they are listed; where one is not there yet, it
# is left out.
FIRST = (
    "read-the-pages",
    "review-meeting",
    "alerts",
    "wall",
    "import-a-spreadsheet",
    "accounts",
    "install",
    "run",
    "operate",
    "backup",
)
_CHINESE = "-zh"
_OTHER_LANGUAGE = ("English", "中文")  # the line under a title that leads to the other language
# HTML within Markdown is not taken: it comes out as text.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Heading:
    """`id` is what links name: the one of the English page, where there is one."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, eq=False)  # one object a page
class ManualPage:
    """`name` is the page's address under /help."""

    name: str
    files: Mapping[Lang, Path]

    @property
    def is_in_both(self) -> bool:
        return len(self.files) == 2

    def lang(self, asked: Lang) -> Lang:
        """The language asked for, else the one that there is."""
        return asked if asked in self.files else next(iter(self.files))


@cache
def pages() -> Mapping[str, ManualPage]:
    """All pages by name: first those of the manual proper."""
    found: dict[str, dict[Lang, Path]] = {}
    paths = [path for folder in FOLDERS for path in sorted((FOLDER / folder).glob("*.md"))]
    for path in (*paths, FOLDER / "glossary.md"):
        lang: Lang = "zh" if path.stem.endswith(_CHINESE) else "en"
        found.setdefault(name_of(path), {})[lang] = path
    names = [name for name in FIRST if len(found.get(name, ())) == 2]
    names += [name for name in found if name not in names]
    return {name: ManualPage(name, found[name]) for name in names}


def name_of(path: Path) -> str:
    """How-to guides have no folder in their address."""
    folder = path.parent.relative_to(FOLDER).as_posix()
    stem = path.stem.removesuffix(_CHINESE)
    return stem if folder in ("how-to", ".") else f"{folder}/{stem}"


def at(path: Path) -> tuple[ManualPage, Lang] | None:
    """The page and language of a file; None where the manual does not have it."""
    if not path.is_relative_to(FOLDER) or path.suffix != ".md":
        return None
    page = pages().get(name_of(path))
    return next(
        ((page, lang) for lang, file in page.files.items() if file == path) if page else iter(()),
        None,
    )


@cache
def tokens(path: Path) -> tuple[Token, ...]:
    """A file, parsed, without the line that leads to its other language."""
    parsed = MARKDOWN.parse(path.read_text(encoding="utf-8"))
    return tuple(
        token
        for place, token in enumerate(parsed)
        if not any(_leads_to_other(one) for one in parsed[max(0, place - 1) : place + 2])
    )


def _leads_to_other(token: Token) -> bool:
    parts = token.children or []
    is_link = len(parts) == 3 and parts[0].type == "link_open"
    return is_link and parts[1].content in _OTHER_LANGUAGE


@cache
def headings(page: ManualPage, lang: Lang) -> tuple[Heading, ...]:
    """The headings of a page, its title first."""
    own = _headings(page.files[lang])
    english = _headings(page.files.get("en", page.files[lang]))
    if len(english) != len(own):
        return own
    return tuple(
        Heading(one.level, other.id, one.text) for one, other in zip(own, english, strict=True)
    )


def section(page: ManualPage, lang: Lang, anchor: str) -> str:
    """The id of the section that a link into a file names; "" where it has none."""
    own = _headings(page.files[lang])
    shared = headings(page, lang)
    return next((one.id for one, there in zip(shared, own, strict=True) if there.id == anchor), "")


@cache
def _headings(path: Path) -> tuple[Heading, ...]:
    """The headings with the ids that they have where the repository is read."""
    parsed, found = tokens(path), list[Heading]()
    for opening, inline in pairwise(parsed):
        if opening.type == "heading_open":
            text = "".join(one.content for one in inline.children or [])
            found.append(Heading(int(opening.tag[1]), slug(text), text))
    return tuple(found)


def slug(text: str) -> str:
    return re.sub(r"[^\w\- ]", "", text.lower()).strip().replace(" ", "-")
