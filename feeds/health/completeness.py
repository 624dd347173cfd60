"""Which towns, systems and sources report and which are silent, each by its own cadence. No I/O.

A silent source is late, and later without data. Its last figures stay as they were, and nothing is
counted as zero for it. feeds/health/last_seen.py reads the input.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from feeds.city.profile import Profile
from feeds.events.eventtypes import TYPES
from feeds.figures import freshness
from feeds.figures.freshness import State
from feeds.figures.spoken import Spoken
from feeds.kpis import CATALOGUE, cadences

_WORSE: Mapping[State, int] = {"live": 0, "late": 1, "nodata": 2}
Newest = Mapping[str, int]  # need → when its newest event happened, epoch ms


class LastSeen(NamedTuple):
    """The newest event of a need (an event type or `indicator:<code>`) from one town and source,
    epoch ms.
    """

    town: str
    need: str
    source: str
    at: int


class Hour(NamedTuple):
    """An hour in which a source spoke: how many events, and when the first and the last of them
    happened, epoch ms.
    """

    source: str
    events: int
    first: int
    last: int


@dataclass(frozen=True)
class Need:
    """What one kind of event looks like from one area; `at` is None where none ever came."""

    name: str
    state: State
    at: int | None


@dataclass(frozen=True)
class Cell:
    """A system in one area: its state is the worst among the needs that were ever seen there, and
    `at` is the time of that need.
    """

    state: State
    at: int | None
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Row:
    """An area and its systems by number; a system that no town reports has no cell in the towns'
    rows.

    `state` and `at` are of the area's newest event of any kind.
    """

    area: str
    state: State
    at: int | None
    cells: Mapping[int, Cell]


class Gap(NamedTuple):
    """A time without an event, epoch ms; `until` is None while it lasts."""

    since: int
    until: int | None


@dataclass(frozen=True)
class Source:
    """One source. `towns`: from how many it speaks, 0 for the city alone; `today`: its events since
    midnight.
    """

    name: str
    needs: tuple[str, ...]
    towns: int
    state: State
    at: int
    cadence_s: int
    today: int
    gaps: tuple[Gap, ...]


def expected_s(profile: Profile) -> dict[str, int]:
    """Need → the shortest cadence, in seconds, of the city's figures that are made from it and as
    little else as there are; longer where the profile says so.

    Tasks are set once a year, though what is open of them changes every fortnight.
    """
    found: dict[str, int] = {}
    for kpi in sorted(CATALOGUE.values(), key=lambda kpi: (len(kpi.needs), kpi.cadence_s)):
        for need in kpi.needs:
            found.setdefault(need, max(kpi.cadence_s, cadences.heartbeat_s(profile, need)))
    return found


def systems() -> dict[int, tuple[str, ...]]:
    """System → the needs that its figures are made from; a type belongs to its own system, an
    indicator to its figure's.
    """
    found: dict[int, dict[str, None]] = {}
    for kpi in CATALOGUE.values():
        for need in kpi.needs:
            found.setdefault(TYPES[need].system if need in TYPES else kpi.system, {})[need] = None
    return {number: tuple(needs) for number, needs in sorted(found.items())}


def rows(profile: Profile, last_seen: Iterable[LastSeen], now_ms: int) -> tuple[Row, ...]:
    """The city, to which every event counts, and then its towns."""
    newest: dict[str, dict[str, int]] = {area: {} for area in profile.areas}
    last_seen = list(last_seen)
    spoken = Spoken(last_seen)
    for one in last_seen:
        for area in {one.town, profile.code} & newest.keys():
            newest[area][one.need] = max(one.at, newest[area].get(one.need, 0))
    of_towns = {need for town in profile.town_by_code for need in newest[town]}
    return tuple(
        _row(profile, area, newest[area], spoken, of_towns, now_ms) for area in profile.areas
    )


def silent(found: Iterable[Row], city: str) -> tuple[Row, ...]:
    """The towns that nothing came from lately, longest silent first."""
    towns = [row for row in found if row.area != city and row.state != "live"]
    return tuple(sorted(towns, key=lambda row: row.at or 0))


def quiet(found: Iterable[Row], city: str) -> tuple[tuple[int, Cell], ...]:
    """The systems with a need that was seen before and is late or missing now, longest silent
    first.
    """
    cells = [pair for row in found if row.area == city for pair in row.cells.items()]
    return tuple(
        sorted(
            ((n, cell) for n, cell in cells if cell.at and cell.state != "live"),
            key=lambda pair: pair[1].at or 0,
        )
    )


def _row(
    profile: Profile,
    area: str,
    newest: Newest,
    spoken: Spoken,
    of_towns: set[str],
    now_ms: int,
) -> Row:
    """A town that reports at all is no later with a system than the source that reports it: nothing
    may have happened there.
    """
    is_city = area == profile.code
    expected = expected_s(profile)
    at = max(newest.values(), default=None)
    shortest_s = freshness.cadence_s(profile, min(expected.values()), area)
    state = freshness.state(shortest_s, at, now_ms)
    serves: dict[str, int] = {}
    if state == "live" and not is_city:
        newest = {**newest, **spoken.later(area, newest)}
        serves = spoken.serves(area, len(profile.towns))
    own = {
        need: freshness.cadence_s(profile, seconds, area, serves.get(need, 1))
        for need, seconds in expected.items()
    }
    cells = {}
    for number, needs in systems().items():
        wanted = [need for need in needs if is_city or need in of_towns or not of_towns]
        if wanted:
            cells[number] = _cell(
                [
                    Need(n, freshness.state(own[n], newest.get(n), now_ms), newest.get(n))
                    for n in wanted
                ]
            )
    return Row(area, state, at, cells)


def _cell(needs: Sequence[Need]) -> Cell:
    """A need that never came is no worse than the rest: a town may have nothing of the kind."""
    known = [need for need in needs if need.at]
    if not known:
        return Cell("nodata", None, tuple(needs))
    worst = max((need.state for need in known), key=_WORSE.__getitem__)
    times = [need.at for need in known if need.state == worst and need.at]
    return Cell(worst, max(times) if worst == "live" else min(times), tuple(needs))


def sources(
    profile: Profile,
    last_seen: Iterable[LastSeen],
    hours: Iterable[Hour],
    *,
    begin_ms: int,
    midnight_ms: int,
    now_ms: int,
) -> tuple[Source, ...]:
    """Every source that ever sent, by name, with its gaps since `begin_ms`; none of `hours` is
    longer than an hour.
    """
    spoken: dict[str, list[Hour]] = {}
    for hour in sorted(hours, key=lambda hour: hour.first):
        spoken.setdefault(hour.source, []).append(hour)
    of_source: dict[str, list[LastSeen]] = {}
    for one in last_seen:
        of_source.setdefault(one.source, []).append(one)
    return tuple(
        _source(profile, name, of_source[name], spoken.get(name, []), begin_ms, midnight_ms, now_ms)
        for name in sorted(of_source)
    )


def _source(
    profile: Profile,
    name: str,
    last_seen: list[LastSeen],
    hours: list[Hour],
    begin_ms: int,
    midnight_ms: int,
    now_ms: int,
) -> Source:
    towns = {one.town for one in last_seen} & profile.town_by_code.keys()
    at = max(one.at for one in last_seen)
    cadence_s = _cadence_s(profile, last_seen, len(towns))
    today = sum(hour.events for hour in hours if hour.first >= midnight_ms)
    state = freshness.state(cadence_s, at, now_ms)
    silences = gaps(hours, cadence_s, at, begin_ms, now_ms)
    return Source(
        name,
        tuple(sorted({one.need for one in last_seen})),
        len(towns),
        state,
        at,
        cadence_s,
        today,
        silences,
    )


def _cadence_s(profile: Profile, last_seen: Iterable[LastSeen], towns: int) -> int:
    """How often a source is expected to speak: the fewer the towns it speaks for, the more
    seldom.
    """
    expected = expected_s(profile)
    shortest = min(
        (expected[one.need] for one in last_seen if one.need in expected),
        default=max(expected.values()),
    )
    return shortest * round(len(profile.towns) / towns) if towns else shortest


def gaps(
    hours: Sequence[Hour], cadence_s: float, newest_ms: int, begin_ms: int, now_ms: int
) -> tuple[Gap, ...]:
    """The times without an event since `begin_ms` that are longer than a live source pauses; one
    that still lasts may have begun before.
    """
    longest_ms = freshness.LATE_AFTER * cadence_s * 1000
    edges = [(0, begin_ms), *((hour.first, hour.last) for hour in hours)]
    found = [
        Gap(before[1], after[0])
        for before, after in pairwise(edges)
        if after[0] - before[1] > longest_ms
    ]
    return (*found, Gap(newest_ms, None)) if now_ms - newest_ms > longest_ms else tuple(found)
