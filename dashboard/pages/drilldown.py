"""The details of a page's figure: its splits under the filters of the address, its sources,
handling chains, and case numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from dashboard import thread_pool
from dashboard.access import permissions
from dashboard.access.permissions import Permissions
from dashboard.pages import small_cells
from dashboard.pages.page_data import Loaders
from dashboard.pages.small_cells import Answer, Question, Refused
from dashboard.services import Services
from feeds import kpis
from feeds.cases import chain, chain_reader, query
from feeds.cases.chain import Chain
from feeds.cases.query import Asked, BadCursor
from feeds.city import periods
from feeds.figures import reader, windows
from feeds.figures.windows import DateRange
from feeds.health import last_seen
from feeds.health.completeness import LastSeen
from feeds.history import storage
from feeds.kpis import Kpi, definition, dimensions, histogram
from feeds.kpis.dimensions import By
from feeds.kpis.formulas import Level, Quantile, Ratio
from layouts.parts import chains as shown
from layouts.parts import comparison
from layouts.parts import drill as drills
from layouts.parts.case_list import Listing
from layouts.parts.comparison import Usual
from layouts.parts.drill import CROSS, NOTHING, Drill, Row, SingleTown, Split
from layouts.view import View

MONTHS = 12
DAYS_AT_MOST = 62  # of which a page says on which days something happened
PER_PAGE = 50
DUE_DAYS = 91  # of which the work of a town is counted
OLDEST = 5  # of what waits, on the overview
_Days = tuple[date, date]  # start and end, half-open


def drill(services: Services, view: View) -> Drill | None:
    """The figure that the address names, split each way it can be; None of one that can't be
    split.
    """
    kpi = view.filters.get("kpi", "")
    has = dimensions.of(kpi) if kpi in kpis.CATALOGUE else ()
    if not has:
        return None
    where: dict[str, str] = {
        name: view.filters[name]
        for name in CROSS
        if name in has and name in view.filters and _has_place(view, name)
    }
    allowed = permissions.of_request(services.profile)
    ways = [by for by in CROSS if by in has and _has_place(view, by) and not _is_in_itself(kpi, by)]
    if where and "month" in has:
        ways.append("month")
    asked = [_whole(view, {}, allowed), _whole(view, where, allowed)]
    asked += [_split(view, by, where, allowed) for by in ways]
    rows = [_rows(found) for found in small_cells.several(services, asked, allowed, view.now_ms)]
    splits = [
        _as_split(name, one, found)
        for name, one, found in zip(ways, asked[2:], rows[2:], strict=True)
    ]
    every, whole = (found[0] if found else NOTHING for found in rows[:2])
    is_withheld = rows[1] is None
    part = whole if where and not is_withheld else None
    found = Drill(where, part, tuple(splits), every)
    found = replace(found, course=_course(services, view, asked[1], whole, allowed))
    return replace(found, single=_single(services, view, found, allowed))


def _as_split(by: By, asked: Question, rows: Sequence[Row] | None) -> Split:
    return Split(by, tuple(rows or ()), asked.start, asked.end, is_withheld=rows is None)


def _course(
    services: Services, view: View, asked: Question, whole: Row, allowed: Permissions
) -> Split | None:
    """When the few cases of a question were: by day, in a long time by month. Of many it is not
    read, and what stands now has no time. The cases of a cohort are counted for each step by
    itself, so that its steps do not add up: it has a course without rows.
    """
    is_few = 0 < drills.cases_of(view, asked.kpi, whole) <= drills.FEW_CASES
    if not is_few or "day" not in dimensions.of(asked.kpi):
        return None
    step: By = "day" if (asked.end - asked.start).days <= DAYS_AT_MOST else "month"
    if kpis.CATALOGUE[asked.kpi].is_cohort:
        return Split(step, (), asked.start, asked.end)
    asked = replace(asked, by=(step,))
    (found,) = small_cells.several(services, [asked], allowed, view.now_ms)
    return _as_split(step, asked, _rows(found))


def _single(
    services: Services, view: View, found: Drill, allowed: Permissions
) -> SingleTown | None:
    """The few missing cases of the one town that the answer is about, of a share of the city."""
    kpi = view.filters["kpi"]
    towns = found.by("town")
    if found.where or towns is None or kpis.CATALOGUE[kpi].unit != "share":
        return None
    parts = {row.code: (row.numerator, row.denominator) for row in towns.rows}
    code = comparison.singled_out(view, kpi, parts, found.every.value)
    if not code:
        return None
    whole = next(row for row in towns.rows if row.code == code)
    town = Question(kpi, code, *_of_page(view))
    course = _course(services, view, town, whole, allowed)
    if course is None:
        return None
    ways: list[By] = [one.by for one in found.splits if one.by in ("category", "facet")]
    asked = [replace(town, by=(by,)) for by in ways]
    answers = small_cells.several(services, asked, allowed, view.now_ms)
    splits = [
        _as_split(by, one, _rows(answer))
        for by, one, answer in zip(ways, asked, answers, strict=True)
    ]
    return SingleTown(code, course, tuple(splits))


def usual(services: Services, view: View) -> Usual:
    """What is usual of the towns: of overdue cases what their work would give, of a duration how
    many of their cases took longer than the city's. no towns of any other figure.
    """
    kpi = kpis.CATALOGUE.get(view.filters.get("kpi", ""))
    if kpi is None:
        return Usual({})
    if isinstance(kpi.formula, Quantile):
        days = DateRange(*_of_page(view))
        return thread_pool.run(_slower, services, kpi.formula, days)
    if isinstance(kpi.formula, Level) and kpi.id.endswith("overdue"):
        after = periods.day_of(view.now_ms, view.profile.tz) + timedelta(1)
        days = DateRange(after - timedelta(DUE_DAYS), after)
        overdue = _in_towns(services, view, kpi, DateRange(days.last, after))
        return thread_pool.run(_by_work, services, kpi, days, overdue)
    return Usual({})


def _in_towns(services: Services, view: View, kpi: Kpi, days: DateRange) -> dict[str, float]:
    """A count in every town, which is nobody's secret; nothing where it is not counted by town."""
    asked = Question(kpi.id, view.profile.code, days.start, days.end, ("town",))
    (found,) = small_cells.several(services, [asked], permissions.OUTSIDE, view.now_ms)
    cells = () if isinstance(found, Refused) else found.cells
    return {cell.key[0]: cell.numerator or 0.0 for cell in cells}


def _slower(services: Services, formula: Quantile, days: DateRange) -> Usual:
    profile, window = services.profile, windows.of_days(days, services.profile.tz)
    with storage.snapshot(services.database) as connection:
        wanted = {formula.measure.stored}
        found = reader.read(connection, profile, [window], wanted=wanted, levels=False, gauges=())
    limit_ms = histogram.quantile(formula.cells(found.of(profile.code, window)), formula.q)
    if limit_ms is None:
        return Usual({})
    towns = {}
    for town in profile.town_by_code:
        cells = formula.cells(found.of(town, window))
        towns[town] = (float(histogram.above(cells, limit_ms)), float(sum(cells.values())))
    return Usual(towns, formula.q, limit_ms / formula.unit_ms)


def _by_work(services: Services, kpi: Kpi, days: DateRange, overdue: Mapping[str, float]) -> Usual:
    """Each town's overdue cases, and its part of the city's by the cases that fell due there."""
    assert isinstance(kpi.formula, Level)
    profile, window = services.profile, windows.of_days(days, services.profile.tz)
    fell_due = definition.on_time(kpi.formula.plus.subject)
    with storage.snapshot(services.database) as connection:
        wanted = {measure.stored for measure in fell_due.measures}
        found = reader.read(connection, profile, [window], wanted=wanted, levels=False, gauges=())
    due = {
        area: fell_due.read(found.of(area, window)).denominator or 0
        for area in (profile.code, *profile.town_by_code)
    }
    if not due[profile.code]:
        return Usual({})
    rate = sum(overdue.values()) / due[profile.code]
    return Usual(
        {town: (overdue.get(town, 0.0), due[town] * rate) for town in profile.town_by_code}
    )


def sources(services: Services, view: View) -> Mapping[str, Mapping[str, int]]:
    """Need → source → its newest event in the view's area, epoch ms."""
    found: dict[str, dict[str, int]] = {}
    for one in thread_pool.run(_newest, services):
        if view.is_city or one.town == view.area:
            of = found.setdefault(one.need, {})
            of[one.source] = max(one.at, of.get(one.source, 0))
    return found


def cases(services: Services, view: View) -> Listing:
    """The page of case numbers that the address names; the first page for an unknown cursor."""
    asked = _asked(view)
    allowed = permissions.of_request(services.profile)
    counts = small_cells.case_counts(services, asked, view.now_ms)
    is_grid_withheld = "grid" in asked.where and not allowed.includes(view.area)
    if is_grid_withheld:
        where = {name: value for name, value in asked.where.items() if name != "grid"}
        found = small_cells.cases(
            services, replace(asked, where=where), allowed, limit=PER_PAGE, now_ms=view.now_ms
        )
        return Listing(
            asked, found.page, counts, is_grid_withheld=True, is_partial=found.is_partial
        )
    cursor = view.filters.get("cursor", "")
    try:
        found = small_cells.cases(services, asked, allowed, cursor, PER_PAGE, view.now_ms)
    except BadCursor:
        found = small_cells.cases(services, asked, allowed, limit=PER_PAGE, now_ms=view.now_ms)
    return Listing(asked, found.page, counts, is_partial=found.is_partial)


def chains(services: Services, view: View) -> Mapping[str, Chain]:
    """The handling chains of the page over its days; open cases are those that are known, counted
    at the moment up to which their sources spoke.

    The chains of a year take a second. They are cached for a hundred times the time they took, and
    at most until the page reloads.
    """
    first, after = _of_page(view)
    question = ("chains", view.path, view.area, first, after)
    return services.cache.get(
        question,
        lambda: thread_pool.run(_chains, services, view, first, after),
        lambda took_s: min(100 * took_s, shown.AGAIN_S),
    )


def waiting(services: Services, view: View) -> Listing:
    """The oldest overdue cases of every kind, and how many there are."""
    asked = Asked("", view.area, "overdue")
    allowed = permissions.of_request(services.profile)
    counts = small_cells.case_counts(services, asked, view.now_ms)
    page = small_cells.longest_waiting(services, asked, allowed, OLDEST, view.now_ms)
    return Listing(asked, page, counts)


LOADERS: Loaders = {
    "drill": drill,
    "usual": usual,
    "sources": sources,
    "cases": cases,
    "chains": chains,
    "waiting": waiting,
}


def _chains(services: Services, view: View, first: date, after: date) -> dict[str, Chain]:
    profile = services.profile
    with storage.snapshot(services.database) as connection:
        return {
            name: chain.count(
                of,
                chain_reader.flows(connection, profile, of, view.area, DateRange(first, after)),
                chain_reader.open_cases(connection, profile, of, view.area),
                shown.moment(view, name),
            )
            for name, of in shown.SHOWN[view.path].items()
        }


def _newest(services: Services) -> list[LastSeen]:
    with services.database.connect() as connection:
        return last_seen.newest(connection)


def _is_in_itself(kpi: str, by: str) -> bool:
    """A share is made of outcomes: by outcome it would be none or all."""
    return by == "outcome" and isinstance(kpis.CATALOGUE[kpi].formula, Ratio)


def _has_place(view: View, by: str) -> bool:
    """The city is split by town, a town by grid."""
    return by != ("grid" if view.is_city else "town")


def _whole(view: View, where: Mapping[str, str], allowed: Permissions) -> Question:
    """The part that the filters leave."""
    return Question(view.filters["kpi"], view.area, *_days(view, "", where, allowed), (), where)


def _split(view: View, by: By, where: Mapping[str, str], allowed: Permissions) -> Question:
    """By one dimension, under the filters of all others."""
    others = {name: value for name, value in where.items() if name != by}
    return Question(
        view.filters["kpi"], view.area, *_days(view, by, others, allowed), (by,), others
    )


def _rows(found: Answer | Refused) -> list[Row] | None:
    """The cells as rows; None where they are shown only to those inside the town."""
    if isinstance(found, Refused):
        return None
    return [Row(cell.key[0] if cell.key else "", *cell[1:]) for cell in found.cells]


def _days(view: View, by: str, where: Mapping[str, str], allowed: Permissions) -> _Days:
    """The page's days; of months the last twelve; below town level, from outside the town, the last
    of its months.
    """
    first, after = _of_page(view)
    last = after - timedelta(1)
    if by == "month":
        back = last.year * 12 + last.month - MONTHS
        return date(back // 12, back % 12 + 1, 1), periods.days("month", last)[1]
    if (by == "grid" or "grid" in where) and not allowed.includes(view.area):
        return periods.days("month", last)
    return first, after


def _of_page(view: View) -> _Days:
    if view.date_range:
        return view.date_range.start, view.date_range.end
    first, after = periods.days(
        cast(periods.Period, view.period), periods.day_of(view.now_ms, view.profile.tz)
    )
    return first, min(after, periods.day_of(view.now_ms, view.profile.tz) + timedelta(1))


def _asked(view: View) -> Asked:
    """What the address asks for: everything overdue where it names nothing. Words that it has wrong
    are as if left out.
    """
    said, tz = view.filters, view.profile.tz
    family = said.get("family", "") if said.get("family") in query.FAMILIES else ""
    state = cast(query.State, said.get("state") if said.get("state") in query.STATES else "overdue")
    stage = cast(query.Stage, said.get("stage", "") if said.get("stage") in query.STAGES else "")
    sort = cast(query.Sort, said.get("sort") if said.get("sort") in query.SORTS else "due")
    first, after = _of_page(view)
    where = {name: said[name] for name in ("category", "facet", "outcome", "grid") if name in said}
    closed_ms = (periods.day_start_ms(first, tz), periods.day_start_ms(after, tz))
    return Asked(family, view.area, state, where, closed_ms, sort, stage)
