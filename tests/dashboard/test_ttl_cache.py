"""What was dear to read is given again while it is new, and only then."""

from __future__ import annotations

from itertools import count

import pytest

from dashboard.ttl_cache import MOST, TtlCache


def test_an_answer_is_given_again_as_long_as_it_is_kept() -> None:
    kept, numbers = TtlCache(), count()
    asked = [
        kept.get("a", lambda: next(numbers), lambda _: 60),
        kept.get("a", lambda: next(numbers), lambda _: 60),
    ]
    assert asked == [0, 0]
    assert kept.get("b", lambda: next(numbers), lambda _: 0) == 1
    assert kept.get("b", lambda: next(numbers), lambda _: 0) == 2


def test_a_reading_that_fails_is_tried_again_and_the_oldest_give_way() -> None:
    kept, numbers = TtlCache(), count()
    with pytest.raises(ZeroDivisionError):
        kept.get(0, lambda: 1 // 0, lambda _: 60)
    for question in range(MOST + 1):
        kept.get(question, lambda: next(numbers), lambda _: 60)
    assert kept.get(MOST, lambda: -1, lambda _: 60) == MOST
    assert kept.get(0, lambda: -1, lambda _: 60) == -1
