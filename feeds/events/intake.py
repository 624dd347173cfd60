"""What every door does with what it is handed: decode, refuse with a reason, append the rest to the
log.

Doors (HTTP, PUBLISH, files) live elsewhere; counting an event once for good is
feeds/history/ingest.py.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any, cast

import msgspec
import redis

from feeds.city.words import Lang
from feeds.events import privacy
from feeds.events.decoding import IDENTIFIER, Decoder
from feeds.events.event import Event
from feeds.events.eventtypes import TYPES
from feeds.events.log import Log, LogUnavailable
from feeds.events.rejects import Refused

REJECTED = "board:rejected"
REJECTED_KEPT = 10_000
DOORS, REFUSED, REFUSALS = "board:doors", "board:refused", "board:refusals"
DAY_KEPT_S = 3 * 86_400
Raw = bytes | str | Mapping[str, object]
Known = Callable[[Sequence[Event]], set[tuple[str, str, str]]]


class Rejected(msgspec.Struct, frozen=True):
    """One item that was not taken: where in the batch, its id when that may be repeated, the field
    and why.
    """

    index: int
    id: str
    field: str
    code: str
    reason: str


class Receipt(msgspec.Struct, frozen=True):
    """What became of a batch. `duplicates` were known already and are part of `accepted`."""

    accepted: int
    duplicates: int
    rejected: list[Rejected]


class Intake:
    """Takes batches for one door. `known` says which (source, id, area) the history already holds;
    without it only the events of the last two minutes are recognised as repeats (they are counted
    once in any case). `zone` is where the day begins by which the door's own counts are kept.
    """

    def __init__(
        self,
        log: Log,
        decoder: Decoder,
        *,
        door: str,
        known: Known | None = None,
        remember: bool = True,
        lang: Lang = "en",
        zone: tzinfo = UTC,
    ) -> None:
        self._log, self._decoder, self._door = log, decoder, door
        self._known, self._remember, self._lang, self._zone = known, remember, lang, zone

    def take(self, items: Sequence[Raw]) -> Receipt:
        """Append what is good, refuse the rest item by item. Raises LogUnavailable: then nothing
        was taken.
        """
        events: list[Event] = []
        rejected: list[Rejected] = []
        for index, item in enumerate(items):
            try:
                events.append(self._decoder.decode(item))
            except Refused as refused:
                rejected.append(
                    Rejected(
                        index,
                        _identifier(_body(item), "id"),
                        refused.field,
                        refused.reason,
                        refused.message(self._lang),
                    )
                )
        duplicates = self._append(events) if events else 0
        self._record(items, rejected, len(events))
        return Receipt(len(events), duplicates, rejected)

    def _append(self, events: list[Event]) -> int:
        fresh = {(e.source, e.id, e.area): e for e in reversed(events)}
        for repeat in self._repeats(list(fresh.values())):
            fresh.pop(repeat, None)
        if fresh:
            kept = list(reversed(fresh.values()))
            self._log.append(
                kept, (_minute(0), [_digest(e) for e in kept]) if self._remember else None
            )
        return len(events) - len(fresh)

    def _repeats(self, events: list[Event]) -> set[tuple[str, str, str]]:
        known = self._known(events) if self._known else set()
        return known | (self._recent(events) if self._remember else set())

    def _recent(self, events: list[Event]) -> set[tuple[str, str, str]]:
        digests = [_digest(e) for e in events]
        try:
            pipe = self._log.client.pipeline(transaction=False)
            for back in (0, 1):
                pipe.smismember(_minute(back), digests)
            now, before = cast("list[list[int]]", pipe.execute())
        except redis.RedisError as error:
            raise LogUnavailable(str(error)) from error
        return {
            (e.source, e.id, e.area) for e, a, b in zip(events, now, before, strict=True) if a or b
        }

    def _record(self, items: Sequence[Raw], rejected: list[Rejected], accepted: int) -> None:
        """Count what passed this door and keep what was refused and why, without any of its
        values.
        """
        pipe, today = (
            self._log.client.pipeline(transaction=False),
            datetime.now(self._zone).date().isoformat(),
        )
        for name, n in (("accepted", accepted), ("rejected", len(rejected))):
            pipe.hincrby(DOORS, f"{self._door}.{name}", n)
            if n:
                pipe.hincrby(f"{DOORS}:{today}", f"{self._door}.{name}", n)
        pipe.expire(f"{DOORS}:{today}", DAY_KEPT_S)
        self._record_refusals(pipe, items, rejected, today)
        try:
            pipe.execute()
        except redis.RedisError:
            return  # the events are in the log; only the statistics of this batch are lost

    def _record_refusals(
        self, pipe: Any, items: Sequence[Raw], rejected: list[Rejected], today: str
    ) -> None:
        for code, n in Counter(one.code for one in rejected).items():
            pipe.hincrby(REFUSED, code, n)
            pipe.hincrby(REFUSALS, f"{self._door}.{code}", n)
            pipe.hincrby(f"{REFUSALS}:{today}", f"{self._door}.{code}", n)
            pipe.expire(f"{REFUSALS}:{today}", DAY_KEPT_S)
        for one in rejected[-100:]:
            body = _body(items[one.index])
            entry: dict[Any, Any] = {"door": self._door, "field": one.field, "code": one.code}
            entry |= {"type": _type(body), "source": _identifier(body, "source")}
            pipe.xadd(REJECTED, entry, maxlen=REJECTED_KEPT, approximate=True)


def _digest(event: Event) -> bytes:
    return hashlib.blake2b(
        f"{event.area}\0{event.source}\0{event.id}".encode(), digest_size=8
    ).digest()


def _minute(back: int) -> str:
    return f"board:seen:{int(time.time() // 60) - back}"


def _body(item: Raw) -> Mapping[str, object]:
    if isinstance(item, Mapping):
        return item
    try:
        body = msgspec.json.decode(item)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _identifier(body: Mapping[str, object], name: str) -> str:
    """The item's id or source if it may be repeated: an identifier in which nothing personal
    hides.
    """
    value = body.get(name)
    return (
        value
        if isinstance(value, str) and IDENTIFIER.fullmatch(value) and not privacy.personal(value)
        else ""
    )


def _type(body: Mapping[str, object]) -> str:
    value = body.get("type")
    return value if isinstance(value, str) and value in TYPES else "unknown"
