"""openapi.json (3.1), generated from the table of routes, the types of the answers, and the table
of event types.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dashboard import build
from dashboard.api import examples, parameters
from dashboard.api import routes as routing
from dashboard.api.examples import Example
from dashboard.api.routes import Answer, Component, Route, Schema
from dashboard.services import Services
from feeds.events import eventtypes, schema
from feeds.remarks import remarks

REFERENCE = "#/components/schemas/"


def document(services: Services, routes: Sequence[Route]) -> Schema:
    """The description of this board's API: areas and KPIs are its own city's."""
    paths: dict[str, dict[str, Any]] = {}
    shown = examples.of(services)
    for route in routes:
        example = shown.get(route.handler.__name__, Example(None))
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(
            services, route, example
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{services.profile.title.en}: operations board",
            "version": build.version(),
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(services: Services, route: Route, example: Example) -> Schema:
    operation: Schema = {"summary": route.summary, "operationId": route.handler.__name__}
    operation["parameters"] = [
        {
            "name": p.name,
            "in": "path" if route.has_in_path(p) else "query",
            "required": p.required,
            "description": p.note,
            "schema": p.schema(services),
        }
        | ({"example": example.query[p.name]} if p.name in example.query else {})
        for p in (*route.parameters, parameters.LANG)
    ]
    if route.bodies:
        operation["requestBody"] = {
            "required": True,
            "content": _content(route.bodies, example.body),
        }
    if route.is_secured:
        operation["security"] = [{"token": []}]
    return operation | {
        "responses": {str(a.status): _response(a, example.answer) for a in route.answers}
    }


def _response(answer: Answer, example: Any) -> Schema:
    content = (
        {"content": _content(answer.content, example if answer.status < 300 else None)}
        if answer.content
        else {}
    )
    return {"description": answer.note} | content


def _content(media: Iterable[tuple[str, Component]], example: Any) -> Schema:
    """The media types of an answer; its example goes with the first, whose form it has."""
    found: Schema = {name: {"schema": _schema_of(component)} for name, component in media}
    if example is not None:
        next(iter(found.values()))["example"] = example
    return found


def _schema_of(component: Component) -> Schema:
    name = routing.named(component)
    if not name:
        return {"type": "string"}
    inside = {"$ref": REFERENCE + name.strip("[]")}
    return {"type": "array", "items": inside} if name.startswith("[") else inside


def _schemas(routes: Iterable[Route]) -> Schema:
    """The schemas of requests, from event types and remarks, and of answers, from their types."""
    events = {name: schema.of_type(kind) for name, kind in eventtypes.TYPES.items()}
    links = {name: REFERENCE + name for name in events}
    any_event = {
        "oneOf": [{"$ref": link} for link in links.values()],
        "discriminator": {"propertyName": "type", "mapping": links},
    }
    carried = [kind for route in routes for one in route.answers for _, kind in one.content]
    types = dict.fromkeys(kind for kind in carried if not isinstance(kind, str))
    _, answers = msgspec.json.schema_components(types, ref_template=REFERENCE + "{name}")
    return {"Event": any_event, **events, **answers, "RemarkAsked": _remark_asked()}


def _remark_asked() -> Schema:
    asked = {
        name: {"type": "string", "maxLength": remarks.LONGEST.get(name, 64)}
        for name in remarks.FIELDS
    }
    return {
        "type": "object",
        "properties": asked,
        "required": ["kpi", "kind", "text"],
        "additionalProperties": False,
    }
