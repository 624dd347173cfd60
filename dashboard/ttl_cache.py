"""Answers that one worker gives again for a while: what was dear to read, by the question."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import TypeVar

MOST = 64
Answer = TypeVar("Answer")


class Remembered:
    """The newest answers. One reader at a time a question is not promised: two that ask at once
    read twice.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, object]] = {}

    def get(
        self, question: Hashable, read: Callable[[], Answer], keep_s: Callable[[float], float]
    ) -> Answer:
        """The answer that is kept, else a new one, kept for what `keep_s` makes of the seconds it
        took. `read` may raise.
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
