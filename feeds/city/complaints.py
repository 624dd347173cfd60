"""What msgspec says of a value that does not fit, in both languages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from feeds.city.words import Text

# msgspec's sentence, and the Chinese one with the same parts; the English one stays.
_SAID = (
    (r"Object missing required field `(.+?)`", "缺少 {0}"),
    (r"Object contains unknown field `(.+?)`", "没有 {0} 这个键"),
    (r"Expected `(.+?)`, got `(.+?)`", "须为 {0}，不能是 {1}"),
    (r"Expected `(.+?)` (>=|<=|>|<) (\S+)", "须为 {1} {2} 的 {0}"),
    (r"Expected `(.+?)` of length (>=|<=|>|<|==)? ?(\d+)", "{0} 的长度须 {1} {2}"),
    (r"Expected `(.+?)` matching regex (.+)", "{0} 须符合 {1}"),
    (r"Invalid (?:enum )?value (.+)", "没有 {0} 这个取值"),
)


_UNKNOWN = re.compile(r"Object contains unknown field `(.+?)`")


def of_msgspec(message: str, keys: Iterable[str] = ()) -> Text:
    """A message, with its place where it names one. One that is not known here stays as it is.
    `keys` are those that exist: of an unknown one the nearest is named.
    """
    said = _of_msgspec(message)
    unknown = _UNKNOWN.match(message)
    close = difflib.get_close_matches(unknown[1], sorted(keys), n=1) if unknown else []
    if not close:
        return said
    return Text(f"{said.zh}；是不是 {close[0]}？", f"{said.en}; did you mean {close[0]}?")


def _of_msgspec(message: str) -> Text:
    said, at, place = message.partition(" - at ")
    for pattern, chinese in _SAID:
        found = re.fullmatch(pattern, said)
        if found:
            parts = (part or "" for part in found.groups())
            where = f"，在 {place}" if at else ""
            return Text(chinese.format(*parts) + where, message)
    return Text(message, message)
