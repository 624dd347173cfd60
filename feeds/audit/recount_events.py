"""Raw events as the recount reads them: each once, as known at a moment, with a column for every
field of its type.

The plain pandas half of the audit: nothing in here or in the other recount modules reads rollups,
cases, measures or engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pandas as pd

from feeds.city.profile import UNKNOWN, Profile
from feeds.events import eventtypes
from feeds.events.event import EventType

COLUMNS = ("town", "source", "id", "type", "area", "at", "recorded", "data")
Identity = tuple[str, str, str, int]
_ENVELOPE = ["town", "source", "id", "area", "at", "recorded"]
_IDENTITY = ["town", "source", "id", "recorded"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Facts:
    """Events by type: a frame a type with town, source, id, area, at, recorded and the fields of
    its data. Times in epoch ms.

    A type without events isn't in it.
    """

    by_type: Mapping[str, pd.DataFrame]

    def of(self, name: str) -> pd.DataFrame:
        """The events of a type; an empty frame with the right columns where there are none."""
        return (
            self.by_type[name]
            if name in self.by_type
            else _typed(eventtypes.TYPES[name], _nothing())
        )

    def within(self, town: str) -> Facts:
        """The events of one town."""
        return self._each(lambda frame: frame[frame["town"] == town])

    def known(self, recorded_ms: int, at_ms: int | None = None) -> Facts:
        """The events recorded up to one moment and that happened up to another."""
        return self._each(lambda frame: _known(frame, recorded_ms, at_ms))

    def without(self, gone: Collection[Identity]) -> Facts:
        """The events but for some, each named by its town, source, id and the time it was
        recorded.
        """
        return self._each(lambda frame: _without(frame, gone)) if gone else self

    def _each(self, part: Callable[[pd.DataFrame], pd.DataFrame]) -> Facts:
        parts = {name: part(frame) for name, frame in self.by_type.items()}
        return Facts({name: frame for name, frame in parts.items() if len(frame)})


def facts(events: pd.DataFrame) -> Facts:
    """Reads events with COLUMNS; `data` is JSON text or a dict. Of repeats (same town, source, id)
    the first recorded stays.
    """
    first = events.sort_values("recorded", kind="stable").drop_duplicates(["town", "source", "id"])
    parts = first.groupby("type", sort=False)
    return Facts(
        {
            str(name): _typed(eventtypes.TYPES[str(name)], rows)
            for name, rows in parts
            if name in eventtypes.TYPES
        }
    )


def joined(parts: Iterable[Facts]) -> Facts:
    """Facts read in parts, none of whose events is in two of them."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for part in parts:
        for name, frame in part.by_type.items():
            frames.setdefault(name, []).append(frame)
    return Facts({name: pd.concat(frames.pop(name), ignore_index=True) for name in list(frames)})


def named(
    rows: pd.DataFrame, kind: EventType, profile: Profile, by: str | None = None
) -> pd.Series[str]:
    """What the events of a type are split by (or by another field of theirs); a value that neither
    the type nor the profile knows is unknown.
    """
    name = kind.by if by is None else by
    if not name or name not in rows:
        return pd.Series("", index=rows.index)
    choices = next(f.choices for f in kind.fields if f.name == name)
    known = {
        *(choices or ()),
        *(profile.categories.get(kind.family, {}) if name == kind.by else ()),
    }
    return rows[name] if choices is None else rows[name].where(rows[name].isin(known), UNKNOWN)


def times_ms(texts: pd.Series[str]) -> pd.Series[float]:
    """RFC 3339 times as epoch milliseconds; NaN where there is none."""
    moments = {text: _time_ms(text) for text in texts.dropna().unique()}
    return texts.map(moments).astype("float64")


def _time_ms(text: str) -> float:
    return (datetime.fromisoformat(text) - _EPOCH + timedelta(microseconds=500)) // timedelta(
        milliseconds=1
    )


def _known(frame: pd.DataFrame, recorded_ms: int, at_ms: int | None) -> pd.DataFrame:
    keep = frame["recorded"] <= recorded_ms
    if at_ms is not None:
        keep &= frame["at"] <= at_ms
    return frame if keep.all() else frame[keep]


def _without(frame: pd.DataFrame, gone: Collection[Identity]) -> pd.DataFrame:
    alike = frame.loc[frame["id"].isin([key[2] for key in gone]), _IDENTITY]
    found = [index for index, *key in alike.itertuples(name=None) if tuple(key) in gone]
    return frame.drop(index=found) if found else frame


def _typed(kind: EventType, rows: pd.DataFrame) -> pd.DataFrame:
    """One type's events with its fields as columns; a field that no event carries is a column of
    nothing.
    """
    names = [field.name for field in kind.fields]
    data = pd.DataFrame.from_records(_decoded(rows["data"]), columns=names, index=rows.index)
    frame = pd.concat([rows[_ENVELOPE], data], axis=1)
    if "due" in names:
        frame["due"] = times_ms(frame["due"])
    return frame


def _decoded(data: pd.Series[Any]) -> list[dict[str, Any]]:
    values = data.to_list()
    if not values or isinstance(values[0], dict):
        return values
    return msgspec.json.decode("[" + ",".join(values) + "]", type=list[dict[str, Any]])


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series(dtype="int64" if name in ("at", "recorded") else "object")
            for name in COLUMNS
        }
    )
