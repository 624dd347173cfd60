"""The state of an area over the period of a past moment, in the form of a topic: of what had
happened by then, as it is known now or was known at another moment.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from feeds.city import periods
from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.figures import known_at, live_sums, reader, topics, verdicts, windows
from feeds.figures.known_at import Known
from feeds.figures.live_sums import Pool
from feeds.figures.reader import Readings
from feeds.figures.topics import State, Topic
from feeds.figures.verdicts import Comparison, Evidence, Pooled
from feeds.figures.windows import Window
from feeds.kpis import CATALOGUE, Kpi
from feeds.kpis.formulas import Reading, Sums

NOTHING = Comparison(Reading(None), None)


def state(
    connection: Connection,
    profile: Profile,
    area: str,
    period: Period,
    at_ms: int,
    known_ms: int | None = None,
) -> State:
    """set, parts, change, newest and verdicts. It has no trends, because those are of completed
    weeks as they are now. Raises a database error.
    """
    happened = Known(at_ms, known_ms)
    return _state(connection, profile, Topic(area, period), at_ms, happened, happened)


def of_days(
    connection: Connection,
    profile: Profile,
    area: str,
    period: Period,
    end_ms: int,
    as_known: Known,
    more: State,
) -> State:
    """The same over a period whose last day is over, with `more` that verdicts are made from: its
    control charts (`trends`) and the alerts that fire. Cases that fell due by then count as they
    are known, as in a review. Raises a database error.
    """
    at_ms = end_ms - 1
    happened = as_known._replace(happened=at_ms)
    return _state(connection, profile, Topic(area, period), at_ms, happened, as_known, more)


def _state(
    connection: Connection,
    profile: Profile,
    topic: Topic,
    at_ms: int,
    happened: Known,
    as_known: Known,
    more: State | None = None,
) -> State:
    """`happened` are the events up to the moment; `as_known` those that the sums are made of."""
    area, period = topic
    tz, is_city = profile.tz, area == profile.code
    now = windows.past(period, at_ms, tz)
    references = {
        one: (windows.year_before(one, at_ms, tz), windows.period_before(one, at_ms, tz))
        for one in {topics.compared_over(kpi, period) for kpi in CATALOGUE.values()}
    }
    pools = {name: _pool(days, at_ms, profile) for name, days in live_sums.POOLED.items()}
    asked = [now, *(one for both in references.values() for one in both), *pools.values()]
    sums = reader.read(connection, profile, asked, area=area, as_known=as_known)
    newest: dict[str, int] = {}
    for (place, need), at in known_at.newest(connection, happened).items():
        if is_city or place == area:
            newest[need] = max(at, newest.get(need, 0))
    firsts = known_at.first_seen(connection, profile, happened).get(area, {})
    readings, intervals, compared, pooled = {}, {}, {}, {}
    for k, kpi in CATALOGUE.items():
        known = topics.is_known(profile, kpi, area, newest, now.start, at_ms)
        readings[k] = kpi.formula.read(sums.of(area, now)) if known else Reading(None)
        is_earlier = kpi.batch is not None and not readings[k].value
        if is_earlier:
            batches = _batches(connection, profile, kpi, area, at_ms, as_known)
            readings[k] = topics.last_batch(kpi, batches)
        interval = verdicts.interval_of(kpi, sums.of(area, now))
        if interval is not None:
            intervals[k] = interval
        before = references[topics.compared_over(kpi, period)]
        compared[k] = tuple(
            NOTHING if is_earlier else _compared(kpi, sums, firsts, area, one) for one in before
        )
        if kpi.begins(newest) is not None and (readings[k].denominator or 0) < kpi.enough:
            longer = _enough(kpi, area, sums, pools)
            if longer is not None:
                pooled[k] = longer
    values = {k: reading.value for k, reading in readings.items()}
    evidence = Evidence(compared, pooled, intervals)
    found: State = {
        "topic": f"{area}/{period}",
        "set": values,
        "parts": topics.parts(readings),
        "change": topics.changes(values, evidence),
        "newest": newest,
        "periods": {},
    }
    found |= more or {}
    found["verdicts"] = verdicts.of_topic(profile, area, period, found, evidence)
    return found


def _batches(
    connection: Connection, profile: Profile, kpi: Kpi, area: str, at_ms: int, as_known: Known
) -> list[Sums]:
    """The figure's day, month, quarter or year of the moment and those before, the last first."""
    assert kpi.batch is not None
    after = at_ms + 1
    batches = windows.batches(kpi.batch, at_ms, profile.tz)
    asked = [one._replace(end=min(one.end, after), until=min(one.until, after)) for one in batches]
    wanted = [measure.stored for measure in kpi.formula.measures]
    found = reader.read(
        connection,
        profile,
        asked,
        area=area,
        wanted=wanted,
        as_known=as_known,
        levels=False,
        gauges=(),
    )
    return [found.of(area, window) for window in asked]


def _compared(
    kpi: Kpi, sums: Readings, firsts: Mapping[str, int], area: str, window: Window
) -> Comparison:
    """A figure over a reference; none where its sources did not see all of it."""
    if not kpi.has_seen(kpi.begins(firsts), window.start, window.until):
        return NOTHING
    of_window = sums.of(area, window)
    return Comparison(kpi.formula.read(of_window), verdicts.interval_of(kpi, of_window))


def _pool(days: int, at_ms: int, profile: Profile) -> Window:
    """The last so many days, with the moment's own, up to the moment."""
    first = live_sums.first_day(days, at_ms, profile.tz)
    start = periods.day_start_ms(first, profile.tz)
    return Window(start, at_ms + 1, at_ms + 1, first.isoformat())


def _enough(kpi: Kpi, area: str, sums: Readings, pools: Mapping[Pool, Window]) -> Pooled | None:
    """The figure over the shortest window that has enough cases."""
    for name, window in pools.items():
        reading = kpi.formula.read(sums.of(area, window))
        if (reading.denominator or 0) >= kpi.enough:
            return Pooled(name, reading)
    return None
