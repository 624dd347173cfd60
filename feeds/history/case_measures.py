"""Compiles the measures of cases (feeds/kpis/measures.py) for the two places that count them.

`counting` makes a Python function of what one case contributes; ingest calls it for every event.
`sql_time` and `sql_condition` make SQL, with which the database counts cases for splits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import CodeType
from typing import Any

from sqlalchemy import ColumnElement, and_, case, null, or_

from feeds.city.calendar import Calendar
from feeds.history import tables
from feeds.history.case_state import Case
from feeds.history.contribution import Contribution
from feeds.kpis import histogram, measures
from feeds.kpis.measures import CaseMeasure, Column, Condition, Earliest, Latest, Limit, Plus, Time


def counting(
    family: str, calendar: Calendar, grid_of: Callable[[str, str], str]
) -> Callable[[str, Case], list[Contribution]]:
    """The function (town, case) → contributions for the cases of a family.

    It is compiled from Python text: evaluating the declarations case by case takes several times
    as long, and ingest calls it for every event.
    """
    names: dict[str, Any] = {
        "bins": calendar.bins,
        "bucket": histogram.bucket,
        "grid_of": grid_of,
    }
    exec(_code(family), names)
    function: Callable[[str, Case], list[Contribution]] = names["of_case"]
    return function


@functools.cache
def _code(family: str) -> CodeType:
    """The function of a family, compiled."""
    return compile(_source(family), f"<measures of {family}>", "exec")


def _source(family: str) -> str:
    """The text of the function."""
    declared = measures.of_family(family)
    lines = [
        "def of_case(town, case):",
        f"    {', '.join(Case._fields)} = case",
        "    cell = (category, facet, grid_of(town, area), '')",
        "    found = []",
    ]
    times = dict.fromkeys(one.at for one in declared if not isinstance(one.at, Column))
    lines += [f"    {_variable(time)} = {_formula(time)}" for time in times]
    for one in declared:
        lines += _counted(family, one)
    return "\n".join([*lines, "    return found", ""])


def definition(one: CaseMeasure) -> str:
    """What a measure counts, as text: the same as long as it counts the same."""
    times = [one.at] if not isinstance(one.at, Column) else []
    derived = [f"{_variable(time)} = {_formula(time)}" for time in times]
    return "\n".join([*derived, *_counted("", one)])


def _variable(time: Time) -> str:
    """What a time is called within the function."""
    if isinstance(time, Column):
        return time.name
    if isinstance(time, Plus):
        return f"{time.time.name}_plus_{time.ms}"
    return f"{type(time).__name__.lower()}_{time.one.name}_{time.other.name}"


def _formula(time: Latest | Earliest | Plus) -> str:
    if isinstance(time, Plus):
        since = time.time.name
        return f"None if {since} is None else {since} + {time.ms}"
    one, other = time.one.name, time.other.name
    if isinstance(time, Latest):
        later = f"({one} if {one} > {other} else {other})"
        return f"None if {one} is None or {other} is None else {later}"
    earlier = f"({one} if {one} < {other} else {other})"
    return f"{other} if {one} is None else {one} if {other} is None else {earlier}"


def _counted(family: str, one: CaseMeasure) -> list[str]:
    """The lines that add one measure's contributions."""
    at, cell = _variable(one.at), "cell" if one.has_cells else "None"
    dim = '""'
    if isinstance(one.by, measures.Spent):
        dim = f"bucket({_variable(one.by.until)} - {one.by.since.name})"
    elif one.by:
        dim = one.by
        if one.has_cells and one.by != "category":
            cell = f"(*cell[:3], {one.by})"
    if one.began is not None:
        dim = f"bins({one.began.name}).day"
    name = f"{family}.{one.name}"
    line = f"found.append((town, {at}, {name!r}, {dim}, 1, {cell}))"
    return [f"    if {_holds(one)}:", f"        {line}"]


def _holds(one: CaseMeasure) -> str:
    """The condition under which a measure counts, as Python."""
    at = f"{_variable(one.at)} is not None"
    return at if one.when is None else f"{at} and {_is_true(one.when)}"


def _is_true(when: Condition) -> str:
    match when:
        case measures.IsSet(column):
            return column
        case measures.Known(time):
            return _known(time)
        case measures.Both(one, other):
            return f"{_is_true(one)} and {_is_true(other)}"
        case measures.InTime(time, limit):
            return f"{_known(time)} and {_known(limit)} and {_is(time, '<=', limit)}"
        case measures.TooLate(time, limit):
            return f"{_known(time)} and {_known(limit)} and {_is(time, '>', limit)}"
        case measures.NotInTime(time, limit):
            unknown = f"{_variable(time)} is None"
            return f"{_known(limit)} and ({unknown} or {_is(time, '>', limit)})"


def _known(time: Time | Limit) -> str:
    if isinstance(time, Plus):
        time = time.time
    return f"{_variable(time)} is not None"


def _is(time: Time, compared: str, limit: Limit) -> str:
    if isinstance(limit, Plus):
        return f"{_variable(time)} {compared} {limit.time.name} + {limit.ms}"
    return f"{_variable(time)} {compared} {limit.name}"


def sql_time(time: Time | Limit) -> ColumnElement[int]:
    """A time as SQL over the table of cases; null where it is unknown."""
    c = tables.cases.c
    match time:
        case Column(name):
            return c[name]
        case Plus(of, ms):
            return c[of.name] + ms
        case Latest(one, other):
            a, b = c[one.name], c[other.name]
            unknown = or_(a.is_(None), b.is_(None))
            return case((unknown, null()), (a > b, a), else_=b)
        case Earliest(one, other):
            a, b = c[one.name], c[other.name]
            return case((a.is_(None), b), (b.is_(None), a), (a < b, a), else_=b)


def sql_condition(when: Condition | None) -> ColumnElement[bool] | None:
    """A condition as SQL over the table of cases; None of none."""
    match when:
        case None:
            return None
        case measures.IsSet(column):
            return tables.cases.c[column] != ""
        case measures.Known(time):
            return tables.cases.c[time.name].is_not(None)
        case measures.Both(one, other):
            both = [sql_condition(one), sql_condition(other)]
            return and_(*(condition for condition in both if condition is not None))
        case measures.InTime(time, limit):
            return sql_time(time) <= sql_time(limit)
        case measures.TooLate(time, limit):
            return sql_time(time) > sql_time(limit)
        case measures.NotInTime(time, limit):
            at, until = sql_time(time), sql_time(limit)
            return and_(until.is_not(None), or_(at.is_(None), at > until))
