"""A sheet of events without their time: when each happens, and the JSON text before and after the
time.

The steps of a case are on the same sheet as its opening, at their later times; feeds/demo/stream.py
sorts the sheets by time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from feeds.demo.places import Ints

DUE = "\x01"  # the placeholder of the due time in the text
NO_DUE = -1
Texts = NDArray[np.object_]


class Sheet(NamedTuple):
    """Columns of equal length: time in epoch ms, text before and after it, and milliseconds until
    due (NO_DUE: none).
    """

    at: Ints
    head: Texts
    tail: Texts
    due: Ints

    def take(self, which: NDArray[np.bool_] | Ints) -> Sheet:
        return Sheet(self.at[which], self.head[which], self.tail[which], self.due[which])


def empty() -> Sheet:
    return Sheet(
        np.empty(0, np.int64), np.empty(0, object), np.empty(0, object), np.empty(0, np.int64)
    )


def sheet(at: Ints, head: Sequence[str], tail: Sequence[str], due: Ints | None = None) -> Sheet:
    none = np.full(len(at), NO_DUE, np.int64)
    return Sheet(
        at, np.array(head, dtype=object), np.array(tail, dtype=object), none if due is None else due
    )


def join(sheets: Iterable[Sheet]) -> Sheet:
    columns = list(zip(*sheets, strict=True))
    return Sheet(*(np.concatenate(c) for c in columns)) if columns else empty()


def head(tag: str, kind: str, source: str) -> tuple[str, str]:
    """The text of an event up to its number, and from there to its subject."""
    return (
        f'{{"specversion":"1.0","id":"{tag}',
        f'","source":"urn:demo:{source}","type":"{kind}"',
    )


def encode(rows: Sheet) -> list[bytes]:
    """The events as JSON, in the sheet's order."""
    times = np.datetime_as_string(
        rows.at.astype("datetime64[ms]"), unit="ms", timezone="UTC"
    ).tolist()
    lines = [
        f'{h},"time":"{t}","data":{{{d}}}}}'
        for h, t, d in zip(rows.head.tolist(), times, rows.tail.tolist(), strict=True)
    ]
    for i in np.flatnonzero(rows.due != NO_DUE):
        lines[i] = lines[i].replace(DUE, iso(int(rows.at[i] + rows.due[i])))
    return [line.encode() for line in lines]


def encode_one(head: str, tail: str, due: int, at: int) -> bytes:
    """One event as JSON, at this time."""
    line = f'{head},"time":"{iso(at)}","data":{{{tail}}}}}'
    return (line if due == NO_DUE else line.replace(DUE, iso(at + due))).encode()


def iso(at: int) -> str:
    """Epoch milliseconds as the board writes times in events: UTC with milliseconds."""
    return (
        datetime.fromtimestamp(at / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
