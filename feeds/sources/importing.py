"""Sends the rows of a spreadsheet through the intake in batches: it waits while the log is
unavailable, continues after Ctrl-C, and reports what was rejected without its values.

feeds/sources/spreadsheets.py reads the file, feeds/sources/row_events.py makes events of its rows,
and the caller shows the progress.
"""

from __future__ import annotations

import csv
import hashlib
import io
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from feeds.city.words import Lang, Text
from feeds.events.intake import Intake, Receipt, Rejected
from feeds.events.log import LogUnavailable
from feeds.sources.mappings import Mapping
from feeds.sources.row_events import Headings, Made, RejectedValue, Translator
from feeds.sources.spreadsheets import Row

BATCH = 2_000
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
HEADINGS = tuple(
    Text(*pair)
    for pair in (
        ("行号", "row"),
        ("事件", "event"),
        ("列", "column"),
        ("值的类别", "value class"),
        ("原因", "reason"),
    )
)


class Result(msgspec.Struct, frozen=True):
    """What has become of the file so far, earlier runs included. `duplicates` are part of
    `accepted`; `row` is the last done.
    """

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = msgspec.field(default=0, name="refused")  # by this name in checkpoints
    row: int = 0

    def plus(self, rows: int, row: int, receipt: Receipt, rejected: int) -> Result:
        return Result(
            self.rows + rows,
            self.accepted + receipt.accepted,
            self.duplicates + receipt.duplicates,
            self.rejected + rejected,
            row,
        )


class Saved(msgspec.Struct, frozen=True):
    """A checkpoint's content: of which file and mapping, how far, and how long the report was
    then.
    """

    of: str
    result: Result
    report_bytes: int


class Checkpoint:
    """Remembers in one small file how far the import of `of` (a fingerprint) has come."""

    def __init__(self, path: Path, of: str) -> None:
        self._path, self._of = path, of

    def load(self) -> Saved | None:
        """How far an earlier run came; None if there was none, or it was of another file or
        mapping.
        """
        try:
            saved = msgspec.json.decode(self._path.read_bytes(), type=Saved)
        except (FileNotFoundError, msgspec.DecodeError):
            # An unreadable checkpoint costs time, not events: a repeat is counted once.
            return None
        return saved if saved.of == self._of else None

    def save(self, result: Result, report_bytes: int) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.write_bytes(msgspec.json.encode(Saved(self._of, result, report_bytes)))
        fresh.replace(self._path)

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)


def fingerprint(*paths: Path) -> str:
    """A digest of the files' contents: the same file under another name continues where it was, a
    changed one starts again.
    """
    total = hashlib.blake2b(digest_size=16)
    for path in paths:
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "blake2b").digest())
    return total.hexdigest()


def report_path(path: Path) -> Path:
    """Where the rejected rows of a file are reported: beside it, `cases.csv` →
    `cases.csv.refused.csv`.
    """
    return path.with_name(f"{path.name}.refused.csv")


class Report:
    """The CSV of rejected values, made when there is the first one; with a mark, so that Excel
    reads its Chinese.
    """

    def __init__(self, path: Path, size: int, lang: Lang) -> None:
        self._path, self._size, self._lang = path, size, lang

    def begin(self) -> None:
        """Forget what a stopped run wrote after its last checkpoint, or an older import's
        report.
        """
        if not self._size:
            self._path.unlink(missing_ok=True)
        elif self._path.exists():
            with self._path.open("r+b") as file:
                file.truncate(min(self._size, self._path.stat().st_size))

    def write(self, rejected: list[RejectedValue]) -> int:
        """Add the rejected values; the report's length in bytes."""
        if rejected:
            with self._path.open("ab") as file:
                if not file.tell():
                    file.write(b"\xef\xbb\xbf" + _lines([[h.of(self._lang) for h in HEADINGS]]))
                file.write(_lines([self._row(one) for one in rejected]))
                self._size = file.tell()
        return self._size

    def _row(self, one: RejectedValue) -> list[object]:
        value, reason = one.value.of(self._lang), one.reason.of(self._lang)
        return [one.row, one.type, one.column, value, reason]


def _lines(rows: list[list[object]] | list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


class _Batch(NamedTuple):
    rows: int
    row: int
    made: list[Made]
    rejected: list[RejectedValue]


def run(
    rows: Iterable[Row],
    mapping: Mapping,
    intake: Intake,
    checkpoint: Checkpoint,
    on_progress: Callable[[Result], None],
    *,
    report: Path,
    on_wait: Callable[[float], None] = time.sleep,
    lang: Lang = "en",
    headings: Headings | None = None,
) -> Result:
    """Import the rows, from where an interrupted run stopped; the counts of the whole file.
    `headings` is how the file writes the columns' names.

    Ctrl-C passes through, with the checkpoint left behind. `on_wait` is given the seconds to wait
    while the log is away.
    """
    translator = Translator(mapping, headings)
    saved = checkpoint.load()
    result = saved.result if saved else Result()
    report_file = Report(report, saved.report_bytes if saved else 0, lang)
    report_file.begin()
    for batch in _batches(_rest(rows, result.row, translator), translator):
        receipt = _take(intake, [one.event for one in batch.made], on_wait)
        rejected = batch.rejected + _rejected_values(translator, batch.made, receipt)
        result = result.plus(batch.rows, batch.row, receipt, len(rejected))
        checkpoint.save(result, report_file.write(sorted(rejected, key=lambda r: r.row)))
        on_progress(result)
    checkpoint.clear()
    return result


def _rest(rows: Iterable[Row], done: int, translator: Translator) -> Iterator[Row]:
    """The rows after the last finished one; earlier rows are only noted, because equal rows differ
    by their order.
    """
    for row in rows:
        if row.number > done:
            yield row
        else:
            translator.pass_over(row)


def _batches(rows: Iterable[Row], translator: Translator) -> Iterator[_Batch]:
    made: list[Made] = []
    rejected: list[RejectedValue] = []
    count = last = 0
    for row in rows:
        events, unmade = translator.events(row)
        made += events
        rejected += unmade
        count, last = count + 1, row.number
        if len(made) >= BATCH or count >= BATCH:
            yield _Batch(count, last, made, rejected)
            made = []
            rejected = []
            count = 0
    if count:
        yield _Batch(count, last, made, rejected)


def _take(
    intake: Intake, events: list[dict[str, object]], on_wait: Callable[[float], None]
) -> Receipt:
    """Hand the events over, as often as it takes: the log being away loses nothing."""
    wait_s = FIRST_WAIT_S
    while True:
        try:
            return intake.take(events) if events else Receipt(0, 0, [])
        except LogUnavailable:
            on_wait(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)


def _rejected_values(
    translator: Translator, made: list[Made], receipt: Receipt
) -> list[RejectedValue]:
    return [translator.reject(made[one.index], one.field, _reason(one)) for one in receipt.rejected]


def _reason(one: Rejected) -> Text:
    """The intake's reason in the language of the run, with the form that was expected."""
    said = one.reason.removeprefix(f"{one.field}: ")
    return Text(said, said)
