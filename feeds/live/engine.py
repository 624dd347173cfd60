"""The engine: keeps the live sums, and publishes what changed of every topic that is watched.

The city's topics are always computed. The first change is published at once, then at most so many
frames a second a topic. Features add to a topic (trends, alerts) by parts, which the composition
passes in (feeds/live/parts.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy import Engine as Database

from feeds.city.periods import PERIODS, day_of
from feeds.city.profile import Profile
from feeds.events.decoding import now_ms
from feeds.events.log import LogUnavailable
from feeds.figures import topics
from feeds.figures.live_sums import LiveSums
from feeds.figures.reported_periods import Reports
from feeds.figures.spoken import Spoken
from feeds.figures.topics import State, Topic, TopicFigures
from feeds.figures.verdicts import NO_EVIDENCE, Evidence, Judge
from feeds.history import event_store, first_seen, storage, tables
from feeds.history.counting import Counting
from feeds.history.ingest import Change
from feeds.live.frames import Publisher, difference, state_hash
from feeds.live.parts import Part, Turn

WATCH_S = 60
PACE_MS = {
    "today": 0,
    "week": 1_000,
    "28d": 1_000,
    "month": 1_000,
    "quarter": 5_000,
    "year": 5_000,
}
CHANGES_MS = 5_000
SERIES_MS = 15_000
REFRESH_MS = 10_000
HASH_MS = 30_000
FOLLOW_MS = 50
BEAT_MS = 1_000
BULK_EVENTS = 500  # in one commit: no ordinary moment has so many
BULK_MS = 10_000  # for so long after it the history may still be filling


@dataclass
class _Live:
    """A topic being published: its state as last sent, when each piece of it was last read, and
    which pieces are older than the state.

    It stays dirty while a piece waits, so that the last event of a burst also reaches comparisons
    and charts.
    """

    topic: Topic
    state: State
    judge: Judge
    evidence: Evidence = NO_EVIDENCE
    sent_ms: int = 0
    dirty: bool = True
    waiting: set[str] = field(default_factory=set)
    at_ms: dict[str, int] = field(default_factory=dict)

    def due(self, piece: str, every_ms: int, now_ms: int) -> bool:
        if now_ms - self.at_ms.get(piece, 0) < every_ms:
            return False
        self.at_ms[piece] = now_ms
        return True


class Engine:
    """Computes from a database and publishes through a publisher. Not thread-safe. `clock` gives
    epoch milliseconds.

    The loop sets `behind` while more events wait than the engine can follow, so that every figure
    is still incomplete.
    """

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        profile: Profile,
        parts: Sequence[Part] = (),
        *,
        build: str = "dev",
        frames_per_second: float = 4,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._database, self._publisher, self._profile = database, publisher, profile
        self._parts = tuple(parts)
        self._build = build
        self._clock = clock
        self._fast_ms = round(1000 / frames_per_second)
        self._measures = Counting(profile)
        self._live: dict[str, _Live] = {}
        self._epoch, self._followed_ms, self._beat_ms = "", 0, 0
        self.behind = False
        self._bulk_ms = 0  # when so many events came in one commit
        self.load()

    def load(self) -> None:
        """Build everything from the history: at the start, at midnight, after a gap."""
        self.say_busy()
        now = self._clock()
        with storage.snapshot(self._database) as connection:
            self.positions = event_store.positions(connection)
            self._sums = LiveSums(connection, self._profile, self._measures, now)
            self._newest = _newest(connection, self._profile.code)
            self._spoken = Spoken(event_store.newest(connection))
            self._firsts = first_seen.read(connection, self._profile)
            self._reports = Reports(self._profile.code)
            self._reports.load(connection, self._newest)
            self._demo = event_store.marks(connection, "demo") == "1"
            for part in self._parts:
                part.load(connection, self._sums, now)
        self._figures = TopicFigures(self._sums, self._newest, self._firsts)
        self.reread()

    def say_busy(self) -> None:
        """Say that the engine may be silent for a while, because it reads much; until it publishes
        again, or for BUSY_S at most. While Redis is away nobody could hear it.
        """
        with suppress(LogUnavailable):
            self._publisher.beat(self._clock(), is_busy=True)

    def watermark(self) -> dict[int, str]:
        """How far the history is now. Raises a database error."""
        with self._database.connect() as connection:
            return event_store.positions(connection)

    def apply(self, change: Change) -> None:
        """Take in what one commit changed."""
        if len(change.events) >= BULK_EVENTS:
            self._bulk_ms = self._clock()
        self._sums.apply(change.contributions)
        for (town, need, source), at in change.newest.items():
            self._spoken.take(town, need, source, at)
            for area in {town, self._profile.code}:
                mine = self._newest.setdefault(area, {})
                mine[need] = max(at, mine.get(need, 0))
        for town, e in change.gauges:
            total = e.data.get("total")
            report = (
                e.at,
                e.source,
                e.id,
                float(e.data["value"]),
                None if total is None else float(total),
            )
            self._sums.gauges.add(town, str(e.data["indicator"]), report)
            self._reports.take(town, e)
        self._demo = self._demo or change.demo
        self.positions = {**self.positions, **change.positions}
        self._touch(change)

    def _touch(self, change: Change) -> None:
        """Mark what must be read again: the topics of the areas, points of series on other days
        than today, and whatever the parts keep.
        """
        towns = {town for town, _ in change.events}
        for live in self._live.values():
            if live.topic.area in towns or (towns and live.topic.area == self._profile.code):
                live.dirty = True
        other_days = self._other_days(change)
        for town, day in other_days:
            self._figures.forget(town, day)
            self._figures.forget(self._profile.code, day)
        for part in self._parts:
            part.take(change, other_days)
        begun = {a for town, _ in change.gauges for a in (town, self._profile.code)}
        for (town, need), at in change.earliest.items():
            begun |= first_seen.note(self._firsts, self._profile.code, town, need, at)
        for area in begun:
            self._figures.forget_all(area)

    def _other_days(self, change: Change) -> set[tuple[str, date]]:
        """The towns and days other than today with new contributions: past days, and days on which
        a case falls due.
        """
        bins, today = self._measures.calendar.bins, self._sums.today.isoformat()
        days = {(town, bins(at).day) for town, at, *_ in change.contributions}
        return {(town, date.fromisoformat(day)) for town, day in days if day != today}

    def reread(self) -> None:
        """Have everything of every topic read and compared again at the next publish, even what was
        sent just now.
        """
        self._followed_ms = 0
        for live in self._live.values():
            live.dirty = True
            live.sent_ms = 0
            live.at_ms = {}

    def wait_ms(self) -> int:
        """How long until something may be due."""
        now = self._clock()
        waits = [
            self._pace(live) - (now - live.sent_ms) for live in self._live.values() if live.dirty
        ]
        return max(1, min([*waits, FOLLOW_MS]))

    def publish(self) -> int:
        """Send the frames that are due; returns how many. Raises LogUnavailable: call again,
        nothing is lost.
        """
        now = self._clock()
        if (
            now < self._sums.now_ms - 1_000
        ):  # the clock was set back: what was sent "later" must not hold frames up
            self.reread()
        if day_of(now, self._profile.tz) != self._sums.today:
            self.load()
        ticked = self._sums.advance(now)
        if now - self._followed_ms >= FOLLOW_MS or now < self._followed_ms:
            self._follow(now)
            self._followed_ms = now
        sent = 0
        for live in sorted(self._live.values(), key=lambda live: live.topic.period != "today"):
            if ticked and live.topic.area in {*ticked, self._profile.code}:
                live.dirty = True
            refresh = live.due("refresh", REFRESH_MS, now)
            if (live.dirty or refresh) and now - live.sent_ms >= self._pace(live):
                sent += self._send(live, now)
        self._let_parts_work(now)
        return sent

    def _let_parts_look(self) -> None:
        has_news = [part.look() for part in self._parts]
        if any(has_news):
            for live in self._live.values():
                live.dirty = True

    def _let_parts_work(self, now: int) -> None:
        """After the frames, so that none of them waits for a part."""
        if self.behind:
            return
        areas = frozenset(live.topic.area for live in self._live.values())
        turn = Turn(now, areas, self._moment(now), self._newest)
        for part in self._parts:
            renewed = part.work(turn)
            for live in self._live.values():
                live.dirty = live.dirty or live.topic.area in renewed

    def _pace(self, live: _Live) -> int:
        return max(PACE_MS[live.topic.period], self._fast_ms)

    def _follow(self, now: int) -> None:
        """Start topics that somebody has asked for, and end topics that nobody has asked for
        lately.
        """
        epoch = self._publisher.epoch()
        if epoch is None or epoch != self._epoch:
            self._begin_epoch(epoch)
        wanted = {f"{self._profile.code}/{p}" for p in PERIODS} | self._publisher.watched(
            now / 1000 - WATCH_S
        )
        for name in wanted - self._live.keys():
            topic = topics.parse(name, self._profile.areas)
            if topic:
                self._start(topic, now)
        for name in self._live.keys() - wanted:
            self._publisher.drop(name)
            del self._live[name]
        if abs(now - self._beat_ms) >= BEAT_MS:
            self._publisher.beat(now, is_busy=self.behind)
            self._let_parts_look()
            self._beat_ms = now

    def _begin_epoch(self, stored: str | None) -> None:
        """The epoch of this Redis and this database together; another code once either was lost or
        rebuilt.
        """
        with self._database.begin() as connection:
            mine = event_store.marks(connection, "epoch")
            if stored is None or stored != mine:
                stored = secrets.token_hex(4)
                column = tables.meta.c
                query = insert(tables.meta).values(key="epoch", value=stored)
                connection.execute(
                    query
                    if mine is None
                    else update(tables.meta).where(column.key == "epoch").values(value=stored)
                )
        self._publisher.set_epoch(stored)
        self._epoch = stored
        self._live.clear()

    def _start(self, topic: Topic, now: int) -> None:
        """Start a topic. Its numbers begin at the time, so that they grow even where it was dropped
        in between.
        """
        judge = Judge(self._profile, topic.area, topic.period)
        live = self._live[topic.name] = _Live(topic, {}, judge, sent_ms=now, dirty=False)
        for piece in ("change", "series", "refresh", "hash"):
            live.due(piece, 0, now)
        live.state = self._compute(live, now, whole=True) | {"seq": now // 50}
        if topic.area == self._profile.code:
            self._keep_towns(topic, now)
        self._publisher.start(live.state)

    def _keep_towns(self, topic: Topic, now: int) -> None:
        """Keep the figures of the towns as they were just read for the city's series."""
        self._publisher.set_towns(topic.period, self._figures.town_parts(topic.period))
        newest = {town: self._newest.get(town, {}) for town in self._profile.town_by_code}
        figures = {
            "now": now,
            "behind": self._is_filling(now),
            "values": self._figures.town_values(topic.period),
            "newest": newest,
        }
        self._publisher.set_town_figures(topic.period, figures)

    def _compute(self, live: _Live, now: int, *, whole: bool = False) -> State:
        """The state now; comparisons and series are read less often than values."""
        state = {
            **self._head(live, now),
            **self._figures.values(live.topic),
            "heard": self._heard(live.topic.area),
            "serves": self._serves(live.topic.area),
            "periods": self._reports.of(live.topic.area),
        }
        old = live.state
        if whole or live.due("change", CHANGES_MS, now):
            live.evidence = self._figures.evidence(live.topic)
            state["change"] = topics.changes(state["set"], live.evidence)
        calm = 3 if live.topic.period in ("quarter", "year") else 1
        if (
            whole
            or live.due("series", calm * SERIES_MS, now)
            or old["axes"] != self._figures.axes()
        ):
            state["series"] = self._series(live.topic, now)
        live.waiting = {piece for piece in ("change", "series") if piece not in state}
        state |= {piece: old[piece] for piece in live.waiting}
        moment = self._moment(now) | {"newest": dict(self._newest.get(live.topic.area, {}))}
        state["as_of"] = {
            piece: old["as_of"][piece] if piece in live.waiting else moment
            for piece in ("change", "series")
        }
        for part in self._parts:
            added = part.state(live.topic)
            state["as_of"] |= added.pop("as_of", {})
            state |= added
        state["axes"] = self._figures.axes()
        state["towns_reporting"], state["towns_silent"] = (
            self._figures.towns_reporting(),
            self._figures.towns_silent(),
        )
        state["verdicts"] = live.judge.of(state, live.evidence)
        return state

    def _heard(self, area: str) -> dict[str, int]:
        """By need when the sources behind an area's figures spoke last, where nothing of it
        happened there since. Of the city, and of a town from which nothing comes at all, its own
        events say that.
        """
        if area == self._profile.code or self._figures.is_silent_alone(area):
            return {}
        later = self._spoken.later(area, self._newest.get(area, {}))
        return {need: at for need, at in later.items() if need in topics.NEEDED}

    def _serves(self, area: str) -> dict[str, int]:
        """By need how many towns the source behind a town's figures serves, where that is more
        than this one; nothing of a town from which nothing comes at all.
        """
        if area == self._profile.code or self._figures.is_silent_alone(area):
            return {}
        serves = self._spoken.serves(area, len(self._profile.towns))
        return {need: towns for need, towns in serves.items() if need in topics.NEEDED}

    def _series(self, topic: Topic, now: int) -> State:
        found = self._figures.series(topic)
        for part in self._parts:
            found |= part.series(topic, now)
        return found

    def _head(self, live: _Live, now: int) -> State:
        at = max(self._newest.get(live.topic.area, {}).values(), default=0)
        return {
            "topic": live.topic.name,
            "at": at,
            "epoch": self._epoch,
            "seq": live.state.get("seq", 0),
            "build": self._build,
            "now": now,
            "demo": self._demo,
            "behind": self._is_filling(now),
            "positions": self._moment(now)["positions"],
        }

    def _is_filling(self, now: int) -> bool:
        """Whether the history is being filled: more waits than can be followed, or many events came
        just now and yet the newest is of long ago.
        """
        came_now = abs(now - self._bulk_ms) < BULK_MS
        return self.behind or (came_now and self._figures.is_city_silent())

    def _moment(self, now: int) -> dict[str, Any]:
        """What is known now: the clock, and how far the history was read."""
        return {
            "now": now,
            "positions": {str(p): position for p, position in self.positions.items()},
        }

    def _send(self, live: _Live, now: int) -> int:
        state = self._compute(live, now)
        if live.topic.area == self._profile.code and "series" not in live.waiting:
            self._keep_towns(live.topic, now)
        changed = difference(live.state, state)
        if live.due("hash", HASH_MS, now):
            changed["hash"] = state_hash(state)
        live.dirty, live.sent_ms = live.dirty and bool(live.waiting), now
        if not changed:
            return 0
        state["seq"] += 1
        frame = {k: state[k] for k in ("topic", "at", "epoch", "seq", "build", "now")} | changed
        self._publisher.publish(state, frame)
        live.state = state
        return 1


def _newest(connection: Connection, city: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {city: {}}
    n = tables.newest.c
    for town, need, at in connection.execute(
        select(n.town, n.need, func.max(n.at)).group_by(n.town, n.need)
    ):
        found.setdefault(town, {})[need] = at
    for town, needs in list(found.items()):
        if town != city:
            for need, at in needs.items():
                found[city][need] = max(at, found[city].get(need, 0))
    return found
