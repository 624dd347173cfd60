"""The mapping of a spreadsheet: which columns make which events, read from one TOML file and
checked against the types.

A mistyped key stops the import before its first row. feeds/sources/row_events.py turns rows into
events.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from feeds.city import complaints, words
from feeds.city.words import Text, Worded
from feeds.events import eventtypes
from feeds.events.decoding import CODE
from feeds.events.event import Field, Scalar
from feeds.sources import cell_values, spreadsheets

Table = dict[str, Scalar]
_NUMBERS = ("count", "number", "amount")
_PATH = re.compile(r"(.*) - at `\$\.?(.*)`$", re.DOTALL)


class MappingError(Worded):
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
    except MappingError as error:
        said = Text(f"映射 {path.name}：{error.said.zh}", f"mapping {path.name}: {error.said.en}")
        raise MappingError(said) from error
    except UnicodeDecodeError as error:
        raise MappingError(words.at(f"{path.name}", words.NO_TEXT)) from error
    except OSError as error:
        said = Text(f"映射 {path.name}：{error}", f"mapping {path.name}: {error}")
        raise MappingError(said) from error


def parse(content: str, areas: Table | None = None) -> Mapping:
    """The mapping in a TOML text. Raises MappingError."""
    try:
        raw = tomllib.loads(content)
        mapping = msgspec.convert(raw, Mapping)
        if areas:
            mapping = msgspec.structs.replace(mapping, tables={"areas": areas} | mapping.tables)
    except tomllib.TOMLDecodeError as error:
        hint = Text("", "")
        if not content.isascii():
            hint = Text(
                "；含汉字的键须加引号",
                "; a key that holds Chinese characters stands in quotation marks",
            )
        said = Text(f"不是 TOML：{error}{hint.zh}", f"is not TOML: {error}{hint.en}")
        raise MappingError(said) from error
    except msgspec.ValidationError as error:
        raise MappingError(_worded(str(error), raw)) from error
    for problem in _problems(mapping):
        raise MappingError(problem)
    return mapping


def _worded(message: str, raw: dict[str, Any]) -> Text:
    """msgspec's complaint with the key first and its value beside it."""
    found = _PATH.match(message)
    said, path = (found[1], found[2]) if found else (message, "")
    value = _at(raw, path)
    shown = f" = {value!r}" if path and not isinstance(value, dict | list | None) else ""
    told = complaints.of_msgspec(said, _KEYS)
    if not path:
        return told
    return Text(f"{path}{shown}：{told.zh}", f"{path}{shown}: {told.en}")


def _expected(where: str, what: Text) -> Text:
    """That something else is expected at a place; `where` may show what stands there."""
    return Text(f"{where}：须为{what.zh}", f"{where}: expected {what.en}")


_KEYS = {
    field.encode_name
    for part in (Mapping, Identity, Time, When, Value, Rule, Wide, spreadsheets.Layout)
    for field in msgspec.structs.fields(part)
}
_CODE = Text(
    " 1 至 64 个字母、数字或 . _ : - 的代码", "a code of 1 to 64 letters, digits or . _ : -"
)


def _one_of(names: Iterable[str]) -> Text:
    listed = list(names)
    return Text(f"下列之一：{'、'.join(listed)}", f"one of {', '.join(listed)}")


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


def _problems(mapping: Mapping) -> Iterator[Text]:
    if not CODE.fullmatch(mapping.source):
        yield _expected(f"source = {mapping.source!r}", _CODE)
    if not mapping.id.columns:
        yield _expected("id.columns = []", Text("至少一列", "at least one column"))
    if mapping.id.form == "code" and len(mapping.id.columns) > 1:
        count = len(mapping.id.columns)
        yield Text(
            f"id.form = 'code' 有 {count} 列：须为一列，或用 form = 'digest'",
            f"id.form = 'code' with {count} columns: expected one column, or form = 'digest'",
        )
    if not mapping.rules:
        yield _expected("event", Text("至少一个 [[event]]", "at least one [[event]]"))
    if mapping.subject:
        yield from _value_problems(mapping, mapping.subject, "subject", None)
    if mapping.wide and bool(mapping.wide.cells) == bool(mapping.wide.value):
        yield _expected("wide", Text(" cells 或 value 其一", "either cells or value"))
    yield from _zone_problems(mapping.zone, "zone")
    for index, rule in enumerate(mapping.rules):
        yield from _rule_problems(mapping, rule, f"event[{index}]")


def _zone_problems(zone: str, where: str) -> Iterator[Text]:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        what = Text("时区，如 'Asia/Shanghai'", "a time zone such as 'Asia/Shanghai'")
        yield _expected(f"{where} = {zone!r}", what)


def _rule_problems(mapping: Mapping, rule: Rule, where: str) -> Iterator[Text]:
    if rule.type not in eventtypes.TYPES:
        what = Text(
            "事件类型，见 docs/reference/events", "an event type, see docs/reference/events"
        )
        yield _expected(f"{where}.type = {rule.type!r}", what)
        return
    if rule.time.zone:
        yield from _zone_problems(rule.time.zone, f"{where}.time.zone")
    if rule.subject:
        yield from _value_problems(mapping, rule.subject, f"{where}.subject", None)
    fields = {f.name: f for f in eventtypes.TYPES[rule.type].fields}
    for name, given in rule.data.items():
        if name not in fields:
            there = _one_of(fields)
            yield Text(
                f"{where}.data.{name}：{rule.type} 没有这个字段；须为{there.zh}",
                f"{where}.data.{name}: {rule.type} has no such field; expected {there.en}",
            )
        elif isinstance(given, Value):
            yield from _value_problems(mapping, given, f"{where}.data.{name}", fields[name])
        else:
            yield from _constant_problems(given, fields[name], f"{where}.data.{name}")
    for name, field in fields.items():
        if field.required and field.kind != "case" and name not in rule.data:
            yield Text(
                f"{where}.data：缺少 {name}，{rule.type} 需要它",
                f"{where}.data: expected {name}, which {rule.type} needs",
            )


def _value_problems(
    mapping: Mapping, value: Value, where: str, field: Field | None
) -> Iterator[Text]:
    if bool(value.column) == bool(value.sum):
        yield _expected(where, Text(" column 或 sum 其一", "either column or sum"))
    if isinstance(value.table, str) and value.table not in mapping.tables:
        there = Text(
            f" [tables] 之一：{'、'.join(mapping.tables) or '还没有'}",
            f"one of [tables]: {', '.join(mapping.tables) or 'none is there'}",
        )
        yield _expected(f"{where}.table = {value.table!r}", there)
        return
    if value.slug and value.keep:
        yield _expected(where, Text(" slug 或 keep，不能都有", "slug or keep, not both"))
    if (value.sum or value.scale != 1) and (field is None or field.kind not in _NUMBERS):
        yield Text(f"{where}：sum 和 scale 只用于数", f"{where}: sum and scale are for numbers")
    for key, made in mapping.table(value).items():
        yield from _constant_problems(made, field, f"{where}.table.{key}")
    if value.default is not None:
        yield from _constant_problems(value.default, field, f"{where}.default")


def _constant_problems(made: Scalar, field: Field | None, where: str) -> Iterator[Text]:
    kind = field.kind if field else "area"
    if field and field.choices and kind != "category" and str(made) not in field.choices:
        yield _expected(f"{where} = {made!r}", _one_of(field.choices))
    elif kind == "flag" and not isinstance(made, bool):
        yield _expected(f"{where} = {made!r}", Text(" true 或 false", "true or false"))
    elif kind in _NUMBERS and (isinstance(made, bool) or not isinstance(made, int | float)):
        yield _expected(f"{where} = {made!r}", Text("数", "a number"))
    elif kind in ("case", "code", "category", "choice", "area") and not _is_code(made, kind):
        yield _expected(f"{where} = {made!r}", _CODE)


def _is_code(made: Scalar, kind: str) -> bool:
    return isinstance(made, str) and (bool(CODE.fullmatch(made)) or (kind == "area" and made == ""))
