"""The state of a case, as far as its events are known."""

from __future__ import annotations

from typing import NamedTuple

CaseKey = tuple[str, str, str]  # town, family, case number


class Case(NamedTuple):
    """A case by the events that are known. Of several events of one kind the smallest (by time,
    then values) counts, so that neither order nor repeats matter. Times are epoch milliseconds,
    None where no such event came.
    """

    opened: int | None = None
    category: str = ""
    due: int | None = None
    handled: int | None = None
    joint: int | None = None
    closed: int | None = None
    outcome: str = ""
    manner: str = ""
    area: str = ""
    facet: str = ""


NO_CASE = Case()


def as_of(case: Case, cut_ms: int) -> Case:
    """The case as it was at a moment, by everything that is known now."""
    opened, category, due, handled, joint, closed, outcome, manner, area, facet = case
    if opened is not None and opened > cut_ms:
        opened, category, due, area, facet = None, "", None, "", ""
    if closed is not None and closed > cut_ms:
        closed, outcome, manner = None, "", ""
    return Case(
        opened,
        category,
        due,
        _up_to(handled, cut_ms),
        _up_to(joint, cut_ms),
        closed,
        outcome,
        manner,
        area,
        facet,
    )


def _up_to(at_ms: int | None, cut_ms: int) -> int | None:
    return at_ms if at_ms is not None and at_ms <= cut_ms else None
