"""The audit: every published figure beside the same figure counted from the raw events, on a board
that goes on running.

What a figure means is in facts.sql and readings.py; what a snapshot can know of the events, in
known.py; how the two are compared, in compare.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy import Engine as Database

from feeds.audit import compare, sources, stored
from feeds.audit.compare import Difference, Pair
from feeds.audit.facts import Facts, Row, open_database
from feeds.audit.known import Known
from feeds.audit.sources import Answer, Snapshots, State
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import UNKNOWN, Profile
from feeds.city.words import Text
from feeds.events import decoding
from feeds.events.event import Event
from feeds.events.log import Log
from feeds.history import event_store, storage, tables

TRIES = 3
MOVE_S = 3.0
API_TRIES = 10
HOUR_MS = 3_600_000
AGO_MS = (HOUR_MS, 26 * HOUR_MS, 8 * 24 * HOUR_MS)
MOST_LATE = 20_000
Progress = Callable[[float, Text], None]  # a share of the whole, and what is done now


@dataclass(frozen=True)
class Report:
    """How many values were compared, and those that differ."""

    values: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def closing(self) -> Text:
        differ = len(self.differences)
        return Text(
            f"核对 {self.values} 个数值，{differ} 个不同", f"{self.values} values, {differ} differ"
        )

    def __add__(self, other: Report) -> Report:
        return Report(self.values + other.values, [*self.differences, *other.differences])

    @classmethod
    def of(cls, name: str, pairs: Iterable[Pair]) -> Report:
        compared = [*pairs]
        wrong = [pair for pair in compared if not pair.agrees]
        differences = [Difference(name, p.kpi, p.field, p.published, p.facts) for p in wrong]
        return cls(len(compared), differences)


@dataclass(frozen=True)
class Board:
    """What an audit looks at. Without `log` only the time an event was recorded tells whether a
    snapshot can know it. `ago_ms` is how long ago the moments are that the API is asked about;
    `keep` a file to keep the events and facts in.
    """

    database: Database
    snapshots: Snapshots
    profile: Profile
    log: Log | None = None
    answer: Answer | None = None
    move_s: float = MOVE_S
    clock: Callable[[], int] = decoding.now_ms
    ago_ms: Sequence[int] = AGO_MS
    keep: str = ""


class Asked(NamedTuple):
    """An area over a period: as it is published now, or what the API answers of a past moment, as
    is known now or as was known `then`.
    """

    area: str
    period: Period
    at_ms: int | None = None
    then: bool = False

    @property
    def name(self) -> str:
        if self.at_ms is None:
            return f"{self.area}/{self.period}"
        at = sources.time_of(self.at_ms)
        return f"{self.area}/{self.period}?at={at}" + (f"&known={at}" if self.then else "")


class Published(NamedTuple):
    """A snapshot, and the API's answer. Of an answer about a past moment `positions` say how far
    the history was when it was given.
    """

    state: State | None
    answer: Mapping[str, Any] | None = None
    positions: Mapping[int, str] | None = None


def audit(
    board: Board,
    areas: Iterable[str] | None = None,
    progress: Progress = lambda _share, _said: None,
) -> Report:
    """Every KPI of every topic of some areas, or of all; answers about past moments; and what is
    stored of cases and in cells. What is published and differs is looked at again as long as it
    moves meanwhile, at most thrice.
    """
    chosen = board.profile.areas if areas is None else tuple(areas)
    pending = [Asked(area, period) for area in chosen for period in periods.PERIODS]
    pending += _past(board, chosen)
    report = Report()
    for attempt in range(1, TRIES + 1):
        published = _published(board, pending, progress)
        with storage.snapshot(board.database) as connection:
            positions = event_store.positions(connection)
            towns = {asked.area for asked in pending}
            keep = board.keep if attempt == 1 else ""
            facts = _facts(board, connection, towns, keep, progress)
            if attempt == 1:
                progress(0.7, Text("正在比较案件与分格", "comparing cases and cells"))
                report += _stored(board, connection, facts, chosen)
        with contextlib.closing(facts.database):
            results = _compared(published, Known(facts, positions, board.log), progress)
        pending = [asked for asked, result in results.items() if result.differences]
        is_last = attempt == TRIES or not _moved(board, published, pending, positions)
        for asked, result in results.items():
            if is_last or asked not in pending:
                report += result
        if is_last:
            break
    return report


def _published(
    board: Board, pending: Sequence[Asked], progress: Progress
) -> dict[Asked, Published]:
    """The snapshots, and the API's answers."""
    progress(0, Text("正在读取已发布的数字", "asking for what is published"))
    topics = [asked.name for asked in pending if asked.at_ms is None]
    board.snapshots.watch(topics)
    states = board.snapshots.read(topics)
    found = {}
    for n, asked in enumerate(pending):
        found[asked] = Published(states.get(asked.name))
        if board.answer is not None:
            said = Text(f"正在读取 {asked.name}", f"asking for {asked.name}")
            progress(0.2 * n / len(pending), said)
            if asked.at_ms is not None:
                found[asked] = _of_past(board, board.answer, asked, asked.at_ms)
            elif found[asked].state is not None:
                found[asked] = _met(board, board.answer, asked)
    return found


def _of_past(board: Board, ask: Answer, asked: Asked, at_ms: int) -> Published:
    """The API's answer about a past moment. It is asked again where something came meanwhile that
    had happened by then, because nobody can say whether the answer has it.
    """
    before = _positions(board)
    for _ in range(API_TRIES):
        answer = ask(asked.area, asked.period, at_ms, at_ms if asked.then else None)
        after = _positions(board)
        if board.log is None or asked.then:
            return Published(None, answer, after)
        came = sources.between(board.log, before, after)
        if not any(event.at <= at_ms and _is_of(board, asked.area, event) for event in came):
            return Published(None, answer, after)
        before = after
    return Published(None)


def _is_of(board: Board, area: str, event: Event) -> bool:
    """Whether an event counts for an area: everything does for the city."""
    return area in (board.profile.code, board.profile.town_of(event.area))


def _positions(board: Board) -> Mapping[int, str]:
    """How far the history is."""
    with board.database.connect() as connection:
        return event_store.positions(connection)


def _met(board: Board, ask: Answer, asked: Asked) -> Published:
    """A snapshot and the API's answer of the same frame, both read again until they meet."""
    for _ in range(API_TRIES):
        answer = ask(asked.area, asked.period)
        state = board.snapshots.read([asked.name])[asked.name]
        if state is None or _frame(answer) == _frame(state):
            break
    return Published(state, answer)


def _frame(published: Mapping[str, Any]) -> str:
    return f"{published['epoch']}:{published['seq']}"


def _facts(
    board: Board, connection: Connection, areas: set[str], keep: str, progress: Progress
) -> Facts:
    """The facts of what the history holds of some areas now; of the city that is all."""
    towns = None if board.profile.code in areas else sorted(areas)
    count = max(1, sources.count(connection, towns))

    def rows() -> Iterator[Row]:
        for n, row in enumerate(sources.events(connection, towns)):
            if n % 10_000 == 0:
                said = Text(
                    f"正在读取事件，{n:,} / {count:,}", f"reading events, {n:,} of {count:,}"
                )
                progress(0.2 + 0.15 * n / count, said)
            yield row
        progress(0.35, Text("正在拼合案件", "putting cases together"))

    database = open_database(board.profile, rows(), keep)
    progress(0.5, Text("正在计数", "counting"))
    return Facts.of(database, board.profile)


def _compared(
    published: Mapping[Asked, Published], known: Known, progress: Progress
) -> dict[Asked, Report]:
    found = {}
    for n, (asked, its) in enumerate(published.items()):
        said = Text(f"正在比较 {asked.name}", f"comparing {asked.name}")
        progress(0.85 + 0.15 * n / len(published), said)
        if asked.at_ms is None:
            pairs = _pairs(asked, its, known)
        else:
            pairs = _past_pairs(asked, asked.at_ms, its, known)
        found[asked] = Report.of(asked.name, pairs)
    return found


def _past_pairs(asked: Asked, at_ms: int, its: Published, known: Known) -> Iterator[Pair]:
    """What the API answers about a past moment."""
    if its.answer is None or its.positions is None:
        yield Pair("", "api.known", "late events kept coming", "none while it was asked")
        return
    past = known.past(asked.area, at_ms, its.positions, then=asked.then).figures(asked.period)
    yield from compare.answer(its.answer, past, past)


def _pairs(asked: Asked, its: Published, known: Known) -> Iterator[Pair]:
    """Values, comparisons, series and trends of a snapshot, each as of its own moment; and what the
    API answers.
    """
    area, period = asked.area, asked.period
    state, answer, _ = its
    if state is None:
        yield Pair("", "snapshot", None, "expected")
        return
    as_of = state.get("as_of", {})
    now = known.readings(area, state)
    change = known.readings(area, as_of.get("change", state))
    series = known.readings(area, as_of.get("series", state))
    yield from compare.values(state, now.figures(period))
    yield from compare.changes(state, change.figures(period))
    yield from compare.series(state, series, period)
    if as_of.get("trends"):  # some seconds after the first snapshot they are there
        yield from compare.trends(state, known.readings(area, as_of["trends"]))
    if answer is not None and _frame(answer) != _frame(state):
        yield Pair("", "api.seq", _frame(answer), _frame(state))
    elif answer is not None:
        yield from compare.answer(answer, now.figures(period), change.figures(period))


def _moved(
    board: Board,
    published: Mapping[Asked, Published],
    wrong: Sequence[Asked],
    positions: Mapping[int, str],
) -> bool:
    """Whether what differs is another meanwhile: a snapshot, or what the history holds."""
    states = {asked.name: published[asked].state for asked in wrong if asked.at_ms is None}
    if states:
        return board.snapshots.moved(states, board.move_s)
    return bool(wrong) and _positions(board) != positions


def _past(board: Board, areas: Sequence[str]) -> list[Asked]:
    """What to ask about past moments: of the first area every moment, of the others one each in
    turn.
    """
    if board.answer is None:
        return []
    now_ms = board.clock()
    moments = [(now_ms - ago, then) for then in (False, True) for ago in board.ago_ms]
    with board.database.connect() as connection:
        moments = [
            (at_ms, then)
            for at_ms, then in moments
            if sources.is_answered(connection, at_ms, MOST_LATE, then=then)
        ]
    if not moments:
        return []
    first, *others = areas
    turns = [*enumerate([first] * len(moments)), *enumerate(others)]
    found = []
    for n, area in turns:
        period = periods.PERIODS[n % len(periods.PERIODS)]
        at_ms, then = moments[n % len(moments)]
        found.append(Asked(area, period, at_ms, then))
    return found


def _stored(board: Board, connection: Connection, facts: Facts, areas: Sequence[str]) -> Report:
    """The cases and the cells of each town; with the city, what is of no town."""
    today = periods.day_of(board.clock(), board.profile.tz)
    towns = [*areas, *([UNKNOWN] if board.profile.code in areas else [])]
    count, wrong = stored.cases(connection, facts, towns)
    found = Report(count) + Report(0, Report.of("cases", wrong).differences)
    for town, pairs in stored.totals(connection, facts, towns, today).items():
        found += Report.of(f"{town}/cells", pairs)
    return found


def against_ledger(database: Database, profile: Profile, lines: Iterable[bytes]) -> Report:
    """The events a generator says were accepted (NDJSON of CloudEvents) beside those of its sources
    in the history.
    """
    sent = {_identity(msgspec.json.decode(line), profile) for line in lines if line.strip()}
    sources_of = sorted({source for _, source, _ in sent})
    e = tables.events.c
    with database.connect() as connection:
        query = select(e.town, e.source, e.id).where(e.source.in_(sources_of))
        found = {(town, source, id) for town, source, id in connection.execute(query)}
    differences = [
        Difference("ledger", " ".join(key), "missing", None, "accepted")
        for key in sorted(sent - found)
    ]
    differences += [
        Difference("ledger", " ".join(key), "surplus", "in the history", None)
        for key in sorted(found - sent)
    ]
    return Report(len(sent), differences)


def _identity(event: Mapping[str, Any], profile: Profile) -> tuple[str, str, str]:
    return profile.town_of(event.get("subject") or ""), str(event["source"]), str(event["id"])
