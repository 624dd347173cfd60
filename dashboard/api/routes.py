"""What a route of the API is, as the table in dashboard/api/__init__.py declares it. openapi.json is generated from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from dashboard.services import Services

Schema = dict[str, Any]
Handler = Callable[[Services], Response]


@dataclass(frozen=True)
class Parameter:
    """A query parameter. `allowed` gives its values where they are known only from the city's profile."""

    name: str
    note: str
    required: bool = False
    schema: Callable[[Services], Schema] = lambda _: {"type": "string"}


@dataclass(frozen=True)
class Answer:
    """What a status means, and the media types with their schemas ("#…" is a component)."""

    status: int
    note: str
    content: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    summary: str
    handler: Handler
    parameters: tuple[Parameter, ...] = ()
    bodies: tuple[tuple[str, str], ...] = ()
    answers: tuple[Answer, ...] = ()
    is_secured: bool = False
