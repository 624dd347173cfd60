"""Log-bucket histograms of durations: additive, and a quantile within 1 % of the exact one (ERROR).

Bucket b holds durations in (GAMMA**(b-1), GAMMA**b] milliseconds; its representative is the point
whose relative distance to both edges is the same (as in DDSketch: Masson, Rim and Lee, VLDB 2019).
Up to 1 ms is bucket 0.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate

ERROR = 0.01
GAMMA = (1 + ERROR) / (1 - ERROR)
_PER_LOG = 1 / math.log(GAMMA)


def bucket(duration_ms: int) -> str:
    """The key of the bucket a duration falls into; negative durations count as 0."""
    return str(math.ceil(math.log(duration_ms) * _PER_LOG)) if duration_ms > 1 else "0"


def representative_ms(key: str) -> float:
    """The duration that represents a bucket, in milliseconds."""
    b = int(key)
    return 2 * GAMMA**b / (GAMMA + 1) if b else 0.0


def quantile(cells: Mapping[str, int], q: float) -> float | None:
    """The q-quantile (lower nearest rank) in milliseconds; None of no durations."""
    found = quantiles(cells, (q,))
    return found[0] if found else None


def quantiles(cells: Mapping[str, int], qs: Sequence[float]) -> list[float]:
    """Several quantiles, read in one pass; none of no durations."""
    n = sum(cells.values())
    if n <= 0:
        return []
    keys = sorted(cells, key=int)
    ends = list(accumulate(cells[key] for key in keys))
    ranks = (math.ceil(q * n) or 1 for q in qs)
    return [representative_ms(keys[bisect_left(ends, rank)]) for rank in ranks]


def above(cells: Mapping[str, int], limit_ms: float) -> int:
    """How many durations lie in buckets above that of a limit."""
    return sum(n for key, n in cells.items() if representative_ms(key) > limit_ms)
