"""When the sources behind a town's figures last spoke."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from feeds.figures.spoken import Spoken
from layouts.view import View

TOWN, OTHER, THIRD = "320282001", "320282112", "320282102"


def test_a_source_that_speaks_of_other_towns_has_spoken() -> None:
    found = Spoken([(TOWN, "a", "centre", 10), (OTHER, "a", "centre", 50), (OTHER, "b", "own", 60)])
    assert found.later(TOWN, {"a": 10}) == {"a": 50}
    assert found.later(OTHER, {"a": 50, "b": 60}) == {}
    assert found.later(THIRD, {}) == {}, "nobody reports for it"
    found.take(OTHER, "a", "other", 90)
    assert found.later(TOWN, {"a": 10}) == {"a": 50}, "another source does not speak for this town"


def test_a_source_serves_the_towns_that_it_ever_spoke_of() -> None:
    """Of two sources that one counts which spoke last."""
    found = Spoken([(TOWN, "a", "centre", 10), (OTHER, "a", "centre", 20), (TOWN, "b", "own", 5)])
    assert found.serves(TOWN, 18) == {"a": 2}
    assert found.serves(TOWN, 1) == {}, "never more than there are"
    found.take(THIRD, "a", "centre", 15)
    found.take(THIRD, "a", "centre", 16)
    assert found.serves(TOWN, 18) == {"a": 3}
    found.take(TOWN, "a", "own", 30)
    assert found.serves(TOWN, 18) == {}
    assert found.serves(OTHER, 18) == {"a": 3}


def test_a_town_is_as_late_as_the_source_that_serves_all_of_them(
    pipeline: Any, event: Callable[..., Any], yixing: Any
) -> None:
    """After fourteen hours without a word from anyone no town's calls of an hour are current."""
    board = pipeline("2026-09-30T08:00:00+08:00", yixing)
    towns = list(yixing.town_by_code)
    told = {"category": "other", "severity": 3, "channel": "patrol"}
    calls = [
        event("incident.reported", "2026-09-30T07:59:00+08:00", town, case=town, **told)
        for town in towns
    ]
    assert board.send(*calls).rejected == []
    board.run()

    def state(area: str, hour: int) -> str:
        board.at(f"2026-09-30T{hour:02}:00:00+08:00")
        topic = board.state(area, "today")
        view = View(yixing, "zh", area, "today", topic, board.now_ms, "b", "/")
        return view.state("incidents.reported")

    assert [state(TOWN, 8), state(yixing.code, 8)] == ["live", "live"]
    assert [state(TOWN, 22), state(yixing.code, 22)] == ["late", "late"]


def test_a_town_s_figure_is_late_when_its_source_is(
    pipeline: Any, event: Callable[..., Any], yixing: Any
) -> None:
    """Nothing was averted in one town for two months, while the same source reports it elsewhere."""
    board = pipeline("2026-09-30T15:00:00+08:00", yixing)

    def averted(at: str, town: str) -> Any:
        return event("fraud.loss_averted", f"2026-{at}+08:00", town, amount=100, category="loan")

    def visited(town: str) -> Any:
        return event("patrol.completed", "2026-09-30T14:59:00+08:00", town, visits=1)

    kpi = "fraud.loss_averted"
    sent = [averted("07-30T15:00:00", TOWN), averted("09-30T14:58:00", OTHER), visited(TOWN)]
    assert board.send(*sent).rejected == []
    board.run()

    def state(now: str) -> str:
        board.at(f"2026-{now}+08:00")
        topic = board.state(TOWN, "today")
        return View(yixing, "zh", TOWN, "today", topic, board.now_ms, "b", "/").state(kpi)

    assert state("09-30T15:00:00") == "live"
    topic = {**board.state(TOWN, "today"), "heard": {}}
    alone = View(yixing, "zh", TOWN, "today", topic, board.now_ms, "b", "/")
    assert alone.state(kpi) != "live"
    assert replace(alone, topic=None).state(kpi) == "nodata"
