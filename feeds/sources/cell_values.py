"""What one cell of a spreadsheet means: its text, its number, its moment, its slug, and its class
for a report.

feeds/sources/spreadsheets.py reads files; feeds/sources/mappings.py says what a column means.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from feeds.city.words import Text

Cell = str | int | float | bool | datetime | date | time | timedelta
MAX_SLUG = 64

EMPTY = Text("为空", "is empty")
NOT_A_TIME = Text("不是映射所列格式的时间", "is not a time in a format of the mapping")
NOT_A_NUMBER = Text("不是数字", "is not a number")
NOT_YES_NO = Text("不是“是”或“否”", "is neither yes nor no")
NO_SLUG = Text(
    "含非拉丁字母，不能转为代码，请用对照表", "has letters that make no code: use a table"
)
LONG_SLUG = Text(
    f"转为代码超过 {MAX_SLUG} 个字符，请用对照表",
    f"makes a code longer than {MAX_SLUG} characters: use a table",
)

# Year first, so that no day is ever taken for a month; anything else has to be named in the
# mapping.
_DAYS = ("%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H时%M分", "%H时%M分%S秒", "%H点%M分", "%H时", "%H点")
_FORMATS = (
    *_DAYS,
    *(f"{day}{gap}{clock}" for day in _DAYS for gap in (" ", "") for clock in _CLOCKS),
)
_EXCEL_EPOCH = datetime(1899, 12, 30)
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_YES = frozenset({"true", "yes", "y", "1", "是", "有", "√"})
_NO = frozenset({"false", "no", "n", "0", "否", "无", "×"})


class Unusable(ValueError):
    """A cell that can't become what the mapping needs; `reason` never repeats the cell."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def tidy(value: str) -> str:
    """The text without outer blanks and with full-width letters, digits and signs as ordinary ones
    (NFKC).
    """
    return value.strip() if value.isascii() else unicodedata.normalize("NFKC", value).strip()


def is_blank(cell: Cell) -> bool:
    return cell == "" or cell is None


def text(cell: Cell) -> str:
    """The cell as text; a whole number without a decimal point, a date in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def number(cell: Cell) -> Decimal:
    """The cell as a number, thousands separators or not. Raises Unusable."""
    written = text(cell).replace(" ", "")
    # A float is a number however Python writes it (1e-07); a date's text never matches.
    if isinstance(cell, bool) or not (
        _NUMBER.fullmatch(written) or (isinstance(cell, float) and math.isfinite(cell))
    ):
        raise Unusable(NOT_A_NUMBER)
    return Decimal(written.replace(",", ""))


def plain(value: Decimal) -> int | float:
    """The number as JSON has it: an integer where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def flag(cell: Cell) -> bool:
    """The cell as yes or no. Raises Unusable."""
    word = text(cell).lower()
    if word not in _YES and word not in _NO:
        raise Unusable(NOT_YES_NO)
    return word in _YES


def slug(cell: Cell) -> str:
    """A code made of a label's own letters: "Housing and Buildings" → housing_and_buildings. Raises
    Unusable, never cuts.
    """
    base = "".join(
        c for c in unicodedata.normalize("NFKD", text(cell)) if not unicodedata.combining(c)
    )
    if any(c.isalpha() and not c.isascii() for c in base):
        raise Unusable(NO_SLUG)
    made = "_".join(re.findall(r"[a-z0-9]+", base.lower()))
    if not made:
        raise Unusable(NO_SLUG)
    if len(made) > MAX_SLUG:
        raise Unusable(LONG_SLUG)
    return made


def kind(cells: Iterable[Cell]) -> Text:
    """The class of what stands in the cells ("18-digit number", "text of 12 characters", "empty"),
    never the value.
    """
    found = [_kind(cell) for cell in cells]
    return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found))


def _kind(cell: Cell) -> Text:
    if is_blank(cell):
        return Text("空", "empty")
    if isinstance(cell, bool):
        return Text("是或否", "true or false")
    if isinstance(cell, time | timedelta):
        return Text("时刻", "time")
    if isinstance(cell, date):
        return Text("日期", "date")
    written = text(cell)
    if written.isdecimal():
        return Text(f"{len(written)} 位数字", f"{len(written)}-digit number")
    if _NUMBER.fullmatch(written):
        return Text("数", "number")
    return Text(f"{len(written)} 个字的文本", f"text of {len(written)} characters")


class Moments:
    """Reads times in one zone. Formats are strptime's, or `excel` for a bare serial number; none
    means ISO and the year-first forms of offices.
    """

    def __init__(self, zone: tzinfo, formats: Sequence[str] = ()) -> None:
        self._zone, self._formats = zone, tuple(formats)
        self._parse = lru_cache(maxsize=8192)(self._parse_text)

    def read(self, cell: Cell, clock: Cell | None = None) -> str:
        """The moment in RFC 3339 with its offset; `clock` is the time of day where it stands in a
        cell of its own.
        """
        if clock is None or is_blank(clock):
            return self._parse(cell) if isinstance(cell, str) else self._aware(self._typed(cell))
        day = datetime.fromisoformat(self.read(cell)).date()
        return self._aware(datetime.combine(day, _time_of_day(clock)))

    def _typed(self, cell: Cell) -> datetime:
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, date):
            return datetime.combine(cell, time())
        if isinstance(cell, int | float) and "excel" in self._formats and 0 < cell < 100_000:
            return _EXCEL_EPOCH + timedelta(seconds=round(cell * 86_400))
        return self._naive(text(cell))

    def _parse_text(self, written: str) -> str:
        return self._aware(self._naive(written))

    def _naive(self, written: str) -> datetime:
        for pattern in self._formats or ("iso", *_FORMATS):
            try:
                return (
                    datetime.fromisoformat(written)
                    if pattern == "iso"
                    else datetime.strptime(written, pattern)
                )
            except ValueError:
                continue
        raise Unusable(NOT_A_TIME)

    def _aware(self, moment: datetime) -> str:
        # Through UTC, so that a time inside the hour that summer time leaves out becomes
        # one that exists.
        aware = moment if moment.tzinfo else moment.replace(tzinfo=self._zone)
        try:
            return aware.astimezone(UTC).astimezone(self._zone).isoformat()
        except OverflowError:
            raise Unusable(NOT_A_TIME) from None


def _time_of_day(cell: Cell) -> time:
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, int | float) and 0 <= cell < 1:
        return (_EXCEL_EPOCH + timedelta(seconds=round(cell * 86_400))).time()
    for pattern in _CLOCKS:
        try:
            return datetime.strptime(text(cell), pattern).time()
        except ValueError:
            continue
    raise Unusable(NOT_A_TIME)
