"""What became of what was talked about a quarter ago: the towns that were beyond the limits of
chance, and the figures that were off their target. Changes on a year are not followed up. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator

from feeds import kpis
from feeds.review.review_values import (
    OVERDUE,
    Became,
    Earlier,
    Finding,
    Reading,
    Review,
)


def of(before: Review, now: Review) -> tuple[Earlier, ...]:
    """The findings of the review before, in its order; nothing where one of the two quarters was
    seen in part, because nothing of it is judged.
    """
    if before.is_partly_seen or now.is_partly_seen:
        return ()
    return tuple(_all(before, now))


def _all(before: Review, now: Review) -> Iterator[Earlier]:
    for one in before.agenda.findings if before.agenda else ():
        if one.group == "changed":
            continue
        reading = _reading(now, one)
        became = _became(now, one, reading)
        yield Earlier(one.group, one.kpi, one.area, one.now, reading, one.target, became)


def _reading(now: Review, one: Finding) -> Reading:
    """The same figure of the same area now."""
    if one.kpi == OVERDUE:
        standings = now.agenda.standing(OVERDUE) if now.agenda else None
        standing = standings.of(one.area) if standings else None
        return Reading(standing.n, standing.n) if standing else Reading(None)
    figure = now.figure(one.kpi)
    if figure is None:
        return Reading(None)
    if one.area == now.city.code:
        return figure.city
    town = figure.of(one.area)
    return Reading(town.value, town.n, town.of) if town else Reading(None)


def _became(now: Review, one: Finding, reading: Reading) -> Became:
    if reading.value is None:
        return "nodata"
    if _is_found(now, one):
        return "still"
    if one.group == "beyond":
        return "settled"
    figure = now.figure(one.kpi)
    assert figure is not None
    if figure.target is None:
        return "settled"
    if figure.unit == "share" and (reading.of or 0) < kpis.CATALOGUE[one.kpi].enough:
        return "few"
    is_down = figure.better == "down"
    is_met = reading.value <= figure.target if is_down else reading.value >= figure.target
    return "met" if is_met else "near"


def _is_found(now: Review, one: Finding) -> bool:
    """Whether the agenda of now has it too, or mentions it."""
    found = now.agenda.on(one.kpi) if now.agenda else []
    return any((other.group, other.area) == (one.group, one.area) for other in found)
