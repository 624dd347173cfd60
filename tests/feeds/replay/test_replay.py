"""A moment of the past as it was known then: equal to what the raw events say, figure by figure, with
late events all around it.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import redis as redis_client
from sqlalchemy import Engine as Database

from dashboard import history
from dashboard.processes import core
from feeds import kpis
from feeds.alerts import alert_rules, alert_store, lifecycle
from feeds.audit import compare, sources
from feeds.audit.facts import Area, Facts
from feeds.audit.readings import Readings
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.events.event import Event
from feeds.events.log import Log
from feeds.figures import known_at as known_then
from feeds.figures import past as figures_then
from feeds.figures import topics, verdicts
from feeds.figures.topics import State
from feeds.history import storage
from feeds.replay import late_data, replay
from feeds.replay.replay import BeforeHistory, Past

DAY_MS = 86_400_000
CITY, TOWN = "320282", "320282112"
TOWNS = (TOWN, "320282001", "nowhere")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


MORNING, NOON, NIGHT = (
    ms(f"2026-09-16T{clock}+08:00") for clock in ("09:30:00", "12:00:00", "23:58:30")
)


def events() -> list[Event]:
    """Fifteen months, most of it around the day, the year before and the days in between; a third
    is recorded late, by up to a month.
    """
    draw, found = random.Random(7), list[Event]()

    def add(name: str, at: float, town: str, **data: Any) -> None:
        late = draw.choice((0, 0, 20_000, 3 * 3_600_000, 30 * DAY_MS)) * draw.random()
        found.append(Event(name, "urn:test", f"e{len(found)}", town, int(at), int(at + late), data))

    for n in range(1_500):
        town, case = draw.choice(TOWNS), f"k{draw.randrange(500)}" if n % 5 == 0 else f"c{n}"
        span = draw.choice((0.4, 1, 20, 365))
        at = NOON + draw.choice((0, 0, -364 * DAY_MS)) + draw.uniform(-span, 0.5) * DAY_MS
        match n % 7:
            case 0 | 1:
                add(
                    "incident.reported",
                    at,
                    town,
                    case=case,
                    category="order",
                    severity=2,
                    channel="patrol",
                )
                add(
                    "incident.dispatched",
                    at + draw.uniform(0, 1) * DAY_MS,
                    town,
                    case=case,
                    to="police",
                    joint=n % 4 == 0,
                )
                add(
                    "incident.closed",
                    at + draw.uniform(-0.1, 9) * DAY_MS,
                    town,
                    case=case,
                    outcome="done",
                )
            case 2:
                add("dispute.accepted", at, town, case=case, category="labour", centre="town")
                add(
                    "dispute.closed",
                    at + draw.uniform(0, 60) * DAY_MS,
                    town,
                    case=case,
                    outcome=draw.choice(("settled", "failed")),
                )
            case 3:
                add(
                    "incident.reported",
                    at - draw.uniform(1, 4) * DAY_MS,
                    town,
                    case=f"o{n}",
                    category="order",
                    severity=2,
                    channel="patrol",
                )
            case 4:
                add(
                    "traffic.accident",
                    at,
                    town,
                    severity="slight",
                    deaths=0,
                    injuries=draw.randrange(3),
                )
            case 5:
                add("fraud.warning", at, town, channel="sms", category="refund")
            case _:
                add(
                    "indicator.reported",
                    at,
                    town,
                    indicator="devices.online",
                    value=draw.randrange(300, 400),
                    total=420,
                )
    return sorted(found, key=lambda e: e.recorded)


@pytest.fixture(scope="module")
def filled(
    redis_server: str, yixing: Profile, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The events in a history of the module's own."""
    folder: Path = tmp_path_factory.mktemp("replay")
    database, client = (
        history.open_database(f"sqlite:///{folder / 'board.db'}"),
        redis_client.Redis.from_url(redis_server),
    )
    client.flushall()
    log = Log(client, yixing)
    log.append(events())
    worker = core.make_ingest(log, database, yixing)
    while worker.step(10):
        pass
    yield database
    database.dispose()
    client.close()


@pytest.fixture(scope="module")
def raw(filled: Database, yixing: Profile) -> Iterator[Facts]:
    with storage.snapshot(filled) as connection:
        facts = Facts.of_events(yixing, sources.events(connection))
    with contextlib.closing(facts.database):
        yield facts


Wrong = Callable[[Past, str, Period], list[str]]


@pytest.fixture(scope="module")
def wrong(raw: Facts) -> Wrong:
    """What of a replayed state is not what the raw events say that could be seen then."""

    def wrong(past: Past, area: str, period: Period) -> list[str]:
        known = past.now_ms if past.known_at == "then" else 2**60
        own = Readings(Area(raw.known(known, past.now_ms), area), past.now_ms)
        state = past.state(area, period)
        assert sum(value is not None for value in state["set"].values()) >= 15
        pairs = [
            *compare.values(state, own.figures(period)),
            *compare.changes(state, own.figures(period)),
            *compare.series(state, own, period),
        ]
        return [
            f"{p.kpi} {p.field}: replay {p.published}, facts {p.facts}"
            for p in pairs
            if not p.agrees
        ]

    return wrong


@pytest.mark.parametrize("known_at", ["then", "now"])
def test_equal_to_the_facts_at_every_moment_of_a_day(
    filled: Database, yixing: Profile, wrong: Wrong, known_at: late_data.KnownAt
) -> None:
    begun = Past(filled, yixing, MORNING, known_at)
    played = begun.copy()
    asked: list[tuple[int, str, Period]] = [
        (MORNING, CITY, "today"),
        (MORNING + 1_000, TOWN, "today"),
        (NOON, CITY, "year"),
        (NIGHT, CITY, "today"),
        (NIGHT, TOWN, "year"),
    ]
    for at_ms, area, period in asked:
        played.move(at_ms)
        assert wrong(played, area, period) == [], (at_ms, area, period)
    assert wrong(begun, CITY, "today") == []  # what was copied and played on left it where it was
    assert Past(filled, yixing, NIGHT, known_at).state(CITY, "today") == played.state(CITY, "today")


def test_what_was_known_then_is_not_what_is_known_now(filled: Database, yixing: Profile) -> None:
    then, now = (
        Past(filled, yixing, NOON, known_at).state(CITY, "today")["set"]
        for known_at in ("then", "now")
    )
    assert then["incidents.reported"] < now["incidents.reported"]


def test_a_crowded_day_is_replayed_in_stretches(
    filled: Database, yixing: Profile, wrong: Wrong, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(late_data, "MOST_AHEAD", 40)
    past = Past(filled, yixing, MORNING)
    assert past.until_ms < NIGHT
    past.move(past.until_ms - 1)
    assert wrong(past, CITY, "today") == []
    with pytest.raises(ValueError, match=str(past.until_ms)):
        past.move(past.until_ms)


def test_moments_that_cannot_be_shown_are_refused(
    filled: Database, yixing: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_ms = min(e.recorded for e in events())
    with pytest.raises(BeforeHistory) as error:
        Past(filled, yixing, first_ms - 1)
    assert error.value.first_ms == first_ms
    monkeypatch.setattr(replay, "MOST_LATE", 5)
    with pytest.raises(known_then.TooManyLate):
        Past(filled, yixing, NOON)


def test_alerts_stand_as_the_book_stood(filled: Database, yixing: Profile) -> None:
    rule = alert_rules.of(yixing)[0]
    fired = lifecycle.Alert(
        "a1",
        rule.id,
        CITY,
        rule.severity,
        "firing",
        MORNING + 60_000,
        MORNING,
        fired=MORNING + 60_000,
        value=9.0,
    )
    with filled.begin() as connection:
        one = alert_store.write(connection, fired)
        visible_ms = alert_store.write(connection, lifecycle.acknowledged(one, "duty", NOON))
        alert_store.write(connection, lifecycle.retired(visible_ms, NOON + 3_600_000))
        alert_store.silence(
            connection,
            lifecycle.Silence("", rule.id, CITY, NOON + 600_000, "repair", "duty", NOON + 300_000),
        )
    past = Past(filled, yixing, MORNING)
    found = []
    for at_ms in (
        MORNING,
        MORNING + 60_000,
        NOON,
        NOON + 400_000,
        NOON + 600_000,
        NOON + 3_600_000,
    ):
        past.move(at_ms)
        found.append([one["state"] for one in past.state(CITY, "today")["alerts"]])
    assert found == [[], ["firing"], ["acknowledged"], [], ["acknowledged"], []]


@pytest.mark.parametrize("known_at", ["then", "now"])
@pytest.mark.parametrize("at_ms", [MORNING, NOON, NIGHT])
@pytest.mark.parametrize("area", [CITY, TOWN])
def test_the_figures_of_a_moment_are_those_that_the_replay_shows(
    filled: Database, yixing: Profile, area: str, at_ms: int, known_at: late_data.KnownAt
) -> None:
    known_ms = at_ms if known_at == "then" else None
    past = Past(filled, yixing, at_ms, known_at)
    for period in replay.SHOWN:
        state = past.state(area, period)
        with filled.connect() as connection:
            found = figures_then.state(connection, yixing, area, period, at_ms, known_ms)
        for part in ("set", "parts", "change", "newest"):
            assert found[part] == state[part]
        differ = [k for k, said in found["verdicts"].items() if said != state["verdicts"][k]]
        assert [k for k in differ if not verdicts.is_dated(kpis.CATALOGUE[k])] == []


def _answered(kpi: kpis.Kpi, state: State) -> dict[str, Any]:
    """A figure in the form of the API."""
    names = ("numerator", "denominator")
    on_year, on_period = state["change"][kpi.id]
    return {
        "id": kpi.id,
        "value": state["set"][kpi.id],
        **dict(zip(names, topics.parts_of(state, kpi.id), strict=True)),
        "change_year": on_year,
        "change_period": on_period,
        "at": topics.newest_of(kpi, state["newest"]) or None,
    }


@pytest.mark.parametrize("period", periods.PERIODS)
@pytest.mark.parametrize(("at_ms", "known_ms"), [(NOON, NIGHT), (NIGHT, NOON), (NOON, None)])
def test_the_figures_of_a_moment_are_the_facts(
    filled: Database,
    raw: Facts,
    yixing: Profile,
    period: Period,
    at_ms: int,
    known_ms: int | None,
) -> None:
    seen = raw.known(2**60 if known_ms is None else known_ms, at_ms)
    for area in (CITY, TOWN):
        own = Readings(Area(seen, area), at_ms).figures(period)
        with filled.connect() as connection:
            state = figures_then.state(connection, yixing, area, period, at_ms, known_ms)
        found = {k: _answered(kpi, state) for k, kpi in kpis.CATALOGUE.items()}
        answer = {"kpis": list(found.values())}
        pairs = [*compare.answer(answer, own, own)]
        assert len(pairs) == 6 * len(found)
        assert [pair for pair in pairs if not pair.agrees] == []
