"""The figures of an area and period at a past moment: of what had happened by then, as it is known
now or was known at another moment.
"""

from __future__ import annotations

from sqlalchemy import Connection

from feeds.city.periods import Period
from feeds.city.profile import Profile
from feeds.figures import known_at, reader, topics, windows
from feeds.figures.known_at import Known
from feeds.kpis import CATALOGUE
from feeds.kpis.formulas import Figure, Reading


def figures(
    connection: Connection,
    profile: Profile,
    area: str,
    period: Period,
    at_ms: int,
    known_ms: int | None = None,
) -> dict[str, Figure]:
    """Every KPI with its comparisons. Raises a database error."""
    tz, is_city = profile.tz, area == profile.code
    as_known = Known(at_ms, known_ms)
    now = windows.past(period, at_ms, tz)
    references = (
        windows.year_before(period, at_ms, tz),
        windows.period_before(period, at_ms, tz),
    )
    asked = [now, *references]
    sums = reader.read(connection, profile, asked, area=area, as_known=as_known)
    newest: dict[str, int] = {}
    for (place, need), at in known_at.newest(connection, as_known).items():
        if is_city or place == area:
            newest[need] = max(at, newest.get(need, 0))
    found = {}
    for k, kpi in CATALOGUE.items():
        at = topics.newest_of(kpi, newest)
        towns = len(profile.towns)
        reading = Reading(None)
        if topics.is_known(kpi, at, now.start, at_ms, towns, is_city=is_city):
            reading = kpi.formula.read(sums.of(area, now))
        before = [kpi.formula.read(sums.of(area, one)).value for one in references]
        on_year, on_period = (topics.change(kpi, reading.value, value) for value in before)
        parts = (reading.value, reading.numerator, reading.denominator)
        found[k] = Figure(*parts, on_year, on_period, at or None)
    return found
