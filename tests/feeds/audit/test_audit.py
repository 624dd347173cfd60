"""The audit finds what is wrong and nothing else: on a board at rest, on one that goes on running,
and in the API's answers.
"""

from __future__ import annotations

import http.server
import json
import random
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis as redis_client
from sqlalchemy import delete
from sqlalchemy import event as hooks

from dashboard import history
from dashboard.api import answers
from feeds import kpis
from feeds.audit import audit, sources
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.events import eventtypes
from feeds.events.event import Field
from feeds.figures import topics
from feeds.history import tables
from feeds.live import frames

CITY, TOWN, OTHER = "320282", "320282112", "320282001"
NOW = "2026-09-16T10:00:00+08:00"
AREAS = (TOWN, TOWN, OTHER, f"{TOWN}-g001", CITY, "999999")
TOPICS = [f"{area}/{period}" for area in (CITY, TOWN) for period in periods.PERIODS]


def _value(field: Field, at: datetime, dice: random.Random) -> Any:
    match field.kind:
        case "case":
            return f"c{dice.randrange(60)}"
        case "category" | "choice":
            return dice.choice(
                [*(field.choices or {}), *(["unheard_of"] if field.kind == "category" else [])]
            )
        case "count":
            return dice.randrange(1, 5)
        case "amount":
            return dice.randrange(1_000_000) / 100
        case "flag":
            return dice.random() < 0.5
        case "time":
            return (at + timedelta(days=dice.randrange(-3, 40))).isoformat()
        case "number":
            return dice.randrange(900, 1000)
        case _:
            return "other"


def _moment(now: datetime, dice: random.Random) -> datetime:
    """Some time in the last two years, often today, this week or on a day that they are compared
    with.
    """
    days = dice.choice([0, 0, 1, 2, 7, 14, 31, 92, 364, 365, 366, dice.randrange(800)])
    return now - timedelta(days=days, milliseconds=dice.randrange(20 * 3_600_000))


def _city(count: int, seed: int, until: str = NOW) -> Iterator[dict[str, Any]]:
    """Events of every type, in no order, with repeats, strange categories and areas, and cases told
    in any order.
    """
    dice, now = random.Random(seed), datetime.fromisoformat(until)
    sent: list[dict[str, Any]] = []
    for n in range(count):
        kind = dice.choice([*eventtypes.TYPES.values()])
        at = _moment(now, dice)
        data = {
            f.name: _value(f, at, dice) for f in kind.fields if f.required or dice.random() < 0.8
        }
        data |= {"indicator": dice.choice([*eventtypes.INDICATORS])} if "indicator" in data else {}
        data.pop("period", None)
        body = {
            "specversion": "1.0",
            "id": f"e{n}",
            "source": "urn:test",
            "type": kind.name,
            "time": at.astimezone(UTC).isoformat(),
        }
        sent.append(body | {"subject": dice.choice(AREAS), "data": data})
        yield sent[-1]
        if dice.random() < 0.05:
            yield dice.choice(sent)


@pytest.fixture
def live(pipeline: Any) -> Any:
    """A board that has taken in a city's events and published every topic of the city and of one
    town.
    """
    through = pipeline(NOW)
    assert through.send(*_city(2_000, seed=5)).rejected == []
    through.run()
    _publish(through)
    return through


def _publish(through: Any) -> None:
    """Every topic of both, read at one moment."""
    through.publish(*TOPICS)


def _board(through: Any, **more: Any) -> audit.Board:
    return audit.Board(
        through.database,
        sources.Snapshots(through.redis),
        through.profile,
        **{"move_s": 0.0, "clock": through.clock, "ago_ms": ()} | more,
    )


def _plant(through: Any, topic: str, *path: str, value: Any) -> None:
    state = msgspec.json.decode(through.redis.get(frames.snapshot_key(topic)))
    place = state
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    through.redis.set(frames.snapshot_key(topic), msgspec.json.encode(state))


def _fraud(event: Any, n: int, at: str = "2026-09-16T09:30:00+08:00") -> dict[str, Any]:
    found: dict[str, Any] = event(
        "fraud.warning", at, TOWN, id=f"new-{n}", channel="phone", category="loan"
    )
    return found


def test_a_right_board_has_no_differences(live: Any) -> None:
    report = audit.audit(_board(live), [CITY, TOWN])
    assert [str(d) for d in report.differences] == []
    assert report.values > 10 * len(kpis.CATALOGUE) * 6
    assert report.closing.en == f"{report.values} values, 0 differ"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-31T00:00:07+08:00", "2026-03-31T10:00:00+08:00"),
        ("2026-02-16T12:00:00+08:00", "2026-02-17T23:59:00+08:00"),
        ("2025-12-31T23:58:00+08:00", "2026-01-01T00:00:05+08:00"),
        ("2026-02-27T12:00:00+08:00", "2026-03-02T09:00:00+08:00"),
    ],
)
def test_a_board_whose_clock_goes_on_has_no_differences(
    pipeline: Any, start: str, end: str
) -> None:
    """Over the end of a long month, the Spring Festival, New Year and a weekend: published six
    times on the way.
    """
    through, first, last = (
        pipeline(start),
        datetime.fromisoformat(start),
        datetime.fromisoformat(end),
    )
    events = sorted(
        _city(1_200, seed=len(end), until=end), key=lambda e: datetime.fromisoformat(e["time"])
    )
    for n in range(6):
        moment = first + n * (last - first) / 5
        due = [e for e in events if datetime.fromisoformat(e["time"]) <= moment]
        events = events[len(due) :]
        through.now_ms = round(moment.timestamp() * 1000)
        through.send(*due)
        through.run()
        _publish(through)
    assert audit.audit(_board(through, log=through.log), [CITY, TOWN]).differences == []


@pytest.mark.parametrize(("due", "then"), [("2025-01-27", 2 / 3), ("2025-01-28", 3 / 4)])
def test_a_festival_week_s_share_has_the_same_cases_above_and_below(
    pipeline: Any, event: Any, due: str, then: float
) -> None:
    """The week from 16 February 2026 is compared with the days from Tuesday, 28 January 2025. A case
    that fell due on the Monday before them, and was closed in them, is none of theirs.
    """
    through = pipeline("2026-02-20T15:00:00+08:00")
    limit = timedelta(through.profile.limits["incident"])
    cases = (
        ("2025-01-02", "2025-01-02"),  # both sources spoke before the week that is compared with
        (due, "2025-01-29"),
        ("2025-01-30", "2025-01-29"),
        ("2025-01-30", "2025-01-31"),
        ("2025-01-31", "2025-02-10"),
        ("2026-02-18", "2026-02-17"),
        ("2026-02-19", ""),
        ("2026-02-23", ""),
    )
    for n, (until, closed) in enumerate(cases):
        opened = datetime.fromisoformat(f"{until}T14:00:00+08:00") - limit
        told = {"case": f"c{n}", "category": "order", "severity": 1, "channel": "app"}
        through.send(event("incident.reported", opened.isoformat(), TOWN, **told))
        if closed:
            at = f"{closed}T09:00:00+08:00"
            through.send(event("incident.closed", at, TOWN, case=f"c{n}", outcome="done"))
    through.run()
    _publish(through)
    state = msgspec.json.decode(through.redis.get(frames.snapshot_key(f"{TOWN}/week")))
    assert state["parts"]["incidents.closure_rate"] == [1, 2]
    change = state["change"]["incidents.closure_rate"][0]
    assert change == pytest.approx(0.5 - then, abs=1e-4)
    assert audit.audit(_board(through), [CITY, TOWN]).differences == []


def test_a_planted_difference_is_found(live: Any) -> None:
    topic = f"{CITY}/month"
    state = msgspec.json.decode(live.redis.get(frames.snapshot_key(topic)))
    category, count = next(iter(state["series"]["categories:fraud.warnings"].items()))
    _plant(live, topic, "set", "incidents.open", value=state["set"]["incidents.open"] + 1)
    _plant(live, topic, "parts", "disputes.success_rate", value=[1, 2])
    _plant(live, topic, "newest", "traffic.accident", value=1)
    _plant(live, topic, "change", "fraud.loss_averted", value=[0.5, 123.0])
    _plant(live, topic, "series", "categories:fraud.warnings", category, value=count + 1)
    _plant(live, topic, "series", "towns:fraud.warnings", TOWN, value=10**6)
    found = {(d.topic, d.kpi, d.field) for d in audit.audit(_board(live), [CITY]).differences}
    traffic = {
        (topic, k, "newest") for k in ("traffic.accidents", "traffic.deaths", "traffic.injuries")
    }
    expected = {
        (topic, "incidents.open", "value"),
        (topic, "disputes.success_rate", "numerator"),
        (topic, "disputes.success_rate", "denominator"),
        (topic, "fraud.loss_averted", "change_year"),
        (topic, "fraud.loss_averted", "change_period"),
        (topic, "fraud.warnings", f"category {category}"),
        (topic, "fraud.warnings", f"town {TOWN}"),
    }
    assert found == expected | traffic


def test_a_planted_difference_in_a_series_is_found(live: Any) -> None:
    topic = f"{TOWN}/today"
    series = msgspec.json.decode(live.redis.get(frames.snapshot_key(topic)))["series"]
    planted = {
        "days:incidents.open": 3,
        "days_last_year:fraud.warnings": 29,
        "hours:incidents.reported": 23,
        "hours_last_year:traffic.accidents": 0,
    }
    for name, step in planted.items():
        steps = series[name]
        _plant(
            live, topic, "series", name, value=[*steps[:step], steps[step] + 1, *steps[step + 1 :]]
        )
    _plant(live, topic, "series", "days:order.calls", value=series["days:order.calls"][1:])
    _plant(live, topic, "axes", "days", value="2026-08-17")
    found = {(d.kpi, d.field) for d in audit.audit(_board(live), [TOWN]).differences}
    expected = {
        (name.split(":")[1], f"{name.split(':')[0]} {step}") for name, step in planted.items()
    }
    assert found == expected | {("order.calls", "days"), ("", "axis days")}


def _read_trends(through: Any) -> None:
    """Some time later, when every area's trends were read: in slices, between frames."""
    for _ in range(400):
        through.redis.zadd(frames.WATCHED, dict.fromkeys(TOPICS, through.now_ms / 1000))
        through.now_ms += 4_000
        through.engine.publish()
        snapshots = [through.redis.get(frames.snapshot_key(topic)) for topic in TOPICS]
        if all(one and msgspec.json.decode(one)["trends"] for one in snapshots):
            break
    _publish(through)


def test_trends_are_recounted_and_a_planted_point_is_found(live: Any) -> None:
    report = audit.audit(_board(live), [CITY, TOWN])
    _read_trends(live)
    with_trends = audit.audit(_board(live), [CITY, TOWN])
    assert [str(d) for d in with_trends.differences] == []
    assert with_trends.values > report.values + 10_000
    topic = f"{TOWN}/week"
    published = msgspec.json.decode(live.redis.get(frames.snapshot_key(topic)))["trends"]
    week, level, month = (
        published["fraud.warnings"],
        published["incidents.open"],
        published["incidents.closure_rate"],
    )
    _plant(
        live,
        topic,
        "trends",
        "fraud.warnings",
        value=[*week[:2], [*week[2][:-1], week[2][-1] + 1], *week[3:]],
    )
    _plant(
        live,
        topic,
        "trends",
        "incidents.open",
        value=[*level[:2], [level[2][0] + 1, *level[2][1:]], *level[3:]],
    )
    _plant(
        live, topic, "trends", "incidents.closure_rate", value=[month[0], "2020-01-01", *month[2:]]
    )
    _plant(live, topic, "trends", "order.calls", value=None)
    found = {(d.kpi, d.field) for d in audit.audit(_board(live), [TOWN]).differences}
    assert found == {
        ("fraud.warnings", f"trend {len(week[2]) - 1}"),
        ("incidents.open", "trend 0"),
        ("incidents.closure_rate", "trend first"),
        ("order.calls", "trend first"),
        ("order.calls", "trend"),
    }


def test_a_quantile_may_be_one_percent_off_and_no_more(live: Any) -> None:
    topic, kpi = f"{TOWN}/year", "services.median_hours"
    exact = msgspec.json.decode(live.redis.get(frames.snapshot_key(topic)))["set"][kpi]
    _plant(live, topic, "set", kpi, value=exact * 1.03)
    assert {(d.kpi, d.field) for d in audit.audit(_board(live), [TOWN]).differences} == {
        (kpi, "value")
    }


def test_a_kpi_or_a_topic_that_is_not_published_is_a_difference(live: Any) -> None:
    state = msgspec.json.decode(live.redis.get(frames.snapshot_key(f"{TOWN}/week")))
    del state["set"]["order.calls"]
    live.redis.set(frames.snapshot_key(f"{TOWN}/week"), msgspec.json.encode(state))
    differences = audit.audit(_board(live), [TOWN]).differences
    assert [(d.topic, d.kpi, d.published) for d in differences] == [
        (f"{TOWN}/week", "order.calls", "absent")
    ]


def test_an_event_lost_from_the_history_is_found(live: Any, event: Any) -> None:
    live.send(_fraud(event, 1))
    live.run()
    _publish(live)
    with live.database.begin() as connection:
        connection.execute(delete(tables.events).where(tables.events.c.id == "new-1"))
    found = {(d.kpi, d.field) for d in audit.audit(_board(live), [TOWN]).differences}
    assert {("fraud.warnings", "value"), ("fraud.warnings", "category loan")} <= found


def _tamper(through: Any, statement: str) -> set[tuple[str, str, str]]:
    """What the audit of the town finds, once a board started on a history that was changed."""
    assert audit.audit(_board(through), [TOWN]).differences == []
    with through.database.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount > 0
    through.restart()
    _publish(through)
    found = audit.audit(_board(through), [TOWN]).differences
    return {(d.topic, d.kpi, d.field) for d in found}


def test_a_changed_rollup_is_found(live: Any) -> None:
    visits = "UPDATE rollups SET counters = replace(counters, 'patrol.completed.visits', 'lost')"
    found = _tamper(live, f"{visits} WHERE town = '{TOWN}' AND bin LIKE '2026-09%'")
    assert (f"{TOWN}/month", "incidents.patrol_visits", "value") in found
    assert {kpi for _, kpi, _ in found} == {"incidents.patrol_visits"}


def test_a_changed_month_is_found_in_the_year_alone(live: Any) -> None:
    visits = "UPDATE rollups SET counters = replace(counters, 'patrol.completed.visits', 'lost')"
    found = _tamper(live, f"{visits} WHERE town = '{TOWN}' AND bin LIKE '2026-06%'")
    assert (f"{TOWN}/year", "incidents.patrol_visits", "value") in found
    values = {topic for topic, _, field in found if field == "value"}
    assert values == {f"{TOWN}/year"}


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("gauges SET value = value + 1", "numerator"),
        ("newest SET at = at - 1", "newest"),
    ],
)
def test_a_changed_report_or_newest_time_is_found(live: Any, change: str, part: str) -> None:
    found = _tamper(live, f"UPDATE {change} WHERE town = '{TOWN}'")
    assert (f"{TOWN}/month", "sensing.online_rate", part) in found


@pytest.mark.parametrize("table", ["cube", "cube_months"])
def test_a_changed_row_of_the_cube_is_found(live: Any, table: str) -> None:
    phone = f"UPDATE {table} SET counters = replace(counters, '|phone|', '|visit|')"
    found = _tamper(live, f"{phone} WHERE town = '{TOWN}'")
    assert {(topic, kpi) for topic, kpi, _ in found} == {(f"{TOWN}/cells", "fraud.warning")}
    assert {field.split()[1] for _, _, field in found} == {"facet"}


@pytest.mark.parametrize(
    "change", ["closed = closed + 1", "opened = opened - 1", "category = 'x'", "town = 'elsewhere'"]
)
def test_a_changed_case_is_found(live: Any, change: str) -> None:
    one = f"""SELECT min(case_id) FROM cases
        WHERE town = '{TOWN}' AND kind = 'dispute' AND opened > 0 AND closed > 0"""
    where = f"town = '{TOWN}' AND kind = 'dispute' AND case_id = ({one})"
    found = _tamper(live, f"UPDATE cases SET {change} WHERE {where}")
    assert [kpi for topic, kpi, _ in found if topic == "cases"] == ["dispute"]


def _forget_positions(through: Any, area: str) -> None:
    for period in periods.PERIODS:
        state = msgspec.json.decode(through.redis.get(frames.snapshot_key(f"{area}/{period}")))
        del state["positions"]
        through.redis.set(frames.snapshot_key(f"{area}/{period}"), msgspec.json.encode(state))


@pytest.mark.parametrize("area", [CITY, TOWN])
def test_positions_tell_what_a_snapshot_can_know(live: Any, event: Any, area: str) -> None:
    """Recorded at the moment the snapshot was made, taken in after it; among them a repeat of what
    it does know.
    """
    live.now_ms += 1
    live.send(_fraud(event, 0))
    live.run()
    _publish(live)
    known = next(
        e for e in _city(2_000, seed=5) if e["type"] == "fraud.warning" and e["subject"] == TOWN
    )
    live.log.append([live.intake._decoder.decode(e) for e in (known, _fraud(event, 1))])
    live.run()
    assert audit.audit(_board(live, log=live.log), [area]).differences == []
    assert audit.audit(_board(live), [area]).differences, (
        "without the log the time it was recorded is all there is"
    )


def test_without_positions_the_time_it_was_recorded_tells(live: Any, event: Any) -> None:
    _forget_positions(live, TOWN)
    live.now_ms += 1
    live.send(*(_fraud(event, n) for n in range(5)))
    live.run()
    assert audit.audit(_board(live, log=live.log), [TOWN]).differences == []


def test_parts_of_a_snapshot_may_be_of_older_moments(live: Any, event: Any) -> None:
    key = frames.snapshot_key(f"{CITY}/today")
    before = msgspec.json.decode(live.redis.get(key))
    live.now_ms += 1_000
    live.send(*(_fraud(event, n) for n in range(5)))
    live.run()
    _publish(live)
    state = msgspec.json.decode(live.redis.get(key)) | {
        "change": before["change"],
        "series": before["series"],
    }
    moment = {"now": before["now"], "positions": before["positions"]}
    live.redis.set(
        key, msgspec.json.encode(state | {"as_of": {"change": moment, "series": moment}})
    )
    assert audit.audit(_board(live, log=live.log), [CITY]).differences == []
    newer = {"now": state["now"], "positions": state["positions"]}
    live.redis.set(key, msgspec.json.encode(state | {"as_of": {"change": newer, "series": newer}}))
    assert audit.audit(_board(live, log=live.log), [CITY]).differences


def test_a_topic_that_moves_meanwhile_is_looked_at_again(live: Any, event: Any) -> None:
    live.send(_fraud(event, 1))
    live.run()
    assert audit.audit(_board(live), [TOWN]).differences, "the snapshot lags behind and stays there"
    read = threading.Event()

    def publish_once(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "FROM events" in statement and not read.is_set():
            read.set()
            _publish(live)

    hooks.listen(live.database, "after_cursor_execute", publish_once)
    assert audit.audit(_board(live), [TOWN]).differences == []
    assert read.is_set()


def _answer(state: dict[str, Any], **wrong: float) -> dict[str, Any]:
    """The API's answer, made from a snapshot."""
    entries = []
    for k, kpi in kpis.CATALOGUE.items():
        (numerator, denominator), (on_year, on_period) = (
            topics.parts_of(state, k),
            state["change"][k],
        )
        at = max((state["newest"].get(need, 0) for need in kpi.needs), default=0) or None
        entry = {
            "id": k,
            "value": state["set"][k],
            "numerator": numerator,
            "denominator": denominator,
            "at": at,
        }
        entries.append(
            entry
            | {"change_year": on_year, "change_period": on_period}
            | (wrong if k == "order.calls" else {})
        )
    return {"epoch": state["epoch"], "seq": state["seq"], "kpis": entries}


def _answers(through: Any, **wrong: float) -> Any:
    """What the API answers of now."""

    def ask(area: str, period: str) -> dict[str, Any]:
        raw = through.redis.get(frames.snapshot_key(f"{area}/{period}"))
        return _answer(msgspec.json.decode(raw), **wrong)

    return ask


def test_the_api_is_compared_too(live: Any) -> None:
    alone = audit.audit(_board(live), [TOWN])
    both = audit.audit(_board(live, answer=_answers(live)), [TOWN])
    assert both.differences == []
    assert both.values == alone.values + 6 * len(periods.PERIODS) * len(kpis.CATALOGUE)
    wrong = audit.audit(_board(live, answer=_answers(live, value=-1)), [TOWN])
    assert {(d.kpi, d.field) for d in wrong.differences} == {("order.calls", "api.value")}


def test_an_api_that_never_meets_the_snapshot_is_a_difference(live: Any) -> None:
    stuck = _answers(live)
    board = _board(live, answer=lambda area, period: stuck(area, period) | {"seq": -1})
    assert {d.field for d in audit.audit(board, [TOWN]).differences} == {"api.seq"}


@pytest.fixture
def board_then(own_redis: Any, pipelines: Any, tmp_path: Path, yixing: Profile) -> Any:
    """Makes a board as it was at a past moment: told only of some events, its clock stopped."""
    opened = []

    def make(at_ms: int, events: Iterable[Any]) -> Any:
        client = redis_client.Redis.from_url(own_redis().url)
        database = history.open_database(f"sqlite:///{tmp_path / f'then-{len(opened)}.db'}")
        opened.append((client, database))
        at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
        through = pipelines(client, database, yixing, at)
        through.send(*events)
        through.run()
        return through

    yield make
    for client, database in opened:
        client.close()
        database.dispose()


def _time_ms(event: Mapping[str, Any]) -> int:
    return int(datetime.fromisoformat(event["time"]).timestamp() * 1000)


def test_answers_about_past_moments_are_compared(live: Any, board_then: Any, event: Any) -> None:
    """Against what a board said then; as is known now and, of two events that came late, as was
    known then.
    """
    told = [*_city(2_000, seed=5)]
    late = [_fraud(event, n, "2026-09-16T08:20:00+08:00") for n in range(2)]
    live.now_ms += 2 * 3_600_000
    live.send(*late)
    live.run()
    _publish(live)
    boards: dict[tuple[int, bool], Any] = {}
    asked = []

    def ask(area: str, period: str, at_ms: Any = None, known_ms: Any = None) -> dict[str, Any]:
        if at_ms is None:
            return dict(_answers(live)(area, period))
        asked.append((area, at_ms, known_ms))
        then = (at_ms, known_ms is not None)
        if then not in boards:
            seen = told if known_ms is not None else [*told, *late]
            boards[then] = board_then(at_ms, [e for e in seen if _time_ms(e) <= at_ms])
        return _answer(boards[then].state(area, period), **wrong)

    wrong: dict[str, float] = {}
    ago_ms = (3_600_000, 5_400_000, 8 * 86_400_000)
    board = _board(live, log=live.log, answer=ask, ago_ms=ago_ms)
    assert [str(d) for d in audit.audit(board, [CITY, TOWN]).differences] == []
    moments = [live.now_ms - ago for ago in ago_ms]
    city = [(CITY, at_ms, None) for at_ms in moments]
    city += [(CITY, at_ms, at_ms) for at_ms in moments[:2]]  # nothing had been recorded before
    assert asked == [*city, (TOWN, moments[0], None)]
    wrong["value"] = -1
    found = audit.audit(board, [TOWN]).differences
    assert {(d.kpi, d.field) for d in found} == {("order.calls", "api.value")}
    assert {"?at=" in d.topic for d in found} == {True}


def test_a_wrong_answer_about_a_past_moment_is_found(live: Any) -> None:
    """As the API makes it from the history, of which the first day of the month is changed."""

    def ask(area: str, period: Any, at_ms: Any = None, known_ms: Any = None) -> dict[str, Any]:
        if at_ms is None:
            return dict(_answers(live)(area, period))
        found = answers.as_of(live.database, live.profile, area, period, at_ms, known_ms)
        return dict(msgspec.to_builtins(found))

    board = _board(live, log=live.log, answer=ask, ago_ms=audit.AGO_MS)
    assert [str(d) for d in audit.audit(board, [TOWN]).differences] == []
    lost = "UPDATE rollups SET counters = replace(counters, 'fraud.warning', 'lost')"
    with live.database.begin() as connection:
        row = f"WHERE town = '{TOWN}' AND bin = '2026-09-01'"
        assert connection.exec_driver_sql(f"{lost} {row}").rowcount > 0
    found = audit.audit(board, [TOWN]).differences
    assert {"?at=" in d.topic for d in found} == {True}
    assert {(d.kpi, d.field) for d in found} >= {("fraud.warnings", "api.value")}


def _past_answers(through: Any, before: Any) -> Any:
    """What the API answers; `before` is called with the number of each question about the past."""
    asked: list[int] = []

    def ask(area: str, period: Any, at_ms: Any = None, known_ms: Any = None) -> dict[str, Any]:
        if at_ms is None:
            return dict(_answers(through)(area, period))
        asked.append(at_ms)
        before(len(asked))
        found = answers.as_of(through.database, through.profile, area, period, at_ms, known_ms)
        return dict(msgspec.to_builtins(found))

    return ask


def _late(through: Any, event: Any, n: int, town: str = TOWN) -> None:
    through.now_ms += 1
    through.send(_fraud(event, n, "2026-09-16T08:20:00+08:00") | {"subject": town})
    through.run()


def test_late_events_that_come_during_an_audit_are_held_against_no_answer(
    live: Any, event: Any
) -> None:
    """The first two answers cannot know what comes while the third is asked for."""
    asked = []

    def before(n: int) -> None:
        asked.append(n)
        if n == 3:
            _late(live, event, 1)

    ago_ms = (3_600_000, 5_400_000, 4_000_000)
    ask = _past_answers(live, before)
    board = _board(live, log=live.log, answer=ask, ago_ms=ago_ms)
    assert [str(d) for d in audit.audit(board, [TOWN]).differences] == []
    assert asked == [1, 2, 3, 4]  # the third was asked again


@pytest.mark.parametrize(("town", "found"), [(TOWN, {("", "api.known")}), (OTHER, set())])
def test_an_answer_during_which_late_events_of_its_area_keep_coming_is_not_compared(
    live: Any, event: Any, town: str, found: set[tuple[str, str]]
) -> None:
    ask = _past_answers(live, lambda n: _late(live, event, n, town))
    board = _board(live, log=live.log, answer=ask, ago_ms=(3_600_000,))
    differences = audit.audit(board, [TOWN]).differences
    assert {(d.kpi, d.field) for d in differences} == found


def test_the_api_is_asked_over_http() -> None:
    asked: list[tuple[str, str | None]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"seq": 7}).encode())

        def log_message(self, *args: Any) -> None:
            """Tests print nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        ask = sources.api(f"http://127.0.0.1:{server.server_port}/", token="t")
        answer = ask(CITY, "week")
        thread.join()
    assert answer == {"seq": 7}
    assert asked == [(f"/api/v1/kpis?area={CITY}&period=week", "Bearer t")]


def test_a_ledger_beside_the_history(live: Any, event: Any) -> None:
    sent = [json.dumps(e).encode() for e in _city(2_000, seed=5)]
    right = audit.against_ledger(live.database, live.profile, sent)
    assert (right.values, right.differences) == (2_000, [])
    lost = json.dumps(_fraud(event, 1)).encode()
    report = audit.against_ledger(
        live.database,
        live.profile,
        [*(line for line in sent if b'"id": "e7"' not in line), lost, b"\n"],
    )
    assert [(d.field, d.kpi.split()[-1]) for d in report.differences] == [
        ("missing", "new-1"),
        ("surplus", "e7"),
    ]
