"""What the intake accepts, and the field and reason of everything it rejects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from feeds.events import decoding, eventtypes, rejects
from feeds.events.event import Shape

NOW = 1_790_751_600_000  # 2026-09-30T15:00:00+08:00


@pytest.fixture
def decoder() -> decoding.Decoder:
    return decoding.Decoder(lambda: NOW)


def incident(**over: Any) -> dict[str, Any]:
    body = {
        "specversion": "1.0",
        "id": "1",
        "source": "urn:grid",
        "type": "incident.reported",
        "time": "2026-09-30T10:00:00+08:00",
        "subject": "320282001",
        "data": {"case": "c1", "category": "neighbour", "severity": 3, "channel": "patrol"},
    }
    data = over.pop("data", {})
    return {
        k: v
        for k, v in ({**body, **over, "data": {**body["data"], **data}}).items()
        if v is not ...
    }


def test_a_good_event(decoder: decoding.Decoder) -> None:
    found = decoder.decode(json.dumps(incident(time="2026-09-30T10:00:00.123+08:00")).encode())
    assert (found.type, found.area, found.at, found.recorded) == (
        "incident.reported",
        "320282001",
        NOW - 5 * 3_600_000 + 123,
        NOW,
    )


@pytest.mark.parametrize("name", eventtypes.TYPES)
def test_every_type_takes_its_example(decoder: decoding.Decoder, name: str) -> None:
    kind = eventtypes.TYPES[name]
    body = incident(type=name) | {"data": dict(kind.example)}
    assert decoder.decode(body).type == name
    assert kind.shape is not Shape.CASE or kind.step


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"specversion": "0.3"}, "specversion", "version"),
        ({"specversion": ...}, "specversion", "missing"),
        ({"id": ...}, "id", "missing"),
        ({"id": 7}, "id", "text"),
        ({"id": ""}, "id", "identifier"),
        ({"id": "x" * 257}, "id", "identifier"),
        ({"source": "urn 1"}, "source", "identifier"),
        ({"source": "urn:13912345678"}, "source", "personal:mobile"),
        ({"type": "incident.opened"}, "type", "unknown_type"),
        ({"type": ["x"]}, "type", "unknown_type"),
        ({"time": ...}, "time", "missing"),
        ({"time": "yesterday"}, "time", "time"),
        ({"time": 1790751600}, "time", "time"),
        ({"time": "2026-09-30T10:00:00"}, "time", "no_offset"),
        ({"time": "2026-09-30T15:05:01+08:00"}, "time", "future"),
        ({"time": "1989-12-31T23:59:59Z"}, "time", "too_old"),
        ({"subject": "宜城街道"}, "subject", "code"),
        ({"subject": "苏B12345"}, "subject", "personal:plate"),
        ({"comment": "hello"}, "event", "unknown_field"),
        ({"13912345678": "x"}, "event", "unknown_field"),
        ({"datacontenttype": "text/plain"}, "datacontenttype", "content_type"),
        ({"data": {"note": "x"}}, "data", "unknown_field"),
        ({"data": {"case": "张三"}}, "data.case", "code"),
        ({"data": {"case": "32028219900101123X"}}, "data.case", "personal:resident_id"),
        ({"data": {"case": 5}}, "data.case", "code"),
        ({"data": {"category": "two words"}}, "data.category", "code"),
        ({"data": {"severity": 5}}, "data.severity", "choice"),
        ({"data": {"severity": True}}, "data.severity", "count"),
        ({"data": {"severity": "3"}}, "data.severity", "count"),
    ],
)
def test_refusals_name_field_and_reason(
    decoder: decoding.Decoder, change: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(rejects.InvalidEvent) as caught:
        decoder.decode(incident(**change))
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert all(
        value not in caught.value.message("zh")
        for value in ("13912345678", "32028219900101123X", "张三")
    )


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'"x"', b"{" + b" " * 70_000 + b"}"]
)
def test_what_is_no_object_is_refused(decoder: decoding.Decoder, raw: bytes) -> None:
    with pytest.raises(rejects.InvalidEvent):
        decoder.decode(raw)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"amount": 12.345, "category": "loan"}, "amount"),
        ({"amount": -1, "category": "loan"}, "amount"),
        ({"amount": 13912345678, "category": "loan"}, "amount"),
        ({"amount": "20000", "category": "loan"}, "amount"),
        ({"category": "loan"}, "missing"),
    ],
)
def test_amounts(decoder: decoding.Decoder, data: dict[str, Any], reason: str) -> None:
    with pytest.raises(rejects.InvalidEvent) as caught:
        decoder.decode(incident(type="fraud.loss_averted") | {"data": data})
    assert (caught.value.field, caught.value.reason) == ("data.amount", reason)


def test_five_minutes_ahead_and_unknown_words_are_let_in(decoder: decoding.Decoder) -> None:
    ahead = decoder.decode(
        incident(time="2026-09-30T15:05:00+08:00", subject="999", data={"category": "brand_new"})
    )
    assert (ahead.at, ahead.area, ahead.data["category"]) == (NOW + 300_000, "999", "brand_new")
    assert decoder.decode(incident(subject=...)).area == ""


@pytest.mark.parametrize("period", ["2026", "2026Q3", "2026-09", "2026-W38", "2026-09-30"])
def test_gauges_take_a_period(decoder: decoding.Decoder, period: str) -> None:
    data = {"indicator": "devices.online", "value": 3.5, "period": period}
    assert (
        decoder.decode(incident(type="indicator.reported") | {"data": data}).data["period"]
        == period
    )
