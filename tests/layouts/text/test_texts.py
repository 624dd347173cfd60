"""Both languages have every text, every text is used, and every text that is asked for exists."""

from __future__ import annotations

import ast
import re
import string
from importlib import util
from pathlib import Path

import pytest

from feeds.city.profile import TownWord
from layouts.text import texts

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "layouts").rglob("*.py"))
CODE = sorted(
    path for room in ("layouts", "callbacks", "dashboard") for path in (ROOT / room).rglob("*.py")
)
CODE_TEXT = "".join(path.read_text("utf-8") for path in CODE)
SCRIPTS = [path for path in (ROOT / "assets").rglob("*.js") if "vendor" not in path.parts]
VALUE = "[a-z0-9_]+"  # what an f-string puts in
MADE = re.compile(r"(?=.*[a-z][a-z_])[\w.\\+\[\]-]+")
# Who names the texts of a section that one function of another module looks up.
SAID = {
    "agenda": ("layouts/review", "layouts/papers", "layouts/pages/review.py"),
    "report": ("layouts/papers", "layouts/review", "layouts/parts/report_links.py"),
    "part": ("layouts/pages",),
    "people": ("layouts/people",),
    "room": ("layouts/wall/composition.py",),
    "section": ("layouts/pages",),
}
# Texts of codes that feeds/ gives: periods, verdicts, causes of a signal, splits, case families.
OF_CODES = (
    "aggrid.",
    "before.",
    "compare.rest_",
    "compare.similar_",
    "family.",
    "live.said_",
    "mark.common",
    "missing.",
    "period.",
    "pick.",
    "split.",
    "verdict.alarm",
    "verdict.code.",
    "verdict.detail.",
    "verdict.event",
    "verdict.month",
    "verdict.near",
    "verdict.outside_",
    "verdict.quarter",
    "verdict.shift_",
    "verdict.trend_",
    "verdict.two_of_three_",
    "verdict.usual",
    "verdict.week",
    "verdict.window.",
)
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


def strings(path: Path) -> tuple[set[str], set[str]]:
    """The plain strings of a module, and its f-strings as patterns."""
    plain: set[str] = set()
    made: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            plain.add(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(part.value) if isinstance(part, ast.Constant) else VALUE
                for part in node.values
            ]
            made.add("".join(parts))
    return plain, {pattern for pattern in made if MADE.fullmatch(pattern)}


def test_every_text_is_used() -> None:
    modules = {path: strings(path) for path in CODE}
    scripts = "".join(path.read_text("utf-8") for path in SCRIPTS)
    every_plain = set().union(*(plain for plain, _ in modules.values()))
    every_made = set().union(*(made for _, made in modules.values()))
    read_whole = set(re.findall(r'texts\.under\([\w.]+, "([a-z.]+)"', CODE_TEXT))
    every_word = every_plain | set(re.findall(r"\w+", scripts))

    def is_named(section: str, name: str) -> bool:
        """Whether a module that makes keys of this section names the rest of the key."""
        bare = rf"{re.escape(section)}\.{VALUE}"
        for path, (plain, made) in modules.items():
            is_near = bare in made or str(path.relative_to(ROOT)).startswith(SAID.get(section, "-"))
            if is_near and (name in plain or any(re.fullmatch(one, name) for one in made)):
                return True
        return False

    def is_used(key: str) -> bool:
        section, _, name = key.rpartition(".")
        own = [made for made in every_made if not made.endswith(rf"{section}\.{VALUE}")]
        return (
            key in every_plain
            or key.startswith(OF_CODES)
            or (section in read_whole and name in every_word)
            or any(re.fullmatch(made, key) for made in own)
            or is_named(section, name)
        )

    assert [key for key in texts.catalogue("zh") if not is_used(key)] == []


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


@pytest.mark.parametrize(
    ("key", "n", "said"),
    [
        ("health.others", 1, "1 other page open: a"),
        ("health.others", 2, "2 other pages open: a"),
        ("health.others", 1000, "1,000 other pages open: a"),
    ],
)
def test_a_word_beside_a_number_has_its_form(key: str, n: int, said: str) -> None:
    assert texts.get("en", key, n=f"{n:,}", pages="a") == said


def test_the_form_follows_the_nearest_number() -> None:
    said = texts.get("en", "agenda.whole", n=18, days=1)
    assert said == "Data whole: 18 towns reported on 1 day"
    said = texts.get("en", "agenda.whole", n=1, days=92)
    assert said == "Data whole: 1 town reported on 92 days"


ALWAYS_MANY = {
    "agenda.town_counts",
    "answer.tied",
    "compare.all_few",
    "review.all_whole",
    "review.none_whole",
    "room.roster_towns",
    "room.within",
    "verdict.between_shift_down",
    "verdict.between_shift_up",
    "verdict.between_trend_down",
    "verdict.between_trend_up",
}


def test_no_english_text_has_one_form_beside_a_number_that_may_be_one() -> None:
    """Where the number is always more than one, or never stands alone, the text is listed here."""
    names = "n|count|days|made|events|changed|left|quiet"
    beside = re.compile(rf"\{{(?:{names})\}} (?:other |more )?[a-z]+s\b")
    found = {key for key, text in texts.catalogue("en").items() if beside.search(text)}
    assert found == ALWAYS_MANY
