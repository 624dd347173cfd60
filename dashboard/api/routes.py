"""The type of a route of the API, as the table in dashboard/api/__init__.py declares it.
openapi.json is generated from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Response

from dashboard.services import Services

Schema = dict[str, Any]
# What a body is: an answer's type, "Event" or another component of openapi.json that is no answer,
# "[Event]" for a list of them, or "" for text.
Component = type[msgspec.Struct] | str
Handler = Callable[[Services], Response]


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query, or of the path where that contains <name>. `schema` may depend on
    the city's profile.
    """

    name: str
    note: str
    required: bool = False
    schema: Callable[[Services], Schema] = lambda _: {"type": "string"}


@dataclass(frozen=True)
class Answer:
    """What a status means, and its media types with what each carries."""

    status: int
    note: str
    content: tuple[tuple[str, Component], ...] = ()


@dataclass(frozen=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    summary: str
    handler: Handler
    parameters: tuple[Parameter, ...] = ()
    bodies: tuple[tuple[str, Component], ...] = ()
    answers: tuple[Answer, ...] = ()
    is_secured: bool = False

    @property
    def queries(self) -> tuple[str, ...]:
        """The names of the parameters of its query."""
        return tuple(p.name for p in self.parameters if not self.has_in_path(p))

    def has_in_path(self, parameter: Parameter) -> bool:
        return f"<{parameter.name}>" in self.path

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


def named(component: Component) -> str:
    """What a component is called in openapi.json and in the documentation."""
    return component if isinstance(component, str) else component.__name__
