"""Decodes the bytes that a source sent into an Event. Raises InvalidEvent with the field and the
reason.

feeds/events/eventtypes.py declares the types; this module checks their values.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Container, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from feeds.events import eventtypes, privacy
from feeds.events.event import Event, EventType, Field, Scalar
from feeds.events.rejects import InvalidEvent

AHEAD_MS = 5 * 60_000
OLDEST_MS = 631_152_000_000  # 1990-01-01T00:00Z
LATEST_DUE_MS = 4_102_444_800_000  # 2100-01-01T00:00Z
MAX_BYTES = 64 * 1024
MAX_NUMBER = 10**10  # one digit short of a mobile number, so that none hides in an amount
CODE = re.compile(r"[A-Za-z0-9._:-]{1,64}")
IDENTIFIER = re.compile(r"[!-~]{1,256}")
PERIOD = re.compile(
    r"\d{4}(?:Q[1-4]|-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?|-W(?:0[1-9]|[1-4]\d|5[0-3]))?"
)
ENVELOPE = frozenset(
    {"specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data"}
)

Clock = Callable[[], int]


def now_ms() -> int:
    """The wall clock, in epoch milliseconds."""
    return time.time_ns() // 1_000_000


def parse_time(value: object, field: str) -> int:
    """An RFC 3339 time as epoch milliseconds. Raises InvalidEvent: not a time, or without an
    offset.
    """
    if not isinstance(value, str):
        raise InvalidEvent(field, "time")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise InvalidEvent(field, "time") from None
    if moment.tzinfo is None:
        raise InvalidEvent(field, "no_offset" if "T" in value or " " in value else "time")
    return int((moment - _EPOCH).total_seconds() * 1000 + 0.5)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Decoder:
    """Decodes CloudEvents 1.0 in JSON against the table of types. `clock` gives epoch
    milliseconds; `areas` are the codes of the city, which are never taken for a number of a person.
    """

    def __init__(self, clock: Clock = now_ms, areas: Container[str] = ()) -> None:
        self._clock, self._areas = clock, areas
        self._json = msgspec.json.Decoder()

    def decode(self, raw: bytes | str | Mapping[str, object]) -> Event:
        """The event, recorded now. Raises InvalidEvent with the field and the reason."""
        body = raw if isinstance(raw, Mapping) else self._parse(raw)
        if any(key not in ENVELOPE for key in body):
            raise InvalidEvent("event", "unknown_field", ", ".join(sorted(ENVELOPE)))
        if body.get("specversion") != "1.0":
            raise InvalidEvent("specversion", "version" if "specversion" in body else "missing")
        if body.get("datacontenttype", "application/json") != "application/json":
            raise InvalidEvent("datacontenttype", "content_type")
        kind = self._type(body)
        now = self._clock()
        return Event(
            kind.name,
            _identifier(body, "source"),
            _identifier(body, "id"),
            self._area(body),
            self._time(body, now),
            now,
            _data(kind, body.get("data", {})),
        )

    def _parse(self, raw: bytes | str) -> Mapping[str, object]:
        if len(raw) > MAX_BYTES:
            raise InvalidEvent("event", "size")
        try:
            body = self._json.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise InvalidEvent("event", "json") from None
        if not isinstance(body, dict):
            raise InvalidEvent("event", "json")
        return body

    def _type(self, body: Mapping[str, object]) -> EventType:
        if "type" not in body:
            raise InvalidEvent("type", "missing")
        name = body["type"]
        kind = eventtypes.TYPES.get(name) if isinstance(name, str) else None
        if kind is None:
            raise InvalidEvent("type", "unknown_type")
        return kind

    def _area(self, body: Mapping[str, object]) -> str:
        value = body.get("subject")
        if value is None or value == "":
            return ""
        if isinstance(value, str) and value in self._areas:
            return value
        return _code(value, "subject", is_area=True)

    def _time(self, body: Mapping[str, object], now: int) -> int:
        if "time" not in body:
            raise InvalidEvent("time", "missing")
        at = parse_time(body["time"], "time")
        if at > now + AHEAD_MS:
            raise InvalidEvent("time", "future")
        if at < OLDEST_MS:
            raise InvalidEvent("time", "too_old")
        return at


def _impersonal(value: str, field: str, *, is_area: bool = False) -> str:
    if found := privacy.personal(value, is_area=is_area):
        raise InvalidEvent(field, f"personal:{found}")
    return value


def _identifier(body: Mapping[str, object], field: str) -> str:
    if field not in body:
        raise InvalidEvent(field, "missing")
    value = body[field]
    if not isinstance(value, str):
        raise InvalidEvent(field, "text")
    _impersonal(value, field)
    if not IDENTIFIER.fullmatch(value):
        raise InvalidEvent(field, "identifier")
    return value


def _data(kind: EventType, data: object) -> dict[str, Scalar]:
    if not isinstance(data, dict):
        raise InvalidEvent("data", "json")
    fields = _FIELDS[kind.name]
    for key in data:
        if key not in fields:
            raise InvalidEvent("data", "unknown_field", ", ".join(fields))
    for field in kind.fields:
        if field.required and field.name not in data:
            raise InvalidEvent(f"data.{field.name}", "missing")
    return {
        key: _CHECKS[fields[key].kind](value, fields[key], f"data.{key}")
        for key, value in data.items()
    }


def _code(value: object, field: str, *, is_area: bool = False) -> str:
    if not isinstance(value, str):
        raise InvalidEvent(field, "code")
    _impersonal(value, field, is_area=is_area)
    if not CODE.fullmatch(value):
        raise InvalidEvent(field, "code")
    return value


def _choice(value: object, field: Field, where: str) -> Scalar:
    choices = field.choices or {}
    if not isinstance(value, str) or value not in choices:
        if isinstance(value, str):
            _impersonal(value, where)
        raise InvalidEvent(where, "choice", ", ".join(choices))
    return value


def _count(value: object, field: Field, where: str) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**9:
        raise InvalidEvent(where, "count")
    if field.choices and str(value) not in field.choices:
        raise InvalidEvent(where, "choice", ", ".join(field.choices))
    return value


def _number(value: object, _field: Field, where: str) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MAX_NUMBER:
        raise InvalidEvent(where, "number")
    return value


def _amount(value: object, _field: Field, where: str) -> Scalar:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < MAX_NUMBER:
        raise InvalidEvent(where, "amount")
    if isinstance(value, float) and (Decimal(repr(value)) * 100) % 1:
        raise InvalidEvent(where, "amount")
    return value


def _flag(value: object, _field: Field, where: str) -> Scalar:
    if not isinstance(value, bool):
        raise InvalidEvent(where, "flag")
    return value


def _moment(value: object, _field: Field, where: str) -> Scalar:
    at = parse_time(value, where)
    if at < OLDEST_MS:
        raise InvalidEvent(where, "too_old")
    if at > LATEST_DUE_MS:
        raise InvalidEvent(where, "too_far")
    return str(value)


def _period(value: object, _field: Field, where: str) -> Scalar:
    if not isinstance(value, str) or not PERIOD.fullmatch(value):
        raise InvalidEvent(where, "period")
    return value


def _plain_code(value: object, _field: Field, where: str) -> Scalar:
    return _code(value, where)


_FIELDS = {t.name: {f.name: f for f in t.fields} for t in eventtypes.TYPES.values()}
_CHECKS: dict[str, Callable[[object, Field, str], Scalar]] = {
    "case": _plain_code,
    "code": _plain_code,
    "category": _plain_code,
    "choice": _choice,
    "count": _count,
    "number": _number,
    "amount": _amount,
    "flag": _flag,
    "time": _moment,
    "period": _period,
}
