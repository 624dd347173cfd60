"""Gathers what the wall shows besides its topics: open work, the day and the days like it, the
towns, today's alerts, the events that matter, and how far the history is filled.

Everything is read in a thread and kept for a while, so that many walls cost as much as one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, func, select

from dashboard import thread_pool
from dashboard.pages import alert_service
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.alerts import alert_rules, alert_store
from feeds.alerts.lifecycle import Alert
from feeds.city import periods
from feeds.events import eventtypes
from feeds.events.event import Event
from feeds.figures import intraday
from feeds.history import event_store, storage, tables
from feeds.history.case_state import CaseKey
from feeds.notify import deliveries
from feeds.wall import (
    on_time_reader,
    open_work,
    open_work_reader,
    usual_day,
    usual_day_reader,
    wall_profile,
)
from feeds.wall.on_time import OnTime
from feeds.wall.open_work import Open
from feeds.wall.usual_day import Counts, UsualDay
from layouts.alerts.page_values import Life
from layouts.view import View
from layouts.wall.page_values import Filling, Matter, Room, Told, What

T = TypeVar("T")
SOON_S, SLOW_S, DAILY_S = 8.0, 600.0, 6 * 3600.0
PATIENCE = 60  # what took long to read is kept for so many times as long
DAY_MS, YEAR_MS = 86_400_000, 364 * 86_400_000
MATTERS = 24
MATTERING = ("incident.reported", "incident.dispatched", "traffic.accident")
MAJOR = 1  # the severity of a major incident


def of(services: Services, view: View) -> Room:
    """What the wall shows of the view's area. Raises a database error."""
    reader = _Reader(services, view)
    cases = reader.cases()
    towns = view.profile.town_by_code if view.is_city else {view.area: None}
    start = reader.day_start_ms
    town_work = {
        town: open_work.count(open_work.of_town(cases, town), view.now_ms, start) for town in towns
    }
    work = open_work.count(cases, view.now_ms, start)
    lives, told = reader.alerts()
    return Room(
        work=work,
        town_work=town_work,
        overdue_before=reader.overdue_before(),
        today=reader.today(),
        usual=reader.usual(),
        shares=reader.shares(),
        lives=lives,
        told=told,
        matters=_matters(reader.events(), work.new_overdue, lives, start),
        town_seen=reader.town_seen(),
        filling=reader.filling(),
        is_recorded=view.replay is not None,
    )


LOADERS: Loaders = {"room": of}


class _Reader:
    """Reads for one view, and keeps for the worker."""

    def __init__(self, services: Services, view: View) -> None:
        self._services, self._view, self._profile = services, view, view.profile
        self._today = periods.day_of(view.now_ms, view.profile.tz)
        self.day_start_ms = periods.day_start_ms(self._today, view.profile.tz)
        # A live wall asks of now; a replay of its moment.
        self._at_ms = view.now_ms if view.replay else None

    def cases(self) -> list[Open]:
        area, at = self._view.area, self._at_ms
        return self._kept(
            ("cases", area, at), lambda c: open_work_reader.read(c, self._profile, area, at), SOON_S
        )

    def overdue_before(self) -> int | None:
        """How many cases were overdue a year ago, to the weekday; None where the history begins
        later.
        """
        before = self._view.now_ms - YEAR_MS
        begun = self._begun_ms()
        if begun is None or before < begun:
            return None
        area, hour = self._view.area, self._view.now_ms // 3_600_000
        return self._kept(
            ("overdue", area, hour),
            lambda c: open_work_reader.overdue_at(c, self._profile, area, before),
            SLOW_S,
        )

    def today(self) -> Counts:
        area, at, kpis = self._view.area, self._at_ms, self._day_kpis()
        return self._kept(
            ("today", area, self._today, at),
            lambda c: usual_day_reader.read_day(c, self._profile, area, self._today, kpis, at),
            SOON_S,
        )

    def usual(self) -> UsualDay:
        area, kpis = self._view.area, self._day_kpis()
        days = usual_day.days_like(self._today)
        begun_ms = self._begun_ms()
        first = periods.day_of(begun_ms, self._profile.tz) if begun_ms else date.max
        begun = [day > first for day in days]
        if not any(begun):
            return UsualDay(self._today.weekday(), {})

        def read(connection: Connection) -> UsualDay:
            counts = [
                usual_day_reader.read_day(connection, self._profile, area, day, kpis)
                for day, has_begun in zip(days, begun, strict=True)
                if has_begun
            ]
            return usual_day.usual(self._today, counts)

        return self._kept(("usual", area, self._today, sum(begun)), read, DAILY_S)

    def shares(self) -> Mapping[str, OnTime]:
        scenes = wall_profile.of(self._profile).scenes
        wanted = dict.fromkeys(["", *(scene.kpi for scene in scenes if scene.shown == "map")])
        return {kpi: self._share(kpi) for kpi in wanted}

    def _share(self, kpi: str) -> OnTime:
        return self._kept(
            ("shares", self._today, kpi),
            lambda c: on_time_reader.read(c, self._profile, self._today, kpi),
            SLOW_S,
        )

    def alerts(self) -> tuple[tuple[Life, ...], Mapping[str, tuple[Told, ...]]]:
        """Today's alerts, and those that stand; of each who was told. A replay has none: their
        values are not kept.
        """
        if self._view.replay:
            return (), {}
        known = tuple(
            (one["id"], one["state"]) for one in (self._view.topic or {}).get("alerts", ())
        )
        published = alert_service.published(self._services)
        values = {one.id: one for one in published.alerts} if published else {}
        area = self._view.area
        return self._kept(("alerts", area, known), lambda c: self._read_alerts(c, values), SOON_S)

    def _read_alerts(
        self, connection: Connection, values: Mapping[str, Alert]
    ) -> tuple[tuple[Life, ...], Mapping[str, tuple[Told, ...]]]:
        since = self._view.now_ms - 30 * DAY_MS
        lives = alert_service.lived(alert_store.read_since(connection, since))
        # Of a rule that was withdrawn nothing but its id is known.
        known = {rule.id for rule in alert_rules.of(self._profile)}
        mine = [
            life._replace(alert=alert_service.with_value(life.alert, values.get(life.alert.id)))
            for life in lives
            if self._is_mine(life.alert.area) and life.alert.rule in known
        ]
        shown = [
            life for life in mine if not life.alert.is_over or life.alert.since >= self.day_start_ms
        ]
        told: dict[str, list[Told]] = {}
        for one in deliveries.sent(connection, since):
            told.setdefault(one.alert, []).append(Told(one.hook, one.at))
        ranked = sorted(shown, key=lambda life: (life.alert.is_over, -life.alert.fired))
        return tuple(ranked), {alert: tuple(its) for alert, its in told.items()}

    def events(self) -> list[Matter]:
        at = self._view.now_ms
        return self._kept(
            ("matters", self._view.area, self._today, self._at_ms),
            lambda c: _read_events(c, self.day_start_ms, at, self._is_mine),
            SOON_S,
        )

    def town_seen(self) -> Mapping[str, int]:
        n = tables.newest.c
        query = select(n.town, func.max(n.at)).group_by(n.town)
        return self._kept(("seen",), lambda c: _pairs(c.execute(query)), SOON_S)

    def filling(self) -> Filling | None:
        """How far the history is filled, where it is being filled."""
        view, begun = self._view, self._begun_ms()
        if view.replay or not view.is_filling or not view.at or begun is None:
            return None
        first_seen: tuple[int, int] = self._services.cache.get(
            ("room", "filling", begun), lambda: (view.now_ms, view.at or 0), lambda _: SLOW_S
        )
        took_ms, done_ms = view.now_ms - first_seen[0], view.at - first_seen[1]
        left_ms = view.now_ms - view.at
        left_s = left_ms / done_ms * took_ms / 1000 if took_ms > 1000 and done_ms > 0 else None
        return Filling(begun, view.at, left_s)

    def _begun_ms(self) -> int | None:
        """When the first event happened."""
        query = select(func.min(tables.events.c.at))
        return self._kept(("begun",), lambda c: c.execute(query).scalar(), SOON_S)

    def _day_kpis(self) -> tuple[str, ...]:
        return wall_profile.of(self._profile).day

    def _is_mine(self, area: str) -> bool:
        return self._view.is_city or area == self._view.area

    def _kept(self, name: Hashable, read: Callable[[Connection], T], keep_s: float) -> T:
        """What `read` answers, read in a thread."""
        return self._services.cache.get(
            ("room", name),
            lambda: thread_pool.run(_read, self._services, read),
            lambda took_s: max(keep_s, PATIENCE * took_s),
        )


def _pairs(rows: Iterable[Any]) -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in rows}


def _read(services: Services, read: Callable[[Connection], T]) -> T:
    with storage.snapshot(services.database) as connection:
        return read(connection)


def _read_events(
    connection: Connection, start_ms: int, now_ms: int, is_mine: Callable[[str], bool]
) -> list[Matter]:
    """Today's major incidents, deaths on the road, and cases that several offices handle."""
    found: list[tuple[str, Event, What]] = []
    for town, event in event_store.between(connection, start_ms, now_ms + 1, MATTERING):
        what = _what(event)
        if what and is_mine(town):
            found.append((town, event, what))
    keys = [_case_of(town, event) for town, event, what in found if what == "joint"]
    known = {key: case.category or "" for key, case in intraday.cases(connection, keys)}
    return [
        Matter(
            event.at,
            what,
            town,
            _kind(event),
            known.get(_case_of(town, event), "") if what == "joint" else _category(event),
        )
        for town, event, what in found
    ]


def _what(event: Event) -> What | None:
    """Why an event matters; None of one that does not."""
    data: Mapping[str, Any] = event.data
    if event.type == "incident.reported" and data.get("severity") == MAJOR:
        return "major"
    if event.type == "incident.dispatched" and data.get("joint"):
        return "joint"
    if event.type == "traffic.accident" and data.get("severity") == "fatal":
        return "fatal"
    return None


def _kind(event: Event) -> str:
    return eventtypes.TYPES[event.type].family


def _category(event: Event) -> str:
    declared = eventtypes.TYPES[event.type]
    return str(event.data.get(declared.by or "category", ""))


def _case_of(town: str, event: Event) -> CaseKey:
    return town, _kind(event), str(event.data.get("case", ""))


def _matters(
    events: Iterable[Matter], new_overdue: Iterable[Open], lives: Iterable[Life], start_ms: int
) -> tuple[Matter, ...]:
    """The events that matter, the newest first."""
    found = list(events)
    found += [
        Matter(one.due or 0, "overdue", one.town, one.family, one.category) for one in new_overdue
    ]
    found += [
        Matter(life.alert.fired, "alert", life.alert.area, life.alert.rule, "", life.alert.bound)
        for life in lives
        if life.alert.fired >= start_ms
    ]
    return tuple(sorted(found, key=lambda one: -one.at)[:MATTERS])
