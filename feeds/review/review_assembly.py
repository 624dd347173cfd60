"""Assembles a quarter's review: what was known at a moment, judged by statistics, and what has
changed since.

It loads pandas. Caches, freezing and forms are in dashboard/pages/reviews.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection

from feeds import kpis
from feeds.city.named_periods import NamedPeriod
from feeds.city.profile import Profile
from feeds.city.quarters import Quarter, RunningQuarter
from feeds.review import (
    agenda,
    agenda_history,
    commitments,
    known_figures,
    review_values,
    signals,
)
from feeds.review.freezes import Terms
from feeds.review.known_figures import KnownFigures
from feeds.review.review_values import (
    Area,
    Changed,
    Commitment,
    Completeness,
    Reading,
    Review,
    Side,
)


class OtherAreas(ValueError):
    """The profile's areas are not those the quarter was frozen with; the message says so."""


def read(
    connection: Connection,
    profile: Profile,
    quarter: NamedPeriod,
    moment_ms: int,
    under: Terms,
) -> Review:
    """The review of a quarter as known at a moment (epoch ms), under some terms. Raises OtherAreas,
    a database error.
    """
    if under.areas != profile.areas:
        raise OtherAreas(
            "the profile's areas are not those of the freeze; "
            "reproduce it with the profile of that time"
        )
    known = known_figures.read(connection, profile, quarter, moment_ms, under.edition)
    days = _days(quarter)
    figures = tuple(
        signals.figure(kpi, under.targets[k], profile, known.readings[k], days)
        for k, kpi in kpis.CATALOGUE.items()
        if k in under.targets
    )
    lessons = signals.lessons(figures, known.readings, profile.code, days)
    background = _background(connection, profile, quarter, moment_ms, known, under.edition)
    found = agenda.of(figures, background, profile)
    return Review(
        quarter.name,
        moment_ms,
        _areas(profile),
        known.completeness,
        figures,
        lessons,
        is_demo=known.is_demo,
        agenda=found,
        through=_through(quarter),
    )


def _background(
    connection: Connection,
    profile: Profile,
    quarter: NamedPeriod,
    moment_ms: int,
    known: KnownFigures,
    edition: str,
) -> agenda.Known:
    last_year = quarter.last_year
    then = known_figures.completeness(connection, profile, last_year, moment_ms)
    sides = tuple(
        Side(period.name, _days_of_city(found, profile.code), period.days)
        for period, found in ((quarter, known.completeness), (last_year, then))
    )
    series = agenda_history.series(connection, profile, quarter.end, moment_ms, edition)
    oldest = agenda_history.oldest_days(connection, profile, quarter.end, moment_ms)
    return agenda.Known(known, then, series, oldest, sides, _days(quarter), quarter.start)


def _days_of_city(found: Iterable[Completeness], city: str) -> int:
    return next((one.days for one in found if one.town == city), 0)


def _through(quarter: NamedPeriod) -> str:
    """The last day that is in a quarter that still runs; "" of any other period."""
    return quarter.last.isoformat() if isinstance(quarter, RunningQuarter) else ""


def changed(
    frozen: Review, now: Review, quarter: Quarter, counts: Mapping[tuple[str, str], int]
) -> tuple[Changed, ...]:
    """The figures of a freeze that differ now, in the order of the figures, the city before its
    towns.
    """
    return tuple(_changed(frozen, now, quarter, counts))


def _changed(
    frozen: Review, now: Review, quarter: Quarter, counts: Mapping[tuple[str, str], int]
) -> Iterator[Changed]:
    names = (quarter.name, quarter.previous.name, quarter.last_year.name)
    for was in frozen.figures:
        found = now.figure(was.kpi)
        if found is None:
            continue
        needs = set(kpis.CATALOGUE[was.kpi].needs)
        for area in frozen.areas:
            events = sum(
                n
                for (town, need), n in counts.items()
                if need in needs and area.code in (town, frozen.city.code)
            )
            for name, old, new in zip(
                names, readings(was, area.code), readings(found, area.code), strict=True
            ):
                if old != new:
                    yield Changed(name, was.kpi, area.code, old, new, events)


def readings(figure: review_values.Figure, area: str) -> tuple[Reading, Reading, Reading]:
    """An area's three readings; the city's where it is none of the towns."""
    town = figure.of(area)
    if town is None:
        return figure.city, figure.previous, figure.last_year
    return Reading(town.value, town.n, town.of), town.previous, town.last_year


def judged(one: Commitment, due: Review) -> Commitment:
    """A commitment judged by the review of the quarter that its due day is in."""
    figure = due.figure(one.kpi)
    town = figure.of(one.town) if figure else None
    if figure is None or town is None:
        return commitments.judged(one, Reading(None), None, None)
    reading = Reading(town.value, town.n, town.of)
    between = None if town.lower is None or town.upper is None else (town.lower, town.upper)
    return commitments.judged(
        one, reading, between, signals.change(figure.form, reading, one.start)
    )


def _areas(profile: Profile) -> tuple[Area, ...]:
    names = {code: profile.name_of(code) for code in profile.areas}
    return tuple(Area(code, name.zh, name.en) for code, name in names.items())


def _days(quarter: NamedPeriod) -> tuple[int, int, int]:
    return quarter.days, quarter.previous.days, quarter.last_year.days
