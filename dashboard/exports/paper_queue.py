"""Makes papers one at a time in a web worker, because each takes a core for seconds. Few may wait,
and what was made is kept for whoever asks for the same.
"""

from __future__ import annotations

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Callable

import msgspec
from gevent.lock import BoundedSemaphore

from dashboard.api.problems import Problem
from dashboard.exports.report_files import File, Wish
from feeds.city.words import Text
from feeds.review.review_values import Review

MOST = 6  # that wait, with the one that is made
MOST_EACH = 2  # of one address, so that nobody takes all places
RETRY_S = 30
KEPT_BYTES = 64_000_000


class PaperQueue:
    """The queue of one worker, and the papers that it keeps: the last used, KEPT_BYTES at most."""

    def __init__(self) -> None:
        self._turn = BoundedSemaphore(1)
        self._waiting: Counter[str] = Counter()
        self._kept: OrderedDict[str, File] = OrderedDict()

    def get(self, key: str, make: Callable[[], File], address: str) -> File:
        """The paper of a key: the kept one, else the one that `make` makes when it is its turn.
        `address` is the asker's. Raises Problem where too many wait, and what `make` raises.
        """
        if key in self._kept:
            return self._used(key)
        if self._waiting.total() >= MOST or self._waiting[address] >= MOST_EACH:
            raise _full()
        self._waiting[address] += 1
        try:
            with self._turn:
                if key not in self._kept:
                    self._keep(key, make())
                return self._used(key)
        finally:
            self._waiting[address] -= 1

    def _used(self, key: str) -> File:
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: str, made: File) -> None:
        self._kept[key] = made
        while len(self._kept) > 1 and self._kept_bytes() > KEPT_BYTES:
            self._kept.popitem(last=False)

    def _kept_bytes(self) -> int:
        return sum(len(one.body) for one in self._kept.values())


def key_of_review(review: Review, wish: Wish) -> str:
    """The same for the same content; a frozen quarter keeps it until a late event or commitment."""
    return _digest(msgspec.json.encode(review), repr(wish).encode())


def key_of_document(document: str) -> str:
    return _digest(document.encode())


def _digest(*parts: bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def _full() -> Problem:
    said = Text(
        f"正在制作的文件太多；请 {RETRY_S} 秒后再试",
        f"too many papers are being made; try again in {RETRY_S} seconds",
    )
    return Problem(503, said, {"Retry-After": str(RETRY_S)})
