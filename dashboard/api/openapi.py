"""openapi.json (3.1), generated from the table of routes and the table of event types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard import build
from dashboard.api import examples
from dashboard.api.examples import Example
from dashboard.api.routes import Answer, Parameter, Route, Schema
from dashboard.services import Services
from feeds.alerts import alert_rules, lifecycle
from feeds.events import eventtypes, schema
from feeds.remarks import remarks

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NOT: Schema = {"type": ["string", "null"]}
_NAMED: Schema = {"type": "object", "additionalProperties": _TEXT}
_WHOLE: Schema = {"type": "integer"}
_TRUTH: Schema = {"type": "boolean"}
_WHOLE_OR_NOT: Schema = {"type": ["integer", "null"]}
_NULLABLE: Schema = {"type": ["number", "null"]}
_WORDS: Schema = {
    "type": "object",
    "properties": {"zh": _TEXT, "en": _TEXT},
    "required": ["zh", "en"],
}
_NAMED_OR_NOT: Schema = {"anyOf": [_WORDS, {"type": "null"}]}


def document(services: Services, routes: Iterable[Route]) -> Schema:
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
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(services: Services, route: Route, example: Example) -> Schema:
    operation: Schema = {"summary": route.summary, "operationId": route.handler.__name__}
    if route.parameters:
        operation["parameters"] = [
            {
                "name": p.name,
                "in": _place(route, p),
                "required": p.required,
                "description": p.note,
                "schema": p.schema(services),
            }
            | ({"example": example.query[p.name]} if p.name in example.query else {})
            for p in route.parameters
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


def _place(route: Route, parameter: Parameter) -> str:
    return "path" if f"<{parameter.name}>" in route.path else "query"


def _response(answer: Answer, example: Any) -> Schema:
    content = (
        {"content": _content(answer.content, example if answer.status < 300 else None)}
        if answer.content
        else {}
    )
    return {"description": answer.note} | content


def _content(media: Iterable[tuple[str, str]], example: Any) -> Schema:
    """The example stands with the first media type, whose form it has."""
    found: Schema = {name: {"schema": _reference(component)} for name, component in media}
    if example is not None:
        next(iter(found.values()))["example"] = example
    return found


def _reference(component: str) -> Schema:
    """ "Event" → a reference, "[Event]" → an array of them, "" → text."""
    if not component:
        return {"type": "string"}
    inside = {"$ref": f"#/components/schemas/{component.strip('[]')}"}
    return {"type": "array", "items": inside} if component.startswith("[") else inside


def _schemas() -> Schema:
    events = {name: schema.of_type(kind) for name, kind in eventtypes.TYPES.items()}
    links = {name: f"#/components/schemas/{name}" for name in events}
    any_event = {
        "oneOf": [{"$ref": link} for link in links.values()],
        "discriminator": {"propertyName": "type", "mapping": links},
    }
    return {"Event": any_event} | events | _answers() | _remarks() | _alerts()


def _answers() -> Schema:
    rejected = _object(index=_WHOLE, id=_TEXT, field=_TEXT, code=_TEXT, reason=_TEXT)
    kpi = _object(
        id=_TEXT,
        value=_NULLABLE,
        unit={"enum": ["count", "share", "yuan", "hours", "days"]},
        numerator=_NULLABLE,
        denominator=_NULLABLE,
        target=_NULLABLE,
        target_origin=_NAMED_OR_NOT,
        owner=_NAMED_OR_NOT,
        state={"enum": ["live", "late", "nodata"]},
        at=_WHOLE_OR_NOT,
        age_s=_WHOLE_OR_NOT,
        change_year=_NULLABLE,
        change_period=_NULLABLE,
    )
    point = _object(
        day={"type": "string", "format": "date"},
        value=_NULLABLE,
        numerator=_NULLABLE,
        denominator=_NULLABLE,
    )
    frame: dict[str, Schema] = {"epoch": {"type": ["string", "null"]}, "seq": _WHOLE_OR_NOT}
    area = _object(code=_TEXT, name=_WORDS, kind=_TEXT, parent=_TEXT_OR_NOT, grids=_WHOLE)
    cell = _object(
        value=_NULLABLE,
        numerator=_NULLABLE,
        denominator=_NULLABLE,
        hidden={"enum": [None, "<5", "withheld"]},
    )
    cell["additionalProperties"] = _TEXT | {"description": "one for each name in `by`"}
    times = dict.fromkeys(("opened", "due", "handled", "closed"), _WHOLE_OR_NOT)
    case = _object(
        town=_TEXT,
        case=_TEXT,
        category=_TEXT,
        facet=_TEXT,
        grid=_TEXT,
        **times,
        outcome=_TEXT,
        stage={"enum": ["opened", "handled", "closed"]},
        is_overdue=_TRUTH,
    )
    return {
        "Receipt": _object(accepted=_WHOLE, duplicates=_WHOLE, rejected=_list(rejected)),
        "Kpis": _object(
            area=_TEXT,
            period=_TEXT,
            at=_WHOLE,
            known=_WHOLE_OR_NOT,
            **frame,
            demo=_TRUTH,
            kpis=_list(kpi),
        ),
        "Series": _object(
            kpi=_TEXT, area=_TEXT, **{"from": _TEXT, "to": _TEXT}, step=_TEXT, points=_list(point)
        ),
        "Areas": _object(areas=_list(area)),
        "Cells": _object(
            kpi=_TEXT,
            area=_TEXT,
            **{"from": _TEXT, "to": _TEXT},
            by=_list(_TEXT),
            where=_NAMED,
            dimensions=_list(_TEXT),
            is_guarded=_TRUTH,
            cells=_list(cell),
        ),
        "Cases": _object(
            family=_TEXT,
            area=_TEXT,
            state=_TEXT,
            total=_WHOLE,
            next=_TEXT_OR_NOT,
            cases=_list(case),
        ),
        "Health": _object(status=_TEXT, build=_TEXT, reasons=_list(_TEXT)),
        "Problem": _object(type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT),
    }


def _remarks() -> Schema:
    date: Schema = {"type": "string", "format": "date"}
    remark = _object(
        id=_TEXT,
        kpi=_TEXT,
        area=_TEXT,
        first=date,
        last=date,
        kind={"enum": list(remarks.KINDS)},
        text=_TEXT,
        reason=_TEXT,
        by=_TEXT,
        at=_WHOLE,
        withdrawn_by=_TEXT,
        withdrawn_at=_WHOLE_OR_NOT,
    )
    asked = {name: _TEXT | {"maxLength": remarks.LONGEST.get(name, 64)} for name in remarks.FIELDS}
    return {
        "Remark": remark,
        "Remarks": _object(
            area=_TEXT,
            **{"from": date, "to": date},
            remarks=_list({"$ref": "#/components/schemas/Remark"}),
        ),
        "RemarkAsked": {
            "type": "object",
            "properties": asked,
            "required": ["kpi", "kind", "text"],
            "additionalProperties": False,
        },
    }


def _alerts() -> Schema:
    alert = _object(
        id=_TEXT,
        version=_WHOLE,
        rule=_TEXT,
        area=_TEXT,
        severity={"enum": list(alert_rules.SEVERITIES)},
        state={"enum": list(lifecycle.STATES)},
        since=_WHOLE,
        began=_WHOLE,
        fired=_WHOLE,
        value=_NULLABLE,
        bound=_NULLABLE,
        at=_WHOLE,
        by=_TEXT,
        silent_since=_WHOLE_OR_NOT,
        title=_NAMED_OR_NOT,
        kpi=_TEXT,
        unit=_TEXT,
    )
    silence = _object(
        id=_TEXT, rule=_TEXT, area=_TEXT, until=_WHOLE, reason=_TEXT, by=_TEXT, at=_WHOLE
    )
    one: Schema = {"$ref": "#/components/schemas/Alert"}
    return {
        "Alert": alert,
        "Alerts": _object(
            area=_TEXT, at=_WHOLE, alerts=_list(one), silences=_list(silence), history=_list(one)
        ),
    }


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
