"""The local day, week, month, quarter and year of a moment, cached by quarter-hour.

The days of every zone begin on a quarter-hour, so one answer is right for all moments of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

SLOT_MS = 900_000
_REMEMBERED = 200_000


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of a moment: text keys for day and month, numbers for the periods it shares with
    others.

    There is one such object a day, so that it can be a key by its identity.
    """

    day: str
    month: str
    periods: tuple[int, int, int, int, int]


class Calendar:
    """A zone's calendar."""

    def __init__(self, tz: ZoneInfo) -> None:
        self.tz = tz
        self._slots: dict[int, Bins] = {}
        self._days: dict[date, Bins] = {}

    def bins(self, at_ms: int) -> Bins:
        slot = at_ms // SLOT_MS
        found = self._slots.get(slot)
        if found is None:
            if len(self._slots) >= _REMEMBERED:
                self._slots.clear()
            day = datetime.fromtimestamp(slot * SLOT_MS // 1000, self.tz).date()
            found = self._slots[slot] = self._days.get(day) or self._days.setdefault(
                day, _bins(day)
            )
        return found


def _bins(day: date) -> Bins:
    number = day.toordinal()
    periods = (
        number,
        (number - 1) // 7,
        day.year * 12 + day.month,
        day.year * 4 + (day.month - 1) // 3,
        day.year,
    )
    return Bins(day.isoformat(), day.isoformat()[:7], periods)
