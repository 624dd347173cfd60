"""The wording of a review: names of areas, quarters and figures, numbers, classes and changes, in
one language.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from typing import cast
from zoneinfo import ZoneInfo

from feeds import kpis
from feeds.city.profile import TownWord
from feeds.city.words import Lang
from feeds.kpis import Better
from feeds.review.review_values import Compared, Figure, Reading, Review, TownReading
from layouts.papers import plan
from layouts.papers.plan import Said
from layouts.parts import diagrams, labels
from layouts.parts.diagrams import Role
from layouts.review import funnels
from layouts.review.sentences import Wording
from layouts.text import numbers, texts, times


@dataclass(frozen=True)
class Narrator:
    """A review in a language, its times in a zone, its towns called as the city calls them."""

    review: Review
    lang: Lang
    tz: tzinfo
    towns: TownWord

    def say(self, key: str, **values: object) -> str:
        return texts.get(self.lang, f"report.{key}", self.towns, **values)

    @cached_property
    def names(self) -> dict[str, str]:
        """Of every area, short where it is a town."""
        unknown = {"unknown": self.say("unknown")}
        return unknown | {
            a.code: labels.short(a.zh) if self.lang == "zh" else a.en for a in self.review.areas
        }

    @cached_property
    def full(self) -> dict[str, str]:
        return {"unknown": self.say("unknown")} | {
            a.code: a.zh if self.lang == "zh" else a.en for a in self.review.areas
        }

    @cached_property
    def words(self) -> Wording:
        """The review's sentences."""
        return Wording(self.review, self.lang, self.towns)

    @property
    def city(self) -> str:
        return self.full[self.review.city.code]

    @property
    def comma(self) -> str:
        return "、" if self.lang == "zh" else ", "

    @property
    def known(self) -> Container[str]:
        """The figures that have a definition; overdue work of all kinds has none of its own."""
        return kpis.CATALOGUE

    def title(self, kpi: str) -> str:
        return self.words.title(kpi)

    def note(self, kpi: str) -> str:
        return kpis.CATALOGUE[kpi].meaning.of(self.lang)

    def quarter(self, name: str = "") -> str:
        year, _, number = (name or self.review.quarter).partition("Q")
        return self.say(
            "quarter", year=year, n="一二三四"[int(number) - 1] if self.lang == "zh" else number
        )

    def moment(self, at_ms: int) -> str:
        at = times.local(at_ms, cast(ZoneInfo, self.tz))
        return f"{at:%Y-%m-%d %H:%M}"

    def day(self, at_ms: int | None) -> str | None:
        return None if at_ms is None else f"{times.local(at_ms, cast(ZoneInfo, self.tz)):%Y-%m-%d}"

    @cached_property
    def code(self) -> str:
        """The freeze code in words; without one, as of when."""
        found = self.review.freeze
        if self.review.through:
            return self.say("draft", at=self.moment(self.review.moment_ms))
        return (
            self.say("frozen" if self.review.is_reproduced else "differing", code=found.code)
            if found
            else self.say("unfrozen", at=self.moment(self.review.moment_ms))
        )

    def number(self, value: float | None, figure: Figure) -> str:
        return plan.NOTHING if value is None else diagrams.number(value, figure.unit, self.lang)

    def reading(self, found: Reading, figure: Figure) -> str:
        """A share with what it was made of, in whole numbers."""
        return self.words.reading(found, figure.kpi, figure.target)

    def change(self, found: Compared | None, figure: Figure) -> str:
        by = gap(found, figure)
        return plan.NOTHING if by is None else numbers.change(by, figure.unit, self.lang)

    def moved(self, figure: Figure, area: str) -> Said:
        """Whether a change on last year stands out among all comparisons."""
        change = self.words.agenda.change(figure.kpi, area)
        if change is None:
            return Said(plan.NOTHING, "common")
        side = 1 if change.change > 0 else -1
        role = role_of(side, figure.better, is_sure=change.is_signal)
        return Said(self.say("move_signal" if change.is_signal else "move_chance"), role)

    def against_city(self, one: TownReading, figure: Figure) -> Said:
        """A town beside the others, in words."""
        said = self.words
        standings = said.agenda.standing(figure.kpi)
        standing = standings.of(one.town) if standings else None
        if standings is None or standing is None:
            return Said(plan.NOTHING, "common")
        role = diagrams.ROLES[said.meaning(standings, standing.cls)]
        return Said(funnels.stands(said, standing.cls), role)


def step(difference: float, figure: Figure) -> float:
    """A change as numbers.change says it: points of a share, a part of anything else."""
    return difference if figure.form == "share" else difference - 1


def gap(found: Compared | None, figure: Figure) -> float | None:
    """By how much something changed, as `step`; None from nothing."""
    return None if found is None or found.difference is None else step(found.difference, figure)


def role_of(side: int, better: Better, *, is_sure: bool) -> Role:
    """The colour of what lies on a side (1 above, -1 below): only what is sure has one."""
    if not side or not is_sure:
        return "common"
    if better == "neutral":
        return "special"
    return "data" if (side > 0) == (better == "up") else "concern"
