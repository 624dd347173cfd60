"""The mapping of a spreadsheet: which columns make which events, read from one TOML file and
checked against the types.

A mistyped key stops the import before its first row. feeds/sources/row_events.py turns rows into
events.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from feeds.events import eventtypes
from feeds.events.decoding import CODE
from feeds.events.event import Field, Scalar
from feeds.sources import cell_values, spreadsheets

Table = dict[str, Scalar]
_NUMBERS = ("count", "number", "amount")
_PATH = re.compile(r"(.*) - at `\$\.?(.*)`$", re.DOTALL)


class MappingError(ValueError):
    """The mapping can't be used; the message names the key, its value and what is expected."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    pass


class Identity(_Part, frozen=True):
    """The columns that identify a row in every export of the source. form: `code`, the cell is a
    case number that may be kept; `digest`, only a digest of the cells is kept. repeats: a second
    row with the same cells is the `same` case again, or one `more`.
    """

    columns: tuple[str, ...]
    form: Literal["code", "digest"] = "code"
    repeats: Literal["same", "more"] = "same"


class Time(_Part, frozen=True):
    """When it happened: a column, the time of day's own column if there is one, strptime formats,
    the zone.

    `ends`: the column names a period (2026年三季度), and what it reports is as of the period's end.
    """

    column: str
    clock: str = ""
    ends: bool = False
    formats: tuple[str, ...] = ()
    zone: str = ""


class When(_Part, frozen=True, rename={"is_": "is", "not_": "not"}):
    """A row makes the event if the column holds one of `is` (if given) and none of `not`; an empty
    cell never does.
    """

    column: str
    is_: tuple[str, ...] = ()
    not_: tuple[str, ...] = ()


class Value(_Part, frozen=True):
    """A field's value from a column, or the `sum` of several. `table` (its name in [tables], or
    inline) turns cells into values. A cell that is not in it is rejected, or kept (`keep`), or made
    a slug (`slug`), or replaced by `default`, as an empty cell is.
    """

    column: str = ""
    sum: tuple[str, ...] = ()
    table: str | Table = {}
    slug: bool = False
    keep: bool = False
    default: Scalar | None = None
    scale: float = 1
    formats: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return self.sum or (self.column,)


class Rule(_Part, frozen=True):
    """One event that a row may make. `when` is a column that must not be empty, or a condition on
    one.
    """

    type: str
    time: Time
    when: str | When = ""
    subject: Value | None = None
    data: dict[str, Scalar | Value] = {}

    @property
    def condition(self) -> When | None:
        return self.when if isinstance(self.when, When) else When(self.when) if self.when else None


class Wide(_Part, frozen=True):
    """A table with columns for several periods: each row is read once a heading, and left out where
    its cells are empty.

    The heading's text goes by the name `period`; the cells below it by the names in `cells`, where
    a second row of the header has them, else by the one name `value`.
    """

    headings: tuple[str, ...]
    period: str
    cells: tuple[str, ...] = ()
    value: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the cells go by."""
        return self.cells or (self.value,)

    def column(self, heading: str, name: str) -> str:
        """The file's column for a heading and one of the names."""
        return f"{heading}/{name}" if self.cells else heading


class Mapping(_Part, frozen=True, rename={"rules": "event"}):
    """A spreadsheet's mapping. `source` and the row's identity make the events' identity, so that a
    repeat counts once.
    """

    source: str
    zone: str
    id: Identity
    rules: tuple[Rule, ...]
    subject: Value | None = None
    sheet: spreadsheets.Layout = spreadsheets.Layout()
    tables: dict[str, Table] = {}
    wide: Wide | None = None

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is read; nothing else of the file is."""
        named = frozenset(self.id.columns).union(
            *(_rule_columns(self, rule) for rule in self.rules)
        )
        if self.wide is None:
            return named
        spread = {
            self.wide.column(heading, name)
            for heading in self.wide.headings
            for name in self.wide.names
        }
        return named - {self.wide.period, *self.wide.names} | spread

    def table(self, value: Value) -> Table:
        """The value's table, its keys as cells are compared."""
        raw = self.tables[value.table] if isinstance(value.table, str) else value.table
        return {cell_values.tidy(key): made for key, made in raw.items()}


def load(path: Path, areas: Table | None = None) -> Mapping:
    """The mapping in a TOML file; `areas` is the table by that name, of the profile's areas. Raises
    MappingError.
    """
    try:
        return parse(path.read_text(encoding="utf-8-sig"), areas)
    except (OSError, UnicodeDecodeError, MappingError) as error:
        raise MappingError(f"mapping {path.name}: {error}") from error


def parse(content: str, areas: Table | None = None) -> Mapping:
    """The mapping in a TOML text. Raises MappingError."""
    try:
        raw = tomllib.loads(content)
        mapping = msgspec.convert(raw, Mapping)
        if areas:
            mapping = msgspec.structs.replace(mapping, tables={"areas": areas} | mapping.tables)
    except tomllib.TOMLDecodeError as error:
        hint = (
            "; a key that holds Chinese characters stands in quotation marks"
            if not content.isascii()
            else ""
        )
        raise MappingError(f"is not TOML: {error}{hint}") from error
    except msgspec.ValidationError as error:
        raise MappingError(_worded(str(error), raw)) from error
    for problem in _problems(mapping):
        raise MappingError(problem)
    return mapping


def _worded(message: str, raw: dict[str, Any]) -> str:
    """msgspec's complaint with the key first and its value beside it."""
    found = _PATH.match(message)
    said, path = (found[1], found[2]) if found else (message, "")
    value = _at(raw, path)
    shown = f" = {value!r}" if path and not isinstance(value, dict | list | None) else ""
    return f"{path}{shown}: {said}" if path else said


def _at(raw: Any, path: str) -> Any:
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        try:
            raw = raw[int(index)] if index else raw[name]
        except (KeyError, IndexError, TypeError):
            return None
    return raw


def _rule_columns(mapping: Mapping, rule: Rule) -> set[str]:
    values = [v for v in rule.data.values() if isinstance(v, Value)]
    values += [s for s in [rule.subject or mapping.subject] if s]
    named = {rule.time.column, rule.time.clock, rule.condition.column if rule.condition else ""}
    return (named | {c for v in values for c in v.columns}) - {""}


def _problems(mapping: Mapping) -> Iterator[str]:
    if not CODE.fullmatch(mapping.source):
        yield f"source = {mapping.source!r}: expected a code of 1 to 64 letters, digits or . _ : -"
    if not mapping.id.columns:
        yield "id.columns = []: expected at least one column"
    if mapping.id.form == "code" and len(mapping.id.columns) > 1:
        yield (
            f"id.form = 'code' with {len(mapping.id.columns)} columns: "
            "expected one column, or form = 'digest'"
        )
    if not mapping.rules:
        yield "event: expected at least one [[event]]"
    if mapping.subject:
        yield from _value_problems(mapping, mapping.subject, "subject", None)
    if mapping.wide and bool(mapping.wide.cells) == bool(mapping.wide.value):
        yield "wide: expected either cells or value"
    yield from _zone_problems(mapping.zone, "zone")
    for index, rule in enumerate(mapping.rules):
        yield from _rule_problems(mapping, rule, f"event[{index}]")


def _zone_problems(zone: str, where: str) -> Iterator[str]:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        yield f"{where} = {zone!r}: expected a time zone such as 'Asia/Shanghai'"


def _rule_problems(mapping: Mapping, rule: Rule, where: str) -> Iterator[str]:
    if rule.type not in eventtypes.TYPES:
        yield f"{where}.type = {rule.type!r}: expected an event type, see docs/reference/events"
        return
    if rule.time.zone:
        yield from _zone_problems(rule.time.zone, f"{where}.time.zone")
    if rule.subject:
        yield from _value_problems(mapping, rule.subject, f"{where}.subject", None)
    fields = {f.name: f for f in eventtypes.TYPES[rule.type].fields}
    for name, given in rule.data.items():
        if name not in fields:
            yield (
                f"{where}.data.{name}: {rule.type} has no such "
                f"field; expected one of {', '.join(fields)}"
            )
        elif isinstance(given, Value):
            yield from _value_problems(mapping, given, f"{where}.data.{name}", fields[name])
        else:
            yield from _constant_problems(given, fields[name], f"{where}.data.{name}")
    for name, field in fields.items():
        if field.required and field.kind != "case" and name not in rule.data:
            yield f"{where}.data: expected {name}, which {rule.type} needs"


def _value_problems(
    mapping: Mapping, value: Value, where: str, field: Field | None
) -> Iterator[str]:
    if bool(value.column) == bool(value.sum):
        yield f"{where}: expected either column or sum"
    if isinstance(value.table, str) and value.table not in mapping.tables:
        yield (
            f"{where}.table = {value.table!r}: expected one of [tables]: "
            f"{', '.join(mapping.tables) or 'none is there'}"
        )
        return
    if value.slug and value.keep:
        yield f"{where}: expected slug or keep, not both"
    if (value.sum or value.scale != 1) and (field is None or field.kind not in _NUMBERS):
        yield f"{where}: sum and scale are for numbers"
    for key, made in mapping.table(value).items():
        yield from _constant_problems(made, field, f"{where}.table.{key}")
    if value.default is not None:
        yield from _constant_problems(value.default, field, f"{where}.default")


def _constant_problems(made: Scalar, field: Field | None, where: str) -> Iterator[str]:
    kind = field.kind if field else "area"
    if field and field.choices and kind != "category" and str(made) not in field.choices:
        yield f"{where} = {made!r}: expected one of {', '.join(field.choices)}"
    elif kind == "flag" and not isinstance(made, bool):
        yield f"{where} = {made!r}: expected true or false"
    elif kind in _NUMBERS and (isinstance(made, bool) or not isinstance(made, int | float)):
        yield f"{where} = {made!r}: expected a number"
    elif kind in ("case", "code", "category", "choice", "area") and not _is_code(made, kind):
        yield f"{where} = {made!r}: expected a code of 1 to 64 letters, digits or . _ : -"


def _is_code(made: Scalar, kind: str) -> bool:
    return isinstance(made, str) and (bool(CODE.fullmatch(made)) or (kind == "area" and made == ""))
