"""The demo feed in order of time: the past in batches, and the present event by event. Nothing here
waits or sends; feeds/demo/run.py does.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import numpy as np

from feeds.city.profile import Profile
from feeds.demo import calibration, days, gauges, sheet
from feeds.demo.days import DAY_MS, City
from feeds.demo.kinds import Kind
from feeds.demo.sheet import Sheet
from feeds.events.decoding import now_ms

BATCH = 2_000
LOOKBACK_DAYS = (
    calibration.LONGEST_CASE_DAYS + 30
)  # the steps of a case, and the weekend it may be moved over
LONG_LOOKBACK_DAYS = 550
LAG_MS = 1_000
_LONG = tuple(k for k in days.KINDS if k.long)

Clock = Callable[[], int]


def backfill(
    profile: Profile,
    seed: int,
    start_ms: int,
    end_ms: int,
    *,
    origin_ms: int | None = None,
    hourly_from_ms: int | None = None,
    long_from_ms: int | None = None,
) -> Iterator[list[bytes]]:
    """The events from start to before end, in order, about 2,000 a batch.

    Cases opened before `origin_ms` (default: the start) are left out, long ones those before
    `long_from_ms` (default: the origin). Devices report hourly in the last days, daily before.
    """
    held: list[bytes] = []
    days_ = by_day(
        profile,
        seed,
        start_ms,
        end_ms,
        origin_ms=origin_ms,
        hourly_from_ms=hourly_from_ms,
        long_from_ms=long_from_ms,
    )
    for _, events in days_:
        held += events
        while len(held) >= BATCH:
            yield held[:BATCH]
            held = held[BATCH:]
    if held:
        yield held


def by_day(
    profile: Profile,
    seed: int,
    start_ms: int,
    end_ms: int,
    *,
    origin_ms: int | None = None,
    hourly_from_ms: int | None = None,
    long_from_ms: int | None = None,
) -> Iterator[tuple[int, list[bytes]]]:
    """As backfill, a day at a time: the moment up to which the day's events are complete, and the
    events.
    """
    hourly = end_ms - calibration.HOURLY_DAYS * DAY_MS if hourly_from_ms is None else hourly_from_ms
    origin = start_ms if origin_ms is None else min(origin_ms, start_ms)
    city = days.city(profile, seed)
    for until, rows in _ordered(city, origin, start_ms, end_ms, hourly, long_from_ms):
        yield until, sheet.encode(rows)


def open_at(profile: Profile, seed: int, origin_ms: int) -> list[bytes]:
    """What is open when a feed begins: the long cases of that year with their steps so far, and a
    year's reports by period.
    """
    city = days.city(profile, seed)
    year_ms, day = year_start_ms(profile, origin_ms), city.day_of(origin_ms - 365 * DAY_MS)
    rows = []
    while city.bounds(day).start < origin_ms:
        rows += [*days.sheets(city, day, _LONG, origin_ms, year_ms), *gauges.by_period(city, day)]
        day += timedelta(days=1)
    found = sheet.join(rows)
    found = found.take(found.at < origin_ms)
    return sheet.encode(found.take(np.argsort(found.at, kind="stable")))


def year_start_ms(profile: Profile, at_ms: int) -> int:
    """The beginning of the year that a moment is in: long cases are known from there."""
    return int(
        datetime(
            datetime.fromtimestamp(at_ms / 1000, profile.tz).year, 1, 1, tzinfo=profile.tz
        ).timestamp()
        * 1000
    )


def live(
    profile: Profile,
    seed: int,
    from_ms: int,
    rate: float | None = None,
    clock: Clock = now_ms,
    *,
    origin_ms: int | None = None,
    long_from_ms: int | None = None,
) -> Iterator[tuple[int, bytes]]:
    """Events without end, each with the moment at which it is due (epoch ms); the caller waits for
    it.

    At their natural pace they go on where a backfill to `from_ms` ended, with the steps of the
    cases opened since `origin_ms`. With a rate, that many a second are drawn from the same mix and
    stamped with the time they are due.
    """
    if rate is not None:
        yield from _at_rate(profile, seed, from_ms, rate, clock)
        return
    origin = from_ms - LONG_LOOKBACK_DAYS * DAY_MS if origin_ms is None else origin_ms
    for _, rows in _ordered(days.city(profile, seed), origin, from_ms, None, from_ms, long_from_ms):
        yield from zip(rows.at.tolist(), sheet.encode(rows), strict=True)


def _at_rate(
    profile: Profile, seed: int, from_ms: int, rate: float, clock: Clock
) -> Iterator[tuple[int, bytes]]:
    """The year before `from_ms`, over and over, each event moved to the next free moment; a caller
    who lags gets no burst.
    """
    due = 0.0  # the first is due when it is asked for, not when the making of it began
    for head, tail, allowed in _year_after_year(profile, seed, from_ms):
        now = clock()
        due = due if due > now - LAG_MS else float(max(now, from_ms))
        at = max(int(due), now)
        yield at, sheet.encode_one(head, tail, allowed, at)
        due += 1000 / rate


def _year_after_year(profile: Profile, seed: int, from_ms: int) -> Iterator[tuple[str, str, int]]:
    """Reports with a period are left out: theirs is over."""
    start = from_ms - 365 * DAY_MS
    for turn in itertools.count():
        city = days.city(profile, seed, f"r{days.base36(from_ms)}x{days.base36(turn)}")
        for _, rows in _ordered(city, start, start, from_ms, from_ms):
            keep = np.array(['"period"' not in tail for tail in rows.tail], dtype=np.bool_)
            kept = rows.take(keep)
            yield from zip(kept.head, kept.tail, kept.due.tolist(), strict=True)


def _ordered(
    city: City,
    origin: int,
    start: int,
    end: int | None,
    hourly_from: int,
    long_from: int | None = None,
) -> Iterator[tuple[int, Sheet]]:
    """The events from start to before end in order, day by day, of what began since the origin;
    without an end, endlessly.
    """
    waiting = sheet.empty()
    long_from = origin if long_from is None else long_from
    for day, kinds in _days(city, origin, start, long_from):
        bounds = city.bounds(day)
        if end is not None and bounds.start >= end:
            return
        until = bounds.end if end is None else min(bounds.end, end)
        reports = gauges.sheets(city, day, hourly=bounds.end > hourly_from) if until > start else ()
        rows = sheet.join([waiting, *days.sheets(city, day, kinds, origin, long_from), *reports])
        ready = rows.take((rows.at < until) & (rows.at >= start))
        waiting = rows.take(rows.at >= until)
        if until > start:
            yield until, ready.take(np.argsort(ready.at, kind="stable"))


def _days(
    city: City, origin: int, start: int, long_from: int
) -> Iterator[tuple[date, tuple[Kind, ...]]]:
    """The days to go through: all kinds from a quarter before the start, the long ones from further
    back.
    """
    first = city.day_of(max(long_from, start - LONG_LOOKBACK_DAYS * DAY_MS))
    all_from = city.day_of(max(origin, start - LOOKBACK_DAYS * DAY_MS))
    day = first
    while True:
        yield day, days.KINDS if day >= all_from else _LONG
        day += timedelta(days=1)
