"""The intake: decodes what a source sends, rejects an invalid event with its reason, and appends
the others to the log.

The ways in (HTTP, PUBLISH, files) live elsewhere; each uses an Intake of its own. An event is
counted once and for good by feeds/history/ingest.py.
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
from feeds.events.rejects import InvalidEvent

REJECTED = "board:rejected"
REJECTED_KEPT = 10_000
INTAKES, REASONS_TOTAL, REASONS_BY_INTAKE = "board:doors", "board:refused", "board:refusals"
DAY_KEPT_S = 3 * 86_400
Raw = bytes | str | Mapping[str, object]
Known = Callable[[Sequence[Event]], set[tuple[str, str, str]]]
Beyond = Callable[[Event], str]


class Rejected(msgspec.Struct, frozen=True):
    """One rejected item: its place in the batch, its id where that may be repeated, the field and
    the reason.
    """

    index: int
    id: str
    field: str
    code: str
    reason: str


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a batch. `duplicates` were known already and are part of `accepted`; of very
    many that were refused the first are listed and `more` are not.
    """

    accepted: int
    duplicates: int
    rejected: list[Rejected]
    more: int = 0


class Intake:
    """Takes batches for one way in, which `name` names.

    `known` answers which (source, id, area) the history already holds; without it only the events
    of the last two minutes are recognised as repeats (every event is counted once in any case).
    `beyond` names the field in which an event goes beyond what its sender may send; "" in none. The
    daily counts of the intake follow the days of `zone`.
    """

    def __init__(
        self,
        log: Log,
        decoder: Decoder,
        *,
        name: str,
        known: Known | None = None,
        checks_recent: bool = True,
        lang: Lang = "en",
        zone: tzinfo = UTC,
        beyond: Beyond = lambda _: "",
    ) -> None:
        self._log, self._decoder, self._name = log, decoder, name
        self._known, self._checks_recent, self._lang, self._zone = known, checks_recent, lang, zone
        self._beyond = beyond

    def take(self, items: Sequence[Raw]) -> Receipt:
        """Append the valid events and reject the others one by one. Raises LogUnavailable: then
        nothing was taken.
        """
        events: list[Event] = []
        rejected: list[Rejected] = []
        self._decoder.look_again()
        for index, item in enumerate(items):
            try:
                events.append(self._taken(item))
            except InvalidEvent as error:
                rejected.append(
                    Rejected(
                        index,
                        _identifier(_body(item), "id"),
                        error.field,
                        error.reason,
                        error.message(self._lang),
                    )
                )
        duplicates = self._append(events) if events else 0
        self._record(items, rejected, len(events))
        return Receipt(len(events), duplicates, rejected)

    def _taken(self, item: Raw) -> Event:
        """The event of an item. Raises InvalidEvent."""
        event = self._decoder.decode(item)
        if field := self._beyond(event):
            raise InvalidEvent(field, "scope")
        return event

    def _append(self, events: list[Event]) -> int:
        fresh = {(e.source, e.id, e.area): e for e in reversed(events)}
        for repeat in self._repeats(list(fresh.values())):
            fresh.pop(repeat, None)
        if fresh:
            kept = list(reversed(fresh.values()))
            self._log.append(
                kept, (_minute(0), [_digest(e) for e in kept]) if self._checks_recent else None
            )
        return len(events) - len(fresh)

    def _repeats(self, events: list[Event]) -> set[tuple[str, str, str]]:
        known = self._known(events) if self._known else set()
        return known | (self._recent(events) if self._checks_recent else set())

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
        """Count what came in, and keep the reasons of what was rejected, without any value of an
        event.
        """
        pipe = self._log.client.pipeline(transaction=False)
        today = datetime.now(self._zone).date().isoformat()
        for name, n in (("accepted", accepted), ("rejected", len(rejected))):
            pipe.hincrby(INTAKES, f"{self._name}.{name}", n)
            if n:
                pipe.hincrby(f"{INTAKES}:{today}", f"{self._name}.{name}", n)
        pipe.expire(f"{INTAKES}:{today}", DAY_KEPT_S)
        self._record_rejects(pipe, items, rejected, today)
        try:
            pipe.execute()
        except redis.RedisError:
            return  # the events are in the log; only the statistics of this batch are lost

    def _record_rejects(
        self, pipe: Any, items: Sequence[Raw], rejected: list[Rejected], today: str
    ) -> None:
        for code, n in Counter(one.code for one in rejected).items():
            pipe.hincrby(REASONS_TOTAL, code, n)
            pipe.hincrby(REASONS_BY_INTAKE, f"{self._name}.{code}", n)
            pipe.hincrby(f"{REASONS_BY_INTAKE}:{today}", f"{self._name}.{code}", n)
            pipe.expire(f"{REASONS_BY_INTAKE}:{today}", DAY_KEPT_S)
        for one in rejected[-100:]:
            body = _body(items[one.index])
            entry: dict[Any, Any] = {"door": self._name, "field": one.field, "code": one.code}
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
