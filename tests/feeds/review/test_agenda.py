"""What a meeting talks about: only what chance does not explain, each thing once, and nothing from
half a quarter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pytest

from feeds import kpis
from feeds.city.profile import Profile
from feeds.review import agenda, charts, signals
from feeds.review.agenda import Known
from feeds.review.agenda_history import Series
from feeds.review.known_figures import KnownFigures
from feeds.review.review_values import (
    OVERDUE,
    Agenda,
    Completeness,
    Figure,
    Reading,
    Side,
    Three,
)

DAYS = (92, 92, 92)
START = date(2026, 7, 1)
WHOLE = (Side("2026Q3", 92, 92), Side("2025Q3", 92, 92))
COUNTS = ("incidents.reported", "disputes.accepted", "fraud.warnings", "traffic.accidents")
NOTHING = Reading(None)


def count(n: float) -> Reading:
    return Reading(n, n)


def share(n: float, of: float) -> Reading:
    return Reading(n / of if of else None, n, of)


def known(
    city: Profile,
    *,
    due: Mapping[str, Mapping[str, int]] | None = None,
    series: Mapping[str, Mapping[str, Series]] | None = None,
    sides: tuple[Side, ...] = WHOLE,
    oldest: Mapping[str, int] | None = None,
    days: Mapping[str, int] | None = None,
) -> Known:
    """`days`: on how many there were data of an area; on all of them where it is not named."""
    seen = dict.fromkeys(city.areas, 92) | dict(days or {})
    heard = tuple(Completeness(code, 9000, n, 92, 9, 9, 0, None) for code, n in seen.items())
    figures = KnownFigures({}, heard, False, due or {}, {})

    def series_of(area: str, kpi: str) -> Series | None:
        return (series or {}).get(area, {}).get(kpi)

    return Known(figures, heard, series_of, oldest or {}, sides, DAYS, START)


def figure(
    kpi: str, city: Profile, found: Mapping[str, Three], target: float | None = None
) -> Figure:
    return signals.figure(kpis.CATALOGUE[kpi], target, city, found, DAYS)


def counted(city: Profile, now: Mapping[str, int], before: Mapping[str, int]) -> Any:
    found = {
        town: Three(count(now[town]), NOTHING, count(before[town])) for town in city.town_by_code
    }
    whole = Three(count(sum(now.values())), NOTHING, count(sum(before.values())))
    return found | {city.code: whole}


def overdue(city: Profile, standing: Mapping[str, int]) -> list[Figure]:
    """Overdue incidents and disputes: the towns' of the mapping, of every other town one each."""
    made = []
    for kpi in ("incidents.overdue", "disputes.overdue"):
        values = {town: standing.get(town, 1) for town in city.town_by_code}
        found = {town: Three(count(n), NOTHING, NOTHING) for town, n in values.items()}
        found[city.code] = Three(count(sum(values.values())), NOTHING, NOTHING)
        made.append(figure(kpi, city, found))
    return made


def test_overdue_work_is_measured_against_what_the_workload_would_give(yixing: Profile) -> None:
    towns = list(yixing.town_by_code)
    busy, slow = towns[0], towns[1]
    due = dict.fromkeys(towns, 100) | {busy: 2000}
    due[yixing.code] = sum(due.values())
    figures = overdue(yixing, {busy: 20, slow: 9})
    by_family = {"incident": due, "dispute": due}
    found = agenda.of(figures, known(yixing, due=by_family, oldest={slow: 31}), yixing)
    (one,) = found.of_group("beyond")
    assert (one.kpi, one.area, one.now.n, one.oldest_days) == (OVERDUE, slow, 18, 31)
    assert one.expected is not None
    assert one.expected < 3
    assert one.high is not None
    assert one.high < 18
    assert [(part.kpi, part.n) for part in one.parts] == [
        ("incidents.overdue", 9),
        ("disputes.overdue", 9),
    ]
    busiest = found.standing(OVERDUE)
    assert busiest is not None
    standing = busiest.of(busy)
    assert standing is not None
    assert (standing.n, standing.cls) == (40, "inside"), "the most, and as many as its work gives"


@pytest.mark.parametrize(
    ("n", "of", "target", "missing"),
    [(442, 478, 0.95, 13), (98, 100, 0.99, None), (27, 29, 1.0, None), (39, 40, 1.0, 1)],
)
def test_off_target_is_what_chance_does_not_explain(
    yixing: Profile, n: int, of: int, target: float, missing: int | None
) -> None:
    towns = list(yixing.town_by_code)
    parts = dict.fromkeys(towns, (0, 0)) | {towns[0]: (n - 20, of - 20), towns[1]: (20, 20)}
    found = {town: Three(share(*part), NOTHING, NOTHING) for town, part in parts.items()}
    found[yixing.code] = Three(share(n, of), NOTHING, NOTHING)
    one = figure("handoffs.on_time", yixing, found, target)
    made = agenda.of([one], known(yixing), yixing).of_group("off")
    assert [finding.missing for finding in made] == ([] if missing is None else [missing])
    if missing:
        assert {gap.town for gap in made[0].gaps} == {towns[0]}


def test_the_city_s_level_is_its_own_and_holds_unknown_areas(yixing: Profile) -> None:
    towns = list(yixing.town_by_code)
    found = {town: Three(share(90, 100), NOTHING, NOTHING) for town in towns}
    found[yixing.code] = Three(share(90 * len(towns), 100 * len(towns) + 50), NOTHING, NOTHING)
    one = figure("handoffs.on_time", yixing, found)
    standings = agenda.of([one], known(yixing), yixing).standing("handoffs.on_time")
    assert standings is not None
    assert standings.centre == pytest.approx(one.city.value)


def test_nothing_is_compared_with_half_a_quarter(yixing: Profile) -> None:
    before = dict.fromkeys(yixing.town_by_code, 100)
    now = dict.fromkeys(yixing.town_by_code, 290)
    figures = [figure("incidents.reported", yixing, counted(yixing, now, before))]
    half = (Side("2026Q3", 92, 92), Side("2025Q3", 49, 92))
    assert agenda.of(figures, known(yixing), yixing).signals > 0
    refused = agenda.of(figures, known(yixing, sides=half), yixing)
    assert (refused.changes, refused.findings) == ((), ())


def work(city: Profile) -> dict[str, dict[str, int]]:
    """By family as many cases that fell due in each town."""
    due = dict.fromkeys(city.town_by_code, 100)
    due[city.code] = sum(due.values())
    return {"incident": due, "dispute": due}


def test_a_town_that_too_little_was_seen_of_is_not_singled_out(yixing: Profile) -> None:
    slow, by_family = next(iter(yixing.town_by_code)), work(yixing)
    figures = overdue(yixing, {slow: 9})
    found = agenda.of(figures, known(yixing, due=by_family), yixing)
    assert [one.area for one in found.of_group("beyond")] == [slow]
    found = agenda.of(figures, known(yixing, due=by_family, days={slow: 28}), yixing)
    assert found.of_group("beyond") == ()


def test_a_quarter_that_was_seen_in_part_is_not_judged(yixing: Profile) -> None:
    slow, by_family = next(iter(yixing.town_by_code)), work(yixing)
    found = {town: Three(share(80, 100), NOTHING, NOTHING) for town in yixing.areas}
    figures = [*overdue(yixing, {slow: 9}), figure("handoffs.on_time", yixing, found, 0.95)]
    whole = agenda.of(figures, known(yixing, due=by_family), yixing)
    assert {one.group for one in whole.findings} == {"beyond", "off"}
    part = agenda.of(
        figures, known(yixing, due=by_family, days=dict.fromkeys(yixing.areas, 28)), yixing
    )
    assert (part.findings, part.standings, part.changes) == ((), (), ())


def test_one_event_is_one_finding_and_a_workload_has_no_better(yixing: Profile) -> None:
    towns = list(yixing.town_by_code)
    before = dict.fromkeys(towns, 1000)
    now = before | {towns[3]: 700}
    names = ("incidents.reported", "incidents.handled", "incidents.closed")
    figures = [figure(kpi, yixing, counted(yixing, now, before)) for kpi in names]
    found = agenda.of(figures, known(yixing), yixing)
    (one,) = found.findings
    assert (one.kpi, one.area, one.meaning) == (names[0], towns[3], "neutral")
    assert one.also == names[1:]


def test_under_ten_cases_nothing_is_judged(yixing: Profile) -> None:
    towns = list(yixing.town_by_code)
    before = dict.fromkeys(towns, 9)
    figures = [
        figure("traffic.accidents", yixing, counted(yixing, dict.fromkeys(towns, 0), before))
    ]
    changes = agenda.of(figures, known(yixing), yixing).changes
    assert {change.area for change in changes} <= {yixing.code}


def _weeks(rng: np.random.Generator, level: float) -> Series:
    quarter = np.repeat(1 + rng.normal(0, 0.05, 8), 13)
    counts = rng.poisson(level / 13 * quarter)
    return Series("week", date(2024, 7, 1), tuple(count(float(n)) for n in counts))


def test_a_stable_city_has_hardly_anything_to_talk_about(yixing: Profile) -> None:
    """Towns of about a thousand cases that vary by 5 % from quarter to quarter beyond chance."""
    rng = np.random.default_rng(17)
    towns, named, made = list(yixing.town_by_code), 0, 0
    for _ in range(8):
        by_area: dict[str, dict[str, Series]] = {town: {} for town in towns}
        figures = []
        for kpi in COUNTS:
            for town in towns:
                by_area[town][kpi] = _weeks(rng, 1000)
            sums = [sum(one.n or 0 for one in week) for week in _by_week(by_area, kpi)]
            whole = tuple(count(n) for n in sums)
            by_area.setdefault(yixing.code, {})[kpi] = Series("week", date(2024, 7, 1), whole)
            now = {town: _quarter(by_area[town][kpi], 7) for town in towns}
            before = {town: _quarter(by_area[town][kpi], 3) for town in towns}
            figures.append(figure(kpi, yixing, counted(yixing, now, before)))
        found: Agenda = agenda.of(figures, known(yixing, series=by_area), yixing)
        named += len(found.findings)
        made += len(found.changes)
    assert made > 600
    assert named <= 1


def _by_week(by_area: Mapping[str, Mapping[str, Series]], kpi: str) -> list[tuple[Reading, ...]]:
    return list(zip(*(one[kpi].readings for one in by_area.values() if kpi in one), strict=True))


def _quarter(series: Series, number: int) -> int:
    return int(sum(one.n or 0 for one in series.readings[13 * number : 13 * number + 13]))


def test_a_signal_of_the_chart_says_since_when(yixing: Profile) -> None:
    rng = np.random.default_rng(1)
    counts = [int(n) for n in rng.poisson(100, 91)] + [180] * 13
    weeks = tuple(count(n) for n in counts)
    control = charts.of("fraud.warnings", yixing.code, Series("week", date(2024, 7, 1), weeks))
    since, run = charts.latest(control, 1, date(2026, 4, 1))
    assert (since, run) == (charts.dates(control)[91].isoformat(), 13)
    assert charts.is_beyond(control, since, run)
    assert charts.latest(control, -1, date(2026, 4, 1)) == ("", 0)
