"""Whatever is repeated, reordered, lost on the way or restarted in between, the end is that of a
clean run.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis as client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from dashboard import history
from dashboard.processes import core
from feeds.history import ingest, tables
from feeds.history.ingest import Ingest
from feeds.history.sinks import Rollups

NOW = "2026-09-30T15:00:00+08:00"
TOWNS = ("320282112", "320282001", "320282113-g002", "999", None)
TIMES = (
    "2025-09-30T14:00",
    "2025-12-31T23:59",
    "2026-07-01T00:00",
    "2026-08-20T09:00",
    "2026-09-28T08:00",
    "2026-09-29T15:00",
    "2026-09-30T00:00",
    "2026-09-30T09:30",
    "2026-09-30T14:59",
)

DUE = ("2026-09-30T14:00:00+08:00", "2026-12-01T00:00:00+08:00")

times = st.sampled_from(TIMES)
towns = st.sampled_from(TOWNS)
cases = st.sampled_from(["a", "b", "c"])


def _one(kind: str, **data: Any) -> st.SearchStrategy[dict[str, Any]]:
    values = st.fixed_dictionaries(
        {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in data.items()}
    )
    return st.fixed_dictionaries(
        {"type": st.just(kind), "at": times, "area": towns, "data": values}
    )


told = st.one_of(
    _one(
        "incident.reported",
        case=cases,
        category=st.sampled_from(["order", "nonsense"]),
        severity=2,
        channel="patrol",
    ),
    _one("incident.dispatched", case=cases, to="police", joint=st.booleans()),
    _one("incident.closed", case=cases, outcome=st.sampled_from(["done", "referred"])),
    _one("dispute.accepted", case=cases, category="labour", centre="town"),
    _one("dispute.closed", case=cases, outcome=st.sampled_from(["settled", "failed"])),
    _one("task.set", case=cases, category="goal-01", department="x", due=st.sampled_from(DUE)),
    _one("task.completed", case=cases),
    _one(
        "traffic.accident", severity="slight", deaths=st.integers(0, 1), injuries=st.integers(0, 3)
    ),
    _one("fraud.loss_averted", amount=st.sampled_from([0.1, 20000, 12.34]), category="loan"),
    _one("indicator.reported", indicator="devices.online", value=st.integers(1, 9), total=10),
)


def _clouded(one: dict[str, Any], n: int) -> dict[str, Any]:
    moment = f"{one['at']}:00+08:00"
    body = {
        "specversion": "1.0",
        "id": f"e{n}",
        "source": "urn:t",
        "type": one["type"],
        "time": moment,
        "data": one["data"],
    }
    return body | ({"subject": one["area"]} if one["area"] else {})


@pytest.fixture(scope="module")
def make(redis_server: str, yixing: Any, pipelines: Any) -> Callable[..., Any]:
    """Pipelines over databases of their own, each example with an empty Redis."""

    @contextmanager
    def pipeline() -> Iterator[Any]:
        connection = client.Redis.from_url(redis_server)
        connection.flushall()
        with tempfile.TemporaryDirectory() as folder:
            database = history.open_database(f"sqlite:///{Path(folder) / 'b.db'}")
            yield pipelines(connection, database, yixing, NOW)
            database.dispose()
        connection.close()

    return pipeline


def _held(pipeline: Any) -> dict[str, Any]:
    """All that the database says, without when it was recorded."""
    found: dict[str, Any] = {}
    with pipeline.database.connect() as connection:
        for table in (tables.events, tables.cases, tables.gauges, tables.newest):
            columns = [c for c in table.columns if c.name != "recorded"]
            found[table.name] = sorted(map(str, connection.execute(select(*columns)).all()))
        rows = connection.execute(select(tables.rollups)).all()
        found["rollups"] = {
            (r.town, r.bin): msgspec.json.decode(r.counters) for r in rows if r.counters != "{}"
        }
    for topic in ("320282/today", "320282/year", "320282112/month"):
        state = pipeline.state(*topic.split("/"))
        found[topic] = {
            k: v for k, v in state.items() if k not in ("seq", "epoch", "now", "positions", "as_of")
        }
    return found


@pytest.mark.timeout(240)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.reuse, Phase.generate],
)
@given(st.lists(told, min_size=1, max_size=12), st.integers(0, 2**32))
def test_any_disorder_ends_in_the_same_state(
    make: Callable[..., Any], events: list[dict[str, Any]], seed: int
) -> None:
    bodies = [_clouded(one, n) for n, one in enumerate(events)]
    with make() as clean:
        clean.send(*bodies)
        clean.run()
        expected = _held(clean)
    with make() as p:
        _disorderly(p, bodies, random.Random(seed))
        assert _held(p) == expected


def _disorderly(p: Any, bodies: list[dict[str, Any]], rng: random.Random) -> None:
    """Every event at least once, in any order, some twice; processes die and news is lost between
    any two steps.
    """
    sent = [*bodies, *rng.choices(bodies, k=len(bodies) // 2)]
    rng.shuffle(sent)
    _ = p.engine
    while sent:
        count = rng.randint(1, len(sent))
        part, sent = sent[:count], sent[count:]
        if rng.random() < 0.5:
            p.send(*part)
        else:
            p.log.append([p.intake._decoder.decode(b) for b in part])
        what = rng.random()
        if what < 0.25:
            p.restart()
        elif what < 0.5:
            _die_in_commit(p)
        elif what < 0.75 and p.ingest.step() is not None:
            p.engine.load()
        if rng.random() < 0.7:
            p.run()
        if rng.random() < 0.5:
            p.engine.reread()
            p.engine.publish()
    p.run()


class _Died(BaseException):
    """Stands for a kill in the middle of a transaction: it passes every handler."""


class _Deadly(Rollups):
    """The last of the sinks: all others have added what was counted, and then the process dies."""

    def add(self, connection: Any, counted: Any) -> None:
        raise _Died


def _die_in_commit(p: Any) -> None:
    sinks = (*core.make_sinks(p.database, p.profile), _Deadly(p.database.dialect))
    try:
        Ingest(p.log, p.database, p.profile, sinks).step()
    except _Died:
        p.restart()


def test_two_workers_never_count_twice(make: Callable[..., Any]) -> None:
    body = _clouded(
        {"type": "patrol.completed", "at": TIMES[-1], "area": TOWNS[0], "data": {"visits": 5}}, 1
    )
    with make() as p:
        p.send(body)
        first, second = (core.make_ingest(p.log, p.database, p.profile) for _ in range(2))
        first.load_positions()
        second.load_positions()
        assert first.step() is not None
        with pytest.raises(ingest.Fenced):
            second.step()
        assert second.step() is None, "it takes up where the other stands"
        assert p.value("incidents.patrol_visits") == 5
