"""From a page's Markdown to HTML: links lead to other pages of the manual, pictures come from the
board itself, and what is wide scrolls within itself.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it.token import Token

from dashboard.manual import library
from dashboard.manual.library import IMAGES, MARKDOWN, ManualPage
from feeds.city.words import Lang

Address = Callable[[str, str], str]  # of a page, by its name, and a section in it
PICTURES = "/help/images"
_SCROLLS = '<div class="{kind}" tabindex="0">'
_PNG_HEAD = 24  # bytes up to the end of a PNG's width and height


def html(page: ManualPage, lang: Lang, address: Address) -> str:
    """A page without its title. `address` makes the addresses of its links."""
    path = page.files[lang]
    ids = iter(one.id for one in library.headings(page, lang))
    made = list[Token]()
    for token in deepcopy(library.tokens(path)):
        if token.type == "heading_open":
            token.attrSet("id", next(ids))
        token.attrs.pop("style", None)  # the browser's policy forbids styles of an element
        if token.children:
            token.children = list(_inline(token.children, path, address))
        made += _wrapped(token)
    return str(MARKDOWN.renderer.render(_without_title(made), MARKDOWN.options, {}))


def _without_title(made: list[Token]) -> list[Token]:
    is_titled = bool(made) and made[0].type == "heading_open" and made[0].tag == "h1"
    return made[3:] if is_titled else made


def _wrapped(token: Token) -> list[Token]:
    """A table or a block of code, which may be wider than the page."""
    if token.type == "table_open":
        return [_ready(_SCROLLS.format(kind="manual-table")), token]
    if token.type == "table_close":
        return [token, _ready("</div>")]
    if token.type in ("fence", "code_block"):
        return [_ready(_SCROLLS.format(kind="manual-code")), token, _ready("</div>")]
    return [token]


def _ready(markup: str) -> Token:
    return Token("html_block", "", 0, content=markup)


def _inline(parts: list[Token], path: Path, address: Address) -> Iterator[Token]:
    """The parts of a paragraph. A link to a file that the manual does not have becomes its text
    and the file's name.
    """
    instead = ""
    for part in parts:
        if part.type == "image":
            _picture(part)
        if part.type == "link_open":
            target = _target(str(part.attrGet("href")), path, address)
            instead = "" if target else _file(str(part.attrGet("href")), path)
            if not target:
                continue
            part.attrSet("href", target)
            if urlsplit(target).netloc:
                part.attrSet("rel", "noreferrer")
        if part.type == "link_close" and instead:
            yield Token("text", "", 0, content=" ")
            yield Token("code_inline", "code", 0, content=instead)
            instead = ""
            continue
        yield part


def _picture(part: Token) -> None:
    """From the board, with its size, so that a page does not move when it comes."""
    name = Path(str(part.attrGet("src"))).name
    part.attrSet("src", f"{PICTURES}/{name}")
    if size := _size(IMAGES / name):
        part.attrSet("width", str(size[0]))
        part.attrSet("height", str(size[1]))


def _size(path: Path) -> tuple[int, int] | None:
    """Of a PNG; None of anything else."""
    with path.open("rb") as file:
        head = file.read(_PNG_HEAD)
    return struct.unpack(">II", head[16:]) if head.startswith(b"\x89PNG") else None


def _target(link: str, path: Path, address: Address) -> str:
    """Where a link leads on the board; "" where the manual does not have it."""
    asked = urlsplit(link)
    if asked.scheme:
        return link
    file = (path.parent / asked.path).resolve() if asked.path else path
    found = library.at(file)
    if found is None:
        return ""
    page, there = found
    return address(page.name, library.section(page, there, asked.fragment))


def _file(link: str, path: Path) -> str:
    """A file's name as it comes with the software."""
    file = (path.parent / urlsplit(link).path).resolve()
    root = library.FOLDER.parent
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
