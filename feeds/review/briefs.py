"""The content of a brief of a day or a month: how the day went, what needs attention, what is
overdue, which alerts fired, what is due next. No I/O.

Its verdicts are those of every page (feeds/figures/verdicts.py), and a town is named only where its
exact tail says so (feeds/review/standings.py). feeds/review/brief_reader.py reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

from feeds.alerts.alert_rules import Severity
from feeds.city.named_periods import Day, Month, before
from feeds.city.profile import Profile
from feeds.figures import freshness, verdicts
from feeds.figures.verdicts import Code, Verdict
from feeds.kpis import CATALOGUE, cadences
from feeds.review.review_values import Commitment

Side = Literal[-1, 0, 1]
ATTENTION: tuple[Code, ...] = ("alarm", "worse", "off")
# What a day's table shows, as far as the city reports it, and what stands beside it.
IN_TABLE = (
    "incidents.reported",
    "incidents.closed",
    "disputes.accepted",
    "traffic.accidents",
    "fraud.warnings",
    "order.calls",
    "services.requests",
    "incidents.patrol_visits",
)
BESIDE = {"traffic.accidents": "traffic.deaths", "fraud.warnings": "fraud.dissuaded"}
FEWEST_ROWS, MOST_ROWS = 3, 8
ENDS_EARLY_MS = 2 * 3_600_000


@dataclass(frozen=True)
class Row:
    """How much there was of something on the day or in the month; None where nothing is known.

    Of a day `mean` is the daily mean of the seven days that end with it, and it usually lies from
    `low` to `high`, by the same weekdays before it (None: too few of them, or mostly none). `side`
    is 1 above that, -1 below; 0 where it `is_late`: its source fell silent before the day's end, or
    hours before it did all of them.
    Of a month `mean` is that of its days; `previous` and `last_year` are the month before and a
    year ago. `beside` is another figure of the same time.
    """

    kpi: str
    value: float | None
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    side: Side = 0
    previous: float | None = None
    last_year: float | None = None
    beside: float | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Late:
    """A case that is overdue; `is_handled`: somebody works on it."""

    town: str
    family: str
    category: str
    days: int
    is_handled: bool


@dataclass(frozen=True)
class Kind:
    """How many cases of a family."""

    family: str
    n: int


@dataclass(frozen=True)
class Beyond:
    """A town with more overdue than its workload lets expect; `kinds` the most first."""

    town: str
    n: int
    expected: float
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Overdue:
    """What is overdue at the end of the day or month, over all kinds of cases: the kinds with the
    most first, the oldest cases, and the towns beyond the 99.8 % limit. `is_compared`: towns could
    be compared.
    """

    total: int
    kinds: tuple[Kind, ...]
    oldest: tuple[Late, ...]
    beyond: tuple[Beyond, ...]
    is_compared: bool


@dataclass(frozen=True)
class Fired:
    """An alert that fired in the period, or that still fired at its end. Epoch ms; `over_ms` is
    None of one that was not over at the moment of knowledge.
    """

    rule: str
    area: str
    severity: Severity
    fired_ms: int
    over_ms: int | None


@dataclass(frozen=True)
class Brief:
    """A day or a month of a city as known at `moment_ms` (epoch ms).

    `events` is how many came, the last at `newest_ms` (None of none), `silent` the towns that sent
    less than they do; `state` is the city's over the four weeks up to the day, or over the month,
    in the form of a topic. `commitments` fall due soon or did lately; `due_soon` are those reported
    as events that fall due within a week. `is_yesterday`: it is of the day before the moment.
    """

    profile: Profile
    period: str
    moment_ms: int
    end_ms: int
    is_yesterday: bool
    is_demo: bool
    events: int
    newest_ms: int | None
    silent: tuple[str, ...]
    rows: tuple[Row, ...]
    state: dict[str, Any]
    overdue: Overdue
    fired: tuple[Fired, ...]
    commitments: tuple[Commitment, ...]
    due_soon: int

    @property
    def is_month(self) -> bool:
        return len(self.period) == len("2026-10")

    @property
    def is_partial(self) -> bool:
        """Whether a town or a source is missing."""
        return bool(self.silent) or any(row.is_late for row in self.rows)

    @property
    def ends_early(self) -> bool:
        """Whether the data of a day end hours before it, because sources fell silent."""
        return self.is_partial and is_early(self.newest_ms, self.end_ms) and not self.is_month

    @property
    def firing(self) -> tuple[Fired, ...]:
        """The alerts that still fire at the moment of knowledge."""
        return tuple(one for one in self.fired if one.over_ms is None)

    @property
    def unusual(self) -> tuple[Row, ...]:
        """What there was more or less of than usual."""
        return tuple(row for row in self.rows if row.side)

    def code(self, kpi: str) -> Code:
        """The code of a figure's verdict, as its page shows it: what is late is not judged."""
        said = Verdict(*self.state["verdicts"][kpi])
        newest = self.state["newest"]
        return verdicts.seen(said, state_at(self.profile, kpi, newest, self.end_ms)).code

    @property
    def unheard(self) -> list[str]:
        """The figures whose sources have spoken, but no more before the end."""
        found = self.coded("late", "nodata")
        return [kpi for kpi in found if _newest(kpi, self.state["newest"])]

    def coded(self, *codes: Code) -> list[str]:
        """The figures with one of these verdicts, in the catalogue's order."""
        return [kpi for kpi in CATALOGUE if self.code(kpi) in codes]


def is_early(newest_ms: int | None, end_ms: int) -> bool:
    """Whether the newest event is of hours before an end."""
    return newest_ms is not None and newest_ms < end_ms - ENDS_EARLY_MS


def state_at(profile: Profile, kpi: str, newest: Mapping[str, int], end_ms: int) -> freshness.State:
    """Whether a figure of the city was live at the end of a day."""
    cadence_s = cadences.of(profile, CATALOGUE[kpi])
    return freshness.state(cadence_s, _newest(kpi, newest), end_ms)


def _newest(kpi: str, newest: Mapping[str, int]) -> int | None:
    """When a figure's sources last spoke, epoch ms; None where they never did."""
    return max((newest.get(need, 0) for need in CATALOGUE[kpi].needs), default=0) or None


def due(today: date) -> tuple[Day | Month, ...]:
    """The briefs that are due on a day: of the day before, and on the first weekday of a month of
    the month before.
    """
    found: list[Day | Month] = [Day(today - timedelta(1))]
    weekdays = [today.replace(day=n) for n in (1, 2, 3) if today.replace(day=n).weekday() < 5]
    if weekdays[0] == today:
        found.append(before(today))
    return tuple(found)


def table(known: Sequence[str]) -> list[str]:
    """The figures of the table, of those that are known: the usual ones; where a city has too few
    of these, whatever it counts.
    """
    found = [kpi for kpi in IN_TABLE if kpi in known]
    if len(found) >= FEWEST_ROWS:
        return found
    counts = [
        kpi
        for kpi in known
        if CATALOGUE[kpi].kind in ("workload", "harm") and CATALOGUE[kpi].batch is None
    ]
    return counts[:MOST_ROWS]


def encode(found: Brief) -> bytes:
    """As JSON, for caches; `decode` gives it back."""
    return msgspec.json.encode(found)


def decode(body: bytes) -> Brief:
    """Raises msgspec.MsgspecError on anything that `encode` did not write."""
    return msgspec.json.decode(body, type=Brief)
