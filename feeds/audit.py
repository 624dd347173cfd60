"""The audit: every published figure beside the same figure recounted from raw events, on a board that goes on running.

A snapshot is compared with the events it can know: those of the history less what the log brought after the snapshot's
own position. Counting is feeds/recount.py, comparing feeds/audit_compare.py, reading feeds/audit_sources.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import msgspec
from sqlalchemy import Engine as Database
from sqlalchemy import select

from feeds import audit_compare, audit_sources, history, periods, recount
from feeds.audit_compare import Difference, Pair, Recounted
from feeds.audit_sources import Answer, Held, Snapshots, State
from feeds.log import Log
from feeds.periods import Period
from feeds.profile import UNKNOWN, Profile
from feeds.recount_events import Facts, Identity

TRIES = 3
MOVE_S = 3.0
LAG_MS = 7_000
API_TRIES = 10
Progress = Callable[[str], None]
Tallies = tuple[recount.Tally, dict[str, recount.Tally]]


@dataclass(frozen=True)
class Report:
    """How many values were compared, and those that differ."""

    values: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def closing(self) -> str:
        return f"{self.values} values, {len(self.differences)} differ"

    def __add__(self, other: Report) -> Report:
        return Report(self.values + other.values, [*self.differences, *other.differences])


@dataclass(frozen=True)
class Board:
    """What an audit looks at. Without `log` only the time an event was recorded tells whether a snapshot can know it."""

    database: Database
    snapshots: Snapshots
    profile: Profile
    log: Log | None = None
    answer: Answer | None = None
    move_s: float = MOVE_S


def audit(board: Board, areas: Iterable[str] | None = None, progress: Progress = lambda area: None) -> Report:
    """Every KPI of every topic of some areas, or of all. `progress` is told each area before its turn."""
    report = Report()
    for area in board.profile.areas if areas is None else areas:
        progress(area)
        report += _area(board, area)
    return report


def _area(board: Board, area: str) -> Report:
    """An area's five topics; one that differs is looked at again as long as its snapshot moves meanwhile, at most thrice."""
    pending = [f"{area}/{period}" for period in periods.PERIODS]
    report = Report()
    board.snapshots.watch(pending)
    for attempt in range(1, TRIES + 1):
        states = board.snapshots.read(pending)
        answers = {topic: _answer(board, topic, states) for topic in pending}
        results = _compare(board, area, states, answers)
        last = attempt == TRIES or not any(r.differences for r in results.values())
        last = last or not board.snapshots.moved({t: states[t] for t, r in results.items() if r.differences}, board.move_s)
        for topic, result in results.items():
            if last or not result.differences:
                report += result
                pending.remove(topic)
        if not pending:
            break
    return report


def _answer(board: Board, topic: str, states: dict[str, State | None]) -> Mapping[str, Any] | None:
    """The API's answer of the same frame as the snapshot, which is read again until they meet."""
    if board.answer is None or states[topic] is None:
        return None
    for _ in range(API_TRIES):
        found = board.answer(*topic.split("/"))
        states[topic] = state = board.snapshots.read([topic])[topic]
        if state is None or (found["epoch"], found["seq"]) == (state["epoch"], state["seq"]):
            break
    return found


def _compare(
    board: Board, area: str, states: Mapping[str, State | None], answers: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, Report]:
    """Read the history after the snapshots, then take from it what they can't know."""
    held = audit_sources.held(board.database, None if area == board.profile.code else area)
    results = {topic: Report(1, [Difference(topic, "", "snapshot", None, "expected")]) for topic, state in states.items() if state is None}
    there = {topic: state for topic, state in states.items() if state is not None}
    alike: dict[frozenset[Identity] | int, list[str]] = {}
    for topic, state in there.items():
        later = _later(board, area, held, state)
        alike.setdefault(int(state["now"]) if later is None else later, []).append(topic)
    earlier = Earlier(board.profile, area, held.facts, min((int(state["now"]) for state in there.values()), default=0) - LAG_MS)
    for later, topics in alike.items():
        facts = held.facts.known(recorded_ms=later) if isinstance(later, int) else held.facts.without(later)
        tallies = _tallies(board.profile, area, facts, [_period(topic) for topic in topics])
        results |= {topic: _topic(topic, there[topic], answers[topic], tallies, earlier) for topic in topics}
    return results


def _later(board: Board, area: str, held: Held, state: State) -> frozenset[Identity] | None:
    """What the log brought an area after a snapshot's positions; None where there are none or there is no log to ask."""
    if board.log is None or "positions" not in state:
        return None
    city, town_of = area == board.profile.code, board.profile.town_of
    mine = {int(p): at for p, at in state["positions"].items() if city or int(p) == board.log.partition(area)}
    found = audit_sources.between(board.log, mine, held.positions)
    return frozenset((town_of(e.area), e.source, e.id, e.recorded) for e in found if city or town_of(e.area) == area)


class Earlier:
    """An area's figures as of some seconds before: made only when something published is not what it should be now."""

    def __init__(self, profile: Profile, area: str, facts: Facts, at_ms: int) -> None:
        self._profile, self._area, self._facts, self._at_ms = profile, area, facts, at_ms

    @cached_property
    def _tallies(self) -> Tallies:
        return _tallies(self._profile, self._area, self._facts.known(recorded_ms=self._at_ms), periods.PERIODS)

    def recounted(self, period: Period) -> Recounted:
        return audit_compare.recounted(*self._tallies, period, self._at_ms)


def _tallies(profile: Profile, area: str, facts: Facts, wanted: Iterable[Period]) -> Tallies:
    own = recount.tally(facts, profile, area, tuple(wanted))
    return own, {t: own.of_town(t) for t in (*profile.town_by_code, UNKNOWN)} if area == profile.code else {}


def _topic(topic: str, state: State, answer: Mapping[str, Any] | None, tallies: Tallies, earlier: Earlier) -> Report:
    period = _period(topic)
    now = audit_compare.recounted(*tallies, period, int(state["now"]))
    pairs = _pairs(state, answer, now, now)
    if not all(pair.agrees for pair in pairs):
        pairs = _pairs(state, answer, now, earlier.recounted(period))
    differences = [Difference(topic, p.kpi, p.field, p.engine, p.recount) for p in pairs if not p.agrees]
    return Report(len(pairs), differences)


def _period(topic: str) -> Period:
    return cast(Period, topic.split("/")[1])


def _pairs(state: State, answer: Mapping[str, Any] | None, now: Recounted, earlier: Recounted) -> list[Pair]:
    pairs = list(audit_compare.snapshot(state, now, earlier))
    if answer is None:
        return pairs
    if (answer["epoch"], answer["seq"]) != (state["epoch"], state["seq"]):
        mine, its = (f"{frame['epoch']}:{frame['seq']}" for frame in (state, answer))
        return [*pairs, Pair("", "api.seq", its, mine, mine, 0)]
    return [*pairs, *audit_compare.answer(answer, now, earlier)]


def against_ledger(database: Database, profile: Profile, lines: Iterable[bytes]) -> Report:
    """The events a generator says were accepted (NDJSON of CloudEvents) beside those of its sources in the history."""
    sent = {_identity(msgspec.json.decode(line), profile) for line in lines if line.strip()}
    sources = sorted({source for _, source, _ in sent})
    e = history.events.c
    with database.connect() as connection:
        query = select(e.town, e.source, e.id).where(e.source.in_(sources))
        found = {(town, source, id) for town, source, id in connection.execute(query)}
    missing = [Difference("ledger", " ".join(key), "missing", None, "accepted") for key in sorted(sent - found)]
    surplus = [Difference("ledger", " ".join(key), "surplus", "in the history", None) for key in sorted(found - sent)]
    return Report(len(sent), [*missing, *surplus])


def _identity(event: Mapping[str, Any], profile: Profile) -> tuple[str, str, str]:
    return profile.town_of(event.get("subject") or ""), str(event["source"]), str(event["id"])
