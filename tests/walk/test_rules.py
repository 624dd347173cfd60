"""Each rule of the walk can fail: a page that breaks it is found, and the same page put right is
not.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from feeds.figures import verdicts
from layouts.text import texts
from tests.walk import rules
from tests.walk.rules import Finding, Shown

TILE = """<main><div class="card" data-reason="{reason}"><div class="tile" data-kpi="disputes.success_rate"
 data-area="1" data-period="28d" data-unit="{unit}" data-target="{target}" data-verdict="{code}"
 data-window=""><div class="tile-figure"><span class="tile-value" data-value="{value}"
 data-of="{of}">{digits}</span><span class="tile-unit">{sign}</span></div><div class="tile-line">
 <span class="tile-target">{aim}</span><span class="tile-cases"><span class="cases-number">{cases}
 </span></span><span class="tile-change" data-change="{change}"><span class="change-value">{changed}
 </span></span><span class="tile-verdict" data-code="{mark}"><span class="verdict-word">{word}</span>
 </span></div></div><p class="verdict">{sentence}</p></div></main>"""
SHARE = {
    "unit": "share",
    "target": "0.988",
    "aim": "目标 98.8\u00a0%",
    "code": "near",
    "reason": "near",
    "mark": "near",
    "word": "接近目标",
    "sentence": "接近目标，差距在偶然范围内。",
    "value": "0.98773",
    "of": "652",
    "digits": "98.77",
    "sign": "%",
    "cases": "644/652",
    "change": "-0.003",
    "changed": "\u22120.3\u00a0个百分点",
}
COUNT = SHARE | {
    "unit": "count",
    "target": "",
    "aim": "",
    "code": "usual",
    "reason": "usual",
    "mark": "usual",
    "word": "",
    "sentence": "正常波动。",
    "value": "15",
    "of": "",
    "digits": "15",
    "sign": "",
    "cases": "",
    "change": "0.25",
    "changed": "+25.0\u00a0%",
}


def tile(made: dict[str, str], **changes: str) -> str:
    return TILE.format(**{**made, **changes})


def test_the_words_of_a_verdict_are_those_of_the_texts() -> None:
    said = "\n".join(text for lang in texts.LANGS for text in texts.under(lang, "verdict").values())
    assert rules.WORDS.keys() == set(verdicts.CODES)
    for word in itertools.chain.from_iterable(rules.WORDS.values()):
        assert word in said, f"{word}: no verdict is worded so any more"


def found(text: str) -> list[str]:
    return [one.rule for one in rules.of_page(rules.read(text))]


def test_a_page_that_is_right_breaks_no_rule() -> None:
    assert rules.of_page(rules.read(tile(SHARE))) == []
    assert rules.of_page(rules.read(tile(COUNT))) == []


@pytest.mark.parametrize(
    "page",
    [
        tile(SHARE, mark="off"),
        tile(SHARE, reason="worse"),
        tile(SHARE, word="变差"),
        tile(SHARE, sentence="比去年同段高 3.0\u00a0个百分点，不像偶然。"),
        tile(SHARE)
        .replace("</main>", "")
        .replace('<p class="verdict">', '<i data-trend="worse"></i><p class="verdict">'),
    ],
)
def test_a_second_verdict_in_a_card_is_found(page: str) -> None:
    assert set(found(page)) == {"second verdict"}


@pytest.mark.parametrize(
    "page",
    [
        tile(COUNT, value="12", change="3.0", changed="+300\u00a0%"),
        tile(SHARE, of="9", cases="8/9", target="", aim=""),
        "<p>现有 4 件，原有 8 件，少 50.0\u00a0%</p>",
        "<p>瓶颈事件 4 件，去年同段 1 件，+300.0\u00a0%</p>",
        "<table><tr><th>件数</th><td>4</td><td>8</td><td>−50.0\u00a0%</td></tr></table>".replace(
            "−", "\u2212"
        ),
    ],
)
def test_a_percentage_on_a_base_under_ten_is_found(page: str) -> None:
    assert set(found(page)) == {"percentage on a base under 10"}


def test_a_percentage_on_a_larger_base_is_none() -> None:
    assert found("<p>40 件，去年同段 10 件，+300.0\u00a0%</p>") == []
    elsewhere = "<p>比去年同期少 50.0\u00a0%，不像偶然。最多：宜城 4\u00a0人、徐舍 2\u00a0人。</p>"
    assert found(elsewhere) == []
    weeks = "<tr><th>Same part of the prior 4 weeks</th><td>10</td><td>+150.0\u00a0%</td></tr>"
    assert found(f"<table>{weeks}</table>") == [], "weeks are no cases"
    answer = "<p><i>100.0\u00a0% more than last year.</i><i>48 of the city's 280: 4 and 8.</i></p>"
    assert found(answer) == [], "the next sentence counts something else"


@pytest.mark.parametrize(
    "page",
    [
        tile(SHARE, cases="", of="652"),
        "<table><tr><th>宜城</th><td>33</td><td>94.8\u00a0%</td></tr></table>",
        "<ul><li>新庄 91.6\u00a0% 丁蜀 92.4\u00a0%（61/66）</li></ul>",
        '<div class="band-second">新庄 91.6\u00a0%，近 28 天</div>',
    ],
)
def test_a_share_without_its_cases_is_found(page: str) -> None:
    assert set(found(page)) == {"share without n"}


@pytest.mark.parametrize(
    "text",
    [
        "98.8\u00a0%（644/652），目标 98.8\u00a0%",
        "82 件中 81 件；95\u00a0% 区间 93.4\u00a0% 至 99.8\u00a0%",
        "98.8\u00a0% 644 ÷ 652",
        "95.0\u00a0% (19 of 20)",
        "+12.5\u00a0%",
        "比上期同段少 22.5\u00a0%，不像偶然。",
        "22.5\u00a0% fewer than in the period before",
    ],
)
def test_a_share_with_its_cases_a_confidence_and_a_change_are_none(text: str) -> None:
    assert "share without n" not in found(f"<p>{text}</p>")


def strip(trend: str, mine: str) -> str:
    others = "".join(
        f'<a class="strip-row" data-trend="flat"><span>镇 98.0\u00a0%（{n - n // 50}/{n}）</span></a>'
        for n in (500, 700, 900)
    )
    row = f'<a class="strip-row" data-trend="{trend}"><span>太华 {mine}</span></a>'
    return f'<section><div class="strip">{others}{row}</div></section>'


def test_a_town_that_is_coloured_inside_the_limits_is_found() -> None:
    assert found(strip("worse", "93.8\u00a0%（15/16）")) == ["town named inside the limits"]
    assert found(strip("flat", "93.8\u00a0%（15/16）")) == []
    assert found(strip("worse", "80.0\u00a0%（80/100）")) == []


def test_a_town_that_a_sentence_calls_low_or_the_lowest_inside_the_limits_is_found() -> None:
    band = (
        '<div><p class="room-about">全市 96.2\u00a0%（11131/11575）</p><div class="band-said">'
        '<div class="band-first">1 个镇偏低</div><div class="band-second">新庄 {}</div></div></div>'
    )
    rule = "town named inside the limits"
    assert rule in found(band.format("93.8\u00a0%（30/32）"))
    assert rule not in found(band.format("91.6\u00a0%（252/275）"))
    assert found("<p>太华最低 97.8\u00a0%（178/182）</p>") == [rule]
    assert found("<p>太华最低 97.8\u00a0%（178/182），与全市无显著差异</p>") == []


def test_a_town_that_its_review_marks_inside_the_limits_is_found() -> None:
    row = (
        '<table><tr data-figure="k"><th data-role="{}">调解成功率</th><td data-role="{}">95.0\u00a0%</td>'
        "<td>{}</td><td>98.6\u00a0%（2220/2251）</td></tr></table>"
    )
    rule = "town named inside the limits"
    assert rule in found(row.format("concern", "concern", "19/20"))
    assert rule not in found(row.format("common", "common", "19/20"))
    assert rule not in found(row.format("concern", "concern", "190/220"))
    city = '<section data-figure="k"><b data-role="concern">▼</b>365/396 上季 94.0\u00a0%（435/463）</section>'
    assert rule not in found(city)
    said = "<li>新庄街道调解成功率 {}，低于全市的 98.6\u00a0%，不像偶然</li>"
    assert rule in found(said.format("95.0\u00a0%（19/20）"))
    assert rule not in found(said.format("86.4\u00a0%（190/220）"))


def test_a_town_that_an_answer_or_a_map_calls_low_inside_the_limits_is_found() -> None:
    rule = "town named inside the limits"
    head = (
        tile(SHARE)
        .replace('class="card"', 'class="header-main"')
        .replace(' data-reason="near"', "")
    )
    said = "<p>低于全市，不像偶然：太华 {}</p></main>"
    assert rule in found(head.replace("</main>", said.format("178/182")))
    assert rule not in found(head.replace("</main>", said.format("150/182")))
    drawn = '<section data-map="disputes.success_rate"><p>低于全市，不像偶然 太华 {}</p></section></main>'
    assert rule in found(tile(SHARE).replace("</main>", drawn.format("178/182")))
    assert rule not in found(tile(SHARE).replace("</main>", drawn.format("150/182")))


def test_a_town_that_the_wall_sets_below_the_city_inside_the_limits_is_found() -> None:
    picture = (
        '<div class="turn-picture"><div class="town-figure">92.0\u00a0% 按期办结 {}</div>'
        '<p class="town-said">低于全市 95.8\u00a0%（10552/11012），不像偶然</p></div>'
    )
    assert found(picture.format("23/25")) == ["town named inside the limits"]
    assert found(picture.format("1268/1381")) == []


@pytest.mark.parametrize(
    "page",
    [
        tile(SHARE, digits="98.8"),
        tile(SHARE, digits="98.9"),
        tile(SHARE, value="0.9881", digits="98.8"),
        tile(
            SHARE,
            unit="hours",
            target="120",
            aim="目标 120 小时",
            value="120.4",
            digits="120",
            sign="小时",
        ),
        "<ul><li>调解成功率 98.8\u00a0%（644/652），目标 98.8\u00a0%</li></ul>",
    ],
)
def test_a_figure_that_rounds_across_its_target_is_found(page: str) -> None:
    assert set(found(page)) == {"rounds across its target"}


def test_a_difference_from_the_target_of_nothing_is_found() -> None:
    table = '<table class="table--compare"><tr><th>目标</th><td>98.8\u00a0%</td><td>持平</td></tr></table>'
    page = tile(SHARE).replace("</main>", f"{table}</main>")
    assert found(page) == ["rounds across its target"]
    met = tile(SHARE, value="0.988", digits="98.8", of="250", cases="247/250")
    assert found(met.replace("</main>", f"{table}</main>")) == []


def shown(period: str, value: str, verdict: str = "usual", page: str = "/") -> Shown:
    return Shown(page, "1", "incidents.open", period, verdict, value, value)


def across(*its: Shown) -> Sequence[Finding]:
    return rules.across(its, ["incidents.open"])


def test_a_stock_that_differs_between_periods_is_found() -> None:
    assert [one.rule for one in across(shown("today", "40"), shown("year", "41"))] == [
        "stock differs between periods"
    ]
    assert across(shown("today", "40"), shown("year", "40")) == []
    assert rules.across([shown("today", "40"), shown("year", "41")], []) == []


def test_a_figure_with_two_verdicts_on_two_pages_is_found() -> None:
    both = across(shown("today", "40", "usual", "/"), shown("today", "40", "off", "/incidents"))
    assert [one.rule for one in both] == ["second verdict"]
    assert across(shown("today", "40", "usual"), shown("year", "40", "off")) == []


def test_the_figures_of_a_page_are_read_with_what_they_show() -> None:
    (one,) = rules.figures("/", rules.read(tile(SHARE)))
    assert one == Shown("/", "1", "disputes.success_rate", "28d", "near", "0.98773", "98.77%")
