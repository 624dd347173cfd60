"""What a wall of a made-up day shows besides its topics."""

from __future__ import annotations

from datetime import date

from feeds.alerts.lifecycle import Alert
from feeds.city.profile import Profile
from feeds.kpis import CATALOGUE
from feeds.wall import open_work, usual_day, wall_profile
from feeds.wall.on_time import OnTime, Share, Side
from feeds.wall.open_work import Open
from feeds.wall.usual_day import Band, UsualDay
from layouts.alerts.page_values import Life
from layouts.wall.page_values import Filling, Matter, Room, Told

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
WEEKS = 26
CATEGORIES = {"incident": "environment", "dispute": "family"}


def room(city: Profile, now_ms: int, *, is_filling: bool = False, alert: str = "a0") -> Room:
    """A busy afternoon: open work of every kind, two towns below the city and one above it, an
    alert that fires and one that is over.
    """
    start = now_ms - 15 * HOUR_MS
    cases = open_cases(city, now_ms)
    work = open_work.count(cases, now_ms, start)
    named = wall_profile.of(city).day
    steps = [2] * 30 + [0] * (usual_day.STEPS - 30)
    line = tuple(range(1, usual_day.STEPS + 1))
    band = Band(line, tuple(2 * n for n in line), tuple(3 * n for n in line))
    names = (*named, usual_day.OPENED, usual_day.CLOSED)
    towns = list(city.town_by_code)
    return Room(
        work=work,
        town_work={
            town: open_work.count(open_work.of_town(cases, town), now_ms, start) for town in towns
        },
        overdue_before=52,
        today={name: steps for name in names if name in CATALOGUE or name.startswith("all.")},
        usual=UsualDay(2, dict.fromkeys(names, band)),
        shares={"": on_time(city)},
        lives=(_life(alert, city, now_ms), _life("over", city, now_ms, is_over=True)),
        told={alert: (Told("duty group", now_ms - HOUR_MS),)},
        matters=tuple(
            Matter(now_ms - n * HOUR_MS, "joint", towns[n], "incident", "environment")
            for n in range(6)
        ),
        town_seen=dict.fromkeys(towns, now_ms - 2 * HOUR_MS),
        filling=Filling(now_ms - 700 * DAY_MS, now_ms - 300 * DAY_MS, 95.0) if is_filling else None,
    )


def open_cases(city: Profile, now_ms: int) -> list[Open]:
    """Five cases of each family in each town, the first two of them overdue."""
    found = []
    for n, town in enumerate(city.town_by_code):
        for family in open_work.families(city):
            for k in range(5):
                due = now_ms + (k - 2) * 3 * DAY_MS - n * HOUR_MS
                handled = due - 20 * DAY_MS if k % 2 else None
                category = CATEGORIES.get(family, "")
                found.append(Open(town, family, category, due - 21 * DAY_MS, due, handled))
    return found


def on_time(city: Profile) -> OnTime:
    towns = list(city.town_by_code)
    sides: dict[str, Side] = dict.fromkeys(towns, "")
    sides |= {towns[0]: "low", towns[1]: "low", towns[2]: "high"}
    shares = {town: Share(950, 1000) for town in towns}
    shares |= {towns[0]: Share(1269, 1442), towns[1]: Share(705, 792), towns[2]: Share(1000, 1000)}
    weeks = {area: tuple(Share(95, 100) for _ in range(WEEKS)) for area in city.areas}
    whole = Share(sum(s.done for s in shares.values()), sum(s.due for s in shares.values()))
    return OnTime(date(2026, 9, 30), whole, shares, sides, date(2026, 3, 30), weeks)


def _life(name: str, city: Profile, now_ms: int, *, is_over: bool = False) -> Life:
    fired = now_ms - HOUR_MS
    alert = Alert(
        name,
        "incidents-overdue",
        city.code,
        "critical",
        "resolved" if is_over else "firing",
        now_ms - HOUR_MS // 2,
        fired,
        fired,
        52.0,
        40.0,
    )
    return Life(alert, "", 0)
