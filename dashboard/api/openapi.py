"""openapi.json (3.1), generated from the table of routes and the table of event types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard import build
from dashboard.api.routes import Answer, Route, Schema
from dashboard.services import Services
from feeds import eventtypes, schema

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_TRUTH: Schema = {"type": "boolean"}
_WHOLE_OR_NOT: Schema = {"type": ["integer", "null"]}
_NULLABLE: Schema = {"type": ["number", "null"]}


def document(services: Services, routes: Iterable[Route]) -> Schema:
    """The description of this board's API: areas and KPIs are its own city's."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(services, route)
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{services.profile.title.en}: operations board", "version": build.version()},
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(services: Services, route: Route) -> Schema:
    operation: Schema = {"summary": route.summary, "operationId": route.handler.__name__}
    if route.parameters:
        operation["parameters"] = [
            {"name": p.name, "in": "query", "required": p.required, "description": p.note, "schema": p.schema(services)}
            for p in route.parameters
        ]
    if route.bodies:
        operation["requestBody"] = {"required": True, "content": _content(route.bodies)}
    if route.is_secured:
        operation["security"] = [{"token": []}]
    return operation | {"responses": {str(a.status): _response(a) for a in route.answers}}


def _response(answer: Answer) -> Schema:
    content = {"content": _content(answer.content)} if answer.content else {}
    return {"description": answer.note} | content


def _content(media: Iterable[tuple[str, str]]) -> Schema:
    return {name: {"schema": _reference(component)} for name, component in media}


def _reference(component: str) -> Schema:
    """ "Event" → a reference, "[Event]" → an array of them, "" → text."""
    if not component:
        return {"type": "string"}
    inside = {"$ref": f"#/components/schemas/{component.strip('[]')}"}
    return {"type": "array", "items": inside} if component.startswith("[") else inside


def _schemas() -> Schema:
    events = {name: schema.of_type(kind) for name, kind in eventtypes.TYPES.items()}
    links = {name: f"#/components/schemas/{name}" for name in events}
    any_event = {"oneOf": [{"$ref": link} for link in links.values()], "discriminator": {"propertyName": "type", "mapping": links}}
    return {"Event": any_event} | events | _answers()


def _answers() -> Schema:
    rejected = _object(index=_WHOLE, id=_TEXT, field=_TEXT, code=_TEXT, reason=_TEXT)
    kpi = _object(
        id=_TEXT, value=_NULLABLE, unit={"enum": ["count", "share", "yuan", "hours", "days"]}, numerator=_NULLABLE,
        denominator=_NULLABLE, target=_NULLABLE, state={"enum": ["live", "late", "nodata"]}, at=_WHOLE_OR_NOT, age_s=_WHOLE_OR_NOT,
        change_year=_NULLABLE, change_period=_NULLABLE,
    )  # fmt: skip
    point = _object(day={"type": "string", "format": "date"}, value=_NULLABLE, numerator=_NULLABLE, denominator=_NULLABLE)
    frame: dict[str, Schema] = {"epoch": {"type": ["string", "null"]}, "seq": _WHOLE_OR_NOT}
    return {
        "Receipt": _object(accepted=_WHOLE, duplicates=_WHOLE, rejected=_list(rejected)),
        "Kpis": _object(area=_TEXT, period=_TEXT, at=_WHOLE, known=_WHOLE_OR_NOT, **frame, demo=_TRUTH, kpis=_list(kpi)),
        "Series": _object(kpi=_TEXT, area=_TEXT, **{"from": _TEXT, "to": _TEXT}, step=_TEXT, points=_list(point)),
        "Health": _object(status=_TEXT, build=_TEXT, reasons=_list(_TEXT)),
        "Problem": _object(type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT),
    }


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
