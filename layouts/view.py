"""All that a page may use: the profile, the language, one topic's state and the time. It draws
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

from feeds import kpis
from feeds.city import periods
from feeds.city.profile import Profile
from feeds.city.words import Lang
from feeds.figures import freshness, trends, verdicts
from feeds.figures.trends import Trend
from feeds.figures.verdicts import Verdict
from feeds.figures.windows import DateRange
from feeds.kpis import Kpi, cadences, targets
from layouts.text import texts

Theme = Literal["dark", "light"]
Topic = Mapping[str, Any]
SHORT_DAYS = 14


class Replay(NamedTuple):
    """The past moment of a view, as it was known then or is known now (`known_at`), and its local
    day. `refused` says why it can't be shown, `first_ms` is the first moment that can.
    """

    at_ms: int
    known_at: str
    day: tuple[int, int]
    refused: str = ""
    first_ms: int | None = None


class Person(NamedTuple):
    """Who looks: an account, or an office by its token; nobody where `kind` is empty. `may` names
    the pages besides figures that it may open, `csrf` is what its forms carry. `is_open`: the board
    shows its pages to anyone.
    """

    name: str = ""
    kind: Literal["", "account", "office"] = ""
    csrf: str = ""
    may: frozenset[str] = frozenset()
    is_open: bool = False


NOBODY = Person()


@dataclass(frozen=True)
class View:
    """`topic` is the snapshot of `area`/`period`, None while there is none; `others` holds further
    ones by period; `at_asked`: the address asks for a past moment, which this page can't show; with
    `replay` it is of that moment. With `date_range` the topic is of those days, read once, and
    `period` is "range". `filters` and `page_data` are what Page declares of that name. `home` is
    the town that the device opens on, "" where it remembers none. `is_unreadable`: the topics could
    not be asked for, so that nothing is known of what there is. `person` is who looks.
    """

    profile: Profile
    lang: Lang
    area: str
    period: str
    topic: Topic | None
    now_ms: int
    build: str
    path: str
    theme: Theme = "dark"
    others: Mapping[str, Topic] = field(default_factory=dict)
    at_asked: bool = False
    date_range: DateRange | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    page_data: Mapping[str, Any] = field(default_factory=dict)
    replay: Replay | None = None
    home: str = ""
    is_unreadable: bool = False
    person: Person = NOBODY

    def over(self, period: str) -> View:
        """The same view over another period of Page.periods; without data where that topic was not
        given.
        """
        return (
            self
            if period == self.period
            else replace(self, period=period, topic=self.others.get(period), date_range=None)
        )

    def of_figure(self, kpi: str) -> View:
        """The view that a figure is read in: one of the year's work over the year, whatever period
        the page is of, so that it says the same everywhere.
        """
        own = kpis.CATALOGUE[kpi].own_period
        if own is None or self.date_range is not None or own not in self.others:
            return self
        return self.over(own)

    def compared_over(self, kpi: str) -> str:
        """The period of a figure's comparison: the page's, except of what has one of its own."""
        own = kpis.CATALOGUE[kpi].compared_over
        return self.period if self.date_range or own is None else own

    def own_tag(self, kpi: str) -> str:
        """The period of a figure in words, where it isn't the page's."""
        own = self.of_figure(kpi).period
        return "" if own == self.period else self.text(f"period.{own}")

    @property
    def live_period(self) -> str:
        """The period that the page follows live: its own, or beside chosen days the one that
        runs.
        """
        return next(iter(self.others), periods.USUAL) if self.date_range else self.period

    @property
    def is_city(self) -> bool:
        return self.area == self.profile.code

    @property
    def demo(self) -> bool:
        return bool((self.topic or {}).get("demo"))

    @property
    def is_filling(self) -> bool:
        """Whether the engine is behind a history that is being filled: no figure is whole."""
        return bool((self.topic or {}).get("behind"))

    @property
    def without_figures(self) -> Literal["", "filling", "nothing"]:
        """Why a page says no figures at all: its history is being filled, or nothing was ever
        received. "" where there are some, or where nothing is known of what there is.
        """
        if self.is_filling:
            return "filling"
        is_now = self.date_range is None and self.replay is None
        return "nothing" if self.topic is not None and self.at is None and is_now else ""

    @property
    def at(self) -> int | None:
        """The newest event time the topic reflects, epoch ms."""
        return (self.topic or {}).get("at") or None

    @property
    def epoch(self) -> str:
        return str((self.topic or {}).get("epoch", ""))

    @property
    def seq(self) -> int:
        return int((self.topic or {}).get("seq", 0))

    @property
    def towns_reporting(self) -> tuple[int, int]:
        n, of = (self.topic or {}).get("towns_reporting") or (0, len(self.profile.towns))
        return int(n), int(of)

    @property
    def towns_silent(self) -> tuple[str, ...]:
        """The towns that nothing came from lately."""
        return tuple(self._part("towns_silent", ()))

    def value(self, kpi: str) -> float | None:
        return self._of("set", kpi, None)  # type: ignore[no-any-return]

    def parts(self, kpi: str) -> tuple[float | None, float | None]:
        n, d = self._of("parts", kpi, (None, None))
        return n, d

    def change(self, kpi: str) -> tuple[float | None, float | None]:
        """On the same part of last year, on the previous period."""
        on_year, on_period = self._of("change", kpi, (None, None))
        return on_year, on_period

    def kpi_at(self, kpi: str) -> int | None:
        """The newest event, epoch ms, of all the types the KPI is made from."""
        newest = self._part("newest", {})
        return max(
            (int(newest[n]) for n in kpis.CATALOGUE[kpi].needs if newest.get(n)), default=None
        )

    def heard_at(self, kpi: str) -> int | None:
        """When the sources of the KPI last spoke, epoch ms: of any town, where nothing happened in
        this one since.
        """
        at, heard = self.kpi_at(kpi), self._part("heard", {})
        later = [int(heard[need]) for need in kpis.CATALOGUE[kpi].needs if heard.get(need)]
        return max([at, *later]) if at else None

    def cadence_s(self, kpi: str) -> float:
        """How long the sources of the figure may be silent; those that serve many towns for less
        long than one of this town alone.
        """
        serves = self._part("serves", {})
        many = max(serves.get(need, 1) for need in kpis.CATALOGUE[kpi].needs)
        return freshness.cadence_s(self.profile, self.cadence_of_city_s(kpi), self.area, many)

    def cadence_of_city_s(self, kpi: str) -> int:
        return cadences.of(self.profile, kpis.CATALOGUE[kpi])

    def cadence_alone_s(self, kpi: str) -> float:
        """How long a source may be silent that serves this area alone."""
        return freshness.cadence_s(self.profile, self.cadence_of_city_s(kpi), self.area)

    def state(self, kpi: str) -> freshness.State:
        if self.date_range:
            return "nodata" if self.value(kpi) is None and self.parts(kpi)[1] is None else "live"
        return self.freshness(kpi)

    def freshness(self, kpi: str) -> freshness.State:
        """Whether the sources of the figure still speak, whatever days the page is of."""
        return freshness.state(self.cadence_s(kpi), self.heard_at(kpi), self.now_ms)

    @property
    def read_ms(self) -> int:
        """When the figures of the topic were computed: before now where the engine has stopped."""
        return min(self.now_ms, int((self.topic or {}).get("now") or self.now_ms))

    def known_until(self, kpi: str) -> int:
        """Up to when what belongs to the figure is known: now, or when its sources fell silent."""
        heard = self.heard_at(kpi)
        return heard if heard and self.freshness(kpi) != "live" else self.read_ms

    def target(self, kpi: str) -> float | None:
        """The profile's target, else the catalogue's; none for a share that can't reach a year's
        target in days.
        """
        is_short = self.period in targets.SHORT or (
            self.date_range is not None and self.date_range.days <= SHORT_DAYS
        )
        return targets.within(self.profile, kpi, is_short=is_short)

    def verdict(self, kpi: str) -> Verdict:
        """The one verdict on the figure, as codes."""
        row = self._part("verdicts", {}).get(kpi)
        said = Verdict(*row) if row else Verdict("nodata", empty="data")
        return verdicts.seen(said, self.state(kpi))

    def trend(self, kpi: str) -> Trend | None:
        """The figure's control chart over completed weeks or months; None before its first
        value.
        """
        return trends.decode(self._part("trends", {}).get(kpi))

    @property
    def waits_for_trends(self) -> bool:
        """Whether the control charts of the area were asked for and are not read yet."""
        moments = self._part("as_of", {})
        return "trends" in moments and moments["trends"] is None

    def series(self, name: str) -> Any:
        """A list (hours, days), a mapping (categories, towns), or None where the topic has no such
        series.
        """
        return self._part("series", {}).get(name)

    def axis(self, name: str) -> Any:
        return self._part("axes", {}).get(name)

    def first_day(self, step: str, n: int) -> date:
        """The day or month that a series of n begins with: its axis's; where it has none, so that
        the last day is today.
        """
        axis = self.axis(step)
        return (
            date.fromisoformat(axis)
            if axis
            else periods.day_of(self.now_ms, self.profile.tz) - timedelta(n - 1)
        )

    def text(self, key: str, **values: object) -> str:
        """A page text in the view's language; an unknown key is an error."""
        return texts.get(self.lang, key, self.profile.town_word, **values)

    def title(self, kpi: str) -> str:
        return self.kpi(kpi).title.of(self.lang)

    def kpi(self, kpi: str) -> Kpi:
        return kpis.CATALOGUE[kpi]

    def area_name(self, area: str | None = None) -> str:
        return self.profile.name_of(self.area if area is None else area).of(self.lang)

    def _part(self, name: str, default: Any) -> Any:
        return (self.topic or {}).get(name) or default

    def _of(self, part: str, kpi: str, default: Any) -> Any:
        found = self._part(part, {}).get(kpi)
        return default if found is None else found
