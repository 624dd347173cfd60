"""A sample of the walk, in the suite: every page of a large city, a small one and an empty one at
some moments of the demo. The whole of it is `python -m tests.walk` (docs/how-to/develop.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from dash.development.base_component import Component

from feeds.city.words import Lang
from feeds.figures import verdicts
from feeds.figures.verdicts import Verdict
from feeds.kpis import Unit
from layouts.html import elements as html
from layouts.parts import comparison, tile
from layouts.text import numbers
from layouts.text.numbers import Figure
from layouts.view import View
from tests.walk import walk
from tests.walk.walk import City

TOWN = "320282001"
LARGE = replace(walk.YIXING, history=21, towns=(TOWN,), thinned=6)
SMALL = replace(walk.THREE, history=120)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("city", "moments"),
    [
        (LARGE, ["2026-03-04T07:00"]),
        (SMALL, ["2026-09-30T12:00"]),
        (walk.EMPTY, ["2026-09-30T12:00"]),
    ],
    ids=lambda one: one.name if isinstance(one, City) else "",
)
def test_no_page_says_what_it_must_not(city: City, moments: Sequence[str]) -> None:
    found, pages = [], 0
    at = [datetime.fromisoformat(moment) for moment in moments]
    for _, count, seen in walk.walk(city, at, kpis_each=5, is_whole=False):
        found += seen
        pages += count
    assert pages > 50
    assert found == [], "\n".join(f"{one.page}: {one.finding}" for one in found[:20])


@pytest.mark.timeout(600)
def test_every_rule_finds_what_is_broken_in_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages whose markup the rules no longer read would be found to be right."""

    def wrong_mark(view: View, verdict: Verdict) -> Component:
        return mark(view, verdict._replace(code="better"))

    def at_its_target(value: float, target: float | None, unit: Unit, lang: Lang) -> Figure:
        return numbers.figure(value if target is None else target, unit, lang)

    def other_stocks(view: View, kpi: str) -> float | None:
        found = value(view, kpi)
        return found if found is None or kpi not in walk.STOCKS else found + len(view.period)

    mark, value = tile.mark, View.value
    monkeypatch.setattr(tile, "mark", wrong_mark)
    monkeypatch.setattr(tile, "_cases", lambda *_: html.Span(""))
    monkeypatch.setattr(numbers, "beside", at_its_target)
    monkeypatch.setattr(verdicts, "_said", lambda *_: "part")
    monkeypatch.setattr(comparison, "classes", lambda parts, _: dict.fromkeys(parts, "low"))
    monkeypatch.setattr(View, "value", other_stocks)
    at = [datetime.fromisoformat("2026-09-30T12:00")]
    (found,) = [seen for _, _, seen in walk.walk(SMALL, at, kpis_each=8, is_whole=False)]
    assert {one.finding.rule for one in found} == {
        "second verdict",
        "percentage on a base under 10",
        "share without n",
        "town named inside the limits",
        "stock differs between periods",
        "rounds across its target",
    }
