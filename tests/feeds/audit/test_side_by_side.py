"""The facts in SQL beside the recount in pandas, on random histories: every figure of both equal."""

from __future__ import annotations

import json
import math
import os
import runpy
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds import kpis
from feeds.audit import audit_cube, facts, readings, recount, recount_series, recount_trends, stored
from feeds.audit.facts import Area, Facts
from feeds.audit.recount_events import facts as recounted
from feeds.city import periods
from feeds.city.profile import UNKNOWN, Profile
from feeds.events.event import Event
from feeds.kpis.formulas import Count

CITY, TOWN = "320282", "320282112"
SPECS = Path(__file__).parents[1] / "spec"


def _rows(frame: Any) -> list[tuple[Any, ...]]:
    """As the history holds them: of repeats the first recorded."""
    first = frame.sort_values("recorded", kind="stable").drop_duplicates(["town", "source", "id"])
    return [*first[list(facts.COLUMNS)].itertuples(index=False, name=None)]


def _plain(value: Any) -> Any:
    """Sums of fractions may differ in the last digit."""
    if isinstance(value, float):
        return round(value, 9) if math.isfinite(value) else value
    if isinstance(value, list | tuple):
        return tuple(_plain(one) for one in value)
    return value


def of_area(area: Area, now_ms: int) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    own = readings.Readings(area, now_ms)
    for k, kpi in kpis.CATALOGUE.items():
        for period in periods.PERIODS:
            found[k, period] = tuple(vars(own.figure(kpi, period)).values())
            if isinstance(kpi.formula, Count):
                cells = own.categories(kpi, period)
                found[k, period, "categories"] = sorted(cells.items())
        for kind in readings.SERIES:
            if kind == "days" or isinstance(kpi.formula, Count):
                found[k, kind] = own.series(kind, kpi)
        found[k, "trend"] = own.trend(kpi)
    assert own.axes() == recount_series.axes(area.profile, now_ms)
    return {key: _plain(value) for key, value in found.items()}


def of_tally(tally: recount.Tally, now_ms: int) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    series = recount_series.of_topic(tally, now_ms)
    trends = recount_trends.of_area(tally, now_ms)
    for k, kpi in kpis.CATALOGUE.items():
        for period in periods.PERIODS:
            figure = recount.figure(tally, kpi, period, now_ms)
            found[k, period] = tuple(vars(figure).values())
            if isinstance(kpi.formula, Count):
                cells = recount.categories(tally, kpi, period, now_ms)
                # what closes without an outcome is done: the recount says so in its cube alone
                if kpi.formula.term.measure.name == "closed" and "" in cells:
                    cells["done"] = cells.get("done", 0) + cells.pop("")
                found[k, period, "categories"] = sorted(cells.items())
        for name in readings.SERIES:
            if name == "days" or isinstance(kpi.formula, Count):
                found[k, name] = series[f"{name}:{k}"]
        found[k, "trend"] = trends[k]
    return {key: _plain(value) for key, value in found.items()}


def cells(made: Facts, old: Any, city: Profile) -> tuple[Counter[Any], Counter[Any]]:
    """What both say of the cube, by town, day and all dimensions."""
    made.database.execute("DROP TABLE IF EXISTS temp.cells")
    made.database.execute(stored._CELLS, {"since_ms": 0})
    mine = Counter[Any]()
    query = "SELECT town, day, measure, category, facet, outcome, grid, n FROM cells"
    for *key, n in made.database.execute(query):
        mine[tuple(key)] += n
    theirs = Counter[Any]()
    columns = ["town", "day", "measure", "category", "facet", "outcome", "grid", "n"]
    for *key, n in audit_cube._told(old, city)[columns].itertuples(index=False, name=None):
        theirs[tuple(key)] += int(n)
    return +mine, +theirs


def check(frame: Any, city: Profile, now: str, gone: Iterable[Event], pick: Any) -> int:
    """One area of a history as of one kind of knowledge; how many values were compared."""
    now_ms = int(datetime.fromisoformat(now).timestamp() * 1000)
    old, new = recounted(frame), Facts.of_events(city, _rows(frame))
    mine, theirs = cells(new, old, city)
    assert mine == theirs
    identities = {(city.town_of(e.area), e.source, e.id, e.recorded) for e in gone}
    then_ms = now_ms - pick((3_600_000, 7 * 86_400_000, 366 * 86_400_000))
    made, counted, at_ms = pick(
        (
            (lambda: new, lambda: old, now_ms),
            (lambda: new.without(identities), lambda: old.without(identities), now_ms),
            (lambda: new.known(then_ms, then_ms), lambda: old.known(then_ms, then_ms), then_ms),
            (lambda: new.known(2**62, then_ms), lambda: old.known(2**62, then_ms), then_ms),
        )
    )
    area = pick((CITY, TOWN, UNKNOWN))
    tally = recount.tally(counted(), city, CITY)
    if area != CITY:
        tally = tally.of_towns([area])[area]
    found, expected = of_area(Area(made(), area), at_ms), of_tally(tally, at_ms)
    wrong = {key: (found[key], expected[key]) for key in found if found[key] != expected[key]}
    assert not wrong, (area, dict([*wrong.items()][:3]))
    return len(mine) + len(found)


def _frame(city: Profile, events: Iterable[Event]) -> pd.DataFrame:
    rows = [
        (city.town_of(e.area), e.source, e.id, e.type, e.area, e.at, e.recorded, json.dumps(e.data))
        for e in events
    ]
    return pd.DataFrame(rows, columns=[*facts.COLUMNS])


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.py")), ids=lambda path: path.stem)
def test_they_say_the_same_of_every_spec(path: Path, told: Any, city: Profile) -> None:
    spec = runpy.run_path(str(path))
    events = _frame(city, told(spec["EVENTS"]))
    now_ms = int(datetime.fromisoformat(spec["NOW"]).timestamp() * 1000)
    tally = recount.tally(recounted(events), city, spec["AREA"])
    area = Area(Facts.of_events(city, _rows(events)), spec["AREA"])
    assert of_area(area, now_ms) == of_tally(tally, now_ms)


@settings(max_examples=int(os.environ.get("HISTORIES", "10")), suppress_health_check=[*HealthCheck])
@given(data=st.data())
@pytest.mark.timeout(0)
def test_they_say_the_same_of_random_histories(data: Any, histories: Any, city: Profile) -> None:
    now, events = data.draw(histories(60))
    gone = [event for event in events if data.draw(st.integers(0, 9)) == 0]
    check(_frame(city, events), city, now, gone, lambda some: data.draw(st.sampled_from(some)))
