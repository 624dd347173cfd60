"""The demo city's events: the same every time, in order, as many as calibrated, and good enough to
be let in.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from feeds import kpis
from feeds.city.profile import Profile
from feeds.demo import calibration, days, stream
from feeds.events import eventtypes, privacy
from feeds.events.decoding import Decoder
from feeds.events.event import Shape

DAY_MS = 86_400_000
SEED = 7
WINTER = "6c0016846729dc921af4b793e36dcae3e2ad96ccd28dd4cf1db0ff3a5b8eff2b"
TOLD = {
    "opened": "category",
    "handled": "joint",
    "closed": "outcome",
}  # the field of a step that the tests ask for


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


END = ms("2026-11-23T00:00:00+08:00")
MIDDLE = END - 365 * DAY_MS
START = END - 730 * DAY_MS


def flat(batches: Iterable[list[bytes]]) -> list[bytes]:
    return [raw for batch in batches for raw in batch]


def backfill(city: Profile, start: int, end: int, seed: int = SEED, **more: Any) -> list[bytes]:
    return flat(stream.backfill(city, seed, start, end, **more))


class Body(msgspec.Struct):
    """An event as it is written."""

    id: str
    source: str
    type: str
    time: datetime
    data: dict[str, Any]
    subject: str = ""

    @property
    def at(self) -> int:
        return round(self.time.timestamp() * 1000)


@dataclass
class Seen:
    """What the tests ask of two years of events: kept as sums, the events themselves are too many
    to keep.
    """

    counts: tuple[Counter[str], Counter[str]] = field(
        default_factory=lambda: (Counter(), Counter())
    )
    steps: dict[tuple[str, str, str], dict[str, tuple[int, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    towns: Counter[str] = field(default_factory=Counter)
    indicators: set[str] = field(default_factory=set)
    kinds_by_day: Counter[tuple[str, str]] = field(default_factory=Counter)
    total: int = 0
    unordered: int = 0
    repeated: int = 0

    def add(self, city: Profile, event: Body) -> None:
        town, at = city.town_of(event.subject), event.at
        counts = self.counts[at >= MIDDLE]
        counts[event.type] += 1
        for name, value in event.data.items():
            if isinstance(value, int):
                counts[f"{event.type}.{name}"] += value
        kind = eventtypes.TYPES[event.type]
        if kind.shape is Shape.CASE and kind.step:
            self.steps[(town, kind.family, str(event.data["case"]))][kind.step] = (
                at,
                event.data.get(TOLD[kind.step]),
            )
        if kind.shape is Shape.GAUGE:
            self.indicators.add(str(event.data["indicator"]))
        self.towns[town] += 1
        self.kinds_by_day[(event.type, local_day(at))] += 1


def local_day(at: int) -> str:
    return datetime.fromtimestamp((at + 8 * 3_600_000) // 1000, UTC).date().isoformat()


def test_a_winter_of_a_seed_is_the_same_in_every_version(city: Profile) -> None:
    """Holidays, the Spring Festival and what comes after it. Another sum means that a city which
    is generated anew differs from the one that people have seen.
    """
    written = hashlib.sha256()
    for raw in backfill(city, ms("2026-01-20T00:00:00+08:00"), ms("2026-03-20T00:00:00+08:00")):
        written.update(raw + b"\n")
    assert written.hexdigest() == WINTER


@pytest.fixture(scope="module")
def seen(city: Profile) -> Seen:
    """Two years of Yixing; the first hundreds of each type and every tenth event pass the decoder
    that guards the doors.
    """
    result, decoder, before, ids = Seen(), Decoder(lambda: END), START, set()
    bodies, types = msgspec.json.Decoder(Body), Counter[str]()
    for batch in stream.backfill(city, SEED, START, END):
        for raw in batch:
            event = bodies.decode(raw)
            types[event.type] += 1
            if types[event.type] < 500 or not types[event.type] % 10:
                decoder.decode(raw)
            result.unordered += event.at < before
            before = event.at
            ids.add((event.source, event.id))
            result.add(city, event)
            result.total += 1
    result.repeated = result.total - len(ids)
    return result


def test_two_years_are_in_order_and_none_is_repeated(seen: Seen) -> None:
    assert (seen.unordered, seen.repeated) == (0, 0)
    assert 800_000 < seen.total < 1_050_000


def test_every_type_indicator_and_kpi_has_events(seen: Seen) -> None:
    assert set(eventtypes.TYPES) - set(seen.counts[0]) == set()
    assert set(eventtypes.TYPES) - set(seen.counts[1]) == set()
    reported = set(seen.counts[1]) | {f"indicator:{name}" for name in seen.indicators}
    assert [k.id for k in kpis.CATALOGUE.values() if not set(k.needs) <= reported] == []


@pytest.mark.parametrize(
    ("measure", "tolerance"),
    [
        ("patrol.completed.visits", 0.03),
        ("incident.reported", 0.03),
        ("fraud.warning", 0.07),
        ("fraud.dissuaded", 0.09),
        ("fraud.loss_averted.amount", 0.1),
        ("fraud.leaflets.copies", 0.06),
        ("traffic.hazard_rectified", 0.04),
        ("safety.hazard_rectified", 0.05),
        ("safety.case_filed", 0.1),
        ("task.set", 0),
        ("sensing.received.records", 0.03),
    ],
)
def test_a_year_adds_up_to_what_is_published(seen: Seen, measure: str, tolerance: float) -> None:
    assert seen.counts[1][measure] == pytest.approx(calibration.PUBLISHED[measure], rel=tolerance)


def test_accidents_and_deaths_fall_as_published(seen: Seen) -> None:
    before, after = seen.counts
    for measure, name in (
        ("traffic.accident", "traffic.accident"),
        ("traffic.accident.deaths", "traffic.deaths"),
    ):
        assert after[measure] / before[measure] - 1 == pytest.approx(
            calibration.PUBLISHED[f"{name}.change"], abs=0.035
        )


def test_joint_handling_and_success_are_as_published(seen: Seen) -> None:
    joint = sum(told(seen, "incident", "handled"))
    outcomes = Counter(told(seen, "dispute", "closed"))
    assert joint / 2 == pytest.approx(calibration.PUBLISHED["incident.joint"], rel=0.05)
    rate = outcomes["settled"] / (outcomes["settled"] + outcomes["failed"])
    assert rate == pytest.approx(calibration.PUBLISHED["dispute.success_rate"], abs=0.002)


def told(seen: Seen, family: str, step: str) -> list[Any]:
    return [
        steps[step][1] for (_, of, _), steps in seen.steps.items() if of == family and step in steps
    ]


def test_no_case_is_handled_or_closed_before_it_opens(seen: Seen) -> None:
    for key, steps in seen.steps.items():
        assert "opened" in steps, key
        times = [steps[s][0] for s in ("opened", "handled", "closed") if s in steps]
        assert times == sorted(times), key


@pytest.mark.parametrize(
    ("family", "most_open"),
    [("incident", 900), ("dispute", 400), ("traffic.hazard", 300), ("service", 250)],
)
def test_the_backlog_lives_and_does_not_grow_without_end(
    seen: Seen, city: Profile, family: str, most_open: int
) -> None:
    cases = [steps for (_, of, _), steps in seen.steps.items() if of == family]
    limit = city.limit_ms(family)
    assert limit
    for moment in (MIDDLE, END):
        still = [
            s["opened"][0]
            for s in cases
            if s["opened"][0] < moment and not ("closed" in s and s["closed"][0] < moment)
        ]
        overdue = sum(opened + limit < moment for opened in still)
        assert 0 < overdue < len(still) / 2
        assert len(still) < most_open


def test_towns_differ(seen: Seen, city: Profile) -> None:
    where = days.city(city, SEED).places
    success: dict[str, Counter[str]] = defaultdict(Counter)
    hours: dict[str, list[int]] = defaultdict(list)
    for (town, family, _), steps in seen.steps.items():
        if family == "dispute" and "closed" in steps:
            success[town][steps["closed"][1]] += 1
        if family == "incident" and "closed" in steps:
            hours[town].append(steps["closed"][0] - steps["opened"][0])
    rates = {
        t: c["settled"] / (c["settled"] + c["failed"])
        for t, c in success.items()
        if t in where.codes
    }
    medians = {t: sorted(h)[len(h) // 2] for t, h in hours.items() if t in where.codes}
    slowest = sorted(medians, key=medians.__getitem__)[-calibration.SLOW_TOWNS :]
    assert min(rates, key=rates.__getitem__) == where.codes[where.weakest]
    assert set(slowest) == {
        c for c, s in zip(where.codes, where.slowness, strict=True) if s == calibration.SLOWNESS
    }
    assert max(seen.towns[c] for c in where.codes) > 4 * min(seen.towns[c] for c in where.codes)


def test_the_unknown_is_visible_and_rare(seen: Seen) -> None:
    categories = [s["opened"][1] for s in seen.steps.values()]
    assert 0.001 < seen.towns["unknown"] / seen.total < 0.005
    assert 0.001 < categories.count(calibration.UNLISTED) / len(categories) < 0.003


def test_spring_festival_quiets_the_grid_and_inspections_come_before_it(seen: Seen) -> None:
    def mean(kind: str, first: str, last: str) -> float:
        found = [
            n for (k, day), n in seen.kinds_by_day.items() if k == kind and first <= day <= last
        ]
        return sum(found) / ((ms(f"{last}T00:00:00Z") - ms(f"{first}T00:00:00Z")) / DAY_MS + 1)

    festival, usual = ("2026-02-17", "2026-02-21"), ("2026-03-16", "2026-04-01")
    assert mean("incident.reported", *festival) < 0.65 * mean("incident.reported", *usual)
    assert mean("patrol.completed", *festival) < 0.65 * mean("patrol.completed", *usual)
    assert mean("safety.inspected", "2026-02-02", "2026-02-12") > 1.3 * mean(
        "safety.inspected", *usual
    )


def test_the_special_causes_stand_out(seen: Seen, city: Profile) -> None:
    plan = days.city(city, SEED).plan
    for kind, event, year in (("in", "incident.reported", 2025), ("fw", "fraud.warning", 2026)):
        days_of = sorted(d for k, d in seen.kinds_by_day if k == event and d.startswith(str(year)))
        struck = [
            d
            for d in days_of
            if any(kind in c.kinds for c in plan.causes(datetime.fromisoformat(d).date()))
        ]
        usual = sum(seen.kinds_by_day[(event, d)] for d in days_of) / len(days_of)
        assert len(struck) in (7, 21)
        assert sum(seen.kinds_by_day[(event, d)] for d in struck) / len(struck) > 1.4 * usual


WEEK = ms("2026-03-02T00:00:00+08:00")


def test_the_same_seed_makes_the_same_bytes_and_another_shares_no_identity(city: Profile) -> None:
    first, again, other = (backfill(city, WEEK, WEEK + 2 * DAY_MS, seed) for seed in (1, 1, 2))
    assert first == again
    assert not {msgspec.json.decode(raw)["id"] for raw in first} & {
        msgspec.json.decode(raw)["id"] for raw in other
    }


@pytest.mark.parametrize("hours", [0, 13.37])
def test_going_on_from_any_moment_gives_what_an_unbroken_run_gives(
    city: Profile, hours: float
) -> None:
    origin, pause, end = WEEK, WEEK + 130 * DAY_MS + int(hours * 3_600_000), WEEK + 134 * DAY_MS
    whole = backfill(city, origin, end, origin_ms=origin, hourly_from_ms=end)
    parts = backfill(city, origin, pause, hourly_from_ms=end) + backfill(
        city, pause, end, origin_ms=origin, hourly_from_ms=end
    )
    assert parts == whole


def test_batches_are_about_two_thousand_events_between_start_and_end(city: Profile) -> None:
    start, end = WEEK + 5_000_000, WEEK + 4 * DAY_MS + 7_000_000
    batches = list(stream.backfill(city, SEED, start, end))
    times = [msgspec.json.decode(raw)["time"] for raw in flat(batches)]
    assert [len(b) for b in batches[:-1]] == [stream.BATCH] * (len(batches) - 1)
    assert start <= ms(times[0])
    assert ms(times[-1]) < end


def test_devices_report_hourly_in_the_last_days_and_daily_before(city: Profile) -> None:
    events = [msgspec.json.decode(raw) for raw in backfill(city, WEEK, WEEK + 10 * DAY_MS)]
    found = Counter(
        local_day(ms(e["time"])) for e in events if e["data"].get("indicator") == "devices.online"
    )
    assert found["2026-03-04"] == len(city.towns)
    assert found["2026-03-11"] == 24 * len(city.towns)


def test_live_goes_on_where_the_backfill_ended(city: Profile) -> None:
    now = WEEK + 10 * 3_600_000
    expected = backfill(city, now, now + 2 * DAY_MS, origin_ms=now - DAY_MS, hourly_from_ms=now)
    coming = stream.live(city, SEED, now, origin_ms=now - DAY_MS)
    got = [next(coming) for _ in expected]
    assert [raw for _, raw in got] == expected
    assert [due for due, _ in got] == [ms(msgspec.json.decode(raw)["time"]) for raw in expected]


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def test_live_at_a_rate_makes_that_many_a_second_each_stamped_with_the_time_it_is_due(
    city: Profile,
) -> None:
    clock, decoder = Clock(END), Decoder(lambda: clock.now)
    seen_ids, opened = set(), set()
    coming = stream.live(city, SEED, END, 250, clock)
    for _ in range(5_000):
        due, raw = next(coming)
        clock.now = max(clock.now, due)
        event = decoder.decode(raw)
        assert event.at == due <= clock.now
        seen_ids.add(event.id)
        if eventtypes.TYPES[event.type].step == "opened":
            opened.add(event.data["case"])
        elif "case" in event.data:
            assert event.data["case"] in opened
    assert clock.now - END == pytest.approx(5_000 / 250 * 1000, abs=10)
    assert len(seen_ids) == 5_000


def test_a_caller_who_lags_gets_events_of_now_and_no_burst(city: Profile) -> None:
    clock = Clock(END)
    coming = stream.live(city, SEED, END, 10, clock)
    next(coming)
    clock.now += 60_000
    dues = [next(coming)[0] for _ in range(5)]
    assert [due - clock.now for due in dues] == [0, 100, 200, 300, 400]


def test_time_allowed_moves_with_an_event_that_is_moved(city: Profile) -> None:
    clock = Clock(END)
    coming = stream.live(city, SEED, END, 1000, clock)
    bodies = (msgspec.json.decode(next(coming)[1]) for _ in range(10_000))
    due = [(ms(b["time"]), ms(b["data"]["due"])) for b in bodies if b["type"] == "assessment.due"]
    assert due
    assert {round((limit - at) / DAY_MS, 3) for at, limit in due} == {30}


def test_identities_hold_nothing_that_could_pass_for_personal_data(city: Profile) -> None:
    for seed in (0, 7, 13_912_345_678, 2**63 - 1):
        names = days.city(city, seed, f"r{days.base36(END)}x{days.base36(35)}").tag
        raw = backfill(city, ms("2026-01-08T00:00:00+08:00"), ms("2026-01-09T00:00:00+08:00"), seed)
        bodies = [msgspec.json.decode(r) for r in raw]
        texts = (
            {names}
            | {b["id"] for b in bodies}
            | {v for b in bodies for v in b["data"].values() if isinstance(v, str)}
        )
        assert [t for t in texts if privacy.personal(t)] == []


def test_a_city_without_towns_has_a_demo_too(city: Profile) -> None:
    alone = msgspec.structs.replace(city, towns=())
    decoder = Decoder(lambda: END)
    areas = Counter(
        alone.town_of(decoder.decode(raw).area) for raw in backfill(alone, WEEK, WEEK + 2 * DAY_MS)
    )
    assert areas[city.code] > 0.9 * areas.total()


def test_what_stood_is_there_before_a_feed_begins(city: Profile) -> None:
    origin = ms("2026-05-20T00:00:00+08:00")
    events = list(map(msgspec.json.Decoder(Body).decode, stream.open_at(city, SEED, origin)))
    kinds = Counter(event.type for event in events)
    assert kinds["task.set"] == calibration.PUBLISHED["task.set"]
    assert 0 < kinds["task.completed"] < kinds["task.set"] / 2
    assert kinds["commitment.made"] == 4 * len(city.towns)
    periods = defaultdict(set)
    for event in events:
        if event.type == "indicator.reported":
            periods[event.data["indicator"]].add(event.data["period"])
    assert periods["governance.volunteers"] == {"2025Q2", "2025Q3", "2025Q4", "2026Q1"}
    assert len(periods["safety.key_units"]) == 12
    assert all(event.at < origin for event in events)


def test_a_task_that_stood_is_completed_in_the_feed(city: Profile) -> None:
    origin, end = ms("2026-05-20T00:00:00+08:00"), ms("2026-08-20T00:00:00+08:00")
    decode = msgspec.json.Decoder(Body).decode
    told = [
        decode(raw)
        for raw in backfill(
            city, origin, end, origin_ms=origin, long_from_ms=stream.year_start_ms(city, origin)
        )
    ]
    before = {
        event.data["case"]: event.type
        for event in map(decode, stream.open_at(city, SEED, origin))
        if "case" in event.data
    }
    completed = {event.data["case"] for event in told if event.type == "task.completed"}
    assert len(completed) > 20
    assert {before[case] for case in completed} == {"task.set"}
