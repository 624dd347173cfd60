"""How a setting's value is read from a text or checked as it stands, and how it is written back as
text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from feeds.city.words import Text

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class Wrong(ValueError):
    """The value doesn't fit; the message is what was expected."""


@dataclass(frozen=True)
class Rule:
    """One setting: its type (`bool | None` for a switch that may be left alone), default, help and
    limits.
    """

    name: str
    type: Any
    default: Any
    help: Text
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    is_clock: bool = False
    reads: Callable[[Any], Any] | None = (
        None  # of a setting of several parts, which may hold secrets; raises ValueError
    )

    @property
    def kind(self) -> str:
        """The type in words: "whole number from 1 to 65535", "yes or no", "one of zh, en" …"""
        if self.reads:
            return "list of tables, or the same as JSON"
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        if self.schemes:
            return f"empty or a URL starting with {', '.join(s + '://' for s in self.schemes)}"
        if self.is_clock:
            return "empty or a time of day such as 07:30"
        if self.type in (int, float):
            return (
                f"{'whole number' if self.type is int else 'number'} "
                f"from {self.least:.15g} to {self.most:.15g}"
            )
        return {Path: "path", str: "text"}.get(self.type, "yes or no (true, false)")


def parse(rule: Rule, value: Any, *, from_text: bool) -> Any:
    """The value in the rule's type. A text is read only where it came from one (a variable). Raises
    Wrong.
    """
    if rule.reads:
        try:
            return rule.reads(value)
        except ValueError as error:
            raise Wrong(f"{rule.kind}: {error}") from error
    parsed = _from_text(rule, value) if from_text else _as_it_stands(rule, value)
    if rule.type in (int, float) and not _within(rule, parsed):
        raise Wrong(rule.kind)
    if rule.choices and parsed not in rule.choices:
        raise Wrong(rule.kind)
    if rule.schemes and parsed and parsed.split("://")[0] not in rule.schemes:
        raise Wrong(rule.kind)
    if rule.is_clock and parsed and not _CLOCK.fullmatch(parsed):
        raise Wrong(rule.kind)
    return parsed


def written(value: Any) -> str:
    """A value as the text that parse() reads back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return msgspec.json.encode(value).decode() if isinstance(value, tuple) else str(value)


def _within(rule: Rule, value: float) -> bool:
    return (
        math.isfinite(value)
        and (rule.least is None or value >= rule.least)
        and (rule.most is None or value <= rule.most)
    )


def _from_text(rule: Rule, text: str) -> Any:
    if rule.type in (int, float):
        try:
            return rule.type(text)
        except ValueError:
            raise Wrong(rule.kind) from None
    if rule.type in (str, Path):
        return rule.type(text)
    if text.lower() in _TRUE + _FALSE:
        return text.lower() in _TRUE
    raise Wrong(rule.kind)


def _as_it_stands(rule: Rule, value: Any) -> Any:
    if rule.type is Path and isinstance(value, (str, Path)):
        return Path(value)
    if rule.type is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    expected = bool if rule.type not in (int, float, str, Path) else rule.type
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise Wrong(rule.kind)
    return value
