"""The walk: a city's history is filled up to a moment, the board comes to it, every page of it is
read, and the rules (tests/walk/rules.py) say what is wrong with them.
"""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from dashboard.host import embedded_redis
from dashboard.settings import Settings
from feeds import kpis
from feeds.city import periods
from feeds.city.periods import PERIODS
from feeds.city.profile import Profile
from feeds.demo import stream
from layouts import pages
from layouts.pages import wall
from layouts.wall import playlist
from tests.walk import rules
from tests.walk.board import Board, Clock
from tests.walk.rules import Finding, Shown

HOURS = (7, 12, 18)
SEED = 1
STOCKS = tuple(k for k, kpi in kpis.CATALOGUE.items() if kpi.kind == "stock")
Query = dict[str, str]


@dataclass(frozen=True)
class City:
    """A city to walk. `history` days are there before the first moment; of its cases
    and single events one of `thinned` is kept (0: no event at all); `towns` are walked besides the
    whole.
    """

    name: str
    history: int
    profile: str = "yixing"
    towns: tuple[str, ...] = ()
    thinned: int = 1


YIXING = City("yixing", 365, towns=("320282001", "320282106", "320282112"))
THREE = City(
    "three towns",
    365,
    profile=str(Path(__file__).with_name("three_towns.toml")),
    towns=("990001001",),
    thinned=40,
)
EMPTY = City("empty", 0, towns=("320282001",), thinned=0)


class Seen(NamedTuple):
    """What one page said at a moment that it must not."""

    city: str
    at: str
    page: str
    finding: Finding


def moments(first: date, weeks: int, hours: Sequence[int] = HOURS) -> list[datetime]:
    """The local moments of the walk, in order: a week apart, some hours of each day."""
    days = [first + timedelta(weeks=n) for n in range(weeks)]
    return [datetime.combine(day, time(hour)) for day in days for hour in hours]


def walk(
    city: City, at: Sequence[datetime], *, kpis_each: int = 6, is_whole: bool = True
) -> Iterator[tuple[datetime, int, list[Seen]]]:
    """Each moment with the number of pages read and what was found. `kpis_each`: of how many
    figures the page of one is read at each moment, which takes turns through the catalogue.
    `is_whole`: every page over every period.
    """
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="walk-") as folder:
        data = Path(folder)
        with embedded_redis.opened(Settings(data=data), "walk") as url, clock.installed():
            board = Board(data, url, city.profile, clock)
            try:
                yield from _walk(board, city, at, clock, kpis_each, is_whole)
            finally:
                board.close()


def record(work: tuple[City, list[datetime], Path]) -> str:
    """Walk one stretch; a line of a file for each moment as soon as it is over."""
    city, at, out = work
    pages = found = 0
    for moment, count, seen in walk(city, at):
        line = {
            "city": city.name,
            "at": moment.isoformat(),
            "pages": count,
            "found": [{"page": one.page, **one.finding._asdict()} for one in seen],
        }
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        pages, found = pages + count, found + len(seen)
    return f"{city.name} {at[0]:%Y-%m-%d} to {at[-1]:%Y-%m-%d}: {pages} pages, {found} findings"


def _walk(
    board: Board,
    city: City,
    at: Sequence[datetime],
    clock: Clock,
    kpis_each: int,
    is_whole: bool,
) -> Iterator[tuple[datetime, int, list[Seen]]]:
    begin_ms = _midnight_ms(at[0].date() - timedelta(days=city.history), board.profile)
    areas = [board.profile.code, *city.towns]
    history = _Sent(board, clock, _history(board.profile, city, begin_ms, _ms(at[-1], board)))
    for number, moment in enumerate(at):
        at_ms = _ms(moment, board)
        history.up_to(at_ms)
        board.settle(at_ms, areas)
        shown, seen, count = list[Shown](), list[Seen](), 0
        for path, query in addresses(board, areas, number, kpis_each, is_whole=is_whole):
            page = pages.at(path)
            assert page is not None
            tree = rules.read(board.html(page, query))
            where = f"{path}?{'&'.join(f'{k}={v}' for k, v in query.items())}"
            found = rules.of_page(tree)
            seen += [Seen(city.name, moment.isoformat(), where, one) for one in found]
            shown += rules.figures(where, tree)
            count += 1
        both = rules.across(shown, STOCKS)
        seen += [Seen(city.name, moment.isoformat(), "several", one) for one in both]
        yield moment, count, seen


def addresses(
    board: Board, areas: Sequence[str], number: int, kpis_each: int, *, is_whole: bool
) -> Iterator[tuple[str, Query]]:
    """The addresses that are read at a moment: every page of every area; those of a topic over
    every period for the city, over two of them in turns for a town, or for all. Briefs of towns
    take turns, and that of the last month is read once a day.
    """
    in_turns = tuple(dict.fromkeys(("28d", PERIODS[number % len(PERIODS)])))
    lang = "en" if number % 3 == 1 else "zh"
    names = list(kpis.CATALOGUE)
    asked = [names[(number * kpis_each + n) % len(names)] for n in range(kpis_each)]
    for area in areas:
        base = {"area": area, "lang": lang}
        asked_periods = PERIODS if is_whole and area == areas[0] else in_turns
        for page in pages.PAGES:
            if page.path == "/wall":
                yield from _walls(board, base)
            elif page.path == "/review":
                yield page.path, base
                yield from ((page.path, base | {"kpi": kpi, "rank": "1"}) for kpi in asked)
            elif page.path == "/brief":
                # It reads a whole day or month twice, which takes as long as all other pages.
                if area in (areas[0], areas[number % len(areas)]):
                    yield page.path, base
                if area == areas[number % len(areas)] and number % len(HOURS) == 0:
                    yield page.path, base | {"month": board.last_month()}
            elif (
                page.periods or page.path in ("/cases", "/alerts", "/health") or page.path == "/kpi"
            ):
                yield page.path, base
            else:
                yield from ((page.path, base | {"period": p}) for p in asked_periods)
                yield page.path, base | board.last_week()
        for kpi in asked:
            yield from (("/kpi", base | {"kpi": kpi, "period": p}) for p in asked_periods[:2])


def _walls(board: Board, base: Query) -> Iterator[tuple[str, Query]]:
    """Each picture of the turn, of the town that it is of."""
    page = wall.PAGE
    view = board.view(page, base)
    for picture in playlist.pictures(view):
        town = {} if picture.area == base["area"] else {"town": picture.area}
        yield page.path, {**base, "scene": picture.name, **town}
    yield page.path, base


class _Sent:
    """Sends a history to a board, as far as it has happened at each moment."""

    def __init__(
        self, board: Board, clock: Clock, history: Iterator[tuple[int, list[bytes]]]
    ) -> None:
        self._board, self._clock, self._history = board, clock, history
        self._held: list[bytes] = []
        self._made_ms = 0

    def up_to(self, at_ms: int) -> None:
        """What happened before the moment, day by day, each as of the end of its day."""
        while self._made_ms < at_ms:
            made = next(self._history, None)
            if made is None:
                break
            self._made_ms = made[0]
            self._held += made[1]
            self._send(min(self._made_ms, at_ms))
        self._send(at_ms)

    def _send(self, until_ms: int) -> None:
        ready = [event for event in self._held if _at_ms(event) < until_ms]
        self._held = self._held[len(ready) :]
        self._clock.now_ms = until_ms
        for start in range(0, len(ready), stream.BATCH):
            self._board.take(ready[start : start + stream.BATCH])


class _Data(msgspec.Struct):
    case: str = ""


class _Event(msgspec.Struct):
    id: str
    type: str
    time: str
    data: _Data


_decode = msgspec.json.Decoder(_Event).decode


def _at_ms(event: bytes) -> int:
    return int(datetime.fromisoformat(_decode(event).time).timestamp() * 1000)


def _history(
    profile: Profile, city: City, begin_ms: int, end_ms: int
) -> Iterator[tuple[int, list[bytes]]]:
    """The demo's events day by day, after what was open at its beginning."""
    if not city.thinned:
        return
    yield begin_ms, _thinned(stream.open_at(profile, SEED, begin_ms), city)
    long_from = stream.year_start_ms(profile, begin_ms)
    for until, events in stream.by_day(
        profile, SEED, begin_ms, end_ms, origin_ms=begin_ms, long_from_ms=long_from
    ):
        yield until, _thinned(events, city)


def _thinned(events: list[bytes], city: City) -> list[bytes]:
    """One case of so many with all its steps, one of so many single events, every report."""
    if city.thinned == 1:
        return events
    return [event for event in events if _is_kept(_decode(event), city.thinned)]


def _is_kept(event: _Event, thinned: int) -> bool:
    key = event.data.case or event.id
    return event.type == "indicator.reported" or zlib.crc32(key.encode()) % thinned == 0


def _ms(moment: datetime, board: Board) -> int:
    return int(moment.replace(tzinfo=board.profile.tz).timestamp() * 1000)


def _midnight_ms(day: date, profile: Profile) -> int:
    return periods.day_start_ms(day, profile.tz)
