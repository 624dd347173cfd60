"""The engine: keeps the books, and publishes what changed of every topic that somebody watches.

The city's topics are always computed. First change goes out at once, then at most so many frames a
second a topic.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy import Engine as Database

from feeds.city.periods import PERIODS, day_of
from feeds.city.profile import Profile
from feeds.events.decoding import now_ms
from feeds.figures import splitting, topics, verdicts
from feeds.figures.books import Books
from feeds.figures.reported_periods import Reports
from feeds.figures.topics import LATEST, Reader, Topic
from feeds.history import tables
from feeds.history.ingest import Change
from feeds.history.measures import Measures
from feeds.live.frames import Outlet, State, difference, state_hash
from feeds.remarks import remark_store
from feeds.trends.trend_lines import Trendlines

WATCH_S = 60
PACE_MS = {"today": 0, "week": 1_000, "month": 1_000, "quarter": 5_000, "year": 5_000}
CHANGES_MS = 5_000
SERIES_MS = 15_000
EVENTS_MS = 5_000
LATEST_READ = 2_000
REFRESH_MS = 10_000
HASH_MS = 30_000
FOLLOW_MS = 50
BEAT_MS = 1_000


@dataclass
class _Live:
    """A topic being published: its state as last sent, when each part was last read, and which
    parts are older than it.

    It stays dirty until no part is waiting, so that a burst's last event reaches comparisons and
    charts too.
    """

    topic: Topic
    state: State
    sent_ms: int = 0
    dirty: bool = True
    waiting: set[str] = field(default_factory=set)
    at_ms: dict[str, int] = field(default_factory=dict)

    def due(self, part: str, every_ms: int, now_ms: int) -> bool:
        if now_ms - self.at_ms.get(part, 0) < every_ms:
            return False
        self.at_ms[part] = now_ms
        return True


class Engine:
    """Computes from a database, publishes through an outlet. Not thread-safe. `clock` gives epoch
    milliseconds.

    `behind` is said by whoever feeds it: more events wait than it can follow, so every figure is
    still incomplete.
    """

    def __init__(
        self,
        database: Database,
        outlet: Outlet,
        profile: Profile,
        *,
        build: str = "dev",
        frames_per_second: float = 4,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._database, self._outlet, self._profile, self._build, self._clock = (
            database,
            outlet,
            profile,
            build,
            clock,
        )
        self._fast_ms = round(1000 / frames_per_second)
        self._measures = Measures(profile)
        self._live: dict[str, _Live] = {}
        self._trends = Trendlines(database, profile)
        self._epoch, self._followed_ms, self._beat_ms = "", 0, 0
        self._alerts: list[dict[str, Any]] = []
        self.behind = False
        self.load()

    def load(self) -> None:
        """Build everything from the history: at the start, at midnight, after a gap."""
        now = self._clock()
        with tables.snapshot(self._database) as connection:
            self.positions = tables.positions(connection)
            self._books = Books(connection, self._profile, self._measures, now)
            self._newest = _newest(connection, self._profile.code)
            self._reports = Reports(self._profile.code)
            self._reports.load(connection, self._newest)
            self._demo = tables.marks(connection, "demo") == "1"
            self._latest = _latest(connection, self._measures, self._profile)
            self._remarks, rebases = (
                remark_store.versions(connection),
                remark_store.rebases(connection),
            )
        self._reader = Reader(self._books, self._newest)
        self._trends.load(self._books.gauges, now)
        self._trends.rebase(rebases)
        self.reread()

    def watermark(self) -> dict[int, str]:
        """How far the history is now. Raises a database error."""
        with self._database.connect() as connection:
            return tables.positions(connection)

    def apply(self, change: Change) -> None:
        """Take in what one commit changed."""
        self._books.apply(change.contributions)
        for (town, need, _), at in change.newest.items():
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
            self._books.gauges.add(town, str(e.data["indicator"]), report)
            self._reports.take(town, e)
            self._trends.reported(town, e.at)
        self._demo = self._demo or change.demo
        self.positions = {**self.positions, **change.positions}
        self._touch(change)

    def _touch(self, change: Change) -> None:
        """Mark what has to be read again: topics of the areas, and series points of past days."""
        towns = {town for town, _ in change.events}
        for live in self._live.values():
            if live.topic.area in towns or (towns and live.topic.area == self._profile.code):
                live.dirty = True
        bins, today = self._measures.calendar.bins, self._books.today.isoformat()
        for town, day in {(c[0], bins(c[1]).day) for c in change.contributions}:
            if day != today:
                self._trends.touch(town, date.fromisoformat(day))
                self._reader.forget(town, date.fromisoformat(day))
                self._reader.forget(self._profile.code, date.fromisoformat(day))
        for area in {a for town, _ in change.gauges for a in (town, self._profile.code)}:
            self._reader.forget_all(area)
        for town, e in change.events:
            row = self._measures.row(e)
            for area in {town, self._profile.code} & self._latest.keys():
                self._latest[area] = sorted([row, *self._latest[area]], reverse=True)[:LATEST]

    def reread(self) -> None:
        """Have everything of every topic read and compared again at the next publish, whatever was
        sent lately.
        """
        self._followed_ms = 0
        for live in self._live.values():
            live.dirty, live.sent_ms, live.at_ms = True, 0, {}

    def wait_ms(self) -> int:
        """How long until something may be due."""
        now = self._clock()
        waits = [
            self._pace(live) - (now - live.sent_ms) for live in self._live.values() if live.dirty
        ]
        return max(1, min([*waits, FOLLOW_MS]))

    def publish(self) -> int:
        """Send the frames that are due; how many. Raises LogUnavailable: call again, nothing is
        lost.
        """
        now = self._clock()
        if (
            now < self._books.now_ms - 1_000
        ):  # the clock was set back: what was sent "later" must not hold frames up
            self.reread()
        if day_of(now, self._profile.tz) != self._books.today:
            self.load()
        ticked = self._books.tick(now)
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
        self._read_trends(now)
        return sent

    def _hear_remarks(self) -> None:
        """Have limits made anew where a remark says so. Remarks are only ever added to, so their
        number tells whether there are others.
        """
        with self._database.connect() as connection:
            if (found := remark_store.versions(connection)) != self._remarks:
                self._trends.rebase(remark_store.rebases(connection))
                self._remarks = found

    def _hear_alerts(self) -> None:
        """Have the screens told at once of alerts that began or ended
        (feeds/alerts/alert_watch.py).
        """
        if (found := self._outlet.alerts()) != self._alerts:
            self._alerts = found
            for live in self._live.values():
                live.dirty = True

    def _read_trends(self, now: int) -> None:
        """After the frames, and not while behind: then every reading would be of an unfinished
        history.
        """
        self._trends.follow({live.topic.area for live in self._live.values()})
        renewed = set() if self.behind else self._trends.turn(now, self._moment(now))
        for live in self._live.values():
            live.dirty = live.dirty or live.topic.area in renewed

    def _pace(self, live: _Live) -> int:
        return max(PACE_MS[live.topic.period], self._fast_ms)

    def _follow(self, now: int) -> None:
        """Begin the topics that somebody asked for, end those nobody has lately."""
        epoch = self._outlet.epoch()
        if epoch is None or epoch != self._epoch:
            self._begin_epoch(epoch)
        wanted = {f"{self._profile.code}/{p}" for p in PERIODS} | self._outlet.watched(
            now / 1000 - WATCH_S
        )
        for name in wanted - self._live.keys():
            topic = topics.parse(name, self._profile.areas)
            if topic:
                self._start(topic, now)
        for name in self._live.keys() - wanted:
            self._outlet.drop(name)
            del self._live[name]
        if abs(now - self._beat_ms) >= BEAT_MS:
            self._outlet.beat(now)
            self._hear_remarks()
            self._hear_alerts()
            self._beat_ms = now

    def _begin_epoch(self, stored: str | None) -> None:
        """The epoch of this Redis and this database together; another code once either was lost or
        rebuilt.
        """
        with self._database.begin() as connection:
            mine = tables.marks(connection, "epoch")
            if stored is None or stored != mine:
                stored = secrets.token_hex(4)
                column = tables.meta.c
                query = insert(tables.meta).values(key="epoch", value=stored)
                connection.execute(
                    query
                    if mine is None
                    else update(tables.meta).where(column.key == "epoch").values(value=stored)
                )
        self._outlet.set_epoch(stored)
        self._epoch = stored
        self._live.clear()

    def _start(self, topic: Topic, now: int) -> None:
        """A topic's numbers begin at the time, so that they grow even where the topic was dropped
        in between.
        """
        live = self._live[topic.name] = _Live(topic, {}, sent_ms=now, dirty=False)
        for part in ("change", "series", "events", "refresh", "hash"):
            live.due(part, 0, now)
        live.state = self._compute(live, now, whole=True) | {"seq": now // 50}
        self._outlet.start(live.state)

    def _compute(self, live: _Live, now: int, *, whole: bool = False) -> State:
        """The state now; comparisons and series are read more seldom than values."""
        state = {
            **self._head(live, now),
            **self._reader.values(live.topic),
            "periods": self._reports.of(live.topic.area),
        }
        old = live.state
        if whole or live.due("change", CHANGES_MS, now):
            state["change"] = self._reader.changes(live.topic, state["set"])
        calm = 3 if live.topic.period in ("quarter", "year") else 1
        if whole or live.due("series", calm * SERIES_MS, now) or old["axes"] != self._reader.axes():
            state["series"] = self._reader.series(live.topic) | self._splits(live.topic, now)
        if whole or live.due("events", calm * EVENTS_MS, now):
            state["events"] = self._latest[live.topic.area]
        live.waiting = {part for part in ("change", "series", "events") if part not in state}
        state |= {part: old[part] for part in live.waiting}
        moment = self._moment(now)
        state["as_of"] = {
            part: old["as_of"][part] if part in live.waiting else moment
            for part in ("change", "series")
        }
        state["trends"], state["as_of"]["trends"] = (
            self._trends.part(live.topic.area),
            self._trends.moment(live.topic.area),
        )
        state["axes"] = self._reader.axes()
        state["towns_reporting"], state["towns_silent"] = (
            self._reader.towns_reporting(),
            self._reader.towns_silent(),
        )
        state["verdicts"] = verdicts.of_topic(self._profile, live.topic.period, state, old)
        return state

    def _splits(self, topic: Topic, now: int) -> State:
        with self._database.connect() as connection:
            return dict(
                splitting.read(
                    connection, self._profile, self._measures, topic.area, topic.period, now
                )
            )

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
            "behind": self.behind,
            "positions": self._moment(now)["positions"],
            "alerts": [
                one for one in self._alerts if live.topic.area in (one["area"], self._profile.code)
            ],
        }

    def _moment(self, now: int) -> dict[str, Any]:
        """What is known now: the clock, and how far the history was read."""
        return {
            "now": now,
            "positions": {str(p): position for p, position in self.positions.items()},
        }

    def _send(self, live: _Live, now: int) -> int:
        state = self._compute(live, now)
        if live.topic.area == self._profile.code and "series" not in live.waiting:
            self._outlet.set_towns(live.topic.period, self._reader.town_parts(live.topic.period))
        changed = difference(live.state, state)
        if live.due("hash", HASH_MS, now):
            changed["hash"] = state_hash(state)
        live.dirty, live.sent_ms = live.dirty and bool(live.waiting), now
        if not changed:
            return 0
        state["seq"] += 1
        frame = {k: state[k] for k in ("topic", "at", "epoch", "seq", "build", "now")} | changed
        self._outlet.publish(state, frame)
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


def _latest(
    connection: Connection, measures: Measures, profile: Profile
) -> dict[str, list[list[object]]]:
    """Each area's newest events, of the city's newest: a town that was quiet for long has none
    until it speaks.
    """
    found: dict[str, list[list[object]]] = {area: [] for area in profile.areas}
    for town, e in tables.latest(connection, LATEST_READ):
        for area in {town, profile.code} & found.keys():
            found[area].append(measures.row(e))
    return {area: sorted(rows, reverse=True)[:LATEST] for area, rows in found.items()}
