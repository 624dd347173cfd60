"""What a setting may be, as the annotation of its field says, and how its value is read from a file
or a text and written back as text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta
from msgspec.inspect import BoolType, CustomType, FloatType, IntType, Metadata, StrType, UnionType

from feeds.city.words import Text, Worded

# What a variable may say for yes and no besides true, false, 1 and 0, which msgspec reads.
SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}

_CLOCK = Text("空，或如 07:30 的时刻", "empty or a time of day such as 07:30")
_REDIS_URL = Text(
    "空，或以 redis://、rediss://、unix:// 开头的地址",
    "empty or a URL starting with redis://, rediss://, unix://",
)
_ORIGINS = Text(
    "空，或以空格分开的来源（https://主机名）",
    "empty or origins (https://HOST) separated by blanks",
)
_DESCRIBED = {one.en: one for one in (_CLOCK, _REDIS_URL, _ORIGINS)}
Clock = Annotated[
    str,
    Meta(
        pattern=r"\A(([01]\d|2[0-3]):[0-5]\d)?\Z",
        description=_CLOCK.en,
    ),
]
RedisUrl = Annotated[
    str,
    Meta(
        pattern=r"\A((redis|rediss|unix)://.*)?\Z",
        description=_REDIS_URL.en,
    ),
]

Origins = Annotated[
    str,
    Meta(
        pattern=r"\A(https?://[A-Za-z0-9.:-]+( https?://[A-Za-z0-9.:-]+)*)?\Z",
        description=_ORIGINS.en,
    ),
]


class Wrong(Worded):
    """The value doesn't fit; the message is what was expected."""


@dataclass(frozen=True)
class Reader:
    """In an annotation: reads a setting of several parts, which may hold secrets. `read` raises
    ValueError; `kind` is what it expects, `shown` what people see of a value.
    """

    read: Callable[[Any], Any]
    kind: Text
    shown: Callable[[Any], str]


@dataclass(frozen=True)
class Rule:
    """One setting: its annotated type, default and help."""

    name: str
    type: Any
    default: Any

    @property
    def bare(self) -> Any:
        """The type without its limits: int, float, str, Path, a Literal, or bool or None."""
        return get_args(self.type)[0]

    @property
    def help(self) -> Text:
        return next(one for one in self._notes if isinstance(one, Text))

    @property
    def reads(self) -> Reader | None:
        """How a setting of several parts is read; None of the others."""
        return next((one for one in self._notes if isinstance(one, Reader)), None)

    @property
    def choices(self) -> tuple[str, ...]:
        return get_args(self.bare) if get_origin(self.bare) is Literal else ()

    @property
    def kind(self) -> Text:
        """The type in words: "whole number from 1 to 65535", "yes or no", "one of zh, en" …"""
        if self.reads:
            return self.reads.kind
        if self.choices:
            return Text(f"{'、'.join(self.choices)} 之一", f"one of {', '.join(self.choices)}")
        match msgspec.inspect.type_info(self.type):
            case Metadata(extra_json_schema={"description": str(said)}):
                return _DESCRIBED[said]
            case IntType(ge=least, le=most):
                return Text(
                    f" {least:.15g} 至 {most:.15g} 的整数",
                    f"whole number from {least:.15g} to {most:.15g}",
                )
            case FloatType(ge=least, le=most):
                return Text(
                    f" {least:.15g} 至 {most:.15g} 的数",
                    f"number from {least:.15g} to {most:.15g}",
                )
            case CustomType(cls=kind) if kind is Path:
                return Text("路径", "path")
            case StrType():
                return Text("文本", "text")
            case BoolType() | UnionType():
                return Text("是或否（true、false）", "yes or no (true, false)")
        raise TypeError(f"a setting can't be {self.type}")

    @property
    def _notes(self) -> tuple[Any, ...]:
        return get_args(self.type)[1:]


def parse(rule: Rule, value: Any, *, from_text: bool) -> Any:
    """The value in the rule's type. A text is read only where it came from one (a variable). Raises
    Wrong.
    """
    if rule.reads:
        try:
            return rule.reads.read(value)
        except ValueError as error:
            said = error.said if isinstance(error, Worded) else Text(str(error), str(error))
            raise Wrong(Text(f"{rule.kind.zh}：{said.zh}", f"{rule.kind.en}: {said.en}")) from error
    if from_text and rule.bare not in (str, Path):
        text = value.strip()
        value = SWITCHES.get(text.lower(), text)
    try:
        return msgspec.convert(value, rule.type, strict=not from_text, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise Wrong(rule.kind) from error


def written(value: Any) -> str:
    """A value as the text that parse() reads back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | msgspec.Struct):
        return msgspec.json.encode(value).decode()
    return str(value)


def _path(_wanted: type, value: Any) -> Path:
    """msgspec asks for the types that it does not know, and Path is the only one."""
    if not isinstance(value, (str, Path)):
        raise TypeError(f"expected a path, not {value!r}")
    return Path(value)
