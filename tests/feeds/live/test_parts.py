"""What the engine asks of its parts, and what becomes of their answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest

from feeds.figures.live_sums import LiveSums
from feeds.figures.topics import State, Topic
from feeds.history.ingest import Change
from feeds.live import engine, frames
from feeds.live.parts import Part, Turn

CITY, TOWN = "320282", "320282112"


class Weather(Part):
    """A feature of its own: it notes what it is asked, and adds the sky to every topic."""

    def __init__(self) -> None:
        self.loaded_ms = 0
        self.days: set[tuple[str, date]] = set()
        self.turns: list[Turn] = []
        self.sky = "clear"
        self.has_news = False
        self.renewed = frozenset[str]()

    def load(self, connection: Any, sums: LiveSums, now_ms: int) -> None:
        self.loaded_ms = sums.now_ms

    def take(self, change: Change, other_days: Collection[tuple[str, date]]) -> None:
        self.days |= set(other_days)

    def look(self) -> bool:
        return self.has_news

    def work(self, turn: Turn) -> frozenset[str]:
        self.turns.append(turn)
        return self.renewed

    def state(self, topic: Topic) -> State:
        return {"alerts": [{"area": "sky", "severity": self.sky}], "as_of": {"sky": topic.area}}

    def series(self, topic: Topic, now_ms: int) -> State:
        return {"days:rain": [1, 2]}


@pytest.fixture
def weather() -> Weather:
    return Weather()


@pytest.fixture
def through(pipeline: Any, weather: Weather) -> Any:
    """The pipeline with an engine whose only part is the weather."""
    p = pipeline()
    p._engine = engine.Engine(
        p.database, frames.Publisher(p.redis), p.profile, [weather], clock=p.clock
    )
    return p


def test_a_part_is_loaded_and_its_state_and_series_are_in_every_topic(
    through: Any, weather: Weather
) -> None:
    assert weather.loaded_ms == through.now_ms
    for area in (CITY, TOWN):
        state = through.state(area, "today")
        assert [one["severity"] for one in state["alerts"]] == ["clear"]
        assert state["as_of"].keys() == {"change", "series", "sky"}
        assert state["as_of"]["sky"] == area
        assert state["series"]["days:rain"] == [1, 2]
        assert "incidents.reported" in state["set"]


def test_a_part_gets_the_days_beside_today_that_changed(
    through: Any, weather: Weather, event: Any
) -> None:
    data = {"category": "neighbour", "severity": 1, "channel": "app"}
    through.send(
        event("incident.reported", "2026-09-29T10:00:00+08:00", TOWN, case="c1", **data),
        event("incident.reported", "2026-09-30T10:00:00+08:00", TOWN, case="c2", **data),
    )
    through.run()
    due = {(TOWN, date(2026, 10, 6)), (TOWN, date(2026, 10, 7))}
    assert weather.days == {(TOWN, date(2026, 9, 29))} | due


def test_news_of_a_part_reach_the_screens_with_the_next_frame(
    through: Any, weather: Weather
) -> None:
    through.state(CITY, "today")
    through.at("2026-09-30T15:00:02+08:00")
    weather.sky = "rain"
    assert through.engine.publish() == 0, "nobody said that it changed"
    through.at("2026-09-30T15:00:04+08:00")
    weather.has_news = True
    assert through.engine.publish() > 0


def test_parts_work_between_frames_but_not_while_the_engine_is_behind(
    through: Any, weather: Weather
) -> None:
    through.state(TOWN, "today")
    assert weather.turns[-1].areas == {CITY, TOWN}
    count, weather.sky, weather.renewed = len(weather.turns), "rain", frozenset({TOWN})
    through.at("2026-09-30T15:00:00.500+08:00")
    through.engine.behind = True
    through.engine.publish()
    assert len(weather.turns) == count
    through.engine.behind = False
    through.engine.publish()
    assert len(weather.turns) == count + 1
    through.at("2026-09-30T15:00:01+08:00")
    assert through.engine.publish() == 1, "the town's topic alone was renewed"
