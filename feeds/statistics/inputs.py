"""What the statistics refuse, each with its reason, before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

from feeds.kpis import Better


class BadInput(ValueError):
    """The numbers cannot be what they are said to be; the message says why."""


def check_better(better: str) -> None:
    """Raises BadInput unless it is a direction."""
    if better not in get_args(Better):
        raise BadInput(f"better is one of {', '.join(get_args(Better))}, not {better!r}")


def check_share_target(target: float | None) -> None:
    """Raises BadInput unless a share can reach it: 98 % is 0.98."""
    if target is None or 0 <= target <= 1:
        return
    hint = f"; {target:g} % is {target / 100:g}" if 1 < target <= 100 else ""
    raise BadInput(f"a share lies between 0 and 1, so its target can't be {target:g}{hint}")


def check_counts(name: str, counts: Iterable[float]) -> None:
    """Raises BadInput for a count below 0 or without end. NaN passes, because it is dropped."""
    for one in counts:
        if one < 0 or math.isinf(one):
            raise BadInput(f"{name}: {one:g} is no count")
