"""The audit: every published figure beside the same figure recounted from raw events, on a board
that goes on running.

A snapshot is compared with the events it can know: those of the history less what the log brought
after the snapshot's own position (feeds/audit/audit_recounts.py). Comparing is
feeds/audit/audit_compare.py, reading feeds/audit/audit_sources.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec
from sqlalchemy import Engine as Database
from sqlalchemy import select

from feeds.audit import audit_compare, audit_cube, audit_sources
from feeds.audit.audit_compare import Difference, Figures, Pair, Range, SplitRange
from feeds.audit.audit_recounts import Moment, Recounts
from feeds.audit.audit_sources import Answer, Snapshots, State
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import UNKNOWN, Profile
from feeds.events import decoding
from feeds.events.log import Log
from feeds.history import tables

TRIES = 3
MOVE_S = 3.0
API_TRIES = 10
Progress = Callable[[str], None]


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
    """What an audit looks at. Without `log` only the time an event was recorded tells whether a
    snapshot can know it.
    """

    database: Database
    snapshots: Snapshots
    profile: Profile
    log: Log | None = None
    answer: Answer | None = None
    move_s: float = MOVE_S


def audit(
    board: Board, areas: Iterable[str] | None = None, progress: Progress = lambda area: None
) -> Report:
    """Every KPI of every topic of some areas, or of all. `progress` is told each area before its
    turn.
    """
    report = Report()
    for area in board.profile.areas if areas is None else areas:
        progress(area)
        report += _area(board, area) + _cube(board, area)
    return report


def _area(board: Board, area: str) -> Report:
    """An area's five topics; one that differs is looked at again as long as its snapshot moves
    meanwhile, at most thrice.
    """
    pending = [f"{area}/{period}" for period in periods.PERIODS]
    report = Report()
    board.snapshots.watch(pending)
    for attempt in range(1, TRIES + 1):
        states = board.snapshots.read(pending)
        answers = {topic: _answer(board, topic, states) for topic in pending}
        results = _compare(board, area, states, answers)
        last = attempt == TRIES or not any(r.differences for r in results.values())
        last = last or not board.snapshots.moved(
            {t: states[t] for t, r in results.items() if r.differences}, board.move_s
        )
        for topic, result in results.items():
            if last or not result.differences:
                report += result
                pending.remove(topic)
        if not pending:
            break
    return report


def _cube(board: Board, area: str) -> Report:
    """The cube of a town; with the city the rows that are of no town."""
    today = periods.day_of(decoding.now_ms(), board.profile.tz)
    towns = (area, UNKNOWN) if area == board.profile.code else (area,)
    checked = [
        (town, audit_cube.check(board.database, board.profile, town, today)) for town in towns
    ]
    differences = [
        Difference(
            f"{town}/cube", wrong.total[0], " ".join(wrong.total[1:]), wrong.cube, wrong.events
        )
        for town, found in checked
        for wrong in found.wrong
    ]
    return Report(sum(found.values for _, found in checked), differences)


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
    board: Board,
    area: str,
    states: Mapping[str, State | None],
    answers: Mapping[str, Mapping[str, Any] | None],
) -> dict[str, Report]:
    """Read the history after the snapshots, and recount of it what they can know."""
    held = audit_sources.held(board.database, None if area == board.profile.code else area)
    recounts = Recounts(board.profile, area, held, board.log)
    missing = {
        t: Report(1, [Difference(t, "", "snapshot", None, "expected")])
        for t, state in states.items()
        if state is None
    }
    return missing | {
        t: _topic(t, state, answers[t], recounts)
        for t, state in states.items()
        if state is not None
    }


def _topic(
    topic: str, state: State, answer: Mapping[str, Any] | None, recounts: Recounts
) -> Report:
    """Comparisons and series as of their own moments; where these aren't told, anywhere between now
    and some seconds before.
    """
    period = _period(topic)
    by_town = [name.partition(":")[2] for name in state["series"] if name.startswith("towns:")]
    of_change, of_series = (Moment.of(part) for part in _older_parts(state))
    now, change = recounts.at(Moment.of(state), period), recounts.at(of_change, period)
    series = recounts.splits(of_series, period, by_town)
    pairs = _pairs(state, answer, now, (change, change), (series, series))
    if "as_of" not in state and not all(pair.agrees for pair in pairs):
        earlier, earlier_series = recounts.earlier(Moment.of(state), period, by_town)
        pairs = _pairs(state, answer, now, (now, earlier), (series, earlier_series))
    if of_trends := state.get("as_of", {}).get(
        "trends"
    ):  # some seconds after the first snapshot they are there
        pairs += audit_compare.trends(state["trends"], recounts.trends(Moment.of(of_trends)))
    differences = [
        Difference(topic, p.kpi, p.field, p.engine, p.recount) for p in pairs if not p.agrees
    ]
    return Report(len(pairs), differences)


def _older_parts(state: State) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return tuple(state.get("as_of", {}).get(part, state) for part in ("change", "series"))


def _period(topic: str) -> Period:
    return cast(Period, topic.split("/")[1])


def _pairs(
    state: State, answer: Mapping[str, Any] | None, now: Figures, change: Range, series: SplitRange
) -> list[Pair]:
    pairs = list(audit_compare.snapshot(state, now, change, series))
    if answer is None:
        return pairs
    if (answer["epoch"], answer["seq"]) != (state["epoch"], state["seq"]):
        mine, its = (f"{frame['epoch']}:{frame['seq']}" for frame in (state, answer))
        return [*pairs, Pair("", "api.seq", its, mine, mine, 0)]
    return [*pairs, *audit_compare.answer(answer, now, change)]


def against_ledger(database: Database, profile: Profile, lines: Iterable[bytes]) -> Report:
    """The events a generator says were accepted (NDJSON of CloudEvents) beside those of its sources
    in the history.
    """
    sent = {_identity(msgspec.json.decode(line), profile) for line in lines if line.strip()}
    sources = sorted({source for _, source, _ in sent})
    e = tables.events.c
    with database.connect() as connection:
        query = select(e.town, e.source, e.id).where(e.source.in_(sources))
        found = {(town, source, id) for town, source, id in connection.execute(query)}
    missing = [
        Difference("ledger", " ".join(key), "missing", None, "accepted")
        for key in sorted(sent - found)
    ]
    surplus = [
        Difference("ledger", " ".join(key), "surplus", "in the history", None)
        for key in sorted(found - sent)
    ]
    return Report(len(sent), [*missing, *surplus])


def _identity(event: Mapping[str, Any], profile: Profile) -> tuple[str, str, str]:
    return profile.town_of(event.get("subject") or ""), str(event["source"]), str(event["id"])
