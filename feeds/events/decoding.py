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

from feeds.events import declared_sources, eventtypes, privacy
from feeds.events.declared_sources import Declared, Form
from feeds.events.event import Event, EventType, Field, Scalar
from feeds.events.rejects import DECLARE, InvalidEvent

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
    milliseconds; `areas` are the codes of the city, which are never taken for a number of a person;
    `declared` are the sources whose case numbers have a declared form.
    """

    def __init__(
        self,
        clock: Clock = now_ms,
        areas: Container[str] = (),
        declared: Declared | None = None,
    ) -> None:
        self._clock, self._areas = clock, areas
        self._declared = declared or Declared()
        self._forms = self._declared.forms()
        self._json = msgspec.json.Decoder()

    def look_again(self) -> None:
        """See a change of the declared sources. Called once a batch."""
        self._forms = self._declared.forms()

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
        source = body.get("source")
        form = self._forms.get(source) if isinstance(source, str) else None
        return Event(
            kind.name,
            _identifier(body, "source") if form is None else form.source.id,
            _identifier(body, "id", form),
            self._area(body),
            self._time(body, now),
            now,
            _data(kind, body.get("data", {}), form),
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


def _identifier(body: Mapping[str, object], field: str, form: Form | None = None) -> str:
    """A value of the envelope. The id of a declared source's event may hold a case number."""
    if field not in body:
        raise InvalidEvent(field, "missing")
    value = body[field]
    if not isinstance(value, str):
        raise InvalidEvent(field, "text")
    found = privacy.personal(value)
    if found and (form is None or not _is_of_cases(value, form)):
        raise _personal(value, field, found, form)
    if not IDENTIFIER.fullmatch(value):
        raise InvalidEvent(field, "identifier")
    return value


def _is_of_cases(value: str, form: Form) -> bool:
    """Whether case numbers are all that looks like a person's number in an event's id."""
    rest = form.without_cases(value)
    return not privacy.holds_resident_id(value) and privacy.personal(rest) is None


def _personal(value: str, field: str, kind: str, form: Form | None) -> InvalidEvent:
    """The refusal of a value; a case number could be declared, an identity number never."""
    could_be_declared = form is None and not privacy.holds_resident_id(value)
    return InvalidEvent(field, f"personal:{kind}", hint=DECLARE if could_be_declared else None)


def _case(value: object, field: str, form: Form | None) -> str:
    """A case number: of the form that its source declares, else what looks like no person's."""
    if not isinstance(value, str):
        raise InvalidEvent(field, "code")
    if form is not None:
        if declared_sources.holds_identity(value):
            raise InvalidEvent(field, "personal:resident_id")
        if not form.holds(value):
            raise InvalidEvent(field, "form", form.written)
        return value
    if found := privacy.personal(value):
        raise _personal(value, field, found, form)
    if not CODE.fullmatch(value):
        raise InvalidEvent(field, "code")
    return value


def _data(kind: EventType, data: object, form: Form | None) -> dict[str, Scalar]:
    if not isinstance(data, dict):
        raise InvalidEvent("data", "json")
    fields = _FIELDS[kind.name]
    for key in data:
        if key not in fields:
            raise InvalidEvent("data", "unknown_field", ", ".join(fields))
    for field in kind.fields:
        if field.required and field.name not in data:
            raise InvalidEvent(f"data.{field.name}", "missing")
    checked: dict[str, Scalar] = {}
    for key, value in data.items():
        field, where = fields[key], f"data.{key}"
        if field.kind == "case":
            checked[key] = _case(value, where, form)
        else:
            checked[key] = _CHECKS[field.kind](value, field, where)
    return checked


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
