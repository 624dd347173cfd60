"""The content of a brief of a day or a month: what is off target, what really changed, what is
overdue, which alerts fired. No I/O.

The figures and the statistics are those of a review; feeds/review/brief_sender.py reads them as
known at a moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from feeds import kpis
from feeds.alerts.alert_rules import Severity
from feeds.city.named_periods import Day, Month, before
from feeds.review.review_values import Figure, Lesson, Review

OVERDUE = ".overdue"


@dataclass(frozen=True)
class Fired:
    """An alert that fired in the period. Epoch ms; `over_ms` is None of one that was not over at
    the moment of knowledge.
    """

    rule: str
    area: str
    severity: Severity
    fired_ms: int
    over_ms: int | None


@dataclass(frozen=True)
class Brief:
    """`review` holds completeness and figures of the period that its `quarter` names, as known at
    its `moment_ms`.

    `missed`: the city's figures off their target by more than chance; `lessons`: changes that are
    signals, the city's first, then the towns' own; `overdue`: levels at the end of the period;
    `steady`: how many judged figures of the city neither missed nor changed.
    """

    review: Review
    missed: tuple[Figure, ...]
    lessons: tuple[Lesson, ...]
    overdue: tuple[Figure, ...]
    fired: tuple[Fired, ...]
    steady: int

    @property
    def period(self) -> str:
        return self.review.quarter

    @property
    def is_month(self) -> bool:
        return len(self.period) == len("2026-10")

    @property
    def lacking(self) -> tuple[str, ...]:
        """The towns whose data are not whole; of a day those that nothing came from, since no town
        has every kind of event each day.
        """
        towns = {town.code for town in self.review.towns}
        found = [one for one in self.review.completeness if one.town in towns]
        return tuple(
            one.town for one in found if not (one.is_whole if self.is_month else one.events)
        )


def of(review: Review, missed: Iterable[Figure], fired: Iterable[Fired]) -> Brief:
    """The brief of a review, with the figures that miss their targets and the alerts of its
    days.
    """
    city, off = review.city.code, tuple(missed)
    lessons = sorted(
        review.lessons,
        key=lambda one: (
            one.town != city,
            not one.is_own,
            one.meaning != "worse",
            one.meaning != "better",
        ),
    )
    overdue = tuple(one for one in review.figures if one.kpi.endswith(OVERDUE) and one.city.value)
    moved = {one.kpi for one in off} | {one.kpi for one in lessons if one.town == city}
    judged = {one.kpi for one in review.figures if one.form != "value" and one.city.n is not None}
    return Brief(review, off, tuple(lessons), overdue, tuple(fired), len(judged - moved))


def misses(one: Figure, between: tuple[float, float] | None, *, is_month: bool) -> bool:
    """Whether a figure is off its target; where it has a 95 % interval (`between`) only if that
    excludes the target.

    Of a day it is no fair question how much of what began in it also ended in it.
    """
    value, target = one.city.value, one.target
    if (
        value is None
        or target is None
        or one.better == "neutral"
        or (kpis.CATALOGUE[one.kpi].is_cohort and not is_month)
    ):
        return False
    low, high = between or (value, value)
    return low > target if one.better == "down" else high < target


def due(today: date) -> tuple[Day | Month, ...]:
    """The briefs that are due on a day: of the day before, and on the first weekday of a month of
    the month before.
    """
    found: list[Day | Month] = [Day(today - timedelta(1))]
    weekdays = [today.replace(day=n) for n in (1, 2, 3) if today.replace(day=n).weekday() < 5]
    if weekdays[0] == today:
        found.append(before(today))
    return tuple(found)


def encode(found: Brief) -> bytes:
    """As JSON, for caches; `decode` gives it back."""
    return msgspec.json.encode(found)


def decode(body: bytes) -> Brief:
    """Raises msgspec.MsgspecError on anything that `encode` did not write."""
    return msgspec.json.decode(body, type=Brief)
