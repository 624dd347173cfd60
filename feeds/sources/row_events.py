"""Makes events of a spreadsheet's row by a mapping, and names the column of a value that makes
none.

Whether an event is then accepted is decided by feeds/events/intake.py, as for every other source.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feeds.city.words import Text
from feeds.events import eventtypes, privacy, rejects
from feeds.events.decoding import CODE
from feeds.events.event import Field, Scalar
from feeds.sources import cell_values, mappings, period_names, spreadsheets
from feeds.sources.cell_values import Cell, Unusable
from feeds.sources.mappings import Rule, Value, When
from feeds.sources.spreadsheets import Row

MAX_LABELS = 200  # different slugs of one field: more are not categories but free text
MAX_ID = 64
END_OF_DAY = time(23, 59, 59)

NO_AREA = Text(
    "为空，不知是哪个镇（街道）；请补上，或在映射的 subject 里写 default",
    "is empty, so the town is not known; fill it in, or give default in the mapping's subject",
)
NOT_IN_TABLE = Text("对照表中没有此值", "is not in the table of the mapping")
FREE_TEXT = Text(
    f"此列超过 {MAX_LABELS} 种值，不是类别而是自由文本",
    f"is one of over {MAX_LABELS} values: free text, not a category",
)

# Letters only: a digest in digits could by chance look like a telephone number, and be rejected.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")

Cells = Mapping[str, Cell]
Headings = Mapping[str, str]
Reader = Callable[[Cells], Scalar | None]


class RejectedValue(NamedTuple):
    """A value that makes no event: where it stands, its class (never the value) and why. `type` is
    the event not made.
    """

    row: int
    type: str
    column: str
    value: Text
    reason: Text


class Made(NamedTuple):
    """An event made of a row, and the row, so that a later reject can name the column."""

    row: Row
    rule: int
    event: dict[str, object]


class _Unmade(Exception):
    """A field that can't be filled: its columns and the reason."""

    def __init__(self, columns: tuple[str, ...], reason: Text) -> None:
        super().__init__(reason.en)
        self.columns, self.reason = columns, reason


class Translator:
    """Translates rows in the file's order, and remembers the identities it has met."""

    def __init__(self, mapping: mappings.Mapping, headings: Headings | None = None) -> None:
        """`headings` is how the file writes the columns' names."""
        self._headings = headings or {}
        self._source = mapping.source
        self._identity = _Identity(mapping.id)
        self._wide = mapping.wide
        self._rules = [_RuleReader(mapping, rule) for rule in mapping.rules]
        self._marks = _marks(mapping)

    def pass_over(self, row: Row) -> None:
        """Take note of a row that an earlier run has imported."""
        for part in _spread(row, self._wide):
            with contextlib.suppress(_Unmade):
                self._identity.read(part.cells)

    def events(self, row: Row) -> tuple[list[Made], list[RejectedValue]]:
        """The events that the row makes, and the values of which none could be made. A bad cell
        costs only its own events.
        """
        made: list[Made] = []
        rejected: list[RejectedValue] = []
        for part in _spread(row, self._wide):
            events, unmade = self._of_part(part)
            made += events
            rejected += unmade
        return made, rejected

    def _of_part(self, row: Row) -> tuple[list[Made], list[RejectedValue]]:
        try:
            case = self._identity.read(row.cells)
        except _Unmade as unmade:
            return [], [self._rejected(row, "", unmade)]
        made, rejected = [], []
        for index, rule in enumerate(self._rules):
            if not rule.applies(row.cells):
                continue
            try:
                made.append(
                    Made(
                        row,
                        index,
                        self._event(rule, f"{case}{self._marks[index]}", case, row.cells),
                    )
                )
            except _Unmade as unmade:
                rejected.append(self._rejected(row, rule.type, unmade))
        return made, rejected

    def _event(self, rule: _RuleReader, identity: str, case: str, row: Cells) -> dict[str, object]:
        event: dict[str, object] = {
            "specversion": "1.0",
            "id": _event_id(identity, rule.type),
            "source": self._source,
            "type": rule.type,
            "time": rule.time(row),
            "data": rule.data(row, case),
        }
        if subject := rule.subject(row):
            event["subject"] = subject
        return event

    def reject(self, made: Made, field: str, reason: Text) -> RejectedValue:
        """An event that the intake rejected, in the spreadsheet's terms."""
        columns = (
            self._identity.columns
            if field == "id"
            else self._rules[made.rule].columns(field, self._identity.columns)
        )
        return self._rejected(made.row, self._rules[made.rule].type, _Unmade(columns, reason))

    def _rejected(self, row: Row, kind: str, unmade: _Unmade) -> RejectedValue:
        classes = cell_values.kind(row.cells[c] for c in unmade.columns)
        columns = ", ".join(self._headings.get(c, c) for c in unmade.columns)
        return RejectedValue(row.number, kind, columns, classes, unmade.reason)


def _event_id(case: str, kind: str) -> str:
    plain = f"{case}:{kind}"
    return plain if len(plain) <= MAX_ID else _digest(plain)


def _digest(written: str) -> str:
    return hashlib.blake2b(written.encode(), digest_size=12).hexdigest().translate(_LETTERS)


def _marks(mapping: mappings.Mapping) -> list[str]:
    """What is added to a row's identity for each rule: of several that make the same type, which
    one.
    """
    types = [rule.type for rule in mapping.rules]
    return [
        f":{types[:i].count(kind)}" if types[:i].count(kind) else "" for i, kind in enumerate(types)
    ]


def _spread(row: Row, wide: mappings.Wide | None) -> Iterator[Row]:
    """The row itself; of a table with columns for several periods, the row once a period that has
    anything.
    """
    if wide is None:
        yield row
        return
    for heading in wide.headings:
        found = {
            spreadsheets.title(name): row.cells[spreadsheets.title(wide.column(heading, name))]
            for name in wide.names
        }
        if not all(map(cell_values.is_blank, found.values())):
            yield Row(
                row.number,
                row.cells | found | {spreadsheets.title(wide.period): spreadsheets.title(heading)},
            )


class _Identity:
    """Reads a row's identity, and numbers equal rows where each is a case of its own."""

    def __init__(self, identity: mappings.Identity) -> None:
        self.columns = tuple(spreadsheets.title(c) for c in identity.columns)
        self._keeps, self._counts = identity.form == "code", identity.repeats == "more"
        self._met: dict[str, int] = {}

    def read(self, row: Cells) -> str:
        parts = [cell_values.text(row[c]) for c in self.columns]
        key = self._code(parts[0]) if self._keeps else self._digested(parts)
        if not self._counts:
            return key
        self._met[key] = count = self._met.get(key, 0) + 1
        return key if count == 1 else f"{key}-{count}"

    def _code(self, written: str) -> str:
        if not written:
            raise _Unmade(self.columns, cell_values.EMPTY)
        if not CODE.fullmatch(written):
            raise _Unmade(self.columns, rejects.REASONS["code"])
        return written

    def _digested(self, parts: list[str]) -> str:
        """The digest of the identity's cells. Telephone numbers are rejected, because whoever tries
        all numbers could reverse the digest.
        """
        if not any(parts):
            raise _Unmade(self.columns, cell_values.EMPTY)
        for column, written in zip(self.columns, parts, strict=True):
            if found := privacy.personal(written):
                raise _Unmade((column,), rejects.REASONS[f"personal:{found}"])
        return _digest("\x1f".join(parts))


class _RuleReader:
    """One [[event]] of the mapping, made ready to read rows."""

    def __init__(self, mapping: mappings.Mapping, rule: Rule) -> None:
        self.type = rule.type
        fields = {f.name: f for f in eventtypes.TYPES[rule.type].fields}
        subject = rule.subject or mapping.subject
        self._needs_case = next(
            (f.name for f in fields.values() if f.kind == "case" and f.name not in rule.data), ""
        )
        self._constants = {k: v for k, v in rule.data.items() if not isinstance(v, Value)}
        values = {k: v for k, v in rule.data.items() if isinstance(v, Value)}
        self._columns = {f"data.{k}": _titles(v.columns) for k, v in values.items()}
        self._columns["subject"] = _titles(subject.columns) if subject else ()
        self._columns["time"] = _titles(c for c in (rule.time.column, rule.time.clock) if c)
        self._readers = [
            (k, fields[k].required, _reader(mapping, v, fields[k])) for k, v in values.items()
        ]
        self._subject = _reader(mapping, subject, None) if subject else None
        self._moments = cell_values.Moments(
            ZoneInfo(rule.time.zone or mapping.zone), rule.time.formats
        )
        self._ends = rule.time.ends
        self._condition = _condition(rule.condition)

    def columns(self, field: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        """The columns that a field of the event comes from; a case number that the mapping doesn't
        give is the identity.
        """
        return otherwise if field == f"data.{self._needs_case}" else self._columns.get(field, ())

    def applies(self, row: Cells) -> bool:
        return self._condition is None or self._condition(row)

    def time(self, row: Cells) -> str:
        columns = self._columns["time"]
        if cell_values.is_blank(row[columns[0]]):
            raise _Unmade(columns[:1], cell_values.EMPTY)
        try:
            if self._ends:
                return self._moments.read(
                    datetime.combine(
                        period_names.last_day(period_names.code(row[columns[0]])), END_OF_DAY
                    )
                )
            return self._moments.read(
                row[columns[0]], row[columns[1]] if len(columns) > 1 else None
            )
        except Unusable as error:
            raise _Unmade(columns, error.reason) from error

    def subject(self, row: Cells) -> Scalar | None:
        if self._subject is None:
            return None
        area = self._field("subject", self._subject, row, required=False)
        if area is None:
            raise _Unmade(self._columns["subject"], NO_AREA)
        return area

    def data(self, row: Cells, case: str) -> dict[str, Scalar]:
        data = dict(self._constants)
        if self._needs_case:
            data[self._needs_case] = case
        for name, required, reader in self._readers:
            value = self._field(f"data.{name}", reader, row, required)
            if value is not None:
                data[name] = value
        return data

    def _field(self, field: str, reader: Reader, row: Cells, required: bool) -> Scalar | None:
        try:
            value = reader(row)
        except Unusable as error:
            raise _Unmade(self._columns[field], error.reason) from error
        if value is None and required:
            raise _Unmade(self._columns[field], cell_values.EMPTY)
        return value


def _titles(columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(spreadsheets.title(c) for c in columns)


def _condition(when: When | None) -> Callable[[Cells], bool] | None:
    if when is None:
        return None
    column = spreadsheets.title(when.column)
    wanted = {cell_values.tidy(v) for v in when.is_}
    unwanted = {cell_values.tidy(v) for v in when.not_}

    def applies(row: Cells) -> bool:
        written = cell_values.text(row[column])
        return written != "" and (not wanted or written in wanted) and written not in unwanted

    return applies


def _reader(mapping: mappings.Mapping, value: Value, field: Field | None) -> Reader:
    """How to read one value: None where the cell is empty and there is no default."""
    if value.sum:
        return _sum(value)
    column = spreadsheets.title(value.column)
    table = mapping.table(value)
    default = value.default
    straight = _straight(mapping, value, field)

    def read(row: Cells) -> Scalar | None:
        cell = row[column]
        if cell_values.is_blank(cell):
            return default
        if not table:
            return straight(cell)
        written = cell_values.text(cell)
        if written in table:
            return table[written]
        if value.slug or value.keep:
            return straight(cell)
        if default is None:
            raise Unusable(NOT_IN_TABLE)
        return default

    return read


def _sum(value: Value) -> Reader:
    columns, scale = _titles(value.sum), Decimal(str(value.scale))

    def read(row: Cells) -> Scalar | None:
        filled = [row[c] for c in columns if not cell_values.is_blank(row[c])]
        return (
            cell_values.plain(scale * sum(map(cell_values.number, filled), Decimal()))
            if filled
            else value.default
        )

    return read


def _straight(
    mapping: mappings.Mapping, value: Value, field: Field | None
) -> Callable[[Cell], Scalar]:
    kind = field.kind if field else "area"
    if value.slug:
        return _slugs()
    if kind in ("count", "number", "amount"):
        scale = Decimal(str(value.scale))
        return lambda cell: cell_values.plain(cell_values.number(cell) * scale)
    if kind == "flag":
        return cell_values.flag
    if kind == "period":
        return period_names.code
    if kind == "time":
        return cell_values.Moments(ZoneInfo(mapping.zone), value.formats).read
    return cell_values.text


def _slugs() -> Callable[[Cell], Scalar]:
    made: dict[str, str] = {}

    def read(cell: Cell) -> Scalar:
        written = cell_values.text(cell)
        if written not in made:
            if len(made) >= MAX_LABELS:
                raise Unusable(FREE_TEXT)
            made[written] = cell_values.slug(cell)
        return made[written]

    return read
