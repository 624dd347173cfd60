"""What a review says, in one language: each finding as a sentence with its cases, one figure, and
where it lies. The page, the deck and printed pages say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from feeds import kpis
from feeds.city.profile import TownWord
from feeds.city.words import Lang
from feeds.kpis import Better, Unit, counted
from feeds.kpis.formulas import Count, Gauge
from feeds.review.review_values import (
    GROUPS,
    OVERDUE,
    Agenda,
    Class,
    Commitment,
    Control,
    Figure,
    Finding,
    Reading,
    Review,
    Standings,
)
from feeds.statistics.changes import FEW
from layouts.parts import diagrams, labels
from layouts.parts.diagrams import Role
from layouts.text import numbers, texts

MARKS = {"beyond": "◆", "off": "▼", "better": "●", "changed": "■"}
ROLES: Mapping[str, Role] = {"worse": "concern", "better": "data", "neutral": "special"}
MANY = 2  # the form of a word that stands beside no whole number
MOST_NAMED = 4
SMALL_BASE = 100  # a share of fewer cases is said in cases
OF_COMMITMENTS = "commitments."
NO_AGENDA = Agenda((), (), (), (), ())


@dataclass(frozen=True)
class Said:
    """One figure, large: its digits and its unit."""

    digits: str
    unit: str

    @property
    def text(self) -> str:
        return f"{self.digits}{' ' if self.unit else ''}{self.unit}"


@dataclass(frozen=True)
class Wording:
    """The sentences of a review, its towns called as the city calls them."""

    review: Review
    lang: Lang
    towns: TownWord

    def say(self, key: str, **values: object) -> str:
        return texts.get(self.lang, f"agenda.{key}", self.towns, **values)

    @property
    def agenda(self) -> Agenda:
        return self.review.agenda or NO_AGENDA

    @cached_property
    def full(self) -> Mapping[str, str]:
        """What every area is called."""
        unknown = {"unknown": self.say("unknown")}
        return unknown | {a.code: a.zh if self.lang == "zh" else a.en for a in self.review.areas}

    @cached_property
    def short(self) -> Mapping[str, str]:
        """The same without the word for a town's kind."""
        return {code: labels.short(name) for code, name in self.full.items()}

    @property
    def colon(self) -> str:
        return "：" if self.lang == "zh" else ": "

    @property
    def comma(self) -> str:
        return "、" if self.lang == "zh" else ", "

    def title(self, kpi: str) -> str:
        """What a figure is called; overdue work of all kinds has a name of its own."""
        if kpi == OVERDUE:
            return self.say("overdue" if self.review.through else "overdue_then")
        return kpis.CATALOGUE[kpi].title.of(self.lang)

    def some(self, towns: Sequence[str]) -> str:
        """Towns by their names; of many the first, and how many they are."""
        names = self.comma.join(self.short[town] for town in towns[:MOST_NAMED])
        if len(towns) <= MOST_NAMED:
            return names
        return self.say("and_others", towns=names, n=len(towns))

    def titles(self, names: Sequence[str]) -> str:
        return self.comma.join(self.title(kpi) for kpi in names)

    def of_city(self, finding: Finding) -> bool:
        return finding.area == self.review.city.code

    def cases(self, kpi: str, n: float) -> str:
        """The word beside a number of what a figure counts; empty of what has none."""
        return counted.word(kpi, n, self.lang)

    def some_of(self, kpi: str, n: float) -> str:
        """So many of what a figure counts."""
        return f"{self.count(n)} {self.cases(kpi, n)}".strip()

    def count(self, value: float) -> str:
        """A whole number, all its digits."""
        return f"{round(value):,}" if abs(value - round(value)) < 1e-9 else f"{value:,.1f}"

    def number(self, value: float | None, kpi: str, target: float | None = None) -> Said:
        """A value by its unit. A share that rounds to its target gets one more digit."""
        if value is None:
            return Said("—", "")
        unit: Unit = "count" if kpi == OVERDUE else kpis.CATALOGUE[kpi].unit
        if unit == "count":
            return Said(self.count(value), self.cases(kpi, value))
        if unit == "share":
            return Said(share(value, target), "%")
        found = numbers.figure(value, unit, self.lang)
        return Said(found.digits, found.unit)

    def value(self, reading: Reading, kpi: str, target: float | None = None) -> Said:
        """A reading as one large figure: a share of few cases in cases."""
        if reading.n is not None and reading.of and self._is_share(kpi) and reading.of < SMALL_BASE:
            return Said(f"{self.count(reading.n)}/{self.count(reading.of)}", "")
        return self.number(reading.value, kpi, target)

    def reading(self, reading: Reading, kpi: str, target: float | None = None) -> str:
        """A value in a sentence; a share with its cases, of under ten cases those alone."""
        of = self.of(reading, kpi)
        if not of:
            return self.number(reading.value, kpi, target).text
        if (reading.of or 0) < FEW:
            return of
        return self.say("with_cases", value=self.number(reading.value, kpi, target).text, of=of)

    def of(self, reading: Reading, kpi: str) -> str:
        """The cases behind a share: 442/478; "" of other figures."""
        if not self._is_share(kpi) or reading.n is None or not reading.of:
            return ""
        return f"{self.count(reading.n)}/{self.count(reading.of)}"

    def _is_share(self, kpi: str) -> bool:
        return kpi != OVERDUE and kpis.CATALOGUE[kpi].unit == "share"

    def target(self, value: float, kpi: str) -> str:
        """A target as short as it is exact: 95 %, 98.8 %, 120 小时."""
        if self._is_share(kpi):
            return f"{100 * value:.6g} %"
        return self.number(value, kpi).text

    def day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        return f"{day.month} 月 {day.day} 日" if self.lang == "zh" else f"{day:%b} {day.day}"

    # Findings

    def mark(self, finding: Finding) -> tuple[str, Role]:
        """The shape of a finding, and the colour of what it means."""
        if finding.group == "changed" and finding.meaning == "better":
            return MARKS["better"], "data"
        if finding.group == "changed" and finding.meaning == "worse":
            return MARKS["beyond"], "concern"
        return MARKS[finding.group], ROLES[finding.meaning]

    def headline(self, finding: Finding) -> str:
        """The finding as a sentence."""
        if finding.group == "beyond":
            return self._beyond(finding)
        if finding.group == "off":
            return self._off(finding)
        return self._changed(finding)

    def _beyond(self, finding: Finding) -> str:
        town = self.full[finding.area]
        standings = self.agenda.standing(finding.kpi)
        assert standings is not None
        if standings.kind == "stock":
            key = "beyond_overdue" if finding.kpi == OVERDUE else "beyond_stock"
            return self.say(
                key,
                town=town,
                title=self.title(finding.kpi),
                n=self.count(finding.now.n or 0),
                expected=self.rounded(finding.expected),
                unit=self.cases(finding.kpi, finding.now.n or 0),
            )
        if standings.kind == "rate":
            standing = standings.of(finding.area)
            assert standing is not None
            assert standing.spot is not None
            return self.say(
                "beyond_rate",
                town=town,
                title=self.title(finding.kpi),
                rate=per_people(standing.spot.y),
                city=per_people(standings.centre),
                unit=self.cases(finding.kpi, MANY),
            )
        figure = self.review.figure(finding.kpi)
        city = figure.city if figure else Reading(None)
        key = "beyond_longer" if standings.kind == "duration" else "beyond_lower"
        if figure and standings.kind == "share" and figure.better == "down":
            key = "beyond_higher"
        return self.say(
            key,
            town=town,
            title=self.title(finding.kpi),
            value=self.reading(finding.now, finding.kpi, finding.target),
            city=self.reading(city, finding.kpi),
        )

    def rounded(self, value: float | None) -> str:
        """An expected number as people say it: whole, below one with a digit."""
        if value is None:
            return "—"
        return self.count(round(value)) if value >= 1 else f"{value:.1f}"

    def _off(self, finding: Finding) -> str:
        title = self.title(finding.kpi)
        if finding.missing:
            return self.say(
                "off_cases",
                title=title,
                missing=self.count(finding.missing),
                unit=self.cases(finding.kpi, finding.missing),
            )
        value = self.number(finding.now.value, finding.kpi, finding.target).text
        target = self.target(finding.target or 0, finding.kpi)
        return self.say("off_value", title=title, value=value, target=target)

    def _changed(self, finding: Finding) -> str:
        town = "" if self.of_city(finding) else self.full[finding.area]
        subject = self.say("subject", town=town, title=self.title(finding.kpi)).strip()
        side = "up" if finding.side > 0 else "down"
        if finding.since and finding.is_beyond:
            return self._since(f"beyond_{side}", subject, finding)
        if finding.since and finding.run > 1:
            return self._since(f"run_{side}", subject, finding)
        return self.say(f"year_{side}", subject=subject)

    def _since(self, key: str, subject: str, finding: Finding) -> str:
        control = self.agenda.control(finding.kpi, finding.area)
        step = self.say(f"step_{control.step if control else 'week'}", n=finding.run)
        return self.say(key, subject=subject, since=self.day(finding.since), run=step)

    def detail(self, finding: Finding) -> str:
        """One line behind it: cases, where they lie, what moved with them."""
        if finding.group == "beyond":
            return self.dot(self._detail_beyond(finding))
        if finding.group == "off":
            return self.dot(
                [*filter(None, [self.of(finding.now, finding.kpi)]), self.where(finding)]
            )
        return self.dot(self._detail_changed(finding))

    def dot(self, parts: Sequence[str]) -> str:
        return " · ".join(part for part in parts if part)

    def _detail_beyond(self, finding: Finding) -> list[str]:
        found = []
        if finding.parts:
            found.append(self.parts(finding))
        elif finding.now.of is not None and not self._is_share(finding.kpi):
            found.append(
                self.say(
                    "longer_cases",
                    n=self.count(finding.now.n or 0),
                    of=self.count(finding.now.of),
                    expected=self.rounded(finding.expected),
                )
            )
        if finding.oldest_days:
            found.append(self.say("oldest", days=finding.oldest_days))
        if finding.also:
            found.append(self.say("also_beyond", titles=self.titles(finding.also)))
        return found

    def parts(self, finding: Finding) -> str:
        """Of what kinds a town's overdue work is: 事件 14、纠纷 5."""
        return self.comma.join(f"{self.kind(p.kpi)} {self.count(p.n)}" for p in finding.parts)

    def kind(self, kpi: str) -> str:
        """A kind of overdue work without that word."""
        title = self.title(kpi)
        if self.lang == "zh":
            return title.replace("超期", "")
        bare = title.replace("Overdue ", "").replace(" overdue", "").replace("overdue ", "")
        return bare[:1].upper() + bare[1:]

    def where(self, finding: Finding) -> str:
        """Whether a town stands out, and where the missing cases lie."""
        gaps = self.gaps(finding)
        standings = self.agenda.standing(finding.kpi)
        if standings is None:
            return gaps
        worse = [one for one in self.agenda.findings if self._stands_out(one, finding.kpi)]
        if worse:
            return gaps
        return self.say("no_town_and", gaps=gaps) if gaps else self.say("no_town")

    def _stands_out(self, one: Finding, kpi: str) -> bool:
        return one.group == "beyond" and (one.kpi == kpi or kpi in one.also)

    def gaps(self, finding: Finding) -> str:
        if not finding.gaps:
            return ""
        listed = self.comma.join(
            f"{self.short[gap.town]} {self.some_of(finding.kpi, gap.missing)}"
            for gap in finding.gaps
        )
        return self.say("gaps", towns=listed)

    def _detail_changed(self, finding: Finding) -> list[str]:
        found = [self.two(finding)]
        if finding.towns:
            names = self.comma.join(self.short[town] for town in finding.towns[:3])
            found.append(self.say("most", towns=names))
        if finding.also:
            found.append(self.say("with_it", titles=self.titles(finding.also[:3])))
        if finding.meaning == "neutral":
            found.append(self.say("neutral"))
        return found

    def two(self, finding: Finding) -> str:
        """Now, and the same quarter a year ago, in cases."""
        now = self.reading(finding.now, finding.kpi)
        before = self.reading(finding.last_year, finding.kpi)
        return self.say("two", now=now, before=before)

    def figure(self, finding: Finding) -> Said:
        """The one figure that stands beside the sentence."""
        if finding.group != "changed" or finding.change is None:
            if (
                finding.group == "beyond"
                and finding.now.of is not None
                and not self.of(finding.now, finding.kpi)
            ):
                return self.number(finding.now.value, finding.kpi)
            return self.value(finding.now, finding.kpi, finding.target)
        return self.by(finding.change.change, finding.kpi)

    def by(self, change: float, kpi: str) -> Said:
        """A change of a share in points, of anything else in per cent."""
        sign = "+" if change > 0 else numbers.MINUS
        unit = self.say("points") if self._is_share(kpi) else "%"
        return Said(f"{sign}{abs(100 * change):.1f}", unit)

    # The whole

    def counted(self) -> list[tuple[str, Role, int, str]]:
        """How many findings there are of each group: mark, colour, number, word."""
        roles: dict[str, Role] = {"beyond": "concern", "off": "concern", "changed": "special"}
        return [
            (MARKS[group], roles[group], len(self.agenda.of_group(group)), self.say(group))
            for group in GROUPS
        ]

    def topic(self) -> str:
        """How much there is to talk about."""
        if self.review.is_partly_seen:
            return self.say("topic_partly")
        n = len(self.agenda.findings)
        draft = "_draft" if self.review.through else ""
        return self.say(f"topic{draft}", n=n) if n else self.say(f"topic_none{draft}")

    def lacking(self) -> list[str]:
        """The towns that had data on too few days."""
        towns = {town.code for town in self.review.towns}
        heard = [one for one in self.review.completeness if one.town in towns]
        return [one.town for one in heard if one.is_lacking]

    def completeness(self) -> list[str]:
        """One line where the data are whole; else who lacks what."""
        lacking = self.lacking()
        city = self.review.complete(self.review.city.code)
        days = city.of_days if city else 0
        if city is not None and self.review.is_partly_seen:
            return [self.say("partly", days=city.days, of=days)]
        names = self.comma.join(self.short[town] for town in lacking)
        whole = self.say("whole", n=len(self.review.towns), days=days)
        found = [self.say("lacking", towns=names, n=len(lacking)) if lacking else whole]
        unknown = self.review.complete("unknown")
        if unknown:
            found.append(self.say("unknown_cases", n=self.count(unknown.events)))
        return [*found, *self.refused()]

    def refused(self) -> list[str]:
        """Why nothing is compared with last year, where that is so."""
        return [
            self.say("refused", quarter=side.name, days=side.days, of=side.of_days)
            for side in self.agenda.sides
            if not side.is_whole
        ]

    def compared(self) -> str:
        """How many comparisons were made, and how many would differ by chance."""
        made = len(self.agenda.changes)
        if self.review.is_partly_seen:
            return ""
        if not made:
            return self.comma.join(self.refused()) or self.say("compared_none")
        return self.say(
            "compared",
            made=self.count(made),
            chance=self.count(self.agenda.by_chance),
            signals=self.agenda.signals,
        )

    # One figure

    def verdict(self, figure: Figure) -> tuple[str, Role, str]:
        """What there is to say of a figure of the city that may be on no agenda: mark, colour,
        words.
        """
        found = [one for one in self.agenda.on(figure.kpi) if self.of_city(one)]
        if found:
            mark, role = self.mark(found[0])
            return mark, role, self.say(found[0].group)
        if self.review.is_partly_seen:
            return "", "common", ""
        if figure.target is None or figure.city.value is None:
            return "", "common", self.say("usual")
        is_met = (
            figure.city.value <= figure.target
            if figure.better == "down"
            else figure.city.value >= figure.target
        )
        return "", "common", self.say("met" if is_met else "near")

    def compare(self, figure: Figure, which: str) -> str:
        """A reading of another quarter beside this one's, uncoloured; with last year's, whether
        that is chance.
        """
        reading = figure.previous if which == "previous" else figure.last_year
        if reading.value is None or self.review.is_partly_seen:
            return ""
        text = self.say(which, value=self.reading(reading, figure.kpi))
        change = self.agenda.change(figure.kpi, self.review.city.code)
        if which == "previous" or change is None:
            return text
        return self.say("by_chance" if not change.is_signal else "no_chance", text=text)

    def better(self, standings: Standings) -> Better:
        """In which direction towns side by side are judged: up is always more on the chart."""
        if standings.kind in ("stock", "duration", "rate"):
            return "down"
        return kpis.CATALOGUE[standings.kpi].better

    def meaning(self, standings: Standings, cls: Class) -> diagrams.Meaning:
        return diagrams.meaning(cls, self.better(standings))

    def between(self) -> str:
        """The days of the quarter."""
        start, last = self.days()
        return self.say(
            "between", first=self.day(start.isoformat()), last=self.day(last.isoformat())
        )

    def days(self) -> tuple[date, date]:
        year, number = int(self.review.quarter[:4]), int(self.review.quarter[5])
        start = date(year, 3 * number - 2, 1)
        after = date(year + number // 4, 3 * number % 12 + 1, 1)
        through = self.review.through
        return start, date.fromisoformat(through) if through else after - timedelta(1)

    def level(self, control: Control) -> str:
        """What a control chart shows, as its title."""
        start = self.days()[0]
        days = days_of(control)
        of_quarter = [
            side
            for side, day, point in zip(control.signals, days, control.points, strict=False)
            if day >= start and point is not None
        ]
        recent = [side for side in of_quarter if side]
        if not control.lower:
            return self.say("control_plain")
        if not recent:
            return self.say("control_usual")
        if not any(one.area == control.area for one in self.agenda.on(control.kpi)):
            return self.say(f"control_few_{control.step}", n=len(recent), of=len(of_quarter))
        return self.say("control_up" if recent[-1] > 0 else "control_down")


def days_of(control: Control) -> list[date]:
    """The first day of each point."""
    day, found = date.fromisoformat(control.first), []
    for _ in control.points:
        found.append(day)
        if control.step == "week":
            day += timedelta(7)
        else:
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return found


def per_people(rate: float) -> str:
    """A rate per 10,000 people: one decimal, of a small one two digits."""
    return f"{rate:.1f}" if rate >= 1 else f"{rate:.2g}"


def share(value: float, target: float | None = None) -> str:
    """Per cent, with the digits that show on which side of a target it lies."""
    if value in (0, 1):
        return "100" if value else "0"
    for digits in (1, 2, 3):
        text = f"{100 * value:.{digits}f}"
        hides_target = target is not None and value != target and float(text) == 100 * target
        if not hides_target and text not in ("100.0", "0.0", "100.00", "0.00"):
            return text
    return f"{100 * value:.4g}"


def is_dated(kpi: str) -> bool:
    """Whether a figure is the last report of an indicator."""
    return kpi != OVERDUE and isinstance(kpis.CATALOGUE[kpi].formula, Gauge)


def is_workload(kpi: str) -> bool:
    return kpi != OVERDUE and isinstance(kpis.CATALOGUE[kpi].formula, Count)


def last_commitments(review: Review) -> list[Commitment]:
    """The commitments that came due by the end of the quarter."""
    return [one for one in review.commitments if one.outcome != "pending"]
