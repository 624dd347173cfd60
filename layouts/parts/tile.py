"""One figure on the screen, with its unit, target, change, sparkline, age and state.

The verdict comes as codes (feeds/figures/verdicts.py). `words` has their texts, for this module and
for assets/live/tiles.js, which writes newer figures into the same elements. The tree and its data
attributes are public (docs/reference/dom.md); the styles are assets/styles/tile.css, and
assets/styles/wall/tile.css on the wall.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Literal

from dash.development.base_component import Component

from feeds.city.profile import TownWord
from feeds.city.words import Lang
from feeds.figures import freshness, verdicts
from feeds.figures.verdicts import Verdict
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, sparkline
from layouts.text import numbers, texts, times
from layouts.view import View

Size = Literal["headline", "plain", "row"]
Words = Mapping[str, Mapping[str, str]]


def tile(
    view: View, kpi: str, size: Size = "plain", *, tag: str = "", has_spark: bool = True
) -> Component:
    """A KPI's tile. `tag` says its period where that isn't the page's."""
    declared, verdict = view.kpi(kpi), view.verdict(kpi)
    return html.Div(
        [
            html.Div(
                _title(view, kpi, tag), className="tile-title", title=declared.note.of(view.lang)
            ),
            html.Div(_figure(view, kpi, verdict), className="tile-figure"),
            html.Div(
                [
                    _target(view, kpi),
                    _cases(view, kpi, verdict),
                    _change(view, kpi, verdict),
                    mark(view, verdict),
                ],
                className="tile-line",
            ),
            *([sparkline.spark(view, kpi)] if has_spark else []),
            html.Div(
                [
                    html.Span(state_word(view, kpi), className="tile-state"),
                    html.Span(age(view, kpi, verdict), className="tile-age"),
                ],
                className="tile-foot",
            ),
        ],
        className=f"tile tile--{size}",
        **_data_attributes(view, kpi, verdict),
    )


def bare(view: View, kpi: str) -> Component:
    """The number with its unit and its verdict, which follow the frames; whoever shows it says what
    it is.
    """
    verdict = view.verdict(kpi)
    return html.Div(
        [html.Div([*_figure(view, kpi, verdict), mark(view, verdict)], className="tile-figure")],
        className="tile tile--bare",
        **_data_attributes(view, kpi, verdict),
    )


def words(view: View) -> Words:
    """The text of every code of a Verdict, by its field."""
    return _words(view.lang, view.profile.town_word)


@cache
def _words(lang: Lang, towns: TownWord) -> Words:
    live = texts.under(lang, "live", towns)
    years = {"year": live["year"], "period": live["previous"]}
    return {
        "code": dict.fromkeys(verdicts.CODES, "") | texts.under(lang, "verdict.code", towns),
        "since": {"since": live["since"], "detailed": live["since_detailed"]},
        "detail": {"": ""} | texts.under(lang, "verdict.detail", towns),
        "window": {"": "", "cases": ""} | texts.under(lang, "verdict.window", towns),
        "kind": years,
        "cases": {"year": live["year_cases"]},
        "before": texts.under(lang, "before", towns),
        "empty": {"cases": live["no_cases"], "data": "—", "": ""},
    }


def states(view: View) -> list[dict[str, Any]]:
    """The states of a figure in their order: up to how many cadences after its newest event it is
    in each (`until`), its words, those where it has no value, and the codes that read as others in
    it.
    """
    return [
        {
            "state": state,
            "until": limit,
            "words": _words_of_state(view, state, is_empty=False),
            "words_empty": _words_of_state(view, state, is_empty=True),
            "codes": verdicts.SILENCED[state],
        }
        for state, limit in freshness.LIMITS
    ]


def _words_of_state(view: View, state: freshness.State, *, is_empty: bool) -> str:
    """With the places {span} and {moment}."""
    if state == "live":
        return ""
    if state == "late":
        return view.text("live.late")
    return view.text("live.nodata" if is_empty else "live.last")


def for_browser(view: View) -> dict[str, Any]:
    """All that assets/live/tiles.js needs to word a tile."""
    return {
        "fields": Verdict._fields,
        "words": words(view),
        "states": states(view),
        "cases": view.text("live.cases"),
        "dated": view.text("live.dated"),
        "dated_of": view.text("live.dated_of"),
    }


def value_text(view: View, kpi: str, verdict: Verdict) -> numbers.Figure:
    """The figure of a tile: its own; where that has too few cases, the one of a longer window, or
    the cases themselves; or the word or dash that stands for it.
    """
    value, unit, target = view.value(kpi), view.kpi(kpi).unit, view.target(kpi)
    if verdict.window == "cases":
        return _few(view, kpi, verdict)
    if verdict.window:
        value = verdict.value
    if value is None:
        return numbers.Figure(words(view)["empty"][verdict.empty], "")
    return numbers.beside(value, target, unit, view.lang)


def _few(view: View, kpi: str, verdict: Verdict) -> numbers.Figure:
    """The cases that are too few for a figure: 3/3, or 2 of a duration."""
    n, of = view.parts(kpi)
    if not of:
        return numbers.Figure(words(view)["empty"][verdict.empty or "cases"], "")
    if view.kpi(kpi).unit == "share":
        return numbers.Figure(numbers.cases(n, of, view.lang), "")
    return numbers.Figure(numbers.whole(of, view.lang), view.text("live.cases"))


def state_word(view: View, kpi: str) -> str:
    """The text of the state beside the figure; empty for a live one."""
    at = view.kpi_at(kpi)
    return word_of_state(view, view.state(kpi), at, is_empty=at is None or view.value(kpi) is None)


def word_of_state(view: View, state: freshness.State, at_ms: int | None, *, is_empty: bool) -> str:
    """The words of a state, of a figure or of a part of the wall whose newest event was at
    `at_ms`.
    """
    text = _words_of_state(view, state, is_empty=is_empty)
    if not text or at_ms is None:
        return text
    return text.format(
        span=times.duration((view.now_ms - at_ms) / 1000, view.lang),
        moment=times.moment(at_ms, view.now_ms, view.profile.tz, view.lang),
    )


def age(view: View, kpi: str, verdict: Verdict) -> str:
    """How old the figure is; of one that is reported by period, of when it is."""
    at = view.kpi_at(kpi)
    if at is None:
        return ""
    if not verdicts.is_dated(view.kpi(kpi)):
        return times.age((view.now_ms - at) / 1000, view.lang)
    key = "live.dated_of" if verdict.period else "live.dated"
    return view.text(key, period=verdict.period, date=times.iso_day(at, view.profile.tz))


def mark(view: View, verdict: Verdict) -> Component:
    """The verdict in a shape, a word, the day since when, and what the word leaves open. The shape
    is the style's.
    """
    said = words(view)
    since = _since(view, verdict)
    detail = attributes.data(detail=verdict.detail) if verdict.detail else {}
    return html.Span(
        [
            html.Span(said["code"][verdict.code], className="verdict-word"),
            html.Span(since, className="verdict-since"),
        ],
        className="tile-verdict",
        **attributes.data(code=verdict.code),
        **detail,
    )


def _since(view: View, verdict: Verdict) -> str:
    """The first day of a signal, and what its word leaves open."""
    if not verdict.since or not words(view)["code"][verdict.code]:
        return ""
    first = date.fromisoformat(verdict.since)
    day = times.day_of_year(first, view.now_ms, view.profile.tz, view.lang)
    said = words(view)
    detail = said["detail"][verdict.detail]
    key = "detailed" if detail else "since"
    return said["since"][key].format(day=day, detail=detail)


def _target(view: View, kpi: str) -> Component:
    """The target; whether it is met is the verdict's."""
    wanted = view.target(kpi)
    if wanted is None:
        return html.Span("", className="tile-target")
    text = view.text("tile.target", value=numbers.text(wanted, view.kpi(kpi).unit, view.lang))
    return html.Span(text, className="tile-target")


def _cases(view: View, kpi: str, verdict: Verdict) -> Component:
    """The cases behind a share, with the window they are of where that isn't the page's."""
    said = words(view)["window"][verdict.window]
    n, of = (verdict.n, verdict.of) if verdict.window else view.parts(kpi)
    cases = numbers.cases(n, of, view.lang) if view.kpi(kpi).unit == "share" else ""
    if verdict.window == "cases":
        cases = ""
    return html.Span(
        [html.Span(said, className="cases-window"), html.Span(cases, className="cases-number")],
        className="tile-cases",
    )


def _change(view: View, kpi: str, verdict: Verdict) -> Component:
    """The change on the same part of last year; on the previous period where there is no last year.
    Uncoloured: what it means is the verdict's.
    """
    on_year, on_period = view.change(kpi)
    difference = on_period if verdict.kind == "period" else on_year
    kind, value = "", ""
    if verdict.said == "part" and difference is not None:
        kind = words(view)["kind"][verdict.kind]
        value = numbers.change(difference, view.kpi(kpi).unit, view.lang)
    elif verdict.said == "cases" and verdict.base is not None:
        said = words(view)
        is_period = verdict.kind == "period"
        kind = said["before"][view.compared_over(kpi)] if is_period else said["cases"]["year"]
        value = numbers.text(verdict.base, view.kpi(kpi).unit, view.lang)
    return html.Span(
        [html.Span(kind, className="change-kind"), html.Span(value, className="change-value")],
        className="tile-change",
        **attributes.data(kind=verdict.kind, change=_raw(difference)),
    )


def _title(view: View, kpi: str, tag: str) -> list[Component]:
    """The figure's name, which leads to all that is known of it; on the wall nobody can follow."""
    text = view.title(kpi)
    is_linked = view.path not in ("/wall",) and not (
        view.path == "/kpi" and view.filters.get("kpi") == kpi
    )
    name = (
        html.A(text, href=components.address(view, "/kpi", kpi=kpi), className="title-text")
        if is_linked
        else html.Span(text, className="title-text")
    )
    said = _moment(view, kpi) or tag
    return [name, *([html.Span(said, className="title-tag")] if said else [])]


def _moment(view: View, kpi: str) -> str:
    """Of what stands, when it stood so, where the page is of more than today: it is no sum."""
    if view.kpi(kpi).kind != "stock" or view.period == "today":
        return ""
    return view.text("tile.at_end" if view.date_range else "tile.now")


def _data_attributes(view: View, kpi: str, verdict: Verdict) -> dict[str, Any]:
    declared = view.kpi(kpi)
    slow = {"dated": "yes"} if verdicts.is_dated(declared) else {}
    over = view.compared_over(kpi)
    own = {"over": over} if over != view.period else {}
    return attributes.data(
        kpi=kpi,
        area=view.area,
        period=view.period,
        state=view.state(kpi),
        empty=verdict.empty,
        verdict=verdict.code,
        window=verdict.window,
        unit=declared.unit,
        needs=" ".join(declared.needs),
        cadence=str(view.cadence_alone_s(kpi)),
        better=declared.better,
        target=_raw(view.target(kpi)),
        **slow,
        **own,
    )


def _figure(view: View, kpi: str, verdict: Verdict) -> list[Component]:
    digits, unit = value_text(view, kpi, verdict)
    data = attributes.data(
        value=_raw(view.value(kpi)), at=_raw(view.kpi_at(kpi)), of=_raw(view.parts(kpi)[1])
    )
    return [
        html.Span(digits, className="tile-value", **data),
        html.Span(unit, className="tile-unit"),
    ]


def _raw(value: float | None) -> str:
    """The unrounded number as the browser would write it; empty for none."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))
