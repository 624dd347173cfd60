"""What stands where on a glass of any size: nothing under a joint, nothing over another, nothing
lost; what the blocks say of a busy, a burning, a filling and an empty board; and the turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape
from itertools import combinations
from typing import Any

import pytest

from feeds import kpis
from feeds.alerts.lifecycle import Alert
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.trends import control_charts
from feeds.trends.completed_steps import Line
from feeds.wall import wall_profile
from feeds.wall.on_time import Share
from feeds.wall.wall_profile import Wall
from layouts.alerts.page_values import Life
from layouts.html import render
from layouts.pages import wall
from layouts.text import numbers, texts, times
from layouts.view import Replay, View
from layouts.wall import (
    band,
    canvas,
    charts,
    composition,
    day,
    figures,
    fitting,
    flow,
    happenings,
    names,
    playlist,
    signals,
    urgent,
)
from layouts.wall.canvas import BASE_U, Area
from layouts.wall.composition import Composition
from layouts.wall.page_values import Matter
from tests.layouts.wall import rooms

MakeView = Callable[..., View]
MOMENT = 1_790_000_000_000  # 2026-09-21 22:13:20 in the city
GLASSES = [
    ("1920x1080", "1x1"),
    ("3840x2160", "1x1"),
    ("7680x2160", "2x1"),
    ("5760x1080", "3x1"),
    ("6656x1792", "1x1"),
    ("6656x1792", "2x1"),
    ("5760x3240", "3x3"),
    ("3840x2160", "2x2"),
    ("11520x6480", "3x3"),
    ("1280x1024", "1x1"),
    ("1440x900", "1x1"),
    ("1200x800", "1x1"),
    ("7680x1080", "4x1"),
    ("11520x1080", "6x1"),
    ("7680x2160", "4x2"),
]
BAND_AT = Area(40, 100, 1840, composition.BAND)
every_glass = pytest.mark.parametrize(("size", "panels"), GLASSES)


def apart(a: Area, b: Area) -> bool:
    return (
        a.x + a.w <= b.x + 0.5
        or b.x + b.w <= a.x + 0.5
        or a.y + a.h <= b.y + 0.5
        or b.y + b.h <= a.y + 0.5
    )


def areas(found: Composition) -> list[Area]:
    return [*(one.at for one in found.blocks), found.turn]


@every_glass
@pytest.mark.parametrize("replay", [False, True])
def test_no_block_lies_under_a_joint_over_another_or_off_the_glass(
    size: str, panels: str, replay: bool, yixing: Profile
) -> None:
    glass = canvas.declared(wall_profile.of(yixing), size, panels, replay=replay)
    found = areas(composition.compose(glass))
    for at in found:
        assert min(at.x, at.y - 80 - glass.lead) >= 0
        assert at.x + at.w <= glass.w
        assert at.y + at.h <= glass.h - glass.tail - 50
        assert min(at.w, at.h) > 0
        assert not at.crosses(glass)
    assert all(apart(a, b) for a, b in combinations(found, 2))


@every_glass
def test_everything_is_in_place_or_in_the_turn(size: str, panels: str, yixing: Profile) -> None:
    found = composition.compose(canvas.declared(wall_profile.of(yixing), size, panels))
    shown = {one.show for one in found.blocks}
    assert "band" in shown
    work = {"flow", "kinds"} <= shown or "work" in found.extra
    assert work
    assert "day" in shown or "day" in found.extra
    assert "year" in shown or "year" in found.extra
    assert not (shown & set(found.extra))


@every_glass
def test_no_panel_stays_empty(size: str, panels: str, yixing: Profile) -> None:
    glass = canvas.declared(wall_profile.of(yixing), size, panels)
    found = areas(composition.compose(glass))
    for cell in (cell for column in glass.cells for cell in column):
        assert any(not apart(cell, at) for at in found), cell


def test_width_goes_to_time_and_to_the_oldest_cases(yixing: Profile) -> None:
    def shown(size: str, panels: str) -> list[str]:
        glass = canvas.declared(wall_profile.of(yixing), size, panels)
        return [one.show for one in composition.compose(glass).blocks]

    assert shown("1920x1080", "1x1") == ["band", "year", "flow", "kinds", "day"]
    wide = shown("5760x1080", "3x1")
    assert set(wide) - set(shown("1920x1080", "1x1")) == {"weeks", "towns", "oldest", "events"}
    assert shown("7680x1080", "4x1").count("weeks") == 2


def test_type_follows_the_distance_and_what_has_no_room_takes_turns() -> None:
    near, far = (canvas.declared(Wall(distance_m=distance)) for distance in (5.0, 9.0))
    assert round(near.base_px) == 22
    assert round(far.base_px) == 38  # 45 mm of glyph on 2440 mm of panel
    assert composition.compose(near).extra == ()
    assert set(composition.compose(far).extra) == {"work", "day", "year"}


@pytest.mark.parametrize(
    ("size", "panels"), [glass for glass in GLASSES if glass[1].endswith("x1")]
)
def test_a_replay_is_composed_as_the_wall_was(size: str, panels: str, yixing: Profile) -> None:
    live, past = (
        composition.compose(canvas.declared(wall_profile.of(yixing), size, panels, replay=replay))
        for replay in (False, True)
    )
    assert [one.show for one in past.blocks] == [one.show for one in live.blocks]
    assert [(round(at.w), round(at.h)) for at in areas(past)] == [
        (round(at.w), round(at.h)) for at in areas(live)
    ]


def test_the_turn_has_the_scenes_and_every_town(make_view: MakeView) -> None:
    found = playlist.pictures(make_view("/wall"))
    assert [one.name for one in found if one.show != "town"] == [
        "map",
        "oldest",
        "alerts",
        "control",
    ]
    assert len([one for one in found if one.show == "town"]) == 18
    fixed = replace(make_view("/wall"), filters={"scene": "oldest"})
    assert [one.name for one in playlist.pictures(fixed)] == ["oldest"]
    town = playlist.pictures(make_view("/wall", area="320282112"))
    assert {one.area for one in town} == {"320282112"}


def test_only_towns_with_something_to_say_take_their_turn(make_view: MakeView) -> None:
    view = make_view("/wall")
    room = view.page_data["room"]
    calm = replace(room, town_work={}, shares={"": replace(room.shares[""], sides={})})
    quiet = {one for one in playlist.silent(view, calm) if one.startswith("town/")}
    assert len(quiet) == 18
    loud = playlist.silent(view, replace(room, town_work={}))
    towns = list(view.profile.town_by_code)
    assert {f"town/{town}" for town in towns} - set(loud) == {f"town/{town}" for town in towns[:3]}


def test_a_day_without_an_alert_does_not_take_a_turn(make_view: MakeView) -> None:
    view = make_view("/wall", form="late")
    room = view.page_data["room"]
    scene = f"alerts/{view.area}"
    assert scene not in playlist.silent(view, room)
    assert scene in playlist.silent(view, replace(room, lives=()))


def test_the_list_of_alerts_says_how_many_it_leaves_out(make_view: MakeView) -> None:
    view = make_view("/wall", lang="en")
    fixed = replace(view, filters={**view.filters, "scene": "alerts"})
    room = fixed.page_data["room"]

    def drawn(count: int) -> str:
        many = replace(room, lives=room.lives[:1] * count)
        return render.to_html(wall.build(replace(fixed, page_data={"room": many})))

    for count in (1, 2, 40):
        text = drawn(count)
        listed = text.count('class="today-line"')
        rest = re.findall(r">(\d+) more<", text.partition("alerts-axis")[2])
        assert listed + sum(map(int, rest)) == count, (listed, rest)


def test_alerts_stand_by_severity_then_by_who_acknowledged_them(make_view: MakeView) -> None:
    made: dict[str, Any] = {"place": ["", ""], "title": ["", ""], "said": ["", ""], "silent": False}
    alerts = [
        {**made, "id": "a", "severity": "warning", "state": "firing", "fired": 1},
        {**made, "id": "b", "severity": "critical", "state": "acknowledged", "fired": 2},
        {**made, "id": "c", "severity": "critical", "state": "firing", "fired": 3, "silent": True},
        {**made, "id": "d", "severity": "critical", "state": "firing", "fired": 1},
    ]
    view: Any = make_view("/wall")
    view = replace(view, topic={**view.topic, "alerts": alerts})
    assert [one["id"] for one in signals.alerts(view)] == ["d", "c", "b", "a"]


@pytest.mark.parametrize("lang", texts.LANGS)
def test_an_urgent_alert_takes_the_band_and_marks_its_stage(
    lang: Lang, make_view: MakeView
) -> None:
    view: Any = make_view("/wall", lang=lang)
    alerts = [{**one, "kpi": "incidents.overdue"} for one in view.topic["alerts"]]
    view = replace(view, topic={**view.topic, "alerts": alerts})
    text = render.to_html(wall.build(view))
    assert 'class="room-urgent"' in text
    assert "room-band" not in text
    assert text.count('data-marked="yes"') == 1
    assert "stage--handling" in text.split('data-marked="yes"')[0].rpartition("<div")[2] or (
        'stage--handling" data-marked="yes"' in text
    )
    own = render.to_html(wall.scene(replace(view, filters={"scene": "urgent"})))
    assert "duty group" in own  # who was told
    acknowledged = [{**one, "state": "acknowledged"} for one in alerts]
    calm = replace(view, topic={**view.topic, "alerts": acknowledged})
    assert "room-urgent" not in render.to_html(wall.build(calm))


def test_what_a_figure_was_a_year_ago_comes_from_its_change(make_view: MakeView) -> None:
    view: Any = make_view("/wall")
    topic = {
        **view.topic,
        "set": {**view.topic["set"], "traffic.deaths": 41, "disputes.success_rate": 0.99},
        "change": {
            **view.topic["change"],
            "traffic.deaths": [-0.2115, None],
            "disputes.success_rate": [0.004, None],
        },
    }
    view = replace(view, topic=topic)
    assert figures.before(view, "traffic.deaths") == 52
    assert figures.before(view, "disputes.success_rate") == pytest.approx(0.986)
    gone = replace(view, topic={**topic, "change": {"traffic.deaths": [None, None]}})
    assert figures.before(gone, "traffic.deaths") is None


def test_the_day_says_what_lies_outside_most_days(make_view: MakeView) -> None:
    view = make_view("/wall")
    room = view.page_data["room"]
    names = day.shown(view)
    low, high = room.usual.bands[names[0]].at(15 * 3_600_000)

    def said(values: list[int]) -> str:
        topic = {**(view.topic or {}), "set": dict(zip(names, values, strict=True))}
        return day.sentence(replace(view, topic=topic), room, names)

    inside = (low + high) // 2
    assert said([inside] * 6) == "今日 6 项都在去年同期范围内"
    assert said([1000, *[inside] * 5]) == "今日：事件上报高于多数周三，其余在内"
    assert said([1000, 1000, 0, 0, 0, inside]) == "今日 2 项高于多数周三，3 项低于"
    assert said([0, 0, 0, inside, inside, inside]) == "今日 3 项低于多数周三"


def test_of_a_day_without_new_data_nothing_is_called_usual(make_view: MakeView) -> None:
    view = make_view("/wall")
    room = view.page_data["room"]
    names = day.shown(view)
    low, high = room.usual.bands[names[0]].at(15 * 3_600_000)

    def said(known: int) -> str:
        values = dict.fromkeys(names[:known], (low + high) // 2)
        return day.sentence(replace(view, topic={**(view.topic or {}), "set": values}), room, names)

    assert said(4) == "今日 4 项在去年同期范围内，2 项没有新数据"
    assert said(0) == "今日还没有新数据，不作对比"


def test_a_town_that_reports_nothing_is_on_no_side(make_view: MakeView) -> None:
    view = make_view("/wall")
    room = view.page_data["room"]
    kpi = signals.map_kpi(view)
    sides = signals.shares(view, room, kpi).sides
    low = next(town for town, side in sides.items() if side == "low")
    topic = view.topic or {}
    silent = replace(view, topic={**topic, "towns_silent": [low]})
    found = signals.shares(silent, room, kpi).sides
    assert found == {**sides, low: ""}
    nobody = replace(view, topic={**topic, "towns_silent": list(view.profile.town_by_code)})
    assert not any(signals.shares(nobody, room, kpi).sides.values())
    text = render.to_html(wall.build(nobody))
    assert "没有新数据，不作比较" in text
    assert "低于全市，不像偶然" not in text
    assert "各镇（街道）无显著差异" not in text


def test_a_signal_s_point_says_what_it_means_itself(make_view: MakeView) -> None:
    """High ones of a share that should be high are better, the low one at its end is not."""
    view = make_view("/wall")
    kpi = "incidents.closure_rate"
    values: list[float | None] = [0.95, 0.951, 0.949] * 10 + [0.99, 0.95, 0.951, 0.90]
    trend = control_charts.of_line(kpis.CATALOGUE[kpi], Line(date(2026, 1, 5), values, "week"))
    drawn = render.to_html(charts._limits(view, kpi, trend, 400, 200, 40))
    assert drawn.count("signal-point is-improvement") == 1
    assert drawn.count("signal-point is-concern") == 1


def test_a_late_count_is_not_called_below_most_days(make_view: MakeView) -> None:
    view = make_view("/wall")
    room = view.page_data["room"]
    name = day.shown(view)[0]
    view = replace(view, topic={**(view.topic or {}), "set": {name: 0}})
    assert day.side(view, room, name) == "low"
    late = replace(view, now_ms=view.now_ms + 7 * 86_400_000)
    assert late.state(name) != "live"
    assert day.side(late, room, name) == ""
    assert "低于" not in day.sentence(late, room, [name])
    nobody = list(view.profile.town_by_code)
    silent = replace(view, topic={**(view.topic or {}), "towns_silent": nobody})
    assert day.side(silent, room, name) == ""
    assert day.sentence(silent, room, [name]) == "今日还没有新数据，不作对比"


def test_a_day_of_which_nothing_came_in_is_not_a_day_of_zeros(make_view: MakeView) -> None:
    view = make_view("/wall")
    room = view.page_data["room"]
    quiet = replace(room, today={})
    last = int(view.at or 0)
    silent_ms = round(1000 * signals.silence_s(view))

    def figures_of(now_ms: int) -> str:
        shown = replace(view, now_ms=now_ms)
        return render.to_html(flow.draw(shown, quiet, 1205))

    assert "is-missing" not in figures_of(last + silent_ms)
    assert figures_of(last + silent_ms + 1000).count('"stage-figure is-missing">—') == 2


def test_a_control_chart_names_the_step_that_signals(make_view: MakeView) -> None:
    view = make_view("/wall")
    values: list[float | None] = [20, 21, 19, 20, 22, 18, 20, 21, 19, 20, 21, 60, 61, 62]
    line = Line(date(2026, 6, 1), values, "week")
    trend = control_charts.of_line(kpis.CATALOGUE["disputes.open"], line)
    assert trend.run > 1, "more than the last point is beyond the limits"
    assert charts.signal(view, "disputes.open", trend) == "8月31日当周 62，高于上限"


def test_control_charts_that_are_not_read_yet_are_not_said_to_be_quiet(
    make_view: MakeView,
) -> None:
    view = make_view("/wall", form="late")
    assert view.topic
    asked = dict(view.topic["as_of"]) if "as_of" in view.topic else {}
    none = {"trends": {}, "as_of": asked | {"trends": MOMENT}}
    for moment, said in ((MOMENT, "no_signals"), (None, "control_waits")):
        topic = {**view.topic, **none, "as_of": asked | {"trends": moment}}
        drawn = charts.control(replace(view, topic=topic), Area(0, 0, 600, 600))
        assert texts.get("zh", f"room.{said}") in render.to_html(drawn)


@pytest.mark.parametrize("w", [1000.0, 1060.0, 1205.0, 1815.0])
@pytest.mark.parametrize("lang", texts.LANGS)
def test_the_bar_of_work_in_hand_has_the_room_its_figure_leaves(
    lang: Lang, w: float, make_view: MakeView
) -> None:
    view = make_view("/wall", lang=lang, form="late")
    room = view.page_data["room"]
    bars = []
    for handling in (9, 1_002, 123_456):
        work = replace(room.work, handling=handling)
        text = render.to_html(flow.draw(view, replace(room, work=work), w))
        found = re.search(r"--bar:\s*(\d+)", text)
        bars.append(int(found[1]) if found else 0)
        assert texts.get(lang, "room.overdue_n").format(n=work.handling_overdue) in text
    assert bars == sorted(bars, reverse=True)
    assert w < flow.NARROW_U or bars[0] > 0


@pytest.mark.parametrize("w", [1000.0, 1205.0])
@pytest.mark.parametrize("lang", texts.LANGS)
def test_no_figure_of_the_flow_is_cut_by_its_stage(
    lang: Lang, w: float, make_view: MakeView
) -> None:
    view = make_view("/wall", lang=lang, form="late")
    room = view.page_data["room"]
    work = replace(room.work, waiting=12_024, handling=1_188)
    text = render.to_html(flow.draw(view, replace(room, work=work), w))
    columns = re.search(r"grid-template-columns:\s*([^;'\"]+)", text)
    assert columns
    waiting, handling = (float(one) for one in columns[1].replace("fr", "").split()[1:3])
    _, edge, other_edge, _ = flow.NARROW_EDGES if w < flow.NARROW_U else flow.EDGES
    for width, figure in ((waiting - edge, 12_024), (handling - other_edge, 1_188)):
        assert fitting.width(numbers.whole(figure, lang), flow.FIGURE) <= width + 1


@pytest.mark.parametrize("lang", texts.LANGS)
def test_an_alert_that_fires_is_named_in_full(lang: Lang, make_view: MakeView) -> None:
    view = make_view("/wall", lang=lang)
    assert view.topic
    titles = ["网格事件超期多于 95 件", "More than 95 incidents overdue"]
    one = {**view.topic["alerts"][0], "state": "acknowledged", "title": titles}
    firing = replace(view, topic={**view.topic, "alerts": [one]})
    text = render.to_html(band.draw(firing, view.page_data["room"], BAND_AT))
    said = titles[0 if lang == "zh" else 1]
    assert said in text
    size = fitting.LINE if "band-small" in text else fitting.LEAD
    part = band.PLACES_FIRING[0] / sum(band.PLACES_FIRING)
    room_u = BAND_AT.w * part - band.LABEL_EM[lang] * BASE_U - band.EDGE_U - band.MARK_U
    assert fitting.width(said, size) <= room_u


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "网格事件超期多于 12 件"), ("en", "More than 12 incidents overdue")]
)
def test_an_alert_of_today_has_its_own_bound(lang: Lang, said: str, make_view: MakeView) -> None:
    view = make_view("/wall", lang=lang)
    at = view.now_ms
    one = Alert("a", "incidents-overdue", view.area, "warning", "firing", at, at, at, 37, 12, at)
    assert said in render.to_html(urgent.of_today(view, Life(one, "", 0), 900))
    room = replace(
        view.page_data["room"],
        matters=(Matter(at, "alert", view.area, one.rule, "", one.bound),),
    )
    assert said in render.to_html(happenings.draw(view, room, Area(0, 0, 900, 600)))


@pytest.mark.parametrize("lang", texts.LANGS)
def test_a_case_is_named_without_a_word_twice(lang: Lang, make_view: MakeView) -> None:
    view = make_view("/wall", lang=lang)
    said = names.case(view, "safety.hazard", "production")
    assert said == {"zh": "安全生产隐患", "en": "Work safety hazard"}[lang]


@pytest.mark.parametrize("lang", texts.LANGS)
def test_while_the_history_is_filled_nothing_unfinished_is_a_number(
    lang: Lang, make_view: MakeView
) -> None:
    view: Any = make_view("/wall", lang=lang, form="late")
    room = rooms.room(view.profile, view.now_ms, is_filling=True)
    view = replace(view, page_data={**view.page_data, "room": room})
    text = render.to_html(wall.build(view))
    assert 'data-filling="yes"' in text
    assert text.count("year-missing") == len(wall_profile.of(view.profile).year)
    assert escape(texts.get(lang, "room.later_handling")) in text
    assert "57" in text.rpartition("filling-share")[2][:12]  # of 700 days 400 are there
    assert "day-side" not in "".join(part for part in text.split("<span") if "多数" in part)


@pytest.mark.parametrize("lang", texts.LANGS)
def test_an_empty_board_says_what_to_do(lang: Lang, make_view: MakeView) -> None:
    text = render.to_html(wall.build(make_view("/wall", lang=lang, form="empty")))
    assert 'data-empty="yes"' in text
    assert escape(texts.get(lang, "room.do_connect")) in text
    assert "data-kpi" not in text
    broken = render.to_html(wall.build(make_view("/wall", lang=lang, form="broken")))
    assert 'data-empty=""' in broken


def test_towns_are_named_only_beyond_the_limits(make_view: MakeView) -> None:
    view = make_view("/wall", form="late")
    text = render.to_html(band.draw(view, view.page_data["room"], BAND_AT))
    assert "2 个镇（街道）按期办结率偏低" in text
    room = view.page_data["room"]
    lowest = room.shares[""].towns[room.shares[""].on_side("low")[0]]
    assert f"（{lowest.done}/{lowest.due}）、" in text, "the share has its cases beside it"
    calm = replace(room, shares={"": replace(room.shares[""], sides={})})
    assert "各镇（街道）无显著差异" in render.to_html(band.draw(view, calm, BAND_AT))
    shapes = render.to_html(wall.scene(replace(view, filters={"scene": "map"})))
    assert (shapes.count("is-low"), shapes.count("is-high")) == (2, 1)
    assert texts.get("zh", "map.schematic") in shapes


def test_a_share_of_few_is_its_cases_on_the_wall(make_view: MakeView) -> None:
    view = make_view("/wall", form="late")
    said = [names.with_cases(view, share) for share in (Share(0, 5), Share(0, 10), Share(0, 0))]
    assert said == ["0/5", "0\u00a0%（0/10）", "—"]


@pytest.mark.parametrize(
    ("lang", "w", "rest"),
    [
        ("zh", 1840, "，另 1 个"),
        ("en", 1840, " +1"),
        ("zh", 1700, "，另 2 个"),
        ("en", 1600, " +2"),
    ],
)
def test_as_many_towns_are_named_as_there_is_room_for(
    lang: Lang, w: float, rest: str, make_view: MakeView
) -> None:
    view = make_view("/wall", lang=lang, form="late")
    room = view.page_data["room"]
    low = dict.fromkeys(list(room.shares[""].towns)[:4], "low")
    many = replace(room, shares={"": replace(room.shares[""], sides=low)})
    assert f"{rest}</div>" in render.to_html(band.draw(view, many, replace(BAND_AT, w=w)))


def test_a_span_is_said_to_the_second() -> None:
    assert times.lasting(44.9, "zh") == "44\u00a0秒"
    assert times.lasting(448, "zh") == "7\u00a0分\u00a028\u00a0秒"
    assert times.lasting(3661, "en") == "1\u00a0h\u00a01\u00a0min\u00a001\u00a0s"
    assert times.span(9.75 * 86_400, "zh") == "9.7\u00a0天"
    assert times.span(47 * 60, "en") == "47\u00a0min"


@pytest.mark.parametrize("lang", texts.LANGS)
def test_a_replay_is_marked_on_every_panel_and_says_why_it_cannot_be_shown(
    lang: Lang, make_view: MakeView
) -> None:
    asked = Replay(MOMENT, "then", (MOMENT - 3_600_000, MOMENT + 3_600_000))
    view = replace(
        make_view("/wall", lang=lang), replay=asked, filters={"size": "5760x1080", "panels": "3x1"}
    )
    text = render.to_html(wall.build(view))
    assert (
        text.count("data-replay-moment") == text.count(f">{texts.get(lang, 'replay.mark')}<") == 3
    )
    for reason in ("unreadable", "future", "late", "busy", "away"):
        refused = replace(view, replay=asked._replace(refused=reason))
        assert f">{escape(texts.get(lang, f'replay.{reason}'))}<" in render.to_html(
            wall.build(refused)
        )
    before = replace(view, replay=asked._replace(refused="before", first_ms=MOMENT))
    assert "22:13:20" in render.to_html(wall.build(before)).rpartition("data-refusal")[2]
    assert "data-replay" not in render.to_html(wall.build(replace(view, replay=None)))
