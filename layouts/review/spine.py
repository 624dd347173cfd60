"""A town over all figures: one row a figure, its place among all towns, right always better. A
workload is not among them: more or fewer is neither good nor bad.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from dash.development.base_component import Component

from feeds import kpis
from feeds.review.review_values import (
    OVERDUE,
    Figure,
    Reading,
    Review,
    Standing,
    Standings,
    TownReading,
)
from feeds.statistics.changes import FEW
from layouts import theme
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, diagrams, labels
from layouts.parts.diagrams import Role
from layouts.review import agenda, outcomes
from layouts.review.sentences import Wording
from layouts.theme import Tokens
from layouts.view import View

WIDTH, HEIGHT = 360, 26
MOST_SIGNALS = 4
COLUMNS = 6


@dataclass(frozen=True)
class Row:
    """A figure of the town. Places are from 0 (worst of all) over 0.5 (as the city) to 1 (best)."""

    kpi: str
    value: str
    cases: str
    city: str
    target: str
    mark: str
    role: Role
    is_few: bool
    is_off: bool
    at: float
    all_towns: tuple[float, float]
    middle_half: tuple[float, float]
    goal: float | None


def rows(said: Wording, town: str) -> list[Row]:
    """Every figure that towns can be compared by, overdue work first."""
    found = [_row(said, standings, town) for standings in said.agenda.standings]
    return [row for row in found if row is not None]


def _row(said: Wording, standings: Standings, town: str) -> Row | None:
    standing = standings.of(town)
    if standing is None or standing.spot is None:
        return None
    kpi, figure = standings.kpi, said.review.figure(standings.kpi)
    if standings.kind == "stock" and kpi != OVERDUE:
        return None
    better = said.better(standings)
    places = sorted(one.spot.y for one in standings.towns if one.spot)
    goal = figure.target if figure and standings.kind == "share" else None
    scale = _scale(places, standings.centre, goal)
    ends = sorted((scale(places[0], better), scale(places[-1], better)))
    quarter = len(places) // 4
    half = sorted((scale(places[quarter], better), scale(places[-1 - quarter], better)))
    meaning = said.meaning(standings, standing.cls)
    own = figure.of(town) if figure else None
    value = _value(said, standings, standing, own.value if own else None)
    cases = _cases(said, standings, standing)
    is_few = standing.cls == "none" or (standing.of is not None and standing.of < _enough(kpi))
    return Row(
        kpi,
        value,
        "" if value == cases else cases,
        _city(said, standings, figure),
        "" if figure is None or figure.target is None else said.target(figure.target, kpi),
        "○" if is_few else {"worse": "◆", "better": "●"}.get(meaning, "●"),
        "common" if is_few else diagrams.ROLES[meaning],
        is_few,
        not is_few and _is_off(figure, own),
        scale(standing.spot.y, better),
        (ends[0], ends[1]),
        (half[0], half[1]),
        None if goal is None else scale(goal, better),
    )


def _is_off(figure: Figure | None, own: TownReading | None) -> bool:
    """Whether a town misses the target by more than its few cases explain."""
    if figure is None or figure.target is None or own is None or own.value is None:
        return False
    if figure.better == "up":
        return (own.value if own.upper is None else own.upper) < figure.target
    return (own.value if own.lower is None else own.lower) > figure.target


def _enough(kpi: str) -> int:
    return 0 if kpi == OVERDUE else kpis.CATALOGUE[kpi].enough


class _Scale:
    """Around the city: the widest town, or the target, reaches the end."""

    def __init__(self, centre: float, widest: float) -> None:
        self._centre, self._widest = centre, widest or 1.0

    def __call__(self, y: float, better: str) -> float:
        away = (y - self._centre) / self._widest / 2
        return 0.5 + (away if better == "up" else -away)


def _scale(places: list[float], centre: float, goal: float | None) -> _Scale:
    ends = [*places, *([] if goal is None else [goal])]
    return _Scale(centre, max(abs(y - centre) for y in ends))


def _value(said: Wording, standings: Standings, standing: Standing, value: float | None) -> str:
    if standings.kind == "stock":
        return said.number(standing.n, standings.kpi).text
    if standings.kind == "rate":
        assert standing.spot is not None
        return f"{standing.spot.y:.1f}"
    reading = Reading(value, standing.n, standing.of)
    is_of_few = standings.kind == "share" and (standing.of or 0) < FEW
    return said.of(reading, standings.kpi) if is_of_few else said.number(value, standings.kpi).text


def _cases(said: Wording, standings: Standings, standing: Standing) -> str:
    if standings.kind == "stock":
        return said.say("spine_expected", n=said.rounded(standing.expected))
    if standings.kind == "rate":
        return said.number(standing.n, standings.kpi).text
    if standings.kind == "share":
        return said.of(Reading(0.0, standing.n, standing.of), standings.kpi)
    return said.number(standing.of, OVERDUE).text


def _city(said: Wording, standings: Standings, figure: Figure | None) -> str:
    if standings.kind == "stock":
        return said.say("spine_by_work")
    if standings.kind == "rate":
        return f"{standings.centre:.1f}"
    if figure is None:
        return said.number(None, standings.kpi).text
    return said.reading(figure.city, standings.kpi)


def headline(said: Wording, town: str) -> tuple[str, Role, str]:
    """What there is to say of a town, with its mark."""
    found = said.agenda.of_area(town)
    if not found:
        return "●", "common", said.say("town_none", town=said.full[town])
    mark, role = said.mark(found[0])
    return mark, role, said.headline(found[0])


def counts(said: Wording, found: list[Row]) -> str:
    few = sum(row.is_few for row in found)
    alike = sum(row.role == "common" and not row.is_few for row in found)
    return said.say("town_counts", n=len(found), alike=alike, few=few)


def signals(said: Wording, town: str) -> list[str]:
    """What else is to be said of a town, after its headline."""
    own = said.agenda.of_area(town)
    lines = [said.detail(one) for one in own[:1]]
    lines += [said.headline(one) for one in own[1:MOST_SIGNALS]]
    return [line for line in lines if line]


def question(said: Wording, town: str) -> tuple[str, str]:
    """What the town has to answer."""
    own = said.agenda.of_area(town)
    title = said.say("town_answer", town=said.short[town])
    beyond = [one for one in own if one.group == "beyond"]
    if not beyond:
        return title, said.say("town_answer_none")
    key = "town_answer_overdue" if beyond[0].kpi == OVERDUE else "town_answer_other"
    return title, said.say(key)


def page(view: View, review: Review) -> list[Component]:
    """The town's page: its headline, the spine, and what goes with it."""
    said, town = agenda.words(view, review), view.area
    found = rows(said, town)
    mark, role, title = headline(said, town)
    notes = html.Div(
        [html.P(counts(said, found)), html.P(said.say("town_workload"))], className="agenda-whole"
    )
    head = html.Header(
        [html.H2([agenda.mark_of(mark, role), title], className="found-title review-town"), notes],
        className="found",
        **attributes.data(town=town),
    )
    body = html.Div([_table(view, said, found), _aside(said, town)], className="agenda-body")
    return [head, body]


def _table(view: View, said: Wording, found: list[Row]) -> Component:
    names = ("", said.say("spine_own"), said.say("spine_cases"), said.say("spine_city"))
    head = [html.Th(name, scope="col", className="number") for name in names]
    ends = html.Span(
        [html.Span(said.say("spine_worse")), html.Span(said.say("spine_better"))],
        className="spine-ends",
    )
    head += [
        html.Th(ends, scope="col"),
        html.Th(said.say("spine_key_target"), scope="col", className="number"),
    ]
    groups = [
        _group(view, said, title, list(its))
        for title, its in groupby(found, lambda row: _group_title(view, said, row))
    ]
    table = html.Table([html.Thead(html.Tr(head)), *groups], className="table table--spine")
    keys = [("◆", "concern", "worse"), ("●", "data", "better"), ("●", "common", "alike")]
    key = [
        html.Span([agenda.mark_of(mark, role), said.say(f"spine_key_{name}")])
        for mark, role, name in keys
    ]
    key += [
        html.Span([html.Span("▼ ", className="spine-off"), said.say("spine_key_off")]),
        html.Span(f"○ {said.say('spine_key_few')}"),
        html.Span(said.say("spine_key_range")),
    ]
    heading = html.H3(said.say("spine_title"), className="spine-title")
    scroll, words = html.Div(table, className="table-scroll"), html.P(key, className="spine-key")
    return html.Section(components.fold("spine", heading, scroll, words), className="spine")


def _group_title(view: View, said: Wording, row: Row) -> str:
    if row.kpi == OVERDUE:
        return said.say("spine_all_kinds")
    return labels.domain(view, view.kpi(row.kpi).domain)


def _group(view: View, said: Wording, title: str, its: list[Row]) -> Component:
    """The figures of one domain under its name."""
    name = html.Th(title, scope="rowgroup", colSpan=COLUMNS, className="spine-domain")
    return html.Tbody([html.Tr(name), *(_tr(view, said, row) for row in its)])


def _tr(view: View, said: Wording, row: Row) -> Component:
    link = html.A(
        said.title(row.kpi),
        href=components.address(view, kpi=row.kpi, area=view.profile.code, rank=""),
    )
    picture = html.Img(
        src=f"data:image/svg+xml,{quote(svg(row, theme.tokens(view.theme)), safe=_SAFE)}",
        alt="",
        className="spine-picture",
        width=str(WIDTH),
        height=str(HEIGHT),
    )
    cells = [
        html.Td(row.value, className="number spine-value", **attributes.data(role=row.role)),
        html.Td(row.cases, className="number spine-cases"),
        html.Td(
            row.city,
            className="number spine-cases spine-city",
            **attributes.data(head=said.say("spine_city")),
        ),
        html.Td(picture),
        html.Td(
            [html.Span("▼ ", className="spine-off"), row.target] if row.is_off else row.target,
            className="number spine-cases spine-target",
            **attributes.data(head=said.say("spine_key_target")),
        ),
    ]
    name = html.Th(link, scope="row", **attributes.data(role=row.role))
    return html.Tr([name, *cells], **attributes.data(figure=row.kpi))


def svg(row: Row, t: Tokens) -> str:
    """All towns' range, its middle half, the city, the target, and the town."""

    def x(at: float) -> float:
        return round(10 + (WIDTH - 20) * min(max(at, 0.0), 1.0), 1)

    def bar(ends: tuple[float, float], colour: str) -> str:
        left, right = x(ends[0]), x(ends[1])
        return f"<rect x='{left}' y='5' width='{right - left:.1f}' height='16' fill='{colour}'/>"

    y = HEIGHT / 2
    parts = [
        bar(row.all_towns, t.raised),
        bar(row.middle_half, t.hairline),
        f"<path d='M{x(0.5)} 0V{HEIGHT}' stroke='{t.secondary}' stroke-width='1.5'/>",
    ]
    if row.goal is not None:
        parts.append(
            f"<path d='M{x(row.goal)} 2V{HEIGHT - 2}' stroke='{t.text}' stroke-width='2.5' "
            "stroke-dasharray='4 3'/>"
        )
    at, colour = x(row.at), getattr(t, row.role)
    if row.mark == "◆":
        parts.append(f"<path d='M{at} {y - 9}l9 9l-9 9l-9 -9z' fill='{colour}'/>")
    else:
        fill = t.surface if row.is_few else colour
        parts.append(
            f"<circle cx='{at}' cy='{y}' r='6.5' fill='{fill}' stroke='{colour}' stroke-width='2'/>"
        )
    inside = "".join(parts)
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}'>{inside}</svg>"


def _aside(said: Wording, town: str) -> Component:
    own = said.agenda.of_area(town)
    parts: list[Component] = []
    lines = signals(said, town)
    if lines:
        parts.append(_block(said.say("signals"), [html.P(line) for line in lines]))
    overdue = next((one for one in own if one.parts), None)
    if overdue:
        n = said.count(overdue.now.n or 0)
        key = "town_overdue_oldest" if overdue.oldest_days else "town_overdue"
        bars = [
            html.Div(
                [
                    html.Span(said.kind(part.kpi)),
                    html.Span(
                        style={"width": f"{100 * part.n / overdue.parts[0].n:.0f}%"},
                        className="part-bar",
                    ),
                    html.B(said.count(part.n)),
                    html.Span(said.say("spine_expected", n=said.rounded(part.expected))),
                ],
                className="part-row",
            )
            for part in overdue.parts
        ]
        parts.append(_block(said.say(key, n=n, days=overdue.oldest_days), bars))
    mine = [row for row in outcomes.of(said).rows if row.town == town]
    if mine:
        listed = [html.P([row.what, " ", html.B(row.became)]) for row in mine]
        parts.append(_block(said.say("commitments"), listed))
    title, text = question(said, town)
    parts.append(_block(title, [html.P(text)]))
    return html.Aside(parts, className="outcomes")


def _block(title: str, body: Sequence[Component]) -> Component:
    return html.Section([html.H3(title), *body])


_SAFE = " =':/,()"
