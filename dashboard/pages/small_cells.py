"""The one place that decides who sees counts below town level and case numbers; pages and the API
use its `cells` and `cases`.

Somebody outside a town sees its grids only in one fixed table a month (or of now). That table is
suppressed once for all questions, so that asking again, or differently, reveals nothing more. The
rules: docs/explanation/small-cells.md.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from dashboard import thread_pool
from dashboard.access.permissions import Permissions
from dashboard.services import Services
from feeds import kpis
from feeds.cases import listing
from feeds.cases.query import Asked, Counts, Page
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.city.words import Text, Worded
from feeds.figures import cells as cell_reader
from feeds.figures.cells import Cell
from feeds.figures.windows import DateRange
from feeds.history import storage
from feeds.kpis import dimensions
from feeds.kpis.dimensions import By
from feeds.kpis.formulas import Count, Level
from feeds.statistics import suppression
from feeds.statistics.suppression import Mark

MOST_CELLS = 50_000
_CAME_IN = ("opened", "handled", "joint")


class Refused(Worded):
    """The question is not answered; the message has the reason and what can be asked instead.
    `parameter` names what to change. `is_for_outside`: those inside the town get an answer.
    """

    def __init__(self, said: Text, parameter: str = "by", *, is_for_outside: bool = False) -> None:
        super().__init__(said)
        self.parameter, self.is_for_outside = parameter, is_for_outside


@dataclass(frozen=True)
class Question:
    """A KPI of the city or a town over days from `start` up to, not including, `end` (a level is
    always of now).
    """

    kpi: str
    area: str
    start: date
    end: date
    by: tuple[By, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)

    @property
    def below_town(self) -> bool:
        return "grid" in self.by or "grid" in self.where


class Shown(NamedTuple):
    """One value for each `by`, and the figure there. Where `hidden` says "<5" or "withheld", the
    numbers are None.
    """

    key: tuple[str, ...]
    value: float | None
    numerator: float | None
    denominator: float | None
    hidden: Mark = ""


class Cases(NamedTuple):
    """A page of case numbers. `is_partial`: of some towns they are counted alone, because whoever
    asks may not see them.
    """

    page: Page
    is_partial: bool


class Answer(NamedTuple):
    """The cells in order of their keys, and whether small counts were hidden from this viewer."""

    cells: list[Shown]
    is_guarded: bool


def cells(
    services: Services, question: Question, allowed: Permissions, now_ms: int | None = None
) -> Answer:
    """What a viewer may see of a question; read in a thread. Raises Refused, or a database
    error.
    """
    at_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    found = several(services, [question], allowed, at_ms)[0]
    if isinstance(found, Refused):
        raise found
    if len(found.cells) > MOST_CELLS:
        said = Text(
            f"共 {len(found.cells)} 格，一次最多给 {MOST_CELLS} 格；请缩短日期或减少拆分",
            f"these are {len(found.cells)} cells, and at most {MOST_CELLS} "
            "are given at once; ask for fewer days or less detail",
        )
        raise Refused(said)
    return found


def several(
    services: Services, questions: Sequence[Question], allowed: Permissions, now_ms: int
) -> list[Answer | Refused]:
    """What a viewer may see of several questions, or why not; read in a thread, at one moment.
    Raises a database error.
    """
    return thread_pool.run(_read, services, questions, allowed, now_ms)


def cases(
    services: Services,
    asked: Asked,
    allowed: Permissions,
    cursor: str = "",
    limit: int = 50,
    now_ms: int | None = None,
) -> Cases:
    """A page of case numbers, of the towns that whoever asks is inside; the others' are counted.
    Raises Refused, query.BadCursor, a database error.
    """
    if "grid" in asked.where and not allowed.includes(asked.area):
        raise Refused(
            Text(
                "按网格列案件只向本镇（街道）开放；请去掉 grid，或用该镇（街道）的查看令牌",
                "cases are listed by grid to those inside the town alone; "
                "leave grid out, or use a viewing token of the town",
            ),
            "grid",
            is_for_outside=True,
        )
    at_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    is_inside = allowed.includes(asked.area)
    own = allowed.inside if asked.area == services.profile.code else frozenset()
    towns = None if is_inside else own
    page = thread_pool.run(_cases, services, asked, cursor, limit, at_ms, towns)
    return Cases(page, towns is not None)


def longest_waiting(
    services: Services, asked: Asked, allowed: Permissions, limit: int, now_ms: int
) -> Page:
    """The most urgent cases: to those outside their town what they are and how long they wait,
    never which. Raises a database error.
    """
    found = thread_pool.run(_cases, services, asked, "", limit, now_ms, None)
    entries = [
        one if allowed.includes(one.town) else one._replace(case="", facet="", grid="")
        for one in found.entries
    ]
    return Page(entries, found.total, "")


def case_counts(services: Services, asked: Asked, now_ms: int) -> Counts:
    """How many cases of every kind the area has in a state. A town's counts are no secret. Raises a
    database error.
    """
    return thread_pool.run(_case_counts, services, asked, now_ms)


def is_given_outside(kpi: str) -> bool:
    """Whether a KPI has a table below town level for those outside: cases that came in, by month,
    and open cases now.

    Closings, shares and parts of other figures have none, because the small counts of others could
    be worked out from them; money has none either.
    """
    found = kpis.CATALOGUE[kpi]
    if isinstance(found.formula, Level):
        return True
    if not isinstance(found.formula, Count) or found.formula.term.dims or found.unit != "count":
        return False
    measure = found.formula.term.measure
    return measure.case is None or measure.name in _CAME_IN


def _cases(
    services: Services,
    asked: Asked,
    cursor: str,
    limit: int,
    now_ms: int,
    towns: Collection[str] | None,
) -> Page:
    with storage.snapshot(services.database) as connection:
        return listing.read(connection, services.profile, asked, now_ms, cursor, limit, towns)


def _case_counts(services: Services, asked: Asked, now_ms: int) -> Counts:
    with storage.snapshot(services.database) as connection:
        return listing.count(connection, services.profile, asked, now_ms)


def _read(
    services: Services, questions: Sequence[Question], allowed: Permissions, now_ms: int
) -> list[Answer | Refused]:
    """Whole ones that are of the same are read together."""
    together: dict[tuple[str, str, DateRange], list[Question]] = {}
    for question in questions:
        if _is_whole(question, allowed):
            key = (question.kpi, question.area, DateRange(question.start, question.end))
            together.setdefault(key, []).append(question)
    with storage.snapshot(services.database) as connection:
        found: list[tuple[Question, Answer | Refused]] = []
        for (kpi, area, days), asked in together.items():
            answers = _wholes(connection, services.profile, kpi, area, days, now_ms, asked)
            found += zip(asked, answers, strict=True)
        found += [
            (one, _guarded(connection, services.profile, one, allowed, now_ms))
            for one in questions
            if not _is_whole(one, allowed)
        ]
    return [next(answer for one, answer in found if one is question) for question in questions]


def _is_whole(question: Question, allowed: Permissions) -> bool:
    return not question.below_town or allowed.includes(question.area)


def _wholes(
    connection: Connection,
    profile: Profile,
    kpi: str,
    area: str,
    days: DateRange,
    now_ms: int,
    questions: Sequence[Question],
) -> Sequence[Answer | Refused]:
    try:
        asked = [(one.by, one.where) for one in questions]
        found = cell_reader.read_all(connection, profile, kpi, area, days, now_ms, asked)
    except dimensions.NotSplit as error:
        return [Refused(error.said)] * len(questions)
    return [Answer([Shown(*cell) for cell in part], False) for part in found]


def _guarded(
    connection: Connection, profile: Profile, question: Question, allowed: Permissions, now_ms: int
) -> Answer | Refused:
    try:
        _check_outside(question, periods.day_of(now_ms, profile.tz))
        return Answer(_from_tables(connection, profile, question, allowed, now_ms), True)
    except dimensions.NotSplit as error:
        return Refused(error.said)
    except Refused as refused:
        return refused


def _check_outside(question: Question, today: date) -> None:
    """Raises Refused for what could be subtracted from the fixed tables, or is not in them."""

    def refuse(said: Text, parameter: str) -> None:
        command = "board tokens add NAME --kind view --area TOWN"
        whole = Text(
            f"对镇（街道）以外的人，{said.zh}；其余须用该镇（街道）的查看令牌（{command}）",
            f"to those outside a town, {said.en}; "
            f"a viewing token of the town ({command}) opens the rest",
        )
        raise Refused(whole, parameter, is_for_outside=True)

    if not is_given_outside(question.kpi):
        refuse(
            Text(
                f"{question.kpi} 不给到镇（街道）以下，只给按月的受理数和当前存量",
                f"{question.kpi} is not given below town level, only "
                "what came in, by month, and what stands now",
            ),
            "kpi",
        )
    if extra := {*question.by, *question.where} & {"facet", "outcome", "day", "week"}:
        refuse(
            Text(
                f"镇（街道）以下只按 grid、category、month 拆分，不按 {min(extra)}",
                "what lies below town level is split by grid, category "
                f"and month alone, not by {min(extra)}",
            ),
            "by",
        )
    if isinstance(kpis.CATALOGUE[question.kpi].formula, Level):
        return
    if question.start.day != 1 or (question.end.day != 1 and question.end <= today):
        refuse(
            Text(
                "镇（街道）以下只给整月：从某月 1 日到月末，或到今天",
                "what lies below town level is given for whole months: "
                "from a 1st to a month's last day, or to today",
            ),
            "from",
        )
    if "month" not in question.by and question.end > periods.days("month", question.start)[1]:
        refuse(
            Text(
                "镇（街道）以下几个月须逐月给出：请再按 month 拆分",
                "several months below town level are given one by one: ask by month too",
            ),
            "by",
        )


def _from_tables(
    connection: Connection, profile: Profile, question: Question, allowed: Permissions, now_ms: int
) -> list[Shown]:
    """The whole table of every town and month asked for, hidden as a whole; then the part of it
    that was asked for.
    """
    has = dimensions.of(question.kpi)
    base = tuple(name for name in ("month", "grid", "category") if name in has)
    if wrong := [name for name in (*question.by, *question.where) if name not in (*base, "town")]:
        ways = (*base, "town")
        said = Text(
            f"{question.kpi} 不能按 {wrong[0]} 拆分；镇（街道）以下可以按 {'、'.join(ways)}",
            f"{question.kpi} can't be split by {wrong[0]}; below town "
            f"level it can by {', '.join(ways)}",
        )
        raise Refused(said)
    tables: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    days = DateRange(question.start, question.end)
    cells = cell_reader.read(connection, profile, question.kpi, question.area, days, now_ms, base)
    for cell in cells:
        value = dict(zip(base, cell.key, strict=True))
        town = profile.town_of(value["grid"])
        tables.setdefault((value.get("month", ""), town), {})[
            value["grid"], value.get("category", "")
        ] = int(cell.numerator)
    found = [
        shown
        for (month, town), counts in sorted(tables.items())
        for shown in _table(
            profile, question, (month, town), counts, guarded=not allowed.includes(town)
        )
    ]
    return sorted(found, key=lambda shown: shown.key)


def _table(
    profile: Profile,
    question: Question,
    place: tuple[str, str],
    counts: Mapping[tuple[str, str], int],
    *,
    guarded: bool,
) -> Iterable[Shown]:
    """What was asked for of one town's table of one month. A town that is one row is known by its
    total.
    """
    month, town = place
    by_category = "category" in question.by or "category" in question.where
    grids = dict.fromkeys((*_grids(profile, town), *(grid for grid, _ in counts)))
    marks = suppression.protect(grids, counts, by_column="category" in dimensions.of(question.kpi))
    sums: Counter[tuple[str, str]] = Counter()
    for (grid, _), n in counts.items():
        sums[grid, ""] += n
    marked = (
        marks.cells if by_category else {(grid, ""): mark for grid, mark in marks.totals.items()}
    )
    for (grid, category), mark in marked.items():
        value = {"month": month, "town": town, "grid": grid, "category": category}
        if any(value[name] != wanted for name, wanted in question.where.items()):
            continue
        n = (counts if by_category else sums).get((grid, category), 0)
        hidden = mark if guarded and len(grids) > 1 else ""
        key = tuple(value[name] for name in question.by)
        yield (
            Shown(key, None, None, None, hidden)
            if hidden
            else Shown(key, *Cell(key, n, n, None)[1:])
        )


def _grids(profile: Profile, town: str) -> list[str]:
    known = profile.town_by_code.get(town)
    return [town, *known.grid_codes] if known else [town]
