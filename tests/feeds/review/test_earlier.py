"""What became of last quarter's topics: each that was judged, told by this quarter's own judgement."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from feeds.city.profile import Profile
from feeds.review import earlier
from feeds.review.review_values import OVERDUE, Earlier, Finding, Reading, Review
from tests.layouts import reviewed

RATE = "incidents.closure_rate"
ONCE = Reading(0.5, 50, 100)


@pytest.fixture
def now(yixing: Profile) -> Review:
    return reviewed.review(yixing)


def before(now: Review, *findings: Finding) -> Review:
    assert now.agenda
    return replace(now, agenda=replace(now.agenda, findings=findings))


def off(kpi: str, area: str) -> Finding:
    return Finding("off", kpi, area, "worse", ONCE, ONCE, 0.98)


def one_of(found: tuple[Earlier, ...]) -> Earlier:
    assert len(found) == 1
    return found[0]


def test_what_is_a_finding_again_is_there_still(now: Review) -> None:
    """An agenda followed up by itself: all is still there, but the changes on a year."""
    assert now.agenda
    found = earlier.of(now, now)
    judged = [one for one in now.agenda.findings if one.group != "changed"]
    assert {"beyond", "off"} == {one.group for one in judged}
    assert [(one.kpi, one.area) for one in found] == [(one.kpi, one.area) for one in judged]
    assert {one.became for one in found} == {"still"}
    for one, finding in zip(found, judged, strict=True):
        assert (one.was, one.now.n) == (finding.now, finding.now.n)


@pytest.mark.parametrize(("value", "became"), [(0.97, "near"), (0.98, "met"), (0.99, "met")])
def test_a_figure_off_its_target_is_near_it_or_reaches_it(
    now: Review, value: float, became: str
) -> None:
    city = Reading(value, 100 * value, 100)
    figure = now.figure(RATE)
    assert figure
    quiet = before(replace(now, figures=(replace(figure, city=city, target=0.98),)))
    one = one_of(earlier.of(before(now, off(RATE, now.city.code)), quiet))
    assert (one.became, one.was, one.now) == (became, ONCE, city)


def test_a_share_of_few_cases_is_not_judged(now: Review) -> None:
    figure = now.figure(RATE)
    assert figure
    city = Reading(1.0, 18, 18)
    quiet = before(replace(now, figures=(replace(figure, city=city, target=0.98),)))
    assert one_of(earlier.of(before(now, off(RATE, now.city.code)), quiet)).became == "few"


def test_a_town_is_within_the_limits_again(now: Review) -> None:
    town = now.towns[0].code
    beyond = [Finding("beyond", kpi, town, "worse", ONCE, ONCE) for kpi in (RATE, OVERDUE)]
    found = earlier.of(before(now, *beyond), before(now))
    assert now.agenda
    standing = now.agenda.standing(OVERDUE)
    assert standing
    of_town = standing.of(town)
    assert of_town
    assert [one.became for one in found] == ["settled", "settled"]
    assert found[1].now == Reading(of_town.n, of_town.n)


def test_what_is_not_known_now_is_no_data(now: Review) -> None:
    silent = before(replace(now, figures=()))
    assert one_of(earlier.of(before(now, off(RATE, now.city.code)), silent)).became == "nodata"


@pytest.mark.parametrize("which", ["before", "now"])
def test_nothing_of_a_quarter_that_was_seen_in_part(now: Review, which: str) -> None:
    heard = tuple(replace(one, days=9) for one in now.completeness)
    partly: Any = replace(now, completeness=heard)
    assert partly.is_partly_seen
    pair = (partly, now) if which == "before" else (now, partly)
    assert earlier.of(*pair) == ()
