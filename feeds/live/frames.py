"""What travels to the screens: a topic's state, the frames that change it, and their keys in Redis.

A frame holds only what changed, with a number one above the last; the snapshot holds everything up
to its number. Pub/sub delivers frames; a client that missed some reads the snapshot and the ring.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import msgspec
import redis

from feeds.events.log import LogUnavailable
from feeds.figures.topics import State

RING = 240
EPOCH = "board:epoch"
WATCHED, BEAT, BUSY = "board:watched", "board:engine", "board:engine:busy"
BUSY_S = 90
_PATCHED = (
    "set",
    "parts",
    "change",
    "newest",
    "heard",
    "serves",
    "periods",
    "axes",
    "trends",
    "verdicts",
)
_LARGE = frozenset(("series", "trends"))  # most of a state, and most frames leave them as they are
_encode = msgspec.json.Encoder().encode


def channel(topic: str) -> str:
    return f"board:frames:{topic}"


def snapshot_key(topic: str) -> str:
    return f"board:snapshot:{topic}"


def ring_key(topic: str) -> str:
    return f"board:ring:{topic}"


def towns_key(period: str) -> str:
    """The key of every figure's parts by town; they are read with a page and not sent in frames."""
    return f"board:towns:{period}"


def town_figures_key(period: str) -> str:
    """The key of every figure's value by town, with the newest events that they reflect: all of one
    moment, for alerts.
    """
    return f"board:town_figures:{period}"


def difference(old: State, new: State) -> State:
    """What must be sent so that a holder of `old` has `new`; empty where nothing changed."""
    found: State = {}
    for key in _PATCHED:
        before, now = old.get(key, {}), new.get(key, {})
        if now is not before and (
            changed := {k: v for k, v in now.items() if k not in before or before[k] != v}
        ):
            found[key] = changed
    if series := _series(old.get("series", {}), new["series"]):
        found["series"] = series
    for key in ("towns_reporting", "towns_silent", "demo", "behind", "alerts"):
        if old.get(key) != new.get(key):
            found[key] = new[key]
    return found


def _series(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, ys in new.items():
        before = old.get(name)
        if before == ys:
            continue
        if isinstance(ys, dict) and isinstance(before, dict):
            gone = dict.fromkeys(before.keys() - ys.keys())
            found[name] = gone | {k: y for k, y in ys.items() if k not in before or before[k] != y}
        elif isinstance(ys, list) and isinstance(before, list) and len(before) == len(ys):
            patch = {str(i): y for i, (x, y) in enumerate(zip(before, ys, strict=True)) if x != y}
            found[name] = patch if len(patch) * 3 < len(ys) else ys
        else:
            found[name] = ys
    return found


def apply(state: State, frame: State) -> State:
    """The state after a frame: what the browser does, for tests and for Python readers."""
    plain = {k: v for k, v in frame.items() if k not in (*_PATCHED, "series", "hash")}
    new = {**state, **plain}
    for key in _PATCHED:
        new[key] = {**state.get(key, {}), **frame.get(key, {})}
    new["series"] = dict(state["series"])
    for name, patch in frame.get("series", {}).items():
        new["series"][name] = _patched(name, new["series"].get(name), patch)
    return new


def _patched(name: str, old: Any, patch: Any) -> Any:
    """A list is a whole series. A category that comes with null is gone; a town with null has no
    data.
    """
    if isinstance(patch, list) or old is None:
        return patch
    if isinstance(old, list):
        return [patch.get(str(i), y) for i, y in enumerate(old)]
    merged = {**old, **patch}
    return (
        {k: y for k, y in merged.items() if y is not None}
        if name.startswith("categories:")
        else merged
    )


def state_hash(state: State) -> int:
    """A checksum of values and series that the browser computes alike."""
    parts = [f"{k}={_num(v)};" for k, v in sorted(state["set"].items())]
    for name, ys in sorted(state["series"].items()):
        cells = (
            ",".join(map(_num, ys))
            if isinstance(ys, list)
            else ",".join(f"{k}={_num(y)}" for k, y in sorted(ys.items()))
        )
        parts.append(f"{name}:{cells};")
    return zlib.crc32("".join(parts).encode())


def _num(value: float | None) -> str:
    return "-" if value is None else str(math.floor(value * 1000 + 0.5))


class _Written(NamedTuple):
    """A piece of a state and its JSON."""

    piece: Any
    json: msgspec.Raw


class Publisher:
    """Publishes frames through one Redis client. Raises LogUnavailable while Redis is unavailable;
    then nothing was published.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._written: dict[str, dict[str, _Written]] = {}

    def publish(self, state: State, frame: State) -> None:
        topic, body = state["topic"], _encode(frame)
        pipe = self._client.pipeline(transaction=True)
        pipe.set(snapshot_key(topic), self._snapshot(state))
        pipe.rpush(ring_key(topic), body)
        pipe.ltrim(ring_key(topic), -RING, -1)
        pipe.publish(channel(topic), body)
        _run(pipe)

    def start(self, state: State) -> None:
        """Store a topic's first snapshot; its ring begins empty."""
        pipe = self._client.pipeline(transaction=True)
        pipe.delete(ring_key(state["topic"]))
        pipe.set(snapshot_key(state["topic"]), self._snapshot(state))
        _run(pipe)

    def _snapshot(self, state: State) -> bytes:
        """The JSON of a state; of its large pieces that of before, while they are the same."""
        written = self._written.setdefault(state["topic"], {})
        for name in _LARGE & state.keys():
            if name not in written or written[name].piece is not state[name]:
                written[name] = _Written(state[name], msgspec.Raw(_encode(state[name])))
        return _encode(state | {name: one.json for name, one in written.items()})

    def drop(self, topic: str) -> None:
        self._written.pop(topic, None)
        pipe = self._client.pipeline(transaction=True)
        pipe.delete(ring_key(topic), snapshot_key(topic))
        _run(pipe)

    def epoch(self) -> str | None:
        try:
            value = cast("bytes | None", self._client.get(EPOCH))
        except redis.RedisError as error:
            raise LogUnavailable(str(error)) from error
        return value.decode() if value else None

    def set_epoch(self, value: str) -> None:
        pipe = self._client.pipeline(transaction=True)
        pipe.set(EPOCH, value)
        _run(pipe)

    def set_towns(self, period: str, parts: Mapping[str, Any]) -> None:
        """Keep the parts of every figure by town over a period."""
        pipe = self._client.pipeline(transaction=True)
        pipe.set(towns_key(period), _encode(parts))
        _run(pipe)

    def set_town_figures(self, period: str, figures: Mapping[str, Any]) -> None:
        """Keep the value of every figure by town over a period."""
        pipe = self._client.pipeline(transaction=True)
        pipe.set(town_figures_key(period), _encode(figures))
        _run(pipe)

    def beat(self, now_ms: int, *, is_busy: bool = False) -> None:
        """Note that an engine computes now, because a snapshot in Redis may be of an engine that
        has stopped. `is_busy`: it may be silent for a while, because it reads the history.
        """
        pipe = self._client.pipeline(transaction=True)
        pipe.set(BEAT, now_ms)
        if is_busy:
            pipe.set(BUSY, "1", ex=BUSY_S)
        else:
            pipe.delete(BUSY)
        _run(pipe)

    def watched(self, since_s: float) -> set[str]:
        """Topics somebody asked for since then."""
        try:
            self._client.zremrangebyscore(WATCHED, "-inf", f"({since_s}")
            rows = cast("list[bytes]", self._client.zrangebyscore(WATCHED, since_s, "+inf"))
        except redis.RedisError as error:
            raise LogUnavailable(str(error)) from error
        return {row.decode(errors="replace") for row in rows}


def _run(pipe: Any) -> None:
    try:
        pipe.execute()
    except redis.RedisError as error:
        raise LogUnavailable(str(error)) from error
