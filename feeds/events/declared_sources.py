"""The sources that a city declares in DATA/sources.toml, and how their case numbers look.

A pattern is plain: characters, classes and counted repeats, matched as a whole. It has at most two
repeats of varying length, so that no value takes long to match.
"""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from feeds.city import complaints
from feeds.city.profile import ProfileError
from feeds.city.words import Text
from feeds.events import privacy

log = logging.getLogger(__name__)
FILE = "sources.toml"
LONGEST = 64  # characters of a case number
MOST_VARYING = 2  # repeats of varying length in a pattern
_CLASS = r"\[(?:[A-Z]-[A-Z]|[a-z]-[a-z]|[0-9]-[0-9]|[A-Za-z0-9._:])+-?\]"
_ITEM = re.compile(rf"(?:{_CLASS}|[A-Za-z0-9_:-])(?:\{{(\d{{1,2}})(?:,(\d{{1,2}}))?\}})?")
_LEAST_FOR_IDENTITY = 18
NOT_IN_WORD = r"(?<![A-Za-z0-9])(?:{})(?![A-Za-z0-9])"


class SourcesError(ProfileError):
    """The file of declared sources can't be used; the message says which key and why."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source as it is declared: the CloudEvents `source` of its events, the patterns of its case
    numbers, what it is called, and the office that answers for it.
    """

    id: str
    case: str | tuple[str, ...]
    title: str = ""
    owner: str = ""

    @property
    def patterns(self) -> tuple[str, ...]:
        return (self.case,) if isinstance(self.case, str) else self.case


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    source: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Form:
    """How a declared source's case numbers look; `written` is shown where one is refused."""

    source: Source
    whole: re.Pattern[str]
    within: re.Pattern[str]
    written: str

    def holds(self, case: str) -> bool:
        """Whether a case number is of the form."""
        return self.whole.fullmatch(case) is not None

    def without_cases(self, text: str) -> str:
        """A text without the case numbers in it: what is left of an event's id."""
        return self.within.sub("", text)


Forms = Mapping[str, Form]


class Wrong(NamedTuple):
    """Which field of a declaration can't be used, and why."""

    field: str
    said: Text


def parse(raw: str, where: str = FILE) -> Forms:
    """The forms by source, of a file's text. Raises SourcesError."""
    try:
        found = msgspec.convert(tomllib.loads(raw), _File)
    except tomllib.TOMLDecodeError as error:
        raise SourcesError(Text(f"{where}：{error}", f"{where}: {error}")) from error
    except msgspec.ValidationError as error:
        said = complaints.of_msgspec(str(error))
        raise SourcesError(Text(f"{where}：{said.zh}", f"{where}: {said.en}")) from error
    forms = dict[str, Form]()
    for n, source in enumerate(found.source, 1):
        place = Text(f"{where}：第 {n} 个 [[source]]", f"{where}: [[source]] no. {n}")
        if source.id in forms:
            raise _wrong(place, Text("id 声明了两次", "its id is declared twice"))
        forms[source.id] = _form(place, source)
    return forms


def _wrong(place: Text, said: Text) -> SourcesError:
    return SourcesError(Text(f"{place.zh}：{said.zh}", f"{place.en}: {said.en}"))


def _form(place: Text, source: Source) -> Form:
    found = wrong(source)
    if found is not None:
        raise _wrong(place, found.said)
    either = "|".join(source.patterns)
    written = " | ".join(source.patterns)
    within = re.compile(NOT_IN_WORD.format(either))
    return Form(source, re.compile(either), within, written)


def wrong(source: Source) -> Wrong | None:
    """The first thing that is wrong with a declaration; None of one that can be used."""
    if not re.fullmatch(r"[!-~]{1,256}", source.id):
        return Wrong("id", Text("id 须为可见字符", "id must be visible characters"))
    for name in ("id", "title", "owner"):
        if privacy.personal(getattr(source, name)):
            said = Text("含有像个人信息的内容", "holds what looks like personal data")
            return Wrong(name, said)
    if not source.patterns:
        return Wrong("case", Text("case 是空的", "case is empty"))
    for pattern in source.patterns:
        said_of_pattern = wrong_pattern(pattern)
        if said_of_pattern is not None:
            return Wrong("case", said_of_pattern)
    return None


def wrong_pattern(pattern: str) -> Text | None:
    """Why a pattern can't be used; None of one that can."""
    at = varying = longest = 0
    while at < len(pattern):
        item = _ITEM.match(pattern, at)
        if item is None:
            return Text(
                f"case {pattern!r}：第 {at + 1} 个字符起不能用；只能有字母、数字、_ : -、"
                "[…] 和 {n} 或 {n,m}，点写作 [.]",
                f"case {pattern!r}: can't be used from character {at + 1} on; it has letters, "
                "digits, _ : -, […] and {n} or {n,m}; a dot is written [.]",
            )
        least, most = int(item[1] or 1), int(item[2] or item[1] or 1)
        if most < least:
            said = f"{{{least},{most}}}"
            return Text(
                f"case {pattern!r}：{said} 前大后小", f"case {pattern!r}: {said} is upside down"
            )
        varying += most > least
        longest += most
        at = item.end()
    if not 0 < longest <= LONGEST:
        return Text(
            f"case {pattern!r}：最长须为 1 至 {LONGEST} 个字符",
            f"case {pattern!r}: must hold 1 to {LONGEST} characters at most",
        )
    if varying > MOST_VARYING:
        return Text(
            f"case {pattern!r}：最多 {MOST_VARYING} 处 {{n,m}}",
            f"case {pattern!r}: may have {{n,m}} {MOST_VARYING} times at most",
        )
    try:
        re.compile(pattern)
    except re.error as error:
        return Text(f"case {pattern!r}：{error}", f"case {pattern!r}: {error}")
    return None


def holds_identity(case: str) -> bool:
    """Whether a case number holds an identity number with its check digit."""
    return len(case) >= _LEAST_FOR_IDENTITY and privacy.holds_resident_id(case)


class Declared:
    """The sources declared in a data folder. A change of the file is seen at the next batch; one
    that can't be used is written into the log, and what was declared before holds.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._forms: Forms = {}

    def load(self) -> Forms:
        """The forms by source. Raises SourcesError."""
        stamp = self._stamp_of_file()
        if stamp is not None and self._path is not None:
            try:
                self._forms = parse(self._path.read_text(encoding="utf-8"), str(self._path))
            except (OSError, UnicodeDecodeError) as error:
                said = Text(f"{self._path}：{error}", f"{self._path}: {error}")
                raise SourcesError(said) from error
        else:
            self._forms = {}
        self._stamp = stamp
        return self._forms

    def forms(self) -> Forms:
        """The forms by source, read again where the file has changed."""
        stamp = self._stamp_of_file()
        if stamp != self._stamp:
            try:
                self.load()
            except SourcesError as error:
                self._stamp = stamp
                log.error("the sources declared before hold: %s", error)
        return self._forms

    def _stamp_of_file(self) -> tuple[int, int, int] | None:
        if self._path is None:
            return None
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino, status.st_size


def suggested(cases: Iterable[str], most: int = 5) -> tuple[str, ...]:
    """Patterns that hold these case numbers, the most frequent first. Digits are never written out,
    letters only where all have the same.
    """
    shapes = dict[str, list[list[str]]]()
    for case in cases:
        runs = re.findall(r"[0-9]+|[A-Z]+|[a-z]+|[^0-9A-Za-z]", case)
        shapes.setdefault("".join(_kind(run) for run in runs), []).append(runs)
    frequent = sorted(shapes.values(), key=len, reverse=True)[:most]
    return tuple(dict.fromkeys(_suggested(alike) for alike in frequent))


def _kind(run: str) -> str:
    if run.isdigit():
        return "0"
    if run.isalpha():
        return "A" if run.isupper() else "a"
    return run


def _suggested(alike: list[list[str]]) -> str:
    """A pattern for numbers with the same runs of characters; for very irregular ones any."""
    parts = [_part([runs[n] for runs in alike]) for n in range(len(alike[0]))]
    pattern = "".join(parts)
    if wrong_pattern(pattern) is None:
        return pattern
    lengths = [sum(map(len, runs)) for runs in alike]
    return "[A-Za-z0-9._:-]" + _repeat(min(lengths), min(max(lengths), LONGEST))


def _part(runs: list[str]) -> str:
    first = runs[0]
    if first.isdigit() or len(set(runs)) > 1:
        kind = {"0": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}[_kind(first)]
        return kind + _repeat(min(map(len, runs)), max(map(len, runs)))
    return "[.]" if first == "." else first


def _repeat(least: int, most: int) -> str:
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"
