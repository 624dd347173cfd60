"""The short form of `make soak`: pictures in haste, and what the page holds stays what it was."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks import soak

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_wall_in_haste_keeps_its_elements_and_makes_no_error(board: Any, source: Any) -> None:
    source(50)
    found = soak.run(board.url, 45, 100, None, every_s=1.5)
    assert found[-1].changes > 15
    assert (found[-1].failures, found[-1].errors, found[-1].differs) == (0, 0, 0)
    later = found[len(found) // 3 :]
    first, last = later[: len(later) // 2], later[len(later) // 2 :]
    # A picture of many elements may come late; what a wall keeps of each is there in the least. On a
    # busy machine a half may miss the smallest picture: one element kept of each picture would add
    # more than that.
    kept = found[-1].changes // 2
    assert min(s.nodes for s in last) < min(s.nodes for s in first) + kept
