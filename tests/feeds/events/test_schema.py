"""The JSON Schema that sources check against agrees with what the decoder takes."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from feeds.events import decoding, eventtypes, rejects, schema
from feeds.events.event import EventType

TYPES = list(eventtypes.TYPES.values())


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    document = schema.document()
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(
        document, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@pytest.fixture(scope="module")
def decoder() -> decoding.Decoder:
    return decoding.Decoder()


def _example(kind: EventType, **data: object) -> dict[str, Any]:
    envelope = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "test",
        "type": kind.name,
        "time": "2026-01-31T09:40:00+08:00",
    }
    return {**envelope, "subject": "320282112", "data": {**dict(kind.example), **data}}


def _both_refuse(validator: Any, decoder: decoding.Decoder, event: dict[str, Any]) -> bool:
    try:
        decoder.decode(event)
    except rejects.InvalidEvent:
        return not validator.is_valid(event)
    return False


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_the_example_is_taken(validator: Any, decoder: decoding.Decoder, kind: EventType) -> None:
    validator.validate(_example(kind))
    assert decoder.decode(_example(kind)).type == kind.name


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_an_extra_field_is_refused(
    validator: Any, decoder: decoding.Decoder, kind: EventType
) -> None:
    assert _both_refuse(validator, decoder, _example(kind, remark="a"))
    assert _both_refuse(validator, decoder, _example(kind) | {"remark": "a"})


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_a_missing_field_is_refused(
    validator: Any, decoder: decoding.Decoder, kind: EventType
) -> None:
    for name in [f.name for f in kind.fields if f.required]:
        event = _example(kind)
        del event["data"][name]
        assert _both_refuse(validator, decoder, event), name
    for name in ("specversion", "id", "source", "type", "time"):
        event = _example(kind)
        del event[name]
        assert _both_refuse(validator, decoder, event), name


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("incident.reported", {"category": "two words"}),
        ("incident.reported", {"category": "标志"}),
        ("incident.reported", {"case": ""}),
        ("incident.reported", {"case": "x" * 65}),
        ("incident.reported", {"severity": 5}),
        ("incident.reported", {"severity": "3"}),
        ("incident.closed", {"outcome": "vanished"}),
        ("incident.dispatched", {"joint": 1}),
        ("traffic.accident", {"deaths": -1}),
        ("traffic.accident", {"deaths": 1.5}),
        ("traffic.accident", {"deaths": 10**9 + 1}),
        ("fraud.loss_averted", {"amount": -1}),
        ("fraud.loss_averted", {"amount": 10**12 + 1}),
        ("task.set", {"due": "2026-12-20T18:00:00"}),
        ("task.set", {"due": "soon"}),
        ("indicator.reported", {"value": "many"}),
        ("indicator.reported", {"period": "2026Q5"}),
        ("indicator.reported", {"period": "2026-13"}),
    ],
)
def test_a_wrong_value_is_refused(
    validator: Any, decoder: decoding.Decoder, name: str, data: dict[str, object]
) -> None:
    assert _both_refuse(validator, decoder, _example(eventtypes.TYPES[name], **data))


def test_the_message_is_about_the_field(validator: Any) -> None:
    errors = list(validator.iter_errors(_example(eventtypes.TYPES["traffic.accident"], deaths=-1)))
    assert [list(error.absolute_path) for error in errors] == [["data", "deaths"]]
