"""JSON Schema (2020-12) of the events that the board accepts, derived from the table of types.

It is for sources that check before they send. Decoding decides; it also rejects personal data and
impossible times.
"""

from __future__ import annotations

from collections.abc import Iterable

from feeds.events import decoding, eventtypes
from feeds.events.event import EventType, Field

Schema = dict[str, object]


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


_CODE: Schema = {"type": "string", "pattern": _whole(decoding.CODE.pattern)}
_TIME: Schema = {"type": "string", "format": "date-time", "pattern": r"(?:[Zz]|[+-]\d\d:\d\d)$"}
_IDENTIFIER: Schema = {"type": "string", "pattern": _whole(decoding.IDENTIFIER.pattern)}
_OF_KIND: dict[str, Schema] = {
    "case": _CODE,
    "code": _CODE,
    "category": _CODE,
    "choice": {"type": "string"},
    "count": {"type": "integer", "minimum": 0, "maximum": 10**9},
    "number": {"type": "number", "minimum": -1e15, "maximum": 1e15},
    "amount": {
        "type": "number",
        "minimum": 0,
        "maximum": 10**12,
        "description": "yuan, at most two decimals",
    },
    "flag": {"type": "boolean"},
    "time": _TIME,
    "period": {"type": "string", "pattern": _whole(decoding.PERIOD.pattern)},
}


def of_type(kind: EventType) -> Schema:
    """The closed schema of one type's whole CloudEvent."""
    required = ["specversion", "id", "source", "type", "time"]
    return {
        "title": kind.name,
        "description": f"{kind.title.en} ({kind.title.zh})",
        "type": "object",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": _IDENTIFIER,
            "source": _IDENTIFIER,
            "type": {"const": kind.name},
            "time": _TIME,
            "subject": _CODE
            | {"description": "the code of the town or grid; absent: unknown area"},
            "datacontenttype": {"const": "application/json"},
            "data": _data(kind.fields),
        },
        "required": [*required, "data"] if any(f.required for f in kind.fields) else required,
        "additionalProperties": False,
    }


def document(types: Iterable[EventType] = eventtypes.TYPES.values()) -> Schema:
    """One schema for an event of any type; each type's own stands under $defs by its name."""
    schemas = {kind.name: of_type(kind) for kind in types}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Events the board takes",
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(schemas)}},
        "allOf": [_when(name) for name in schemas],
        "$defs": schemas,
    }


def _when(name: str) -> Schema:
    """Applies a type's schema to its events alone, so that an error is about the field and not
    about every type.
    """
    is_type = {"properties": {"type": {"const": name}}, "required": ["type"]}
    return {"if": is_type, "then": {"$ref": f"#/$defs/{name}"}}


def _data(fields: tuple[Field, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {f.name: _field(f) for f in fields},
        "required": [f.name for f in fields if f.required],
        "additionalProperties": False,
    }


def _field(field: Field) -> Schema:
    schema = {"title": f"{field.title.en} ({field.title.zh})"} | _OF_KIND[field.kind]
    if field.choices is None:
        return schema
    if field.kind == "category":
        return schema | {
            "description": f"known: {', '.join(field.choices)}; any other code counts as unknown"
        }
    return schema | {
        "enum": [int(c) for c in field.choices] if field.kind == "count" else list(field.choices)
    }
