"""A cache of answers that are expensive to read; each is kept for a limited time."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import TypeVar

MOST = 64
Answer = TypeVar("Answer")


class TtlCache:
    """Keeps the newest answers by question. Two callers that ask the same at once both read."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, object]] = {}

    def get(
        self, question: Hashable, read: Callable[[], Answer], keep_s: Callable[[float], float]
    ) -> Answer:
        """The cached answer, or else a new one from `read`. `keep_s` gets the seconds that reading
        took and returns for how long the answer is kept. `read` may raise.
        """
        kept = self._kept.get(question)
        if kept and kept[0] > time.monotonic():
            return kept[1]  # type: ignore[return-value]
        begun = time.monotonic()
        answer, now = read(), time.monotonic()
        self._kept.pop(question, None)
        while len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[question] = (now + keep_s(now - begun), answer)
        return answer
