"""The two languages of the manual say the same: headings, commands, settings, tables, links and
pictures; and each page of the board leads to a section of it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from dashboard.manual import library
from layouts import pages
from layouts.people import frame

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = ROOT / "docs" / "how-to"
WANTED = {  # in both languages; of others it is tested too, once there are both
    "read-the-pages",
    "run",
    "operate",
    "wall",
    "alerts",
    "import-a-spreadsheet",
    "review-meeting",
    "accounts",
}
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.S | re.M)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}\S.*\n)+")
COMMENT = re.compile(r"(?:^|\s+)#\s.*$", re.M)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"(!?)\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
IN_ONE_LANGUAGE = {"text"}  # what the board prints


class Pair(NamedTuple):
    """A page in both languages."""

    english: Path
    chinese: Path

    @property
    def texts(self) -> tuple[str, str]:
        return self.english.read_text("utf-8"), self.chinese.read_text("utf-8")


PAIRS = [
    Pair(english, chinese)
    for chinese in sorted(HOW_TO.glob("*-zh.md"))
    if (english := chinese.with_name(chinese.name.replace("-zh", ""))).is_file()
]
PAIRS.append(Pair(ROOT / "README.md", ROOT / "README.zh-CN.md"))
EACH = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.english.stem)


def headings(text: str) -> list[str]:
    return re.findall(r"^(#+) .", FENCE.sub("", text), flags=re.M)


def blocks(text: str) -> list[tuple[str, str]]:
    """The language and content of each block of code, without what is said in it to people."""
    return [
        (lang, "" if lang in IN_ONE_LANGUAGE else plain(content))
        for _, lang, content in FENCE.findall(text)
    ] + [("", plain(one)) for one in INDENTED.findall(FENCE.sub("", text))]


def plain(content: str) -> str:
    lines = (line.rstrip() for line in COMMENT.sub("", content).splitlines())
    return "\n".join(line for line in lines if line)


def codes(text: str) -> set[str]:
    """The names of settings, commands, fields and files."""
    found = CODE.findall(FENCE.sub("", text))
    return {one.strip('"') for one in found if one.isascii()}


def rows(text: str) -> list[int]:
    """The columns of each row of a table."""
    lines = FENCE.sub("", text).splitlines()
    cells = (CODE.sub("", line).replace(r"\|", "") for line in lines if line.startswith("|"))
    return [line.count("|") for line in cells]


def links(text: str, own: Path, other: Path) -> set[str]:
    """Where a page leads, without the language that it leads to."""
    found = (link.partition("#")[0] for is_picture, link in LINK.findall(FENCE.sub("", text)))
    mine = {own.name, other.name, ""}
    return {re.sub(r"-(zh|en)(?=\.(md|png)$)", "", link) for link in found if link not in mine}


def test_the_manual_is_there_in_both_languages() -> None:
    assert {pair.english.stem for pair in PAIRS} >= WANTED | {"README"}


@EACH
def test_they_have_the_same_headings(pair: Pair) -> None:
    english, chinese = pair.texts
    assert headings(english)
    assert headings(chinese) == headings(english)


@EACH
def test_they_have_the_same_commands(pair: Pair) -> None:
    english, chinese = pair.texts
    assert blocks(chinese) == blocks(english)


@EACH
def test_they_name_the_same_settings(pair: Pair) -> None:
    english, chinese = pair.texts
    assert codes(chinese) ^ codes(english) == set()


@EACH
def test_they_have_the_same_tables(pair: Pair) -> None:
    english, chinese = pair.texts
    assert rows(chinese) == rows(english)


@EACH
def test_they_lead_to_the_same(pair: Pair) -> None:
    english, chinese = pair.texts
    found = links(chinese, pair.chinese, pair.english)
    wanted = links(english, pair.english, pair.chinese)
    if pair.english.name == "README.md":
        wanted = {link for link in wanted if not link.endswith("README.zh-CN.md")}
    assert found ^ wanted == set()


@EACH
def test_each_leads_to_the_other_below_its_title(pair: Pair) -> None:
    english, chinese = pair.texts
    assert english.splitlines()[2] == f"[中文]({pair.chinese.name})"
    assert chinese.splitlines()[2] == f"[English]({pair.english.name})"


@EACH
def test_a_page_in_chinese_leads_to_pages_in_chinese(pair: Pair) -> None:
    _, chinese = pair.texts
    english = {one.english for one in PAIRS} - {pair.english, ROOT / "README.md"}
    wrong = [
        link
        for is_picture, link in LINK.findall(FENCE.sub("", chinese))
        if (pair.chinese.parent / link.partition("#")[0]).resolve() in english
        or link.endswith("-en.png")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "place", sorted({one.help for one in pages.PAGES} | {at for _, at in frame.HELP})
)
def test_what_a_page_s_question_mark_leads_to_is_there(place: str) -> None:
    name, _, section = place.partition("#")
    page = library.pages()[name]
    assert page.is_in_both
    assert section in {one.id for one in library.headings(page, "zh")[1:]}


def test_every_page_says_where_the_manual_is_about_it() -> None:
    assert [page.path for page in pages.PAGES if not page.help] == []
    assert frame.HELP[-1][0] == "/"
