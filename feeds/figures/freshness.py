"""Whether a figure is live, late or without data, by its own cadence: one rule for pages, API,
alerts and the browser.

live.js repeats this rule; tests/browser compares the two.
"""

from __future__ import annotations

from typing import Literal

State = Literal["live", "late", "nodata"]
LATE_AFTER = 2
NODATA_AFTER = 10


def state(cadence_s: float, newest_ms: int | None, now_ms: int) -> State:
    """live up to twice the cadence after the newest event, late up to ten times, then nodata;
    nodata of no event.
    """
    if not newest_ms:
        return "nodata"
    age_s = (now_ms - newest_ms) / 1000
    if age_s <= LATE_AFTER * cadence_s:
        return "live"
    return "late" if age_s <= NODATA_AFTER * cadence_s else "nodata"


def cadence_s(city_cadence_s: int, is_city: bool, towns: int) -> int:
    """How long an area's source may be silent: a town's events come a number-of-towns times more
    seldom.
    """
    return city_cadence_s if is_city or towns < 1 else city_cadence_s * towns
