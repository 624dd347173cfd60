"""What a route of the API is, as the table in dashboard/api/__init__.py declares it. openapi.json
is generated from it.
"""

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
    """A parameter of the query, or of the path where it stands in it as <name>. `schema` may depend
    on the city's profile.
    """

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

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it."""
        return self.path.replace("<", "{").replace(">", "}")

    def fits(self, path: str) -> bool:
        """Whether a path is one of this route's."""
        pattern, given = self.path.split("/"), path.split("/")
        return len(pattern) == len(given) and all(
            p == g or p.startswith("<") for p, g in zip(pattern, given, strict=True)
        )
