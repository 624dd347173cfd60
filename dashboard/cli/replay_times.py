"""When the events of a file are due in a replay, and how their times are moved to now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from feeds.city import words
from feeds.city.words import Text, Worded
from feeds.events import decoding
from feeds.events.rejects import InvalidEvent


class Line(NamedTuple):
    """An event as it is sent, and the number of the file's line that it comes from."""

    number: int
    raw: bytes


class _Timed(msgspec.Struct):
    time: str


class NotReplayable(Worded):
    """A line without a time; the message names it."""


def plan(
    lines: Iterable[bytes], speed: float, start_ms: int | None = None
) -> list[tuple[float, Line]]:
    """(seconds after the start, event), in order of time. With `start_ms` times begin there and ids
    become new ones.

    Raises NotReplayable.
    """
    found = sorted(_parsed(number, raw) for number, raw in enumerate(lines, 1) if raw.strip())
    if not found:
        return []
    first = found[0][0]
    if start_ms is None:
        return [((at - first) / 1000 / speed, line) for at, line in found]
    return [
        ((at - first) / 1000 / speed, _moved(line, start_ms, (at - first) / speed))
        for at, line in found
    ]


def _parsed(number: int, raw: bytes) -> tuple[int, Line]:
    try:
        time = msgspec.json.decode(raw, type=_Timed).time
        return decoding.parse_time(time, "time"), Line(number, raw)
    except InvalidEvent as error:
        why = words.both(error)
        raise NotReplayable(
            Text(f"第 {number} 行：{why.zh}", f"line {number}: {why.en}")
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        said = Text(
            f"第 {number} 行：不是带有 time 的 JSON 对象",
            f"line {number}: is not a JSON object with a time",
        )
        raise NotReplayable(said) from error


def _moved(line: Line, start_ms: int, after_ms: float) -> Line:
    body = msgspec.json.decode(line.raw, type=dict[str, Any])
    moment = datetime.fromtimestamp((start_ms + after_ms) / 1000, UTC).isoformat(
        timespec="milliseconds"
    )
    return Line(
        line.number,
        msgspec.json.encode(body | {"time": moment, "id": f"{body.get('id')}@{start_ms}"}),
    )
