"""All events of a demo city that begin on one day, with the later steps of the cases opened that
day.

They depend on the profile, the seed and the day alone. Gauges are in feeds/demo/gauges.py.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from feeds.city.profile import Profile
from feeds.demo import calibration, cases, plan, rhythm, sheet, tallies
from feeds.demo.kinds import Hours, Kind, Number, Pick, Step
from feeds.demo.places import Ints, Places, places
from feeds.demo.rhythm import Floats
from feeds.demo.sheet import Sheet

KINDS = cases.CASES + tallies.TALLIES
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class DayBounds(NamedTuple):
    """A local day: its start and end (epoch ms), and the zone's offset at its start."""

    day: date
    start: int
    end: int
    offset: int


@dataclass(frozen=True)
class City:
    """A demo city: its places and its plan. `tag` begins every case number and id."""

    profile: Profile
    key: tuple[int, ...]
    tag: str
    places: Places
    plan: plan.Plan

    def bounds(self, day: date) -> DayBounds:
        zone = self.profile.tz
        start, end = (datetime.combine(d, time(), zone) for d in (day, day + timedelta(days=1)))
        offset = start.utcoffset() or timedelta()
        return DayBounds(
            day,
            int(start.timestamp() * 1000),
            int(end.timestamp() * 1000),
            int(offset.total_seconds() * 1000),
        )

    def day_of(self, at_ms: int) -> date:
        return datetime.fromtimestamp(at_ms / 1000, self.profile.tz).date()


def city(profile: Profile, seed: int, suffix: str = "") -> City:
    """The demo city of a profile and seed. `suffix` (a code) sets its numbers apart from those of
    another run.
    """
    key = (abs(seed), zlib.crc32(profile.code.encode()))
    where = places(profile, key)
    return City(
        profile,
        key,
        f"s{base36(abs(seed) % 36**6)}{suffix}",
        where,
        plan.Plan(key, abs(seed), len(where.codes)),
    )


def base36(number: int) -> str:
    """A number in the digits 0 to 9 and a to z: short, and nothing that could pass for a
    telephone.
    """
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if not number:
            return text


def sheets(
    city: City, day: date, kinds: Sequence[Kind] = KINDS, since_ms: int = 0, long_since_ms: int = 0
) -> Iterator[Sheet]:
    """The events of the kinds that begin on a day, and after `since_ms` (the long ones
    `long_since_ms`), with their later steps.
    """
    bounds = city.bounds(day)
    for kind in kinds:
        if n := city.plan.count(kind, day):
            yield from _Draw(city, kind, bounds, n).sheets(long_since_ms if kind.long else since_ms)


class _Draw:
    """The draws of one kind on one day; the order of the draws is part of the demo's
    reproducibility.
    """

    def __init__(self, city: City, kind: Kind, bounds: DayBounds, n: int) -> None:
        self.city, self.kind, self.bounds, self.n = city, kind, bounds, n
        self.rng = np.random.default_rng([*city.key, *kind.code.encode(), bounds.day.toordinal()])
        self.causes = [
            c for c in city.plan.causes(bounds.day) if kind.code in c.kinds or c.categories
        ]
        self.towns = self._towns()
        self.streams = {
            p.stream: self.rng.random(n) for s in kind.steps for p in s.picks if p.stream
        }
        self.pace = city.places.slowness[self.towns] if kind.later else np.ones(n)
        self.id = f"{city.tag}-{kind.code}{bounds.day:%y}d{bounds.day:%j}n"

    def sheets(self, since_ms: int) -> Iterator[Sheet]:
        opened = self._opened()
        known = opened >= since_ms
        subjects = self._subjects()
        due = self._due()
        yield self._sheet(self.kind.first, 0, opened, known, subjects, due)
        before = opened
        for number, step in enumerate(self.kind.later, start=1):
            tails = self._data(step)  # before the delay: what is drawn here may set the pace
            has = self.rng.random(self.n) < step.chance
            at = self._later(step, before, opened, due)
            yield self._sheet(step, number, at, has & known, subjects, None, tails)
            before = np.where(has, at, before)

    def _towns(self) -> Ints:
        if self.kind.scope == "each":
            return np.arange(self.n) % len(self.city.places.codes)
        weights = self.city.places.weights.copy()
        for cause in self.causes:
            if self.kind.code in cause.kinds:
                weights[list(cause.towns)] *= cause.town_factor
        return np.searchsorted(
            np.cumsum(weights / weights.sum())[:-1], self.rng.random(self.n), side="right"
        )

    def _opened(self) -> Ints:
        length = self.bounds.end - self.bounds.start
        moments = np.sort(rhythm.spread(self.kind.hours, self.rng.random(self.n)))
        return self.bounds.start + np.minimum((moments * length).astype(np.int64), length - 1)

    def _subjects(self) -> list[str]:
        where = self.city.places
        if self.kind.scope == "city":
            return [where.subject_of(self.city.profile.code)] * self.n
        return where.draw(self.rng, self.kind.scope, self.towns)

    def _due(self) -> Ints | None:
        if not self.kind.due_days:
            return None
        days = np.array(list(self.kind.due_days))
        weights = np.array(list(self.kind.due_days.values()))
        allowed = self.rng.choice(days, self.n, p=weights / weights.sum())
        return (allowed * DAY_MS).astype(np.int64)

    def _sheet(
        self,
        step: Step,
        number: int,
        at: Ints,
        has: NDArray[np.bool_],
        subjects: list[str],
        due: Ints | None,
        tails: list[str] | None = None,
    ) -> Sheet:
        letter = "oabc"[number]
        start, end = sheet.head(self.id, step.type, self.kind.source)
        heads = [f"{start}{i}{letter}{end}{s}" for i, s in enumerate(subjects)]
        rows = sheet.sheet(at, heads, tails or self._data(step), due)
        return rows if has.all() else rows.take(has)

    def _data(self, step: Step) -> list[str]:
        """The members of data as JSON text."""
        columns = [self._pick(p) for p in step.picks] + [self._number(n) for n in step.numbers]
        if self.kind.later:
            columns.insert(0, [f'"case":"{self.id}{i}"' for i in range(self.n)])
        if self.kind.due_days and step is self.kind.first:
            columns.append([f'"due":"{sheet.DUE}"'] * self.n)
        return (
            columns[0]
            if len(columns) == 1
            else [",".join(row) for row in zip(*columns, strict=True)]
        )

    def _pick(self, pick: Pick) -> list[str]:
        draws = self.streams[pick.stream] if pick.stream else self.rng.random(self.n)
        index = self._index(pick, draws)
        if pick.pace:
            self.pace = self.pace * np.array([pick.pace.get(v, 1.0) for v in pick.weights])[index]
        texts = [_member(pick, v) for v in pick.weights]
        if pick.field == "category" and pick.listed:
            index[self.rng.random(self.n) < calibration.UNKNOWN_CATEGORY] = len(texts)
            texts.append(_member(pick, calibration.UNLISTED))
        return np.array(texts, dtype=object)[index].tolist()  # type: ignore[no-any-return]

    def _index(self, pick: Pick, draws: Floats) -> Ints:
        """Which of the pick's values each draw means; towns differ in their mix of categories."""
        weights = np.array([w * self._boost(v) for v, w in pick.weights.items()], dtype=np.float64)
        if pick.field == "category" and self.kind.scope in ("grid", "town"):
            edges = _edges(weights * _tilt(self.city, self.kind, len(weights)))[self.towns]
            return np.asarray((edges < draws[:, None]).sum(axis=1), dtype=np.int64)
        index = np.searchsorted(_edges(weights), draws)
        if pick.weak:
            weak = self.towns == self.city.places.weakest
            index[weak] = np.searchsorted(_edges(np.array(list(pick.weak.values()))), draws[weak])
        return index

    def _boost(self, value: str) -> float:
        return float(np.prod([c.categories.get(value, 1.0) for c in self.causes]))

    def _number(self, number: Number) -> list[str]:
        drawn = number.mean * self.rng.lognormal(-(number.sigma**2) / 2, number.sigma, self.n)
        values = np.maximum(number.least, np.round(drawn / number.step) * number.step).astype(
            np.int64
        )
        return [f'"{number.field}":{v}' for v in values.tolist()]

    def _later(self, step: Step, before: Ints, opened: Ints, due: Ints | None) -> Ints:
        """When the step comes, never before the one it follows."""
        if step.of_due and due is not None:
            at = opened + (due * step.median_h * self.rng.lognormal(0, step.sigma, self.n)).astype(
                np.int64
            )
            return self._in_working_hours(at, before)
        pace = self.pace if step is self.kind.later[-1] else np.ones(self.n)
        hours = step.median_h * pace * self.rng.lognormal(0, step.sigma, self.n)
        longest = calibration.LONGEST_CASE_DAYS * 24 * self.rng.uniform(0.6, 1, self.n)
        at = before + (np.minimum(hours, longest) * HOUR_MS).astype(np.int64)
        return np.where(hours > 8, self._in_working_hours(at, before), at)

    def _in_working_hours(self, at: Ints, before: Ints) -> Ints:
        """Moved to the hours, and mostly the weekdays, in which work is finished."""
        hours: Hours = "desk" if self.kind.hours in ("round", "road") else self.kind.hours
        moments, weekend = rhythm.spread(hours, self.rng.random(self.n)), self.rng.random(self.n)
        days = (at + self.bounds.offset) // DAY_MS
        weekday = (days + 3) % 7
        days = days + np.where((weekday >= 5) & (weekend < 0.6), 7 - weekday, 0)
        moved = days * DAY_MS + (moments * DAY_MS).astype(np.int64) - self.bounds.offset
        return np.where(moved > before, moved, np.maximum(at, before))


def _edges(weights: Floats) -> Floats:
    """Upper edges of the values but the last, along the last axis."""
    edges: Floats = np.cumsum(weights / weights.sum(axis=-1, keepdims=True), axis=-1)[..., :-1]
    return edges


def _tilt(city: City, kind: Kind, values: int) -> Floats:
    """How each town's mix differs from the city's."""
    rng = np.random.default_rng([*city.key, *kind.code.encode(), 5])
    return rng.lognormal(0, 0.22, (len(city.places.codes), values))


def _member(pick: Pick, value: str) -> str:
    if not pick.field:
        return value
    return f'"{pick.field}":"{value}"' if pick.quoted else f'"{pick.field}":{value}'
