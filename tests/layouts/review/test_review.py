"""The review page says what it must: what there is to talk about first, names beyond the limits
alone, no rank unasked, code and hash on all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

import pytest

from feeds.accounts import roles
from feeds.review import earlier, review_values
from layouts import pages
from layouts.html import render
from layouts.parts import diagrams
from layouts.parts.forms import Editor
from layouts.review import agenda, funnels, head, outcomes, sentences, spine, towns
from layouts.view import View

MakeView = Callable[..., View]
KPI = "incidents.closure_rate"


def shown(view: View, **filters: str) -> str:
    page = next(page for page in pages.PAGES if page.name == "review")
    return render.to_html(page.build(replace(view, filters=filters)))


@pytest.fixture
def view(make_view: MakeView) -> View:
    return make_view("/review", form="late")


def sample(view: View) -> review_values.Review:
    found: Any = view.page_data["review"].review
    return found  # type: ignore[no-any-return]


def test_what_there_is_to_talk_about_comes_first_and_the_rest_is_folded(view: View) -> None:
    text = shown(view)
    agenda, rest = text.index('class="agenda-topic"'), text.index('class="section agenda-rest"')
    assert agenda < text.index('class="outcomes"') < rest < text.index("数据完整性")
    assert "1 个镇（街道）数据不齐，不作比较：湖㳇" in text[agenda:rest]
    assert "共比较" in text[agenda:rest]
    assert "<details" not in text[agenda:rest]
    numbers = re.findall(r'class="agenda-number">(\d+)<', text)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    assert numbers


def test_what_was_talked_about_a_quarter_ago_stands_below_the_commitments(view: View) -> None:
    found = view.page_data["review"]
    assert "上季谈过的" not in shown(view)
    topics = list(earlier.of(found.review, found.review))
    assert len(topics) > 1
    topics[0] = replace(topics[0], became="settled")
    review = replace(found.review, earlier=tuple(topics))
    text = shown(
        replace(view, page_data={**view.page_data, "review": found._replace(review=review)})
    )
    section = text.partition('class="earlier"')[2].partition("</section>")[0]
    rows = re.findall(r'class="earlier-row".*?<b[^>]*data-role="(\w+)"[^>]*>(.*?)</b>', section)
    assert rows[-1] == ("data", "不再越限"), "what is there still comes first"
    assert {role for role, _ in rows[:-1]} == {"concern"}
    assert len(rows) == len(topics)
    assert text.index("上季表态办得怎样") < text.index("上季谈过的，这季怎样")


def test_what_moved_with_a_finding_is_not_among_the_rest(view: View) -> None:
    review = sample(view)
    assert review.agenda
    off = next(one for one in review.agenda.findings if one.group == "off")
    row = re.search(r'data-figure="([\w.]+)"', render.to_html(agenda.rest(view, review)))
    assert row
    also = replace(review.agenda, findings=(replace(off, also=(row[1],)),))
    assert row[0] not in render.to_html(agenda.rest(view, replace(review, agenda=also)))


def test_a_town_of_two_cases_is_not_off_its_target(view: View) -> None:
    """It is too few to judge, which its row says already."""
    review = sample(view)
    assert review.agenda
    said = agenda.words(view, review)
    town = next(
        area.code
        for area in review.towns
        if any(row.kpi == KPI and row.is_off for row in spine.rows(said, area.code))
    )
    few = tuple(
        replace(
            field,
            towns=tuple(
                replace(one, n=1, of=2) if one.town == town else one for one in field.towns
            ),
        )
        for field in review.agenda.standings
    )
    thin = replace(review, agenda=replace(review.agenda, standings=few))
    row = next(one for one in spine.rows(agenda.words(view, thin), town) if one.kpi == KPI)
    assert (row.is_few, row.is_off) == (True, False)


def test_a_quarter_without_new_tasks_says_nothing_of_completed_ones(view: View) -> None:
    """ "Tasks completed 0" beside 32 of 33 tasks on time are two judgements of one thing."""
    review = sample(view)
    one = next(figure for figure in review.figures if figure.city.value is not None)
    none, zero = review_values.Reading(None, 0, 0), review_values.Reading(0, 0, None)
    some = {"tasks.completed": review_values.Reading(3, 3, None), "tasks.open": zero}

    def rest_with(cities: dict[str, review_values.Reading]) -> str:
        figures = tuple(replace(one, kpi=kpi, city=city) for kpi, city in cities.items())
        return render.to_html(agenda.rest(view, replace(review, figures=figures)))

    text = rest_with(some | {"tasks.progress": review_values.Reading(0.6, 3, 5)})
    assert "tasks.completed" in text
    text = rest_with({"tasks.progress": none, "tasks.completed": zero, "tasks.open": zero})
    assert "tasks.completed" not in text
    text = rest_with({"tasks.progress": none, "tasks.set": zero, "tasks.open": zero})
    assert "tasks.set" not in text
    assert "tasks.open" in text


def test_one_task_is_no_tasks(view: View) -> None:
    said = agenda.words(replace(view, lang="en"), sample(view))
    off = next(one for one in said.agenda.findings if one.group == "off" and one.missing)
    one = replace(off, kpi="tasks.on_time", missing=1)
    assert said.headline(one).endswith("off target by 1 task")
    assert said.headline(replace(one, missing=2)).endswith("off target by 2 tasks")


def seen_in_part(view: View, days: int = 28) -> View:
    """The review of a quarter of which so many days were seen, in no area more."""
    found = view.page_data["review"]
    heard = tuple(replace(one, days=days) for one in found.review.completeness)
    judged = review_values.Agenda((), (), (), (), found.review.agenda.sides)
    review = replace(found.review, completeness=heard, agenda=judged)
    return replace(view, page_data={**view.page_data, "review": found._replace(review=review)})


def test_a_quarter_seen_in_part_says_so_and_judges_nothing(view: View) -> None:
    whole = shown(view)
    assert "在办事件" in whole
    assert "没有超出偶然" in whole
    text = shown(seen_in_part(view))
    assert "本季数据不齐，暂不评议" in text
    assert "只有 28/92 天有数据" in text
    assert "没有超出偶然" not in text
    assert "不作比较：" not in text
    rest = text.partition('class="section agenda-rest"')[2].partition("</section>")[0]
    assert "事件上报" in rest
    assert "在办事件" not in rest, "the quarter's end was not seen"
    assert "达标" not in rest
    assert "去年同季" not in rest
    unseen = shown(seen_in_part(view, 0))
    rest = unseen.partition('class="section agenda-rest"')[2].partition("</section>")[0]
    assert "事件上报" not in rest, "of a quarter without any data 0 is no sum"


def test_each_finding_has_its_cases_a_picture_and_one_figure(view: View) -> None:
    said = agenda.words(view, sample(view))
    assert said.agenda.findings
    for finding in said.agenda.findings:
        row = render.to_html(agenda.row(view, said, finding))
        assert said.headline(finding) in row
        assert row.count('class="agenda-figure"') == 1
        assert "data:image/svg+xml" in row
        assert f"kpi={finding.kpi}" in row
        if finding.group == "off":
            assert said.of(finding.now, finding.kpi) in row, "x/n in whole numbers"


def test_a_town_beyond_the_limits_is_named_with_its_cases_and_the_city_s(view: View) -> None:
    said = agenda.words(view, sample(view))
    shares = [
        one
        for one in said.agenda.findings
        if one.group == "beyond" and one.kpi != review_values.OVERDUE and said.of(one.now, one.kpi)
    ]
    assert shares
    for finding in shares:
        figure = said.review.figure(finding.kpi)
        assert figure is not None
        headline = said.headline(finding)
        assert f"（{said.of(finding.now, finding.kpi)}）" in headline
        assert f"（{said.of(figure.city, finding.kpi)}）" in headline
        assert said.of(finding.now, finding.kpi) not in said.detail(finding), "said once"


def test_no_word_of_a_statistician_is_on_the_page(view: View) -> None:
    pages_of = [shown(view), shown(view, kpi=KPI), shown(replace(view, area="320282112"))]
    for text in pages_of:
        for word in ("九成位", "限内", "漏斗位置", "上期同段", "自身变化", "φ"):
            assert word not in text


def test_where_no_town_is_whole_they_are_counted(view: View) -> None:
    lacking = [replace(one, days=1) for one in sample(view).completeness]
    text = render.to_html(head.quality(view, replace(sample(view), completeness=tuple(lacking))))
    assert "18 个镇（街道）的数据都不完整" in text
    assert "数据不完整：" not in text


def test_no_limit_is_drawn_where_no_value_can_be(view: View) -> None:
    said = agenda.words(view, sample(view))
    standings = said.agenda.standing(KPI)
    assert standings
    few = replace(standings.limits[0], x=1.0, lower95=-0.4, lower998=-0.98)
    changed = replace(standings, limits=(few, *standings.limits))
    drawn = funnels.describe(said, changed)
    assert drawn
    data = funnels.picture(view, said, changed, drawn)["data"]
    assert min(y for line in data for y in line["y"] if y is not None) >= 0


def test_the_city_s_line_is_the_city_s_figure(view: View) -> None:
    said = agenda.words(view, sample(view))
    figure, standings = sample(view).figure(KPI), said.agenda.standing(KPI)
    assert figure
    assert standings
    assert standings.centre == pytest.approx(figure.city.value)


def test_of_a_demo_nothing_is_said_about_lateness(view: View) -> None:
    late = [replace(one, late=one.events) for one in sample(view).completeness]
    told = {}
    for is_demo in (True, False):
        told[is_demo] = render.to_html(
            head.quality(view, replace(sample(view), completeness=tuple(late), is_demo=is_demo))
        )
    assert "录入早晚不作评价" in told[True]
    assert "100%" not in told[True]
    assert "100% 的事件在发生一周之后才录入" in told[False]


@pytest.mark.parametrize("filters", [{}, {"kpi": KPI}, {"kpi": "incidents.open"}], ids=str)
def test_code_and_hash_are_on_every_page(filters: dict[str, str], view: View) -> None:
    for text in (shown(view, **filters), shown(replace(view, area="320282112"), **filters)):
        assert text.count("2026Q3-1A2B3") >= 2
        assert "abababababab" in text
        assert 'data-hash="' + "ab" * 32 in text


def test_only_towns_beyond_the_limits_are_named_in_the_funnel(view: View) -> None:
    said = agenda.words(view, sample(view))
    standings = said.agenda.standing(KPI)
    assert standings
    described = funnels.describe(said, standings)
    assert described
    points = funnels.picture(view, said, standings, described)["data"][-1]
    beyond = [town.cls in diagrams.BEYOND for town in standings.towns if town.spot]
    assert [bool(text) for text in points["text"]] == beyond
    assert any(beyond)
    assert not all(beyond)
    text = shown(view, kpi=KPI)
    assert text.count('class="town-name"') == len(standings.towns), "the others on demand"


def test_a_figure_has_its_finding_its_two_years_and_three_answers(view: View) -> None:
    text = shown(view, kpi=KPI)
    found = text.index('class="found"')
    charts, answers = text.index('class="found-charts"'), text.index('class="found-answers"')
    assert found < charts < answers
    assert "chart--timeline" in text[charts:answers]
    assert text[answers:].count("<section><h3>") == 3
    assert all(word in text[answers:] for word in ("一起动的", "怎么问"))


def test_a_town_is_one_row_a_figure_without_workloads(view: View) -> None:
    text = shown(replace(view, area="320282112"))
    assert 'data-figure="incidents.closure_rate"' in text
    assert 'data-figure="incidents.reported"' not in text
    assert "好于全市" in text


def test_a_ranking_is_shown_on_request_alone_and_ties_share_a_place(view: View) -> None:
    assert "排序" not in shown(view, kpi=KPI).partition("review-rank")[0]
    text = shown(view, kpi=KPI, rank="1")
    assert "排序" in text
    assert text.count("与全市相当") > 10
    assert "rank=1" not in shown(view)
    review = sample(view)
    figure, standings = review.figure(KPI), agenda.words(view, review).agenda.standing(KPI)
    assert figure
    assert standings
    tied = [(town, 1.0) for town in figure.towns[:3]] + [(figure.towns[3], 0.9)]
    places = [towns.place(view, tied, n) for n in range(4)]
    assert places == ["并列 1", "并列 1", "并列 1", "4"]


def test_under_ten_cases_a_count_has_no_interval(view: View) -> None:
    figure = sample(view).figure("traffic.accidents")
    assert figure
    few = replace(figure.towns[0], value=9, n=9, lower=4.1, upper=17.1)
    assert towns.interval(view, few, figure) == "—"
    assert towns.interval(view, replace(few, value=10, n=10), figure) != "—"


def test_a_superseded_freeze_opens_and_says_what_is_in_force(view: View) -> None:
    old = sample(view)
    assert old.freeze
    superseded = replace(old, freeze=replace(old.freeze, superseded_by="2026Q3-99999"))
    text = render.to_html(head.superseded(view, superseded)[0])
    assert "2026Q3-1A2B3" in text
    assert "2026Q3-99999" in text
    assert head.superseded(view, old) == []


def test_a_draft_says_that_it_is_one(view: View) -> None:
    page = view.page_data["review"]
    draft = replace(sample(view), freeze=None, through="2026-09-20", revision=(), late_events=0)
    shown_page = page._replace(review=draft)
    text = shown(replace(view, page_data={**view.page_data, "review": shown_page}))
    assert "草稿" in text
    assert "已过 82 天" in text
    assert "data-draft" in text
    assert 'action="/review/freeze"' not in text


def test_commitments_have_one_source(view: View) -> None:
    said = agenda.words(view, sample(view))
    assert outcomes.of(said).squares == ("kept", "open")
    reported = replace(sample(view), commitments=())
    without = agenda.words(view, reported)
    assert outcomes.of(without).squares == ()
    assert "还没有表态" in outcomes.headline(without, outcomes.of(without))[0]


def test_the_revision_lists_what_was_and_is(view: View) -> None:
    text = shown(view)
    assert "冻结后补录 3 件事件，1 个数值有变" in text
    assert "90 % (90/100)" in text
    assert "91 % (91/100)" in text
    frozen = replace(sample(view), late_events=0, revision=())
    assert head.revision(view, frozen) == []


@pytest.mark.parametrize("role", roles.ROLES)
def test_forms_are_for_the_host(role: roles.Role, view: View) -> None:
    assert "<form" not in shown(view)
    editor = Editor("指挥中心", roles.of_account([role], [view.area]), "c" * 64)
    text = shown(replace(view, page_data={**view.page_data, "editor": editor}))
    is_host = role == "host"
    assert ('action="/review/freeze"' in text) == is_host
    assert text.count('action="/review/commitments"') == is_host
    assert (text.count("<option") >= 18) == is_host


def test_commitments_say_what_came_of_them(view: View) -> None:
    text = shown(replace(view, area="320282112"))
    assert "兑现，较表态时无显著变化" in text
    assert "未到期" in text
    assert "未到期" not in shown(replace(view, area="320282001"))


def test_what_a_projector_has_no_room_for_is_folded_with_its_number(
    make_view: Callable[..., View],
) -> None:
    """Of nine points seven are shown; each keeps its number."""
    view = make_view("/review")
    found = view.page_data["review"]
    made = found.review.agenda
    nine = replace(made, findings=tuple(islice(cycle(made.findings), 9)))
    by_group = sorted(nine.findings, key=lambda one: review_values.GROUPS.index(one.group))
    many = replace(found.review, agenda=replace(nine, findings=tuple(by_group)))
    text = render.to_html(agenda.body(view, many))
    shown, folded = text.split('<details class="agenda-more">')
    assert "还有 2 项" in folded
    assert (shown.count("data-finding="), folded.count("data-finding=")) == (7, 2)
    few = replace(found.review, agenda=replace(nine, findings=tuple(by_group[:7])))
    assert "agenda-more" not in render.to_html(agenda.body(view, few))


def test_a_chart_that_strays_for_a_week_is_not_said_to_stray_where_nothing_is_on_the_agenda(
    view: View,
) -> None:
    """The title above it says what the agenda says: usual variation."""
    said = agenda.words(view, sample(view))
    listed = {(one.kpi, one.area) for one in said.agenda.findings}
    quiet = next(
        one
        for one in said.agenda.controls
        if (one.kpi, one.area) not in listed and one.lower and one.step == "week"
    )
    strays = (*[0] * (len(quiet.points) - 2), -1, 0)
    assert "周不同寻常，未成趋势" in said.level(replace(quiet, signals=strays))
    assert (
        said.level(replace(quiet, signals=tuple([0] * len(quiet.points)))) == "没有变好也没有变差"
    )


def test_the_rest_says_no_more_than_was_compared(make_view: MakeView) -> None:
    view = make_view("/review")
    review = sample(view)
    assert review.agenda
    short = replace(review.agenda.sides[1], days=5)
    sides = (review.agenda.sides[0], short)
    alone = replace(review, agenda=replace(review.agenda, sides=sides))
    said = [render.to_html(agenda.rest(view, one)) for one in (review, alone)]
    assert ["变化没有超出偶然" in one for one in said] == [True, False]
    assert "其余项：没有可比的去年同季" in said[1]


@pytest.mark.parametrize(
    ("rate", "text"), [(4.49, "4.5"), (0.0254, "0.025"), (0.5, "0.5"), (0, "0")]
)
def test_a_rate_of_few_is_not_rounded_to_nothing(rate: float, text: str) -> None:
    assert sentences.per_people(rate) == text


def test_a_town_that_sent_every_day_is_whole_also_without_a_rare_kind_of_event(view: View) -> None:
    review = sample(view)
    daily = [replace(one, days=one.of_days, kinds=one.of_kinds - 4) for one in review.completeness]
    text = render.to_html(head.quality(view, replace(review, completeness=tuple(daily))))
    assert "18 个镇（街道）数据完整" in text
    assert "不完整" not in text
