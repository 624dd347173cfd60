"""Reads the brief of a day or a month from the history, as known at a moment. It loads pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from feeds.alerts import alert_rules, alert_store
from feeds.city import periods
from feeds.city.named_periods import Day, Month, NamedPeriod
from feeds.city.periods import Period
from feeds.city.profile import UNKNOWN, Profile
from feeds.figures import known_at, past, reader, topics, windows
from feeds.figures.known_at import Known, TooManyLate
from feeds.figures.topics import State
from feeds.figures.windows import DateRange, Window
from feeds.history import event_store
from feeds.kpis import CATALOGUE, definition
from feeds.kpis.measures import FAMILIES
from feeds.review import agenda_history, briefs, commitments, known_figures, standings
from feeds.review.agenda_history import OpenCase
from feeds.review.briefs import Beyond, Brief, Fired, Kind, Late, Overdue, Row, Side
from feeds.review.review_values import Commitment, Completeness
from feeds.statistics import xmr
from feeds.trends import trend_lines

DAY_MS = 86_400_000
WEEKS = 13  # whose same weekday says what is usual
FEWEST_WEEKS = 12
WEEK_DAYS, FOUR_WEEKS, QUARTER_DAYS = 7, 28, 91
OLDEST = 8
LATELY, SOON = timedelta(7), timedelta(14)  # around the end, for commitments that fall due


class _Moment(NamedTuple):
    """What a brief is of, and what is known: the end of the period and the moment in epoch ms.
    `as_known` says the same to readers; it is all that there is, where nothing came later.
    """

    period: Day | Month
    end_ms: int
    known_ms: int
    as_known: Known

    @property
    def is_month(self) -> bool:
        return self.period.kind == "month"


def read(connection: Connection, profile: Profile, period: Day | Month, known_ms: int) -> Brief:
    """The brief of a day or month as known at a moment (epoch ms), under the targets and the
    definitions of now. Raises a database error.
    """
    end_ms = periods.day_start_ms(period.end, profile.tz)
    moment = _Moment(period, end_ms, known_ms, _as_known(connection, known_ms, end_ms))
    fired = _fired(connection, profile, moment)
    state = _state(connection, profile, moment, fired)
    cases = agenda_history.cases_due(connection, profile, end_ms, moment.as_known, WEEK_DAYS)
    whole = known_figures.completeness(connection, profile, period, known_ms)
    of_city = next(one for one in whole if one.town == profile.code)
    return Brief(
        profile,
        period.name,
        known_ms,
        end_ms,
        not moment.is_month and periods.day_of(known_ms, profile.tz) == period.end,
        event_store.marks(connection, "demo") == "1",
        of_city.events,
        of_city.newest_ms,
        _silent(connection, profile, moment, whole),
        _judged(_rows(connection, profile, moment, state), of_city.newest_ms, moment),
        state,
        _overdue(connection, profile, moment, cases),
        fired,
        _commitments(connection, moment),
        sum(one.family == "commitment" and one.due_ms >= moment.end_ms for one in cases),
    )


def _as_known(connection: Connection, known_ms: int, end_ms: int) -> Known:
    """What was known at a moment; looked for once, because it reads all events."""
    known = Known(recorded=known_ms)
    try:
        known_at.late(connection, known, end_ms, most=0)
    except TooManyLate:
        return known
    return Known()


def _state(
    connection: Connection, profile: Profile, moment: _Moment, fired: Sequence[Fired]
) -> State:
    """The city over the month, or over the four weeks up to the day, with the verdicts that its
    pages have.
    """
    city, end_ms, as_known = profile.code, moment.end_ms, moment.as_known
    trends = trend_lines.known(connection, profile, city, end_ms, as_known)
    rules = {rule.id: rule for rule in alert_rules.of(profile)}
    firing = [one for one in fired if one.over_ms is None and one.rule in rules]
    alerts = [{"area": one.area, "kpi": rules[one.rule].figure} for one in firing]
    period: Period = "month" if moment.is_month else "28d"
    more: State = {"trends": trends, "alerts": alerts}
    return past.of_days(connection, profile, city, period, end_ms, as_known, more)


# What came, and how much there was


def _silent(
    connection: Connection, profile: Profile, moment: _Moment, whole: Iterable[Completeness]
) -> tuple[str, ...]:
    """The towns whose data are not whole. Of a day those that nothing came from, though they send
    some events each day, or sent none in four weeks: nothing happens every day in a quiet town.
    """
    known = {one.town: one for one in whole}
    towns = [known[town] for town in profile.town_by_code]
    if moment.is_month:
        return tuple(one.town for one in towns if one.is_lacking)
    end = moment.period.end
    weeks = DateRange(end - timedelta(FOUR_WEEKS), end)
    found = known_figures.completeness(connection, profile, weeks, moment.known_ms)
    usual = {one.town: one for one in found}
    return tuple(
        one.town
        for one in towns
        if not one.events and (usual[one.town].is_busy or not usual[one.town].events)
    )


def _rows(
    connection: Connection, profile: Profile, moment: _Moment, state: State
) -> tuple[Row, ...]:
    """The counts of the table."""
    firsts = _begun(connection, profile, moment)
    known = [kpi for kpi in CATALOGUE if kpi in firsts]
    shown = briefs.table(known)
    wanted = [*shown, *(briefs.BESIDE[kpi] for kpi in shown if kpi in briefs.BESIDE)]
    asked = _month_windows(moment, profile) if moment.is_month else _day_windows(moment, profile)
    sums = reader.read(
        connection,
        profile,
        asked,
        area=profile.code,
        wanted={one.stored for kpi in wanted for one in CATALOGUE[kpi].formula.measures},
        as_known=moment.as_known,
        levels=False,
        gauges=(),
    )

    def value(kpi: str, window: Window) -> float | None:
        """None before the source began, or while it was silent."""
        if window.end <= firsts[kpi]:
            return None
        return CATALOGUE[kpi].formula.read(sums.of(profile.code, window)).value

    days = moment.period.days
    found = []
    for kpi in shown:
        start_ms = asked[0].start
        is_known = topics.is_known(
            profile,
            CATALOGUE[kpi],
            profile.code,
            state["newest"],
            start_ms,
            moment.end_ms - 1,
        )
        values = [value(kpi, window) for window in asked]
        if not is_known:
            values[0] = None
        other = briefs.BESIDE.get(kpi, "")
        beside = value(other, asked[0]) if is_known and other in firsts else None
        row = _month_row(kpi, values, days) if moment.is_month else _day_row(kpi, values)
        is_late = briefs.state_at(profile, kpi, state["newest"], moment.end_ms) != "live"
        side: Side = 0 if is_late else row.side
        found.append(replace(row, beside=beside, is_late=is_late, side=side))
    return tuple(found)


def _judged(rows: tuple[Row, ...], newest_ms: int | None, moment: _Moment) -> tuple[Row, ...]:
    """The rows; none of a day is judged whose data end early, also not where the figure alone might
    be silent for so long.
    """
    is_partial = any(row.is_late for row in rows)
    if moment.is_month or not is_partial or not briefs.is_early(newest_ms, moment.end_ms):
        return rows
    return tuple(replace(row, is_late=True, side=0) for row in rows)


def _begun(connection: Connection, profile: Profile, moment: _Moment) -> Mapping[str, int]:
    """KPI → the start of the first day that its sources reported on, in epoch ms."""
    known = moment.as_known._replace(happened=moment.end_ms - 1)
    firsts = known_at.first_seen(connection, profile, known).get(profile.code, {})
    found = {}
    for kpi in CATALOGUE.values():
        begins = kpi.begins(firsts)
        if begins is not None:
            day = periods.day_of(begins, profile.tz)
            found[kpi.id] = periods.day_start_ms(day, profile.tz)
    return found


def _day_windows(moment: _Moment, profile: Profile) -> list[Window]:
    """The day, the seven days that end with it, and the same weekday of the weeks before."""
    day, end = moment.period.start, moment.period.end
    before = [day - timedelta(7 * n) for n in range(WEEKS, 0, -1)]
    return [
        windows.of_day(day, profile.tz),
        windows.of_days(DateRange(end - timedelta(WEEK_DAYS), end), profile.tz),
        *(windows.of_day(one, profile.tz) for one in before),
    ]


def _month_windows(moment: _Moment, profile: Profile) -> list[Window]:
    """The month, the one before, and the same a year ago."""
    month: NamedPeriod = moment.period
    asked = (month, month.previous, month.last_year)
    return [windows.of_days(DateRange(one.start, one.end), profile.tz) for one in asked]


def _day_row(kpi: str, values: Sequence[float | None]) -> Row:
    """A day beside its week and what is usual for its weekday: the limits of an XmR chart."""
    now, week, *weekdays = values
    mean = None if week is None else week / WEEK_DAYS
    before = np.array([one for one in weekdays if one is not None], dtype=np.float64)
    if now is None or len(before) < FEWEST_WEEKS or not np.median(before):
        return Row(kpi, now, mean)
    lines = xmr.limits(before)
    low, high = max(lines.lower, 0.0), lines.upper
    side: Side = 1 if now > high else -1 if now < low else 0
    return Row(kpi, now, mean, low, high, side)


def _month_row(kpi: str, values: Sequence[float | None], days: int) -> Row:
    now, previous, last_year = values
    mean = None if now is None else now / days
    return Row(kpi, now, mean, previous=previous, last_year=last_year)


# What is overdue


def _overdue(
    connection: Connection, profile: Profile, moment: _Moment, cases: Sequence[OpenCase]
) -> Overdue:
    late = [one for one in cases if one.due_ms < moment.end_ms]
    late.sort(key=lambda one: one.due_ms)
    beyond = _beyond(connection, profile, moment, late)
    oldest = tuple(_late(one, moment.end_ms) for one in late[:OLDEST])
    return Overdue(len(late), _kinds(late), oldest, beyond or (), beyond is not None)


def _late(one: OpenCase, end_ms: int) -> Late:
    days = (end_ms - one.due_ms) // DAY_MS
    return Late(one.town, one.family, one.category, days, one.is_handled)


def _kinds(cases: Iterable[OpenCase]) -> tuple[Kind, ...]:
    counts: dict[str, int] = {}
    for one in cases:
        counts[one.family] = counts.get(one.family, 0) + 1
    most_first = sorted(counts.items(), key=lambda item: -item[1])
    return tuple(Kind(family, n) for family, n in most_first)


def _beyond(
    connection: Connection, profile: Profile, moment: _Moment, late: Sequence[OpenCase]
) -> tuple[Beyond, ...] | None:
    """The towns whose overdue work is beyond what their workload of a quarter would give, kind by
    kind; None where nothing can be compared.
    """
    due = _due(connection, profile, moment)
    expected = pd.Series(0.0, index=list(profile.town_by_code))
    compared = [one for one in late if due.get(one.family, {}).get(profile.code)]
    if len(expected) < standings.FEWEST_COMPARED or not compared:
        return None
    for kind in _kinds(compared):
        of_family = due[kind.family]
        for town in expected.index:
            expected[town] += kind.n * of_family[str(town)] / of_family[profile.code]
    x = expected * 0.0
    for one in compared:
        if one.town in x.index:
            x[one.town] += 1
    field = standings.of_overdue(x, expected)
    found = []
    for standing in field.towns:
        if standing.cls == "above998":
            mine = [case for case in late if case.town == standing.town]
            found.append(Beyond(standing.town, len(mine), standing.expected, _kinds(mine)))
    return tuple(sorted(found, key=lambda one: one.expected - one.n))


def _due(
    connection: Connection, profile: Profile, moment: _Moment
) -> Mapping[str, Mapping[str, int]]:
    """By family and area the cases that fell due in the 91 days up to the end."""
    end = moment.period.end
    window = windows.of_days(DateRange(end - timedelta(QUARTER_DAYS), end), profile.tz)
    formulas = {family: definition.on_time(family) for family in FAMILIES}
    sums = reader.read(
        connection,
        profile,
        [window],
        wanted={one.stored for formula in formulas.values() for one in formula.measures},
        as_known=moment.as_known,
        levels=False,
        gauges=(),
    )
    areas = (*profile.areas, UNKNOWN)
    return {
        family: {area: int(formula.read(sums.of(area, window)).denominator or 0) for area in areas}
        for family, formula in formulas.items()
    }


# Alerts and commitments


def _fired(connection: Connection, profile: Profile, moment: _Moment) -> tuple[Fired, ...]:
    """The alerts that fired in the period, and those that fired before and were not over at its
    end.
    """
    start_ms = periods.day_start_ms(moment.period.start, profile.tz)
    rows = alert_store.fired(connection, 0, moment.end_ms, moment.known_ms)
    found = [Fired(*row) for row in rows]
    return tuple(
        one
        for one in found
        if one.fired_ms >= start_ms or one.over_ms is None or one.over_ms >= moment.end_ms
    )


def _commitments(connection: Connection, moment: _Moment) -> tuple[Commitment, ...]:
    """Those that fell due in the week before the end, or fall due in the two weeks after it."""
    end = moment.period.end
    return commitments.due_between(connection, end - LATELY, end + SOON, moment.known_ms)
