"""Towns judged side by side: fair to the small, honest where they can't be told apart; real
collisions and complaints as funnels.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import redis as redis_client
from sqlalchemy import Engine as Database

from dashboard.processes import core
from feeds import kpis
from feeds.city import profile
from feeds.city.profile import Profile
from feeds.city.quarters import Quarter
from feeds.events import decoding, intake
from feeds.events.log import Log
from feeds.history import storage
from feeds.review import commitments, freezes, review_assembly, review_values, signals
from feeds.review.review_values import Commitment, Figure, Reading, Three
from feeds.sources import importing, mappings, spreadsheets
from feeds.sources.importing import Checkpoint
from feeds.statistics import funnels, intervals

DATA, EXAMPLES = (
    Path(__file__).parents[1] / "data",
    Path(__file__).resolve().parents[3] / "examples",
)
DAYS = (92, 91, 92)
NOTHING = Reading(None)


def share(n: float, of: float) -> Reading:
    return Reading(n / of if of else None, n, of)


def shares(
    city: Profile,
    parts: Mapping[str, tuple[float, float]],
    before: Mapping[str, tuple[float, float]] | None = None,
) -> Any:
    """Readings of a share by town, with the city's as their sum."""
    pairs = {t: (parts.get(t, (0, 0)), (before or {}).get(t, (0, 0))) for t in city.town_by_code}
    found = {t: Three(share(*now), share(*then), NOTHING) for t, (now, then) in pairs.items()}
    whole = [share(*(sum(pair[i][j] for pair in pairs.values()) for j in (0, 1))) for i in (0, 1)]
    return found | {city.code: Three(*whole, NOTHING)}


def counts(city: Profile, now: Mapping[str, int], before: Mapping[str, int]) -> Any:
    found = {
        t: Three(Reading(now[t], now[t]), NOTHING, Reading(before[t], before[t]))
        for t in city.town_by_code
    }
    a, b = sum(now.values()), sum(before.values())
    return found | {city.code: Three(Reading(a, a), NOTHING, Reading(b, b))}


def judge(kpi: str, city: Profile, found: Any) -> Figure:
    return signals.figure(kpis.CATALOGUE[kpi], 0.95, city, found, DAYS)


def test_what_is_judged_as_what() -> None:
    forms = {k: signals.form(kpi) for k, kpi in kpis.CATALOGUE.items()}
    assert forms["incidents.closure_rate"] == "share"
    assert forms["traffic.accidents"] == forms["incidents.reported"] == "count"
    for kpi in (
        "traffic.injuries",
        "fraud.loss_averted",
        "incidents.open",
        "incidents.median_hours",
        "sensing.online_rate",
        "training.posts",
    ):
        assert forms[kpi] == "value", kpi


def test_a_town_with_twelve_cases_is_not_named_for_one_failure(yixing: Profile) -> None:
    towns = list(yixing.town_by_code)
    parts = dict.fromkeys(towns, (970, 1000)) | {towns[0]: (11, 12), towns[1]: (900, 1000)}
    found = judge("incidents.closure_rate", yixing, shares(yixing, parts))
    small, large = (found.of(t) for t in towns[:2])
    assert small
    assert large
    assert small.from_city
    assert large.from_city
    assert (small.cls, small.from_city.is_distinct) == ("inside", False)
    assert (large.cls, large.from_city.is_signal) == ("below998", True)
    assert (small.lower, small.upper) == pytest.approx(intervals.wilson(11, 12)[1:])
    assert found.funnel is not None
    assert [limit.x for limit in found.funnel.limits] == sorted(
        limit.x for limit in found.funnel.limits
    )


def test_changes_by_chance_are_rarely_signals_and_real_ones_are_named(yixing: Profile) -> None:
    rng = np.random.default_rng(3)
    towns, tried, false = list(yixing.town_by_code), 0, 0
    for _ in range(40):
        before = {t: int(rng.poisson(60)) for t in towns}
        found = judge(
            "traffic.accidents",
            yixing,
            counts(yixing, {t: int(rng.poisson(60)) for t in towns}, before),
        )
        tried += len(towns)
        false += sum(town.cls in ("above998", "below998") for town in found.towns)
    assert false / tried < 0.01
    now = dict.fromkeys(towns, 60) | {towns[2]: 150}
    readings = counts(yixing, now, dict.fromkeys(towns, 60))
    found = judge("traffic.accidents", yixing, readings)
    assert [town.town for town in found.towns if town.cls == "above998"] == [towns[2]]
    lessons = signals.lessons([found], {"traffic.accidents": readings}, yixing.code, DAYS)
    named = [
        (one.town, one.against, one.meaning, one.is_own)
        for one in lessons
        if one.town != yixing.code
    ]
    assert named == [(towns[2], "last_year", "worse", True)]


def test_limits_of_the_curve_are_those_of_the_classes(yixing: Profile) -> None:
    parts = {t: (90 + n, 100 + 10 * n) for n, t in enumerate(yixing.town_by_code)}
    found = judge("incidents.closure_rate", yixing, shares(yixing, parts))
    x, n = ([p[i] for p in parts.values()] for i in (0, 1))
    plain = funnels.proportions(x, n, overdispersion=bool(found.funnel and found.funnel.adjusted))
    names = {
        "common": "inside",
        "high95": "above95",
        "high998": "above998",
        "low95": "below95",
        "low998": "below998",
    }
    assert [town.cls for town in found.towns] == [names[cls] for cls in plain.frame["class"]]
    assert found.funnel is not None
    assert (found.funnel.phi, found.funnel.tau2) == pytest.approx((plain.phi, plain.tau2), rel=1e-8)


def test_nothing_to_compare_is_no_funnel(yixing: Profile) -> None:
    found = judge("incidents.closure_rate", yixing, shares(yixing, {}))
    assert found.funnel is None
    assert {town.cls for town in found.towns} == {"none"}
    assert msgspec.json.decode(msgspec.json.encode(found), type=Figure) == found


@pytest.mark.timeout(120)
def test_collisions_by_district(
    redis: redis_client.Redis, database: Database, tmp_path: Path
) -> None:
    """Real collisions of the third quarter of 2024, by the districts' populations."""
    city, mapping = profile.load("west_yorkshire"), mappings.load(EXAMPLES / "west_yorkshire.toml")
    log = Log(redis, city)
    path = EXAMPLES / "stats19_west_yorkshire_2024.csv"
    rows = spreadsheets.read(path, mapping.columns, mapping.sheet).rows
    events_in = intake.Intake(log, decoding.Decoder(), name="import")
    checkpoint = Checkpoint(tmp_path / "import.json", importing.fingerprint(path))
    importing.run(
        rows, mapping, events_in, checkpoint, lambda _: None, report=tmp_path / "refused.csv"
    )
    worker = core.make_ingest(log, database, city)
    while worker.step(10):
        pass
    with storage.snapshot(database) as connection:
        found = review_assembly.read(
            connection, city, Quarter(2024, 3), decoding.now_ms(), freezes.terms(city)
        ).figure("traffic.accidents")
    assert found is not None
    assert found.funnel is not None
    with path.open(encoding="utf-8") as file:
        plain = [
            row["district_code"]
            for row in csv.DictReader(file)
            if "2024-07" <= row["occurred"][:7] <= "2024-09"
        ]
    assert {town.town: town.value for town in found.towns} == {
        t: plain.count(t) for t in city.town_by_code
    }
    assert found.funnel.kind == "rate"
    expected = {
        t.code: t.population * len(plain) / sum(t.population for t in city.towns)
        for t in city.towns
    }
    for town in found.towns:
        assert town.spot is not None
        assert town.value is not None
        assert (town.spot.x, town.spot.y) == pytest.approx(
            (expected[town.town], town.value / expected[town.town])
        )
    assert any(town.cls != "inside" for town in found.towns)  # districts do differ


def test_complaints_by_state() -> None:
    """Real complaints of the third quarter of 2023: the share closed with relief, by state (a count
    of the bureau's file).
    """
    city = profile.load("cfpb")
    with (DATA / "cfpb_relief_by_state_2023q3.csv").open(encoding="utf-8") as file:
        parts = {
            row["state"]: (float(row["settled"]), float(row["closed"]))
            for row in csv.DictReader(file)
        }
    found = judge("disputes.success_rate", city, shares(city, parts))
    assert found.funnel is not None
    assert found.city.of == sum(of for _, of in parts.values())
    assert sum(town.spot is not None for town in found.towns) == len(parts)
    beyond = [town for town in found.towns if town.cls in ("above998", "below998")]
    assert all(
        (town.of or 0) > 20 for town in beyond
    )  # no state of a handful of complaints is named
    alone = [town for town in found.towns if town.value in (0.0, 1.0)]
    assert alone  # which a ranking would put first or last
    assert {town.cls for town in alone} == {"inside"}


COMMITTED = Commitment(
    "c",
    "320282001",
    "incidents.closure_rate",
    "2026-12-31",
    0.95,
    "2026Q3",
    "宜城街道",
    0,
    share(90, 100),
)


@pytest.mark.parametrize(
    ("n", "of", "outcome"),
    [(96, 100, "met"), (11, 12, "unclear"), (80, 100, "missed"), (0, 0, "nodata")],
)
def test_commitments_are_judged_by_the_same_statistics(n: int, of: int, outcome: str) -> None:
    reading = share(n, of)
    between = None if not of else (intervals.wilson(n, of).low, intervals.wilson(n, of).high)
    found = commitments.judged(
        COMMITTED, reading, between, signals.change("share", reading, COMMITTED.start)
    )
    assert (found.outcome, found.judged_on) == (outcome, "2026Q4")


def test_what_is_kept_of_a_float_is_the_same_everywhere() -> None:
    assert review_values.kept(0.1 + 0.2) == 0.3
    assert review_values.kept(1 / 3) == 0.333333333
