"""What a page must never say (the last paragraph of the design of verdicts), as rules on its
markup. They take nothing from the product but its texts' wording: numbers are read again from what
the page shows.

`of_page` looks at one page, `across` at everything that was shown at one moment.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from lxml import etree
from scipy import stats

Element = Any
FEW = 10  # by itself, so that the walk does not believe the pages
ONE_SIDE = 0.001  # of the tail beyond a 99.8 % limit
SPACE = "[\u00a0\u2002\u200b ]*"
GAP = "[\u00a0\u2002\u200b |:：]*"
NUMBER = r"\d[\d,]*(?:\.\d+)?"
CASES = re.compile(rf"({NUMBER}){SPACE}(?:/|÷|of){SPACE}({NUMBER})")
IN_CASES = re.compile(rf"({NUMBER}) 件中 ({NUMBER})")
SHARE = re.compile(rf"(?<![\d.+\u2212,-])({NUMBER}){SPACE}%")
CHANGE = re.compile(rf"[+\u2212-]({NUMBER}){SPACE}%")
# The same in words: 22.5 % fewer, 比去年同段少 22.5 %.
WORDED = re.compile(
    rf"(多|少|高|低){SPACE}({NUMBER}){SPACE}%|({NUMBER}){SPACE}%{SPACE}(more|fewer|higher|lower)"
)
LESS = ("少", "低", "fewer", "lower")
TARGET = re.compile(rf"(?:目标|[Tt]arget)(?: of)?{GAP}({NUMBER}){SPACE}%")
# Shares that are no figures: a confidence, a limit of a rule or of a chart.
CONFIDENCE = re.compile(rf"(?:95|99\.8){SPACE}%{SPACE}(?:区间|interval|limit|的|confidence|控制限)")
BOUND = re.compile(
    rf"(?:不足|低于|高于|超过|回到|under|below|above|over|to|at least|beyond|back){SPACE}\+?({NUMBER})"
    rf"{SPACE}%"
)
RANGE = re.compile(rf"({NUMBER}){SPACE}%{SPACE}(?:至|to|–){SPACE}({NUMBER}){SPACE}%")
NO_CHANGE = ("持平", "no change")
BLOCKS = ("tr", "li", "p", "a", "summary", "h2", "h3", "section")
BEST = re.compile(r"最低|最高|最差|最好|\bworst\b|\bbest\b|\blowest\b|\bhighest\b")

# A sentence that sets a town's share beside the city's, as more than chance.
BESIDE_CITY = re.compile(
    rf"(?:低于全市的?|高于全市的?|(?:below|above) the city's) ({NUMBER}){SPACE}%"
)
APART = re.compile(
    r"(?:低于|高于)全市，不像偶然|(?:below|above) the city, (?:unlikely chance|hardly by chance)",
    re.I,
)
CALM = re.compile("无显著差异|by more than chance")
NAMED_ROLES = ("concern", "data")

# A verdict's words, by its code: none of them stands in a card that has another code.
WORDS: Mapping[str, tuple[str, ...]] = {
    "alarm": ("告警", "正在触发", "An alert is firing"),
    "worse": ("变差", "Worse"),
    "better": ("好转", "Better"),
    "off": ("未达目标", "Off target"),
    "near": ("接近目标", "Near target", "Near the target"),
    "changed": ("有变化", "不像偶然", "Changed", "unlikely chance"),
    "few": ("不足以判断", "件数少", "Few cases", "too few to judge"),
    "usual": ("正常波动", "Within its usual range"),
    "nodata": ("没有数据", "暂无数据", "No data"),
    "late": ("数据滞后", "late, so no judgement"),
}


class Finding(NamedTuple):
    """One place where a page breaks a rule."""

    rule: str
    place: str
    said: str


def read(text: str) -> Element:
    """The elements of a page."""
    return etree.HTML(text)


def of_page(tree: Element) -> list[Finding]:
    """What one page says that it must not."""
    found: list[Finding] = []
    for rule in (second_verdicts, changes_of_few, shares_alone, towns_inside, hidden_misses):
        found += rule(tree)
    return found


class Shown(NamedTuple):
    """A figure as one page shows it."""

    page: str
    area: str
    kpi: str
    period: str
    verdict: str
    value: str
    text: str


def figures(page: str, tree: Element) -> list[Shown]:
    """Every figure of a page."""
    found = []
    for card in _with(tree, "data-kpi"):
        kpi, value = card.get("data-kpi"), _first(card, "tile-value")
        if value is None:
            continue
        shown = _said(value) + _said(_first(card, "tile-unit"))
        found.append(
            Shown(
                page,
                card.get("data-area", ""),
                kpi,
                card.get("data-period", ""),
                card.get("data-verdict", ""),
                value.get("data-value", ""),
                shown,
            )
        )
    return found


def across(shown: Iterable[Shown], stocks: Iterable[str]) -> list[Finding]:
    """Stocks that differ between periods at one moment, and figures with two verdicts."""
    found = []
    levels: dict[tuple[str, str], dict[tuple[str, str], Shown]] = {}
    verdicts: dict[tuple[str, str, str], dict[str, Shown]] = {}
    is_stock = frozenset(stocks).__contains__
    for one in shown:
        if one.period == "range":
            continue
        if is_stock(one.kpi):
            its = levels.setdefault((one.area, one.kpi), {})
            its.setdefault((one.value, one.text), one)
        mine = verdicts.setdefault((one.area, one.kpi, one.period), {})
        mine.setdefault(one.verdict, one)
    for (area, kpi), several in levels.items():
        if len(several) > 1:
            said = "; ".join(f"{one.period} {one.text}" for one in several.values())
            found.append(Finding("stock differs between periods", f"{kpi} {area}", said))
    for (area, kpi, period), codes in verdicts.items():
        if len(codes) > 1:
            said = "; ".join(f"{one.page} {one.verdict}" for one in codes.values())
            found.append(Finding("second verdict", f"{kpi} {area} {period}", said))
    return found


def second_verdicts(tree: Element) -> Iterator[Finding]:
    """A card has one mark, of its own code, and no words of another."""
    rule = "second verdict"
    for card in _with(tree, "data-kpi"):
        code = card.get("data-verdict")
        if code is None:
            continue
        marks = [one.get("data-code") for one in _all(card, "tile-verdict")]
        if marks != [code]:
            yield Finding(rule, _place(card), f"{code}: marks {marks}")
        foreign = _foreign(_said(_first(card, "tile-line")), code)
        around = _around(card)
        if around is not None:
            foreign += _foreign(_said(_first(around, "verdict")), code)
            reason = around.get("data-reason", code)
            foreign += [reason] if reason != code else []
            marked = [one.get("data-trend") for one in around.iter() if one.get("data-trend")]
            foreign += [one for one in marked if one in ("better", "worse") and one != code]
        if foreign:
            yield Finding(rule, _place(card), f"{code}: {', '.join(foreign)}")


def changes_of_few(tree: Element) -> Iterator[Finding]:
    """No change in per cent on a base under ten: neither in a tile, nor in a row, nor in a
    sentence that names both numbers.
    """
    rule = "percentage on a base under 10"
    for card in _with(tree, "data-kpi"):
        change, value = _first(card, "tile-change"), _first(card, "tile-value")
        if change is None or value is None:
            continue
        shown, unit = _said(_first(change, "change-value")), card.get("data-unit")
        difference, now = _number(change.get("data-change")), _number(value.get("data-value"))
        if "%" not in shown and "百分点" not in shown and "pts" not in shown:
            continue
        base = _number(value.get("data-of"))
        if unit in ("count", "yuan") and difference is not None and now is not None:
            base = now / (1 + difference) if difference > -1 else 0
        if base is not None and base < FEW - 1e-6:
            yield Finding(rule, _place(card), f"{shown}, base {base:g}")
    for block, text in _texts(tree):
        if _ancestor(block, "data-kpi") is not None:
            continue
        for change in _changes(text):
            for sentence, base in _of_few(_said(block), change):
                said = f"{change[0]} % of {base:g}: {sentence[:80]}"
                yield Finding(rule, _place(block), said)


def _of_few(text: str, change: tuple[float, bool]) -> Iterator[tuple[str, float]]:
    """The sentences that say a change, with its base, where that is under ten. What another
    sentence counts is no base.
    """
    for sentence in re.split(r"。|(?<=[a-z%])\. ", text):
        base = _base_of(sentence, *change)
        if base is not None and change in _changes(sentence):
            yield sentence, base


def shares_alone(tree: Element) -> Iterator[Finding]:
    """Every share has its cases beside it, in its tile, row or sentence."""
    rule = "share without n"
    for card in _with(tree, "data-kpi"):
        if card.get("data-unit") != "share" or "%" not in _said(_first(card, "tile-unit")):
            continue
        around = _ancestor_of_class(card, "year-card")
        if not CASES.search(_said(card if around is None else around)):
            yield Finding(rule, _place(card), _said(card)[:60])
    for block in _blocks(tree):
        text = _said(block, without="spine-target")
        shares = len(SHARE.findall(_bare(text)))
        cases = len(CASES.findall(text)) + len(IN_CASES.findall(text))
        if shares > cases:
            yield Finding(rule, _place(block), text[:80])


def towns_inside(tree: Element) -> Iterator[Finding]:
    """A town is called worse or better only beyond the exact tail of 99.8 %."""
    found = (
        _coloured(tree),
        _marked(tree),
        _compared(tree),
        _answered(tree),
        _listed(tree),
        _superlatives(tree),
    )
    for block in itertools.chain.from_iterable(found):
        yield Finding("town named inside the limits", _place(block), _said(block)[:80])


def _coloured(tree: Element) -> Iterator[Element]:
    """Rows of towns side by side that have a colour."""
    for strip in _all(tree, "strip"):
        rows = [(row, CASES.search(_said(row))) for row in _all(strip, "strip-row")]
        known = [(row, _value(one[1]), _value(one[2])) for row, one in rows if one]
        city = _pooled((x, n) for _, x, n in known)
        for row, x, n in known:
            if row.get("data-trend") in ("worse", "better", "neutral") and _is_inside(x, n, city):
                yield row


def _marked(tree: Element) -> Iterator[Element]:
    """Rows of a town's review with a mark, whose cases stand beside the city's. In what is found in
    the city's review cases of other quarters follow, in no row.
    """
    for row in _with(tree, "data-figure"):
        if row.tag != "tr":
            continue
        mark = next(iter(_with(row, "data-role")), None)
        both = CASES.findall(_said(row))
        if mark is None or mark.get("data-role") not in NAMED_ROLES or len(both) < 2:
            continue
        (x, n), (whole_x, whole_n) = [(_value(x), _value(n)) for x, n in both[:2]]
        if _is_inside(x, n, whole_x / whole_n):
            yield row


def _compared(tree: Element) -> Iterator[Element]:
    """Sentences that set a town beside the city; on the wall its cases stand above them."""
    for block, text in _texts(tree):
        compared = BESIDE_CITY.search(text)
        if compared is None:
            continue
        picture = _ancestor_of_class(block, "turn-picture")
        own = CASES.search(text[: compared.start()]) or CASES.search(
            _said(_first(picture, "town-figure"))
        )
        if own and _is_inside(*map(_value, own.groups()), _value(compared[1]) / 100):
            yield block


def _answered(tree: Element) -> Iterator[Element]:
    """Towns that an answer, or the words of a map, call low or high, with their cases; the city's
    are the page's tile's.
    """
    cities = {card.get("data-kpi"): _true(card) for card in _with(tree, "data-kpi")}
    headline = next(iter(_all(tree, "header-main")), None)
    own = None if headline is None else next(iter(_with(headline, "data-kpi")), None)
    places = [(block, cities.get(block.get("data-map"))) for block in _with(tree, "data-map")]
    if own is not None:
        answers = (block for block, text in _texts(tree) if APART.search(text))
        places += [(block, _true(own)) for block in answers]
    for block, city in places:
        text = _said(block)
        if city is None or not 0 < city < 1 or not APART.search(text):
            continue
        if any(_is_inside(_value(x), _value(n), city) for x, n in CASES.findall(text)):
            yield block


def _listed(tree: Element) -> Iterator[Element]:
    """The wall's line of the towns that are low or high; beside the city's own cases, where the
    page has them.
    """
    whole = re.search(rf"(?:全市|City|city)[^（(]*[（(]({NUMBER})/({NUMBER})", _said(tree))
    if whole is None:
        return
    city = _value(whole[1]) / _value(whole[2])
    for said in _all(tree, "band-said"):
        text = _said(said)
        if not re.search(r"偏低|偏高|\blow\b|\bhigh\b|below|above", text):
            continue
        if any(_is_inside(_value(x), _value(n), city) for x, n in CASES.findall(text)):
            yield said


def _superlatives(tree: Element) -> Iterator[Element]:
    """The lowest or the worst of shares, without the word that it means nothing."""
    for block, text in _texts(tree):
        if BEST.search(text) and SHARE.search(text) and not CALM.search(_said(block)):
            yield block


def hidden_misses(tree: Element) -> Iterator[Finding]:
    """No figure is shown at or beyond its target while it is on the other side of it."""
    rule = "rounds across its target"
    for card in _with(tree, "data-kpi"):
        true = _true(card)
        target, unit = _number(card.get("data-target")), card.get("data-unit") or ""
        text = _said(_first(card, "tile-value")) + _said(_first(card, "tile-unit"))
        wanted = _said(_first(card, "tile-target"))
        if true is None or target is None or not wanted:
            continue
        shown, aim = _read(text, unit), _read(wanted, unit)
        if shown is None or aim is None:
            continue
        if _side(shown - aim) != _side(true - target, 1e-9):
            yield Finding(rule, _place(card), f"{text}, {wanted}, truly {true:.6g}")
    for block in _blocks(tree):
        yield from _of_row(block, rule)


def _of_row(block: Element, rule: str) -> Iterator[Finding]:
    """A row or sentence with one share, its cases and its target."""
    text = _said(block)
    target, cases = TARGET.search(text), CASES.search(text)
    if target is None:
        return
    if any(word in text[target.end() :] for word in NO_CHANGE) and _is_target_row(block):
        card = next(iter(_with(block.getroottree().getroot(), "data-kpi")), None)
        true = None if card is None else _true(card)
        if true is not None and abs(true - _value(target[1]) / 100) > 1e-9:
            yield Finding(rule, _place(block), f"{text}, truly {true:.6g}")
    shares = SHARE.findall(_bare(text))
    if cases is None or len(shares) != 1:
        return
    shown, aim = _value(shares[0]), _value(target[1])
    true = 100 * _value(cases[1]) / _value(cases[2])
    if _side(shown - aim) != _side(true - aim, 1e-9):
        yield Finding(rule, _place(block), f"{text[:80]}, truly {true:.6g}")


def _is_target_row(block: Element) -> bool:
    table = _ancestor_of_class(block, "table--compare")
    return block.tag == "tr" and table is not None


def _is_inside(x: float, n: float, city: float) -> bool:
    """Whether so many of so many may be chance where the city's share is the truth."""
    if not n or not 0 < city < 1:
        return True
    low = stats.binom.cdf(x, n, city) - 0.5 * stats.binom.pmf(x, n, city)
    high = stats.binom.sf(x - 1, n, city) - 0.5 * stats.binom.pmf(x, n, city)
    return bool(min(low, high) > ONE_SIDE * 1.05)


def _pooled(parts: Iterable[tuple[float, float]]) -> float:
    both = list(parts)
    of = sum(n for _, n in both)
    return sum(x for x, _ in both) / of if of else 0.0


def _foreign(text: str, code: str) -> list[str]:
    """The words of other verdicts in a text."""
    return [
        word for other, words in WORDS.items() for word in words if other != code and word in text
    ]


def _around(card: Element) -> Element | None:
    """The card or the page's head that a tile stands in."""
    for name in ("card", "header-main"):
        found = _ancestor_of_class(card, name)
        if found is not None:
            return found
    return None


def _bare(text: str) -> str:
    """A text without the shares that are no figures of its own."""
    for pattern in (TARGET, CONFIDENCE, RANGE, CHANGE, WORDED, BOUND):
        text = pattern.sub("", text)
    return text


def _changes(text: str) -> Iterator[tuple[float, bool]]:
    """The changes in per cent that a text names, and whether each is for less."""
    for change in CHANGE.finditer(text):
        yield _value(change[1]), change[0][0] != "+"
    for change in WORDED.finditer(text):
        word, number = (change[1], change[2]) if change[1] else (change[4], change[3])
        yield _value(number), word in LESS


def _base_of(text: str, percent: float, is_less: bool) -> float | None:
    """The whole number under ten in a text that, with another one there, gives the change."""
    plain = re.sub(rf"[+\u2212-]?{NUMBER}{SPACE}(?:%|个百分点|pts)", " ", text)
    plain = re.sub(r"\d{4}-\d\d-\d\d|\d+月\d+日|\d\d:\d\d", " ", plain)
    numbers = [_value(one) for one in re.findall(NUMBER, plain)]
    for base in numbers:
        for now in numbers:
            if not 0 < base < FEW or (now < base) is not is_less:
                continue
            if round(100 * abs(now - base) / base, 1) == percent:
                return base
    return None


def _true(card: Element) -> float | None:
    """The unrounded figure of a tile: its own, or that of the cases of a longer window."""
    window = card.get("data-window")
    if window == "cases":
        return None
    if window:
        found = CASES.search(_said(_first(card, "cases-number")))
        return _value(found[1]) / _value(found[2]) if found else None
    value = _first(card, "tile-value")
    return None if value is None else _number(value.get("data-value"))


SCALES = {"万": 1e4, "亿": 1e8, "k": 1e3, "M": 1e6, "B": 1e9}


def _read(text: str, unit: str) -> float | None:
    """The number of a text as the figure's own unit has it."""
    found = re.search(rf"({NUMBER}){SPACE}(\S*)", text)
    if found is None:
        return None
    value, word = _value(found[1]), found[2]
    if unit == "share":
        return value / 100
    if unit == "hours" and word.startswith(("分", "min")):
        return value / 60
    return value * SCALES.get(word[:1], 1)


def _side(difference: float, slack: float = 1e-12) -> int:
    return 0 if abs(difference) <= slack else 1 if difference > 0 else -1


def _blocks(tree: Element) -> Iterator[Element]:
    """Rows, items and sentences outside tiles and forms, the smallest that hold a whole
    statement.
    """
    for block in tree.iter("tr", "li", "p", "a", "summary", "h2", "h3"):
        if "%" not in _said(block) or _ancestor(block, "data-kpi") is not None:
            continue
        if any(_ancestor_of_class(block, name) is not None for name in EXEMPT):
            continue
        if block.tag in ("li",) and any(True for _ in block.iter("p", "a", "tr")):
            continue
        if block.tag in ("a", "p", "h2", "h3") and any(
            _inside(block, name) for name in ("tr", "li")
        ):
            continue
        yield block
    for name in ("band-second", "band-first", "room-about", "town-figure"):
        for block in _all(tree, name):
            if block.tag not in ("p", "li") and "%" in _said(block):
                yield block


# Rules of alerts and the texts of forms state bounds, not figures.
EXEMPT = ("table--words", "alarm-link", "forms", "control-note", "lineage", "alarm-strip")


def _texts(tree: Element) -> Iterator[tuple[Element, str]]:
    """Each text with its smallest block."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        text = element.text or ""
        if not text.strip():
            continue
        block = element
        while block.getparent() is not None and block.tag not in BLOCKS:
            block = block.getparent()
        if block.tag in BLOCKS and block.tag != "section":
            yield block, text


def _inside(element: Element, tag: str) -> bool:
    return any(True for _ in element.iterancestors(tag))


def _with(tree: Element, attribute: str) -> Iterator[Element]:
    return iter(_with_attribute(attribute)(tree))


def _all(tree: Element, name: str) -> Iterator[Element]:
    """Elements of a class; only those whose class holds the name at all are split into words."""
    return (one for one in _holding(name)(tree) if name in one.get("class").split())


@cache
def _with_attribute(name: str) -> Any:
    return etree.XPath(f"descendant-or-self::*[@{name} != '']")


@cache
def _holding(name: str) -> Any:
    return etree.XPath(f"descendant-or-self::*[contains(@class, '{name}')]")


def _first(tree: Element | None, name: str) -> Element | None:
    return None if tree is None else next(_all(tree, name), None)


def _ancestor(element: Element, attribute: str) -> Element | None:
    found = [element, *element.iterancestors()]
    return next((one for one in found if one.get(attribute)), None)


def _ancestor_of_class(element: Element, name: str) -> Element | None:
    found = [element, *element.iterancestors()]
    return next((one for one in found if name in (one.get("class") or "").split()), None)


def _said(element: Element | None, without: str = "") -> str:
    """The text of an element; cells of a row are set apart, those of a class left out."""
    if element is None:
        return ""
    if element.tag == "tr":
        cells = [cell for cell in element if without not in (cell.get("class") or "").split()]
        return " | ".join(_said(cell) for cell in cells)
    return "".join(element.itertext()).strip()


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _place(element: Element) -> str:
    """Where a finding is: the figure, or the classes of the place."""
    card = _ancestor(element, "data-kpi")
    if card is not None:
        return f"{card.get('data-kpi')} {card.get('data-area')} {card.get('data-period')}"
    names = [one.get("class") for one in [element, *element.iterancestors()] if one.get("class")]
    return " < ".join(names[:3])
