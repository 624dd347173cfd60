"""A sample of the walk, in the suite: every page of a large city, a small one and an empty one at
some moments of the demo. The whole of it is `python -m tests.walk` (docs/how-to/develop.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from tests.walk import walk
from tests.walk.walk import City, Seen

TOWN = "320282001"
# Places whose mending is under way: (rule, place).
KNOWN = (
    ("share without n", "chart-table"),
    ("share without n", "table--compare"),
    ("rounds across its target", "table--compare"),
)
LARGE = replace(walk.YIXING, history=21, towns=(TOWN,), thinned=6)
SMALL = replace(walk.THREE, history=120)


def _is_known(one: Seen) -> bool:
    rule, place, _ = one.finding
    return any(rule == known and part in place for known, part in KNOWN)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("city", "moments"),
    [
        (LARGE, ["2026-03-04T07:00"]),
        (SMALL, ["2026-09-30T12:00", "2026-09-30T18:00"]),
        (walk.EMPTY, ["2026-09-30T12:00"]),
    ],
    ids=lambda one: one.name if isinstance(one, City) else "",
)
def test_no_page_says_what_it_must_not(city: City, moments: Sequence[str]) -> None:
    found, pages = [], 0
    at = [datetime.fromisoformat(moment) for moment in moments]
    for _, count, seen in walk.walk(city, at, kpis_each=5, is_whole=False):
        found += [one for one in seen if not _is_known(one)]
        pages += count
    assert pages > 50
    assert found == [], "\n".join(f"{one.page}: {one.finding}" for one in found[:20])
