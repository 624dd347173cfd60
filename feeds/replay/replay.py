"""The figures of a past moment as the engine would have published them: built from rollups and
events, then moved forward by later events.

It uses no Redis, so it can't change what is live. Not thread-safe.
"""

from __future__ import annotations

import copy
from collections.abc import Container, Iterable
from datetime import date, timedelta
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from feeds.alerts import alert_store, alert_wording
from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.events.event import Event, Shape
from feeds.events.eventtypes import TYPES
from feeds.figures import intraday, known_at, topics, verdicts
from feeds.figures.live_sums import LiveSums
from feeds.figures.reported_periods import Reports
from feeds.figures.topics import State, Topic, TopicFigures
from feeds.history import event_store, first_seen, storage
from feeds.history.case_state import NO_CASE, CaseKey, as_of
from feeds.history.contribution import Contribution
from feeds.history.counting import Counting
from feeds.replay import late_data
from feeds.replay.late_data import KnownAt, VisibleEvent

SHOWN: tuple[Period, ...] = ("today", "year")
MOST_LATE = 50_000


class BeforeHistory(Exception):
    """No event is visible at the moment; `first_ms` is the first moment with one, None for an empty
    history.
    """

    def __init__(self, first_ms: int | None) -> None:
        super().__init__("nothing was known yet at this moment")
        self.first_ms = first_ms


class Past:
    """The board's figures over today and the year as of `now_ms`. `move` moves them forward to any
    moment before `until_ms`.
    """

    def __init__(
        self,
        database: Database,
        profile: Profile,
        at_ms: int,
        known_at: KnownAt = "then",
        settled_ms: int | None = None,
    ) -> None:
        """`settled_ms` is the moment up to which the history is complete; no later moment can be
        reached. Raises BeforeHistory, known_at.TooManyLate, or a database error.
        """
        self.profile, self.known_at, self.now_ms = profile, known_at, at_ms
        self._database, self._measures = database, Counting(profile)
        today = periods.day_of(at_ms, profile.tz)
        end_ms = periods.day_start_ms(today + timedelta(1), profile.tz)
        self.until_ms = end_ms if settled_ms is None else min(end_ms, max(at_ms, settled_ms) + 1)
        self._today = today.isoformat()
        with storage.snapshot(database) as connection:
            if not late_data.any_by(connection, at_ms, known_at):
                raise BeforeHistory(late_data.begun(connection, known_at))
            self._load(connection)

    def _load(self, connection: Connection) -> None:
        at_ms, profile = self.now_ms, self.profile
        self._demo = event_store.marks(connection, "demo") == "1"
        as_known = late_data.as_known(at_ms, self.known_at)
        self._sums = LiveSums(
            connection,
            profile,
            self._measures,
            at_ms,
            as_known=as_known,
            wanted=tuple({*SHOWN, *topics.COMPARED_OVER}),
        )
        found = known_at.newest(connection, as_known)
        self._newest: dict[str, dict[str, int]] = {profile.code: {}}
        self._firsts = known_at.first_seen(connection, profile, as_known)
        for (town, need), at in found.items():
            self._raise_newest(town, need, at)
        self._reports = Reports(profile.code)
        self._reports.load(connection, self._newest)
        self._load_ahead(connection)
        self._figures = TopicFigures(self._sums, self._newest, self._firsts)
        self._load_alerts(connection)

    def _load_ahead(self, connection: Connection) -> None:
        """Load the later events in order, with their cases before them, and take back what was
        recorded too late.
        """
        as_known = late_data.as_known(self.now_ms, self.known_at)
        late = known_at.late(connection, as_known, self.now_ms + 1, MOST_LATE)
        corrections = known_at.corrections(connection, self.profile, self._measures, as_known, late)
        ahead, self.until_ms = late_data.ahead(
            connection, self.now_ms, self.until_ms, self.known_at
        )
        later = [VisibleEvent(event.recorded, town, event) for town, event in late]
        coming = [one for one in (*ahead, *later) if one.visible_ms < self.until_ms]
        self._coming = sorted(coming, key=lambda one: one.visible_ms)
        self._next = 0
        keys = dict.fromkeys(key for one in self._coming if (key := _case_of(one.town, one.event)))
        self._cases = {
            key: as_of(case, self.now_ms) for key, case in intraday.cases(connection, list(keys))
        }
        self._cases |= corrections.cases
        self._sums.apply(corrections.contributions)

    def copy(self) -> Self:
        """The same moment as an independent value."""
        made = copy.copy(self)
        made._sums, made._reports = self._sums.copy(), self._reports.copy()
        made._newest = {area: dict(needs) for area, needs in self._newest.items()}
        made._cases = dict(self._cases)
        made._firsts = {area: dict(needs) for area, needs in self._firsts.items()}
        made._figures = TopicFigures(made._sums, made._newest, made._firsts)
        return made

    def move(self, at_ms: int) -> None:
        """Move forward to a moment before `until_ms`. Raises a database error; ValueError for any
        other moment.
        """
        if not self.now_ms <= at_ms < self.until_ms:
            raise ValueError(at_ms)
        contributions: list[Contribution] = []
        while self._next < len(self._coming) and self._coming[self._next].visible_ms <= at_ms:
            contributions += self._taken(self._coming[self._next])
            self._next += 1
        self._sums.apply(contributions)
        self._sums.advance(at_ms)
        self.now_ms = at_ms
        self._forget(contributions)
        with self._database.connect() as connection:
            self._load_alerts(connection)

    def _taken(self, one: VisibleEvent) -> list[Contribution]:
        town = one.town
        event = one.event
        kind = TYPES.get(one.event.type)
        if kind is None:
            return []
        if kind.shape is Shape.GAUGE:
            self._report(town, event)
            return []
        self._note(town, event.type, event.at)
        if kind.shape is Shape.COUNT:
            return self._measures.of_count(town, event, kind)
        key = (town, kind.family, str(event.data["case"]))
        before = self._cases.get(key, NO_CASE)
        after = self._cases[key] = self._measures.step(before, event, kind)
        return self._measures.of_change(town, kind.family, before, after)

    def _report(self, town: str, event: Event) -> None:
        name, total = str(event.data["indicator"]), event.data.get("total")
        self._note(town, f"indicator:{name}", event.at)
        report = (
            event.at,
            event.source,
            event.id,
            float(event.data["value"]),
            None if total is None else float(total),
        )
        self._sums.gauges.add(town, name, report)
        self._reports.take(town, event)
        for area in {town, self.profile.code}:
            self._figures.forget_all(area)

    def _note(self, town: str, need: str, at: int) -> None:
        """A source spoke."""
        self._raise_newest(town, need, at)
        for area in first_seen.note(self._firsts, self.profile.code, town, need, at):
            self._figures.forget_all(area)

    def _raise_newest(self, town: str, need: str, at: int) -> None:
        for area in {town, self.profile.code}:
            mine = self._newest.setdefault(area, {})
            mine[need] = max(at, mine.get(need, 0))

    def _forget(self, contributions: Iterable[Contribution]) -> None:
        """Have past days with new contributions read again; today is read every time."""
        bins = self._measures.calendar.bins
        for town, day in {(c[0], bins(c[1]).day) for c in contributions}:
            for area in {town, self.profile.code} if day != self._today else ():
                self._figures.forget(area, date.fromisoformat(day))

    def _load_alerts(self, connection: Connection) -> None:
        burning = alert_wording.ordered(alert_store.read_open(connection, self.now_ms))
        silences = alert_store.silences_at(connection, self.now_ms)
        self.alerts: tuple[dict[str, Any], ...] = alert_wording.strip(
            self.profile, burning, silences, self.now_ms
        )

    def state(self, area: str, period: Period, series: Container[str] | None = None) -> State:
        """A topic's state in the form that the engine publishes, with all series or the named ones.
        It has no trends, because those are of completed weeks.
        """
        topic, city = Topic(area, period), self.profile.code
        state: State = {
            "topic": topic.name,
            "at": max(self._newest.get(area, {}).values(), default=0),
            "epoch": "replay",
            "seq": 0,
            "build": "",
            "now": self.now_ms,
            "demo": self._demo,
            "behind": False,
            **self._figures.values(topic),
            "periods": self._reports.of(area),
            "axes": self._figures.axes(),
            "trends": {},
            "alerts": [one for one in self.alerts if area in (one["area"], city)],
            "towns_reporting": self._figures.towns_reporting(),
            "towns_silent": self._figures.towns_silent(),
        }
        evidence = self._figures.evidence(topic)
        state["change"] = topics.changes(state["set"], evidence)
        state["verdicts"] = verdicts.of_topic(self.profile, area, period, state, evidence)
        state["series"] = self._figures.series(topic, series)
        return state


def _case_of(town: str, event: Event) -> CaseKey | None:
    kind = TYPES.get(event.type)
    return (
        (town, kind.family, str(event.data["case"])) if kind and kind.shape is Shape.CASE else None
    )
