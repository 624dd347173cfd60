"""What an event is: its decoded envelope, the three shapes, and how a type declares its data.

All types are in feeds/events/eventtypes.py; decoding and rejecting is in feeds/events/decoding.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Literal

import msgspec

from feeds.city.words import Text

Scalar = str | int | float | bool


class Event(msgspec.Struct, frozen=True, array_like=True):
    """One accepted event, as the log and the history hold it.

    `at` is when it happened and `recorded` when the board accepted it, both in epoch milliseconds
    UTC; `area` is the code the source named ("" where it named none). (`source`, `id`) is its
    identity within a town.
    """

    type: str
    source: str
    id: str
    area: str
    at: int
    recorded: int
    data: dict[str, Scalar]


class Shape(StrEnum):
    """How events of a type are counted."""

    COUNT = "count"
    CASE = "case"
    GAUGE = "gauge"


FieldKind = Literal[
    "case", "code", "category", "choice", "count", "number", "amount", "flag", "time", "period"
]
Step = Literal["opened", "handled", "closed"]


@dataclass(frozen=True)
class Field:
    """One field of a type's data. `kind` decides which values are let in:

    case, code: a code; category: a code, unknown ones counted as unknown; choice: one of `choices`;
    count: integer 0 to 10⁹; number: below 10¹⁰; amount: yuan, 0 to 10¹⁰, at most 2 decimals; flag:
    true or false; time: RFC 3339 with offset; period: 2026, 2026Q3, 2026-09, 2026-W38 or
    2026-09-30.
    """

    name: str
    kind: FieldKind
    title: Text
    choices: dict[str, Text] | None = None
    required: bool = True


@dataclass(frozen=True)
class EventType:
    """A declared type. `measures` names what a count-shaped event adds up: measure suffix → field
    ("" adds 1).

    `by` is the field its figures are split by, `facet` a second one; of a case its opening's stand.
    """

    name: str
    system: int
    shape: Shape
    title: Text
    fields: tuple[Field, ...]
    step: Step | None = None
    measures: tuple[tuple[str, str], ...] = ()
    by: str = ""
    facet: str = ""
    example: tuple[tuple[str, Scalar], ...] = ()

    @cached_property
    def family(self) -> str:
        """What the type's cases or counts are about: `incident` for incident.closed,
        `traffic.hazard` for its steps.
        """
        stem = (
            self.name.rsplit("_", 1)[0]
            if self.shape is Shape.CASE and "_" in self.name.rsplit(".", 1)[1]
            else ""
        )
        return stem or (self.name.split(".")[0] if self.shape is Shape.CASE else self.name)
