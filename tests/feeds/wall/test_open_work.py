"""What stands open, counted; the bands of days like today; the towns beyond the limits."""

from __future__ import annotations

from datetime import date

from feeds.wall import on_time_reader, open_work, usual_day
from feeds.wall.on_time import Share
from feeds.wall.open_work import DAY_MS, KindCount, Open

NOW = 100 * DAY_MS


def opened(family: str, due_in_days: float | None, *, handled: bool = False) -> Open:
    due = None if due_in_days is None else NOW + int(due_in_days * DAY_MS)
    return Open("11", family, "", NOW - 50 * DAY_MS, due, NOW - DAY_MS if handled else None)


def test_work_is_counted_by_stage_and_by_how_late_it_is() -> None:
    cases = [
        opened("incident", -8, handled=True),
        opened("incident", -0.2, handled=True),
        opened("incident", 0.5, handled=True),
        opened("incident", 5),
        opened("incident", -31),
        opened("dispute", -2),  # nobody hands out a dispute: it is in hand
        opened("task", None),
    ]
    found = open_work.count(cases, NOW, NOW - DAY_MS // 2)
    assert (found.waiting, found.waiting_overdue, found.handling) == (2, 1, 5)
    assert (found.handling_overdue, found.long_overdue, found.soon) == (3, 1, 1)
    assert (found.overdue, found.open, found.month_overdue) == (4, 7, 1)
    assert found.kinds[0] == KindCount("incident", 3, 5)
    assert [one.due for one in found.oldest] == sorted(
        one.due for one in cases if one.due is not None and one.due <= NOW
    )
    assert [one.family for one in found.new_overdue] == ["incident"]  # today's alone


def test_nothing_open_is_nothing_overdue() -> None:
    found = open_work.count([], NOW, NOW)
    assert (found.open, found.overdue, found.waiting_since, found.kinds) == (0, 0, None, ())


def test_the_days_like_today_are_the_same_weekdays_around_a_year_ago() -> None:
    days = usual_day.days_like(date(2026, 11, 27))
    assert days[6] == date(2025, 11, 28)
    assert {day.weekday() for day in days} == {4}
    assert len(days) == 13


def test_the_band_leaves_out_the_two_least_and_the_two_most() -> None:
    steps = [[n] + [0] * (usual_day.STEPS - 1) for n in range(13)]
    found = usual_day.usual(date(2026, 11, 27), [{"x": one} for one in steps])
    assert (found.bands["x"].low[0], found.bands["x"].middle[0], found.bands["x"].high[0]) == (
        2,
        6,
        10,
    )
    assert found.bands["x"].at(3_600_000) == (2, 10)
    assert found.bands["x"].at(usual_day.STEP_MS // 2) == (1, 5)  # half of the first step is over


def test_too_few_days_make_no_band() -> None:
    assert usual_day.usual(date(2026, 11, 27), [{"x": [1] * 48}] * 4).bands == {}


def test_a_town_is_named_beyond_the_limits_of_chance_alone() -> None:
    towns = {f"t{n}": Share(950, 1000) for n in range(16)}
    towns |= {"low": Share(880, 1000), "small": Share(2, 3), "none": Share(0, 0)}
    sides = on_time_reader.outlying(towns)
    assert sides["low"] == "low"
    assert {sides[town] for town in towns if town != "low"} == {""}
