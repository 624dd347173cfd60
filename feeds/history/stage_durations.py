"""How long cases stay in the stages of their handling; feeds/cases/chain.py shows it as a handling
chain.

A case is in hand from its handling on, if that came before its closing. A step that is dated before
the previous one lasted 0 ms. The facet of a cell is the track: "" for a whole family, `joint` for
jointly handled cases; hand-offs have only their direction. The outcome of a cell is a mark,
followed by the bucket of the time that was spent until then.
"""

from __future__ import annotations

from feeds.history.contribution import Cell
from feeds.kpis.histogram import bucket

FAMILIES = frozenset({"incident", "dispute", "accident_dispute", "handoff"})
BY_FACET = frozenset({"handoff"})
JOINT = "joint"
MEASURE = "chain"  # the name under which a family's durations are kept
# What happened, as a mark before the bucket of the time that was spent until then.
CAME = "o"  # opened
TAKEN = "h"  # taken in hand
PASSED = "c"  # closed without being in hand
LEFT = "f"  # closed from hand
CLOSED = "x"  # closed, either way


def of_case(
    opened: int, handled: int | None, closed: int | None, track: str
) -> list[tuple[int, Cell]]:
    """(time, cell) of each step of an opened case, from its times (epoch ms). Openings and closings
    are counted only for a named track, because those of a whole family are measures already.
    """
    found: list[tuple[int, Cell]] = [(opened, ("", track, "", CAME))] if track else []
    if track and closed is not None:
        found.append((closed, ("", track, "", CLOSED)))
    if handled is not None and (closed is None or handled < closed):
        taken = handled if handled > opened else opened
        found.append((taken, ("", track, "", TAKEN + bucket(taken - opened))))
        if closed is not None:
            left = closed if closed > taken else taken
            found.append((left, ("", track, "", LEFT + bucket(left - taken))))
    elif closed is not None:
        taken = closed if closed > opened else opened
        found.append((taken, ("", track, "", PASSED + bucket(taken - opened))))
    return found
