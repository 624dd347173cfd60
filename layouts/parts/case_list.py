"""A list of case numbers: what was asked for, how many cases there are, and one page of them. Codes
and times only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash.development.base_component import Component

from feeds.cases import query
from feeds.cases.query import Asked, Counts, Entry, Page
from feeds.events import eventtypes
from feeds.events.event import Shape
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, home, labels, person_menu
from layouts.text import numbers, times
from layouts.view import View


@dataclass(frozen=True)
class Listing:
    """What was asked for and what was found; `counts` are of every kind in the same state. With
    `is_grid_withheld` it is of all grids, because grids are shown only inside the town; with
    `is_partial` cases of some towns are counted and not listed.
    """

    asked: Asked
    page: Page
    counts: Counts
    is_grid_withheld: bool = False
    is_partial: bool = False


def build(view: View, found: Listing) -> Component:
    """How many there are and how long the oldest waits, a chip for each kind, then the cases and
    the way to the next of them.
    """
    asked, page = found.asked, found.page
    if view.without_figures:
        return html.Div(_instead(view), className="cases")
    notes = (
        [html.P(view.text("cases.grid_withheld"), className="drill-help")]
        if found.is_grid_withheld
        else []
    )
    if found.is_partial:
        notes.append(html.P(_withheld(view, found), className="drill-help"))
    choices = html.Div([_states(view, asked), *_filters(view, asked)], className="cases-choices")
    body = [_table(view, found)] if page.entries else []
    if not page.total:
        body = [html.P(view.text(f"cases.none_{asked.state}"), className="control-empty")]
    parts = [*_heading(view, found), _kinds(view, found), choices, *notes, *body]
    return html.Div([*parts, *_pages(view, page)], className="cases")


def _instead(view: View) -> list[Component]:
    """No count of a board that never received anything, where 0 overdue would read as good news,
    nor of a history that is being filled, whose cases are open only because their ends are missing.
    """
    why = "overview.filling_help" if view.without_figures == "filling" else "cases.none_yet"
    return [
        html.H1(view.text(f"overview.{view.without_figures}"), className="sentence"),
        html.P(view.text(why), className="control-empty"),
    ]


def _withheld(view: View, found: Listing) -> list[Component | str]:
    """Why not every case is listed, and the way to be shown them where nobody is signed in."""
    said = view.text("cases.withheld_part" if found.page.entries else "cases.withheld_all")
    return [said] if view.person.kind else [said, " ", person_menu.sign_in(view)]


def _heading(view: View, found: Listing) -> list[Component]:
    """The sentence of the page, and the line of what is behind it. The oldest case is named only
    above a list that has it, or above none at all.
    """
    asked, counts = found.asked, found.counts
    families = [asked.family] if asked.family else list(counts.by_family)
    oldest = [counts.oldest_due[family] for family in families if family in counts.oldest_due]
    long = sum(counts.long_overdue.get(family, 0) for family in families)
    count = numbers.text(found.page.total, "count", view.lang)
    sentence = view.text(f"cases.total_{asked.state}", count=count)
    is_narrowed = bool(asked.where or asked.stage)
    is_whole = not (found.is_partial and found.page.entries)
    if asked.state == "overdue" and found.page.total and oldest and is_whole and not is_narrowed:
        span = times.duration((view.now_ms - min(oldest)) / 1000, view.lang)
        sentence = view.text("cases.total_oldest", count=count, span=span)
    kind = kind_name(view, asked.family) if asked.family else view.text("cases.every_kind")
    facts = [view.text("cases.scope", area=view.area_name(), kind=kind)]
    if asked.state == "overdue" and long and not is_narrowed:
        facts.append(view.text("cases.long", count=long, days=query.LONG_DAYS))
    line = [html.Span(fact) for fact in facts]
    return [
        html.H1(sentence, className="sentence"),
        html.Div([*line, *home.offer(view)], className="cases-facts"),
    ]


def _kinds(view: View, found: Listing) -> Component:
    """A chip for all kinds, and one for each kind that has cases, the most first."""
    asked, counts = found.asked, found.counts
    most_first = sorted(query.FAMILIES, key=lambda family: -counts.by_family.get(family, 0))
    shown = [
        family for family in most_first if counts.by_family.get(family, 0) or family == asked.family
    ]
    chips = [_kind(view, found, "", counts.total)]
    chips += [_kind(view, found, family, counts.by_family.get(family, 0)) for family in shown]
    none = len(query.FAMILIES) - len(shown)
    rest = (
        [html.Span(view.text(f"cases.rest_{asked.state}", n=none), className="cases-rest")]
        if none and shown
        else []
    )
    return html.Nav(
        [*chips, *rest],
        className="cases-kinds",
        **attributes.aria(label=view.text("cases.family")),
    )


def _kind(view: View, found: Listing, family: str, number: int) -> Component:
    name = kind_name(view, family) if family else view.text("cases.all")
    current = attributes.aria(current="true") if family == found.asked.family else {}
    address = components.address(
        view, cursor="", family=family, category="", facet="", outcome="", grid="", stage=""
    )
    count = html.Span(numbers.text(number, "count", view.lang), className="cases-count")
    return html.A([name, count], href=address, className="cases-kind", **current)


def _states(view: View, asked: Asked) -> Component:
    states = [
        _choice(view, view.text(f"cases.{s}"), s == asked.state, state=s, stage="")
        for s in ("overdue", "open", "closed")
    ]
    sorts = [
        _choice(view, view.text(f"cases.by_{s}"), s == asked.sort, sort=s) for s in query.SORTS
    ]
    return html.Nav(
        [*states, html.Span(className="cases-gap"), *sorts],
        className="periods",
        **attributes.aria(label=view.text("cases.choices")),
    )


def _choice(view: View, said: str, is_current: bool, **changes: str) -> Component:
    current = attributes.aria(current="true") if is_current else {}
    return html.A(
        said, href=components.address(view, cursor="", **changes), className="pick", **current
    )


def _filters(view: View, asked: Asked) -> list[Component]:
    """What narrows the list, each a link that takes it away."""
    chosen = dict(asked.where) | ({"stage": asked.stage} if asked.stage else {})
    return [
        html.A(
            [
                html.Span(_value(view, asked.family, name, code)),
                html.Span("×", **attributes.aria(hidden="true")),
            ],
            className="chip",
            href=components.address(view, cursor="", **{name: ""}),
            **attributes.aria(
                label=view.text("drill.remove", name=_value(view, asked.family, name, code))
            ),
        )
        for name, code in chosen.items()
    ]


def _value(view: View, family: str, name: str, code: str) -> str:
    if name == "stage":
        return view.text(f"cases.stage_{code}")
    if name == "grid":
        return labels.grid(view, code)
    return _code(view, family, name, code) if family else code


def _table(view: View, found: Listing) -> Component:
    asked, entries = found.asked, found.page.entries
    has_grid = any(entry.grid for entry in entries)
    is_closed = asked.state == "closed"
    names = [
        *([] if is_closed else ["over"]),
        "case",
        "kind",
        *(["town"] if view.is_city else ["grid"] if has_grid else []),
        "stage",
        "opened",
        "outcome" if is_closed else "due",
    ]
    head = html.Thead(
        html.Tr([html.Th(view.text(f"cases.{name}_column"), scope="col") for name in names])
    )
    longest_ms = max((overdue_ms(view, entry) for entry in entries), default=0)
    rows = [
        html.Tr([_cell(view, asked, entry, name, longest_ms) for name in names], **_hooks(entry))
        for entry in entries
    ]
    return html.Div(
        html.Table([head, html.Tbody(rows)], className="table table--cases"),
        className="table-scroll",
        tabIndex=0,
    )


def _hooks(entry: Entry) -> dict[str, Any]:
    return attributes.data(case=entry.case, overdue="late" if entry.is_overdue else "")


def _cell(view: View, asked: Asked, entry: Entry, name: str, longest_ms: int) -> Component:
    match name:
        case "case":
            return html.Th(_copied(view, entry.case), scope="row", className="case-number")
        case "over":
            return html.Td(_over(view, entry, longest_ms), className="case-over")
        case "kind":
            return html.Td(about(view, entry, asked), className="case-kind")
    return html.Td(_text(view, entry, name), className=f"case-{name}")


def _text(view: View, entry: Entry, name: str) -> str:
    match name:
        case "town":
            return labels.place(view, entry.town)
        case "grid":
            return labels.grid(view, entry.grid) if entry.grid else "—"
        case "stage":
            return view.text(f"cases.stage_{entry.stage}")
        case "opened":
            return _moment(view, entry.opened)
        case "due":
            return _moment(view, entry.due)
        case _:
            return _code(view, entry.family, "outcome", entry.outcome)


def _copied(view: View, case: str) -> Component:
    """The number as a button that copies it (assets/shell/copy.js)."""
    return html.Button(
        [
            html.Code(case),
            html.Span("", className="copy-mark", **attributes.aria(hidden="true")),
        ],
        type="button",
        className="copy",
        title=view.text("cases.copy"),
        **attributes.data(copy=case),
        **attributes.aria(label=view.text("cases.copy_one", case=case)),
    )


def overdue_ms(view: View, entry: Entry) -> int:
    """How long an open case is over its time; 0 of one that is not."""
    if entry.due is None or not entry.is_overdue:
        return 0
    return max(0, view.now_ms - entry.due)


def _over(view: View, entry: Entry, longest_ms: int) -> list[Component]:
    """How long it is over, with a bar that is coloured beyond LONG_DAYS; or how long it has."""
    if entry.due is None:
        return [html.Span("—", className="case-left")]
    over_ms = overdue_ms(view, entry)
    if not over_ms:
        span = times.duration((entry.due - view.now_ms) / 1000, view.lang)
        return [html.Span(view.text("cases.left", span=span), className="case-left")]
    is_long = over_ms > query.LONG_DAYS * query.DAY_MS
    span = times.duration(over_ms / 1000, view.lang)
    length = over_ms / longest_ms
    usual = min(100, 100 * query.LONG_DAYS * query.DAY_MS / over_ms)
    bar = {"--length": f"{length:.3f}", "--usual": f"{usual:.1f}%"}
    return [
        html.Span(
            view.text("cases.over", span=span),
            className="case-days",
            **attributes.data(long="true" if is_long else "false"),
        ),
        html.Span(className="case-bar", style=bar, **attributes.aria(hidden="true")),
    ]


def about(view: View, entry: Entry, asked: Asked | None = None) -> str:
    """The kind, where the list is of all kinds, and the category."""
    if asked and asked.family:
        return _code(view, entry.family, "category", entry.category) if entry.category else "—"
    return named(view, entry.family, entry.category)


def named(view: View, family: str, category: str) -> str:
    """A kind of cases with a category of it, where it has one."""
    kind = kind_name(view, family)
    return f"{kind} · {_code(view, family, 'category', category)}" if category else kind


def _code(view: View, family: str, by: str, code: str) -> str:
    """The name of a category or an outcome."""
    return labels.of_dimension(view, _opening(family), by).get(code, code) or "—"


def _moment(view: View, at_ms: int | None) -> str:
    return (
        "—"
        if at_ms is None
        else f"{times.iso_day(at_ms, view.profile.tz)} {times.local(at_ms, view.profile.tz):%H:%M}"
    )


def _pages(view: View, page: Page) -> list[Component]:
    ways = [(view.text("cases.first"), "")] if "cursor" in view.filters else []
    ways += [(view.text("cases.next"), page.next)] if page.next else []
    return components.paging(view, "cursor", ways, view.text("cases.pages"))


def kind_name(view: View, family: str) -> str:
    return view.text(f"family.{family.replace('.', '_')}")


def _opening(family: str) -> str:
    return next(
        t.name
        for t in eventtypes.TYPES.values()
        if t.shape is Shape.CASE and t.family == family and t.step == "opened"
    )
