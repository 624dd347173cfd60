"""What a quarterly review shows, as frozen values that the page, the deck and the sheets share. No
I/O, no statistics.

feeds/review/known_figures.py counts them and feeds/review/signals.py judges them. Floats are kept
to nine digits, so that the content hash is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import msgspec

from feeds.kpis import Better, Step, Unit
from feeds.remarks.remarks import Remark

Form = Literal["share", "count", "value"]
Class = Literal["inside", "above95", "above998", "below95", "below998", "none"]
FunnelKind = Literal["share", "rate", "change"]
StandingKind = Literal["share", "rate", "stock", "duration"]
Group = Literal["beyond", "off", "changed"]
Against = Literal["previous", "last_year"]
Meaning = Literal["better", "worse", "neutral"]
Outcome = Literal["pending", "met", "missed", "unclear", "nodata"]
Became = Literal["still", "settled", "near", "met", "few", "nodata"]
DIGITS = 9
FEWEST_POINTS = 12  # of a control chart, before limits are drawn
OVERDUE = "overdue"  # overdue work of all kinds together, where a figure's id is expected
GROUPS: tuple[Group, ...] = ("beyond", "off", "changed")
MANY_A_DAY = 3  # events: a town with fewer has days without any, though its data are whole


@dataclass(frozen=True)
class Area:
    """The city or a town: its code and its names."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Freeze:
    """A quarter's figures fixed as known at `moment_ms` (epoch ms). `code` is printed on everything
    made from it, `hash` is the SHA-256 of its figures; `version` the board's that made it; `by` an
    office; `supersedes`, `superseded_by` are codes, "" of none. `definitions`, `targets`, `limits`,
    `profile` are short digests of what was in force.
    """

    code: str
    quarter: str
    moment_ms: int
    hash: str
    version: str
    definitions: str
    targets: str
    limits: str
    profile: str
    by: str
    supersedes: str = ""
    superseded_by: str = ""


@dataclass(frozen=True)
class Reading:
    """A figure over one quarter: its value (a share from 0 to 1, a count, yuan, hours, days; None
    where there is none) and, for a share, its numerator and denominator. For a count `n` is the
    value and `of` None.
    """

    value: float | None
    n: float | None = None
    of: float | None = None


class Three(NamedTuple):
    """An area's readings of the quarter, the one before, and the same a year ago."""

    now: Reading
    previous: Reading
    last_year: Reading


@dataclass(frozen=True)
class Compared:
    """A difference with its 95 % interval.

    Of a share it is points of the share (0.012 is 1.2 percentage points; 0 is no difference). Of a
    count it is a ratio (1.1 is a tenth more; 1 is no difference), None from nothing; `upper` is
    None without a bound. `is_distinct`: the 95 % interval excludes no difference. `is_signal`: the
    99.8 % interval does too, so among many towns it is hardly chance.
    """

    difference: float | None
    lower: float
    upper: float | None
    is_distinct: bool
    is_signal: bool


@dataclass(frozen=True)
class Spot:
    """A town in the funnel: its position (x and y as in Funnel) and its class."""

    x: float
    y: float
    cls: Class


@dataclass(frozen=True)
class Limit:
    """The funnel's limits at one x, in the unit of y; None where none can be passed."""

    x: float
    lower95: float | None
    upper95: float | None
    lower998: float | None
    upper998: float | None


@dataclass(frozen=True)
class Funnel:
    """A funnel's lines. `kind` says what x and y are:

    share: y the share (0 to 1), x its denominator; rate: y the count over what the city's rate by
    population would give (1: as the city), x that expected count; change: y the town's change on
    `against` over the city's change (1: as the city), x the cases of both quarters. `centre` is the
    city's y. φ (`phi`) and τ² (`tau2`, on the scale of feeds/statistics.dispersion) say how much
    towns differ beyond chance; `adjusted`: the limits were widened by it.
    """

    kind: FunnelKind
    centre: float
    phi: float | None
    tau2: float
    adjusted: bool
    limits: tuple[Limit, ...]
    against: Against | None = None


@dataclass(frozen=True)
class TownReading:
    """A town's figure. `lower`, `upper`: the 95 % interval in the value's unit (Wilson of a share,
    exact Poisson of a count; None of other values). `previous`, `last_year`: the same town's
    readings; `change`, `change_year`: from those to now. `from_city`: from the rest of the city.
    `spot`: its place in the figure's funnel. None where there is nothing to compare.
    """

    town: str
    value: float | None
    n: float | None
    of: float | None
    lower: float | None
    upper: float | None
    previous: Reading
    last_year: Reading
    change: Compared | None
    change_year: Compared | None
    from_city: Compared | None
    spot: Spot | None

    @property
    def cls(self) -> Class:
        return self.spot.cls if self.spot else "none"


@dataclass(frozen=True)
class Figure:
    """One KPI of the quarter. `form`: share and count are judged (`count`: cases, each counted
    once), a value (sums, levels, medians, indicators) is shown alone. `target` in the value's unit.
    `towns` in the profile's order, those without any report too.
    """

    kpi: str
    unit: Unit
    form: Form
    better: Better
    target: float | None
    city: Reading
    previous: Reading
    last_year: Reading
    change: Compared | None
    change_year: Compared | None
    towns: tuple[TownReading, ...]
    funnel: Funnel | None

    def of(self, town: str) -> TownReading | None:
        return next((one for one in self.towns if one.town == town), None)


@dataclass(frozen=True)
class Completeness:
    """What an area sent in the quarter (`town` "unknown": events of unknown areas).

    `events`; `days` with any, of `of_days`; `kinds` of events, of the `of_kinds` that at least half
    of the towns sent; `late`: events recorded over a week after they happened; `newest_ms`: when
    the newest happened, epoch ms.
    """

    town: str
    events: int
    days: int
    of_days: int
    kinds: int
    of_kinds: int
    late: int
    newest_ms: int | None

    @property
    def is_busy(self) -> bool:
        """Whether it sends some events each day; others have days without any."""
        return self.events >= MANY_A_DAY * self.of_days

    @property
    def is_lacking(self) -> bool:
        """Whether there were data on too few days."""
        is_heard = self.events > 0
        return (self.is_busy or not is_heard) and self.days * 10 < self.of_days * 9


@dataclass(frozen=True)
class Lesson:
    """A town's (or the city's) change that is a real signal: what the sentence needs. `change` is
    by day where quarters differ in length; `is_own`: it differs from that of the rest of the city
    by a signal too, so it is the town's own.
    """

    kpi: str
    unit: Unit
    town: str
    against: Against
    before: float
    now: float
    change: Compared
    meaning: Meaning
    is_own: bool


@dataclass(frozen=True)
class Commitment:
    """What a town committed itself to: a KPI's value by a day (ISO), made at the meeting on quarter
    `made_on`, when it stood at `start`.

    `outcome` is judged from `reading`, of the quarter `judged_on` that the day is in: met where the
    value reaches the target; unclear where it doesn't, but its 95 % interval (`lower`, `upper`)
    holds the target; missed where that excludes it. `change`: from start to reading.
    """

    id: str
    town: str
    kpi: str
    due: str
    target: float
    made_on: str
    by: str
    at_ms: int
    start: Reading
    outcome: Outcome = "pending"
    judged_on: str = ""
    reading: Reading | None = None
    lower: float | None = None
    upper: float | None = None
    change: Compared | None = None


@dataclass(frozen=True)
class Changed:
    """A figure in a freeze (of the quarter, or of one it is compared with: `quarter`) that is
    another now: `was` and `now`, and how many events that it is made from were recorded after the
    freeze in that area. `town` may be the city.
    """

    quarter: str
    kpi: str
    town: str
    was: Reading
    now: Reading
    events: int


@dataclass(frozen=True)
class Standing:
    """A town beside the others: its cases `n` (of `of`, where there is a denominator), how many
    were `expected`, and its place and class. `spot` is None of a town with nothing to compare.
    """

    town: str
    n: float
    of: float | None
    expected: float
    spot: Spot | None

    @property
    def cls(self) -> Class:
        return self.spot.cls if self.spot else "none"


@dataclass(frozen=True)
class Standings:
    """The towns of one figure side by side. `limits` are empty where too little is there. What x
    and y are depends on `kind`:

    share: y the share, x its denominator. rate: y the cases per 10,000 inhabitants, x the
    inhabitants in 10,000. stock: y the cases over what the town's workload would give, x that
    expected number. duration: y the share of cases that took longer than the city's median or ninth
    decile, x the cases. `centre` is the city's y; `is_adjusted`: the limits were widened because
    towns differ beyond chance.
    """

    kpi: str
    kind: StandingKind
    centre: float
    is_adjusted: bool
    towns: tuple[Standing, ...]
    limits: tuple[Limit, ...]

    def of(self, town: str) -> Standing | None:
        return next((one for one in self.towns if one.town == town), None)


@dataclass(frozen=True)
class Control:
    """A figure's control chart up to the end of the quarter. `points` are weeks or months from
    `first` (ISO day), None where there was no value; `of` the cases behind each point of a share.
    `lower` and `upper` are the limits, one for all points or one for each, none without any.
    `signals` says which points are no chance: 1 above, -1 below, 0 within the usual.
    """

    kpi: str
    area: str
    step: Step
    first: str
    points: tuple[float | None, ...]
    of: tuple[float | None, ...]
    mean: float | None
    lower: tuple[float | None, ...] = ()
    upper: tuple[float | None, ...] = ()
    signals: tuple[int, ...] = ()

    def limits(self, n: int) -> tuple[float | None, float | None]:
        """The limits at a point."""
        if not self.lower:
            return None, None
        at = n if len(self.lower) > 1 else 0
        return self.lower[at], self.upper[at]


@dataclass(frozen=True)
class Change:
    """One comparison: with the same quarter a year ago, or (`is_weeks`) of the quarter's weeks with
    two years of the same figure. `p` is two-sided, with the figure's own dispersion. `is_signal`:
    it stands out among all comparisons of the review, and is large enough to matter. Of a count
    `change` is the relative change by day, of a share points of the share.
    """

    kpi: str
    area: str
    change: float
    p: float
    is_signal: bool
    is_weeks: bool = False


@dataclass(frozen=True)
class Gap:
    """How many cases a town lacks to the target."""

    town: str
    missing: int
    n: float
    of: float


@dataclass(frozen=True)
class Part:
    """Overdue cases of one kind in a town, and how many its workload would give."""

    kpi: str
    n: float
    expected: float


@dataclass(frozen=True)
class Finding:
    """One thing to talk about. `kpi` may be OVERDUE; `area` is the city or a town.

    `expected`, `low`, `high`: what a town beyond the limits would usually have; of a figure off its
    target `low` and `high` are its 95 % interval. `missing`: cases that lack to the target; `gaps`
    says where. `parts` and `oldest_days` are of overdue work. `also`: other figures that say the
    same of the same area. `towns`: those that changed most. `since`, `run` and `side` are of the
    control chart's signal ("" and 0 without one), `is_beyond` whether that lies beyond a limit.
    """

    group: Group
    kpi: str
    area: str
    meaning: Meaning
    now: Reading
    last_year: Reading
    target: float | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    missing: int = 0
    gaps: tuple[Gap, ...] = ()
    parts: tuple[Part, ...] = ()
    oldest_days: int | None = None
    also: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    change: Change | None = None
    since: str = ""
    run: int = 0
    side: int = 0
    is_beyond: bool = False


@dataclass(frozen=True)
class Earlier:
    """A finding of the review before (`group` beyond or off), what it was then and is now, and what
    became of it.

    `still`: it is a finding again; `settled`: the town is within the limits of chance. Of a figure
    that was off its target `met`: it is reached; `near`: missed by no more than chance; `few`: the
    share is of too few cases to say so.
    """

    group: Group
    kpi: str
    area: str
    was: Reading
    now: Reading
    target: float | None
    became: Became


@dataclass(frozen=True)
class Side:
    """How many days of a period there are data of. It is whole with data on nine days in ten."""

    name: str
    days: int
    of_days: int

    @property
    def is_whole(self) -> bool:
        return self.days * 10 >= self.of_days * 9


@dataclass(frozen=True)
class Agenda:
    """What there is to talk about, in the order of the meeting, and what it was judged from.
    `changes` are the comparisons that were made; `sides` the quarter and last year's. It is judged
    again whenever a review is read, so it is no part of a freeze's hash.
    """

    findings: tuple[Finding, ...]
    standings: tuple[Standings, ...]
    controls: tuple[Control, ...]
    changes: tuple[Change, ...]
    sides: tuple[Side, ...]

    def of_group(self, group: Group) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.group == group)

    def on(self, kpi: str) -> list[Finding]:
        """The findings about a figure, or that mention it."""
        return [one for one in self.findings if kpi == one.kpi or kpi in one.also]

    def of_area(self, area: str) -> list[Finding]:
        return [one for one in self.findings if one.area == area]

    def standing(self, kpi: str) -> Standings | None:
        return next((one for one in self.standings if one.kpi == kpi), None)

    def control(self, kpi: str, area: str) -> Control | None:
        found = (one for one in self.controls if (one.kpi, one.area) == (kpi, area))
        return next(found, None)

    def change(self, kpi: str, area: str) -> Change | None:
        """The comparison with last year."""
        found = (one for one in self.changes if (one.kpi, one.area) == (kpi, area))
        return next((one for one in found if not one.is_weeks), None)

    @property
    def by_chance(self) -> int:
        """How many comparisons, looked at one by one, would seem different by chance alone."""
        return round(0.05 * len(self.changes))

    @property
    def signals(self) -> int:
        return sum(one.is_signal for one in self.changes)


@dataclass(frozen=True)
class Review:
    """A quarter's review. `areas`: the city, then its towns, in the profile's order. `moment_ms`:
    the moment of knowledge (epoch ms).

    `freeze` is None for a quarter that is not frozen. Changes after a freeze are `revision`, which
    is not part of the hash; nor are commitments and `remarks`, which are those of all areas that
    were known at the moment and touch the quarter or the previous one, oldest first.
    `agenda` is what there is to talk about. `through` is the last day that is in a quarter that
    still runs (ISO), "" of one that is over. `earlier` is what became of what was talked about a
    quarter ago; it is not part of the hash.
    `is_reproduced`: the figures still have the freeze's hash. Otherwise history, definitions or
    version differ from those of the freeze, and every display must say so.
    """

    quarter: str
    moment_ms: int
    areas: tuple[Area, ...]
    completeness: tuple[Completeness, ...]
    figures: tuple[Figure, ...]
    lessons: tuple[Lesson, ...]
    freeze: Freeze | None = None
    revision: tuple[Changed, ...] = ()
    late_events: int = 0
    commitments: tuple[Commitment, ...] = ()
    is_demo: bool = False
    is_reproduced: bool = True
    remarks: tuple[Remark, ...] = ()
    agenda: Agenda | None = None
    through: str = ""
    earlier: tuple[Earlier, ...] = ()

    @property
    def city(self) -> Area:
        return self.areas[0]

    @property
    def towns(self) -> tuple[Area, ...]:
        return self.areas[1:]

    @property
    def has_days(self) -> bool:
        """Whether there are data of any day of the quarter."""
        whole = self.complete(self.city.code)
        return whole is None or whole.days > 0

    @property
    def is_partly_seen(self) -> bool:
        """Whether there are data of too few days of the quarter to judge any figure of it."""
        whole = self.complete(self.city.code)
        return whole is not None and whole.is_lacking

    def figure(self, kpi: str) -> Figure | None:
        return next((one for one in self.figures if one.kpi == kpi), None)

    def remarked(self, kpi: str) -> list[tuple[int, Remark]]:
        """The remarks on a figure, each with its number, which is the same wherever the review is
        shown.
        """
        return [(n, one) for n, one in enumerate(self.remarks, 1) if one.is_on(kpi)]

    def complete(self, town: str) -> Completeness | None:
        return next((one for one in self.completeness if one.town == town), None)


def towns_of(findings: Iterable[Finding], city: str) -> list[str]:
    """The towns that findings are about, in their order."""
    return list(dict.fromkeys(one.area for one in findings if one.area != city))


def kept(value: float) -> float:
    """A float with the digits that are kept of it."""
    return float(f"{value:.{DIGITS}g}")


def content(found: Review) -> bytes:
    """Canonical JSON of what a freeze fixes: quarter, areas, completeness, and of each figure its
    unit, its target and what every area had in the quarter, in the one before, and last year. What
    is made of these (intervals, limits, verdicts) is none of it: that may be judged anew.
    """
    part = {
        "format": 2,
        "quarter": found.quarter,
        "areas": [area.code for area in found.areas],
        "completeness": found.completeness,
        "figures": {figure.kpi: _facts(figure, found.city.code) for figure in found.figures},
    }
    return msgspec.json.encode(part, order="deterministic")


def _facts(figure: Figure, city: str) -> dict[str, Any]:
    readings = {city: (figure.city, figure.previous, figure.last_year)}
    for town in figure.towns:
        now = Reading(town.value, town.n, town.of)
        readings[town.town] = (now, town.previous, town.last_year)
    told = {area: [(one.value, one.n, one.of) for one in three] for area, three in readings.items()}
    return {"unit": figure.unit, "target": figure.target, "readings": told}


def encode(found: Review) -> bytes:
    """As JSON, for caches; `decode` gives it back."""
    return msgspec.json.encode(found)


def decode(body: bytes) -> Review:
    """Raises msgspec.MsgspecError on anything that `encode` did not write."""
    return msgspec.json.decode(body, type=Review)
