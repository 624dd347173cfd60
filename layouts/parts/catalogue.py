"""The list of all figures: searched by text, narrowed to a domain, a system or what is off target,
and ordered. The address holds every choice.

callbacks/figures.py repeats the search in the browser while a text is typed, by the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from feeds import kpis
from feeds.city import systems
from feeds.figures import verdicts
from feeds.kpis import Kpi
from feeds.kpis.formulas import Reading
from layouts import ids
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import attention, components, control_chart, labels, tile
from layouts.text import texts
from layouts.view import View

FILTERS = ("q", "domain", "system", "off", "sort")
SORTS = ("domain", "name", "target", "change", "age")
FIRST_ROWS = 24  # of all in one order
UNJUDGED = ("nodata", "late", "few")
# What a domain's line counts, in this order.
# By their verdict: what is to be acted on first.
FIRST = ("alarm", "worse", "off", "near", "changed", "better", "usual", "few", "late", "nodata")


def build(view: View) -> Component:
    """The choices, how many figures they leave, and those figures."""
    shown = sorted(_narrowed(view), key=_order(view))
    found = [kpi for kpi in shown if is_found(_text(kpi), view.filters.get("q", ""))]
    heading = html.H1(
        [html.Span(view.text("figure.all")), _count(view, len(found))],
        className="section-title find-title",
    )
    none = html.P(view.text("find.none"), className="find-none control-empty")
    rows = _by_domain(view, shown) if _sort(view) == "domain" else [_in_a_row(view, shown)]
    listed = html.Div([_columns(view), *rows, none], className="figure-rows")
    return html.Div(
        [heading, _search(view), *_choices(view), *_computing(view), listed],
        className="section find",
    )


def _computing(view: View) -> list[Component]:
    """Where the courses are not computed yet, the page looks again soon."""
    if not view.waits_for_trends:
        return []
    again = attributes.data(again=str(control_chart.AGAIN_S))
    return [html.P(view.text("find.computing"), className="control-empty", **again)]


def is_found(text: str, asked: str) -> bool:
    """Whether a figure's text holds every word that is looked for."""
    return all(word in text for word in asked.lower().split())


def _text(kpi: Kpi) -> str:
    """By what a figure is found: its names in both languages, and those of its domain and
    system.
    """
    names = [kpi.id, kpi.title.zh, kpi.title.en]
    named = [texts.under(lang, "domain") for lang in texts.LANGS]
    names += [found[kpi.domain] for found in named if kpi.domain in found]
    system = systems.SYSTEMS[kpi.system]
    return " ".join([*names, system.zh, system.en]).lower()


def _narrowed(view: View) -> list[Kpi]:
    """The figures of the chosen domain and system; with `off` those off target alone."""
    domain, system = view.filters.get("domain", ""), view.filters.get("system", "")
    found = [
        kpi
        for kpi in kpis.CATALOGUE.values()
        if domain in ("", kpi.domain) and system in ("", str(kpi.system))
    ]
    if "off" not in view.filters:
        return found
    return [kpi for kpi in found if against_target(view, kpi.id) == "off"]


def against_target(view: View, kpi: str) -> str:
    """How a figure stands to its target: met, near or off, whatever else its verdict says; "" of
    what has none, and of what is not judged.
    """
    view = view.of_figure(kpi)
    verdict, value, wanted = view.verdict(kpi), view.value(kpi), view.target(kpi)
    if value is None or wanted is None or verdict.code in UNJUDGED:
        return ""
    if verdict.code in ("off", "near"):
        return verdict.code
    n, of = view.parts(kpi)
    figure = verdicts.Figure(view.kpi(kpi), Reading(value, n, of), wanted)
    side = verdicts.against_target(figure)
    return "met" if side == "usual" else side


def _sort(view: View) -> str:
    asked = view.filters.get("sort", "")
    return asked if asked in SORTS else "domain"


def _order(view: View) -> Callable[[Kpi], Any]:
    """What the figures are sorted by; equal ones stay in the catalogue's order."""

    def name(kpi: Kpi) -> Any:
        """Chinese by sound: the order that GB 18030 keeps for its common characters."""
        title = kpi.title.of(view.lang).lower()
        return title.encode("gb18030") if view.lang == "zh" else title

    def target(kpi: Kpi) -> Any:
        return FIRST.index(view.of_figure(kpi.id).verdict(kpi.id).code)

    def change(kpi: Kpi) -> Any:
        """What changed most first, as far as its change can be said."""
        own = view.of_figure(kpi.id)
        _, difference = verdicts.compared(own.change(kpi.id))
        return -abs(difference or 0) if own.verdict(kpi.id).said == "part" else 0

    def age(kpi: Kpi) -> Any:
        """The oldest data first; what has none before it."""
        return view.kpi_at(kpi.id) or 0

    orders = {"name": name, "target": target, "change": change, "age": age}
    return orders.get(_sort(view), lambda _kpi: 0)


def _count(view: View, found: int) -> Component:
    of = len(kpis.CATALOGUE)
    words = view.text("find.count", n="{n}", of=of)
    return html.Span(
        view.text("find.count", n=found, of=of),
        id=ids.FOUND,
        className="find-count",
        role="status",
        **attributes.data(words=words),
    )


def _search(view: View) -> Component:
    """The field, in a form that also works before any script does."""
    words = view.text("find.help")
    field = dcc.Input(
        id=ids.SEARCH,
        type="search",
        name="q",
        value=view.filters.get("q", ""),
        placeholder=words,
        className="find-field",
    )
    kept = "".join(
        markup.tag("input", type="hidden", name=name, value=value)
        for name, value in components.query(view, q="").items()
    )
    label = html.Label(view.text("find.label"), htmlFor=ids.SEARCH, className="unseen")
    button = html.Button(view.text("find.do"), type="submit", className="find-do")
    return html.Form(
        [label, field, islands.Markup("span", {"hidden": True}, kept), button],
        action=view.path,
        method="get",
        role="search",
        className="find-form",
    )


def _choices(view: View) -> list[Component]:
    """Domain, system and what is off target; beneath them the orders."""
    domains = dict.fromkeys(kpi.domain for kpi in kpis.CATALOGUE.values())
    numbers = sorted({kpi.system for kpi in kpis.CATALOGUE.values()})
    by_domain = {domain: labels.domain(view, domain) for domain in domains}
    by_system = {
        str(number): f"{number} {systems.SYSTEMS[number].of(view.lang)}" for number in numbers
    }
    is_off = "off" in view.filters
    off = _choice(view, view.text("find.off"), is_off, off="" if is_off else "1")
    orders = [
        _choice(view, view.text(f"find.by_{name}"), name == _sort(view), sort=_kept(name))
        for name in SORTS
    ]
    narrow = [_folded(view, "domain", by_domain), _folded(view, "system", by_system), off]
    return [
        html.Div(narrow, className="cases-choices find-choices"),
        html.Nav(
            orders,
            className="periods find-orders",
            **attributes.aria(label=view.text("find.orders")),
        ),
    ]


def _kept(sort: str) -> str:
    """The first order is the one without a word in the address."""
    return "" if sort == SORTS[0] else sort


def _folded(view: View, name: str, values: dict[str, str]) -> Component:
    chosen = view.filters.get(name, "")
    every = view.text(f"find.every_{name}")
    links = [
        _choice(view, said, value == chosen, **{name: value})
        for value, said in {"": every, **values}.items()
    ]
    label = view.text(f"find.{name}")
    summary = html.Summary(values.get(chosen, every), title=label)
    listed = html.Nav(links, className="areas-list", **attributes.aria(label=label))
    return html.Details([summary, listed], className=f"areas find-{name}")


def _choice(view: View, said: str, is_current: bool, **changes: str) -> Component:
    current = attributes.aria(current="true") if is_current else {}
    return html.A(said, href=components.address(view, **changes), className="pick", **current)


def _by_domain(view: View, shown: Sequence[Kpi]) -> list[Component]:
    """A block a domain, first those with something to attend to: that is in sight, the rest of the
    domain folded.
    """
    domains = dict.fromkeys(kpi.domain for kpi in shown)
    blocks = {name: [kpi for kpi in shown if kpi.domain == name] for name in domains}

    def first(name: str) -> int:
        return min(_rank(view, kpi) for kpi in blocks[name])

    return [_block(view, name, blocks[name]) for name in sorted(blocks, key=first)]


def _rank(view: View, kpi: Kpi) -> int:
    """The place of what is to be attended to; the same for all else."""
    code = view.of_figure(kpi.id).verdict(kpi.id).code
    return attention.ORDER.index(code) if code in attention.ORDER else len(attention.ORDER)


def _block(view: View, domain: str, its: Sequence[Kpi]) -> Component:
    """The domain's name, how many of its figures say what, and its figures."""
    head = html.Div(
        [
            html.H2(labels.domain(view, domain), className="block-title"),
            attention.counted(view, [kpi.id for kpi in its], "block-said"),
        ],
        className="block-head",
    )
    urgent = [kpi for kpi in its if _rank(view, kpi) < len(attention.ORDER)]
    others = [kpi for kpi in its if kpi not in urgent]
    if _is_narrowed(view):
        urgent, others = list(its), []
    rest = [_folded_rows(view, domain, others, bool(urgent))] if others else []
    return html.Div([head, *(_row(view, kpi) for kpi in urgent), *rest], className="block")


def _is_narrowed(view: View) -> bool:
    """Whether the reader chose a part of the list: of that nothing is folded."""
    return any(view.filters.get(name) for name in ("domain", "system", "off"))


def _in_a_row(view: View, shown: Sequence[Kpi]) -> Component:
    """All figures in one order: the first of them in sight, the rest folded."""
    first, others = (shown, ()) if _is_narrowed(view) else (shown[:FIRST_ROWS], shown[FIRST_ROWS:])
    rest = [_end(view, others)] if others else []
    return html.Div([*(_row(view, kpi) for kpi in first), *rest], className="block")


def _folded_rows(view: View, domain: str, its: Sequence[Kpi], has_others: bool) -> Component:
    """A domain's rows: a phone folds them to a line, a desk has room for all."""
    key = "find.rest" if has_others else "find.all_of"
    heading = html.Span(view.text(key, n=len(its)))
    folded = components.fold(domain, heading, *(_row(view, kpi) for kpi in its))
    return html.Div(folded, className="figure-rest")


def _end(view: View, its: Sequence[Kpi]) -> Component:
    """The end of a long order behind a press; open where a text is looked for, because that may be
    in it.
    """
    rows = [html.Summary(view.text("find.rest", n=len(its))), *(_row(view, kpi) for kpi in its)]
    return html.Details(rows, className="figure-rest", open=bool(view.filters.get("q")))


def _columns(view: View) -> Component:
    """The heads of the columns, at a desk."""
    names = ("name", "value", "cases", "verdict", "target", "course")
    heads = [html.Span(view.text(f"find.column_{name}")) for name in names]
    return html.Div(heads, className="figure-heads", **attributes.aria(hidden="true"))


def _row(view: View, kpi: Kpi) -> Component:
    """The tile as a line, how it stands to its target where the verdict does not say so, and its
    last thirteen months.
    """
    text = _text(kpi)
    facts: dict[str, Any] = attributes.data(find=text)
    if not is_found(text, view.filters.get("q", "")):
        facts["hidden"] = True
    side, own = against_target(view, kpi.id), view.of_figure(kpi.id)
    verdict = own.verdict(kpi.id)
    is_said = not side or verdict.code in ("off", "near") or verdict.detail == "off"
    state = "" if is_said else view.text(f"find.target_{side}")
    return html.Div(
        [
            tile.tile(own, kpi.id, "row", tag=view.own_tag(kpi.id), has_spark=False),
            html.Span(state, className="figure-target"),
            control_chart.course(view, kpi.id),
        ],
        className="figure-row",
        **facts,
    )
