"""The page of one figure: what was found as its title, the towns beside its own two years, and
three short answers: where it lies, what moved with it, what to ask.
"""

from __future__ import annotations

from dataclasses import dataclass

from dash.development.base_component import Component

from feeds.review.review_values import OVERDUE, Control, Figure, Finding, Reading, Review
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import diagrams
from layouts.parts.diagrams import Role
from layouts.review import agenda, funnels, timelines
from layouts.review.sentences import Said, Wording
from layouts.view import View

MOST_WITH = 3


@dataclass(frozen=True)
class Found:
    """What there is to say of a figure: its mark, title and subtitle, its large value, the lines
    beside that, and three answers (question, answer).
    """

    kpi: str
    mark: str
    role: Role
    title: str
    under: str
    value: Said
    lines: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]


def of(said: Wording, kpi: str) -> Found | None:
    """None of a figure that the review has not."""
    figure = said.review.figure(kpi)
    city = figure.city if figure else _overdue(said)
    if (figure is None and kpi != OVERDUE) or city is None or city.value is None:
        return None
    findings = said.agenda.on(kpi)
    target = figure.target if figure else None
    mark, role, title = _title(said, kpi, figure, findings)
    lines = [said.of(city, kpi)]
    if target is not None:
        lines[0] = said.comma.join(
            filter(None, [lines[0], said.say("goal", value=said.target(target, kpi))])
        )
    if figure:
        lines += [said.compare(figure, "previous"), said.compare(figure, "last_year")]
    lines += [_expected(said, one) for one in findings if one.parts and one.kpi == kpi]
    return Found(
        kpi,
        mark,
        role,
        title,
        _under(said, kpi, findings),
        said.value(city, kpi, target),
        tuple(line for line in lines if line),
        (_where(said, kpi, findings), _with(said, kpi), _ask(said, findings)),
    )


def _overdue(said: Wording) -> Reading | None:
    """The city's overdue work of all kinds."""
    kinds = [one.kpi for one in said.agenda.standings if one.kind == "stock"]
    figures = [found for kpi in kinds if (found := said.review.figure(kpi))]
    total = sum(one.city.n or 0.0 for one in figures)
    return Reading(total, total) if figures else None


def _title(
    said: Wording, kpi: str, figure: Figure | None, findings: list[Finding]
) -> tuple[str, Role, str]:
    own = [one for one in findings if one.kpi == kpi]
    many = [one for one in own if one.group == "beyond"]
    if len(many) > 1:
        towns = said.some([one.area for one in many])
        standings = said.agenda.standing(kpi)
        key = "more_than_work" if standings and standings.kind == "stock" else "apart"
        return "◆", "concern", said.say(key, towns=towns, title=said.title(kpi))
    if own:
        mark, role = said.mark(own[0])
        return mark, role, said.headline(own[0])
    if figure is None:
        return "", "common", said.title(kpi)
    mark, role, words = said.verdict(figure)
    standings = said.agenda.standing(kpi)
    apart = funnels.beyond(standings) if standings else []
    if standings and apart:
        names = [one.town for one in apart]
        role = diagrams.ROLES[said.meaning(standings, apart[0].cls)]
        key = {"data": "apart_better", "concern": "apart_worse"}.get(role, "apart")
        title = said.say(key, towns=said.some(names), title=said.title(kpi))
        return "●" if role == "data" else "■", role, title
    return mark, role, f"{said.title(kpi)}{said.colon}{words}"


def _under(said: Wording, kpi: str, findings: list[Finding]) -> str:
    own = [one for one in findings if one.kpi == kpi]
    standings = said.agenda.standing(kpi)
    towns = funnels.title(said, standings) if standings else ""
    if not own:
        return towns
    return said.dot([said.detail(own[0]), "" if own[0].group == "off" else towns])


def _expected(said: Wording, finding: Finding) -> str:
    usual = said.say("spine_expected", n=said.rounded(finding.expected))
    n = said.number(finding.now.n, finding.kpi).text
    return said.comma.join([f"{said.short[finding.area]} {n}", usual])


def _where(said: Wording, kpi: str, findings: list[Finding]) -> tuple[str, str]:
    """In which towns the gap lies, or what the work is made of."""
    stop = said.say("stop")
    of_parts = [one for one in findings if one.parts and one.kpi == kpi]
    if of_parts:
        listed = []
        for one in of_parts:
            parts = said.say("where_parts", town=said.short[one.area], parts=said.parts(one))
            oldest = said.say("oldest", days=one.oldest_days) if one.oldest_days else ""
            listed.append(said.comma.join(filter(None, [parts, oldest])))
        return said.say("ask_parts"), stop.join(listed) + stop
    off = next((one for one in findings if one.gaps and one.kpi == kpi), None)
    if off:
        towns = said.comma.join(
            said.say(
                "where_gap",
                town=said.short[gap.town],
                missing=said.count(gap.missing),
                unit=said.cases(kpi, gap.missing),
                n=said.count(gap.n),
                of=said.count(gap.of),
            )
            for gap in off.gaps
        )
        unit = said.cases(kpi, off.missing)
        whole = said.say("where_sum", missing=said.count(off.missing), unit=unit)
        return said.say("ask_where"), towns + whole
    standings = said.agenda.standing(kpi)
    beyond = funnels.beyond(standings) if standings else []
    if standings and beyond:
        towns = said.comma.join(
            f"{said.short[one.town]} {funnels.cases(said, standings, one)}" for one in beyond
        )
        return said.say("ask_level"), towns + stop
    moved = next((one for one in findings if one.group == "changed"), None)
    if moved:
        towns = said.comma.join(said.short[town] for town in moved.towns)
        most = said.say("most", towns=towns) + stop if towns else said.say("where_all")
        return said.say("ask_level"), most
    return said.say("ask_where"), said.say("where_none")


def _with(said: Wording, kpi: str) -> tuple[str, str]:
    """What else of the domain is on the agenda."""
    domain = kpi.partition(".")[0]
    others = [
        one
        for one in said.agenda.findings
        if one.kpi.partition(".")[0] == domain and one.kpi != kpi
    ]
    mentioned = [
        also for one in said.agenda.on(kpi) for also in one.also if also != kpi and one.kpi == kpi
    ]
    listed = [said.headline(one) for one in others[:MOST_WITH]]
    for also in dict.fromkeys(mentioned):
        figure = said.review.figure(also)
        if figure:
            value = said.reading(figure.city, also, figure.target)
            listed.append(said.say("with_figure", title=said.title(also), value=value))
    stop = said.say("stop")
    text = stop.join(listed[:MOST_WITH]) + stop if listed else said.say("with_none")
    return said.say("ask_with"), text


def _ask(said: Wording, findings: list[Finding]) -> tuple[str, str]:
    beyond = [one for one in findings if one.group == "beyond"]
    if beyond:
        towns = said.some([one.area for one in beyond])
        return said.say("ask_how"), said.say("ask_towns", towns=towns)
    own = findings[0] if findings else None
    if own is None:
        return said.say("ask_how"), said.say("ask_nothing")
    if own.group == "off":
        missing = said.count(own.missing)
        key = "ask_process" if own.missing else "ask_slow"
        unit = said.cases(own.kpi, own.missing)
        return said.say("ask_how"), said.say(key, missing=missing, unit=unit)
    if own.meaning == "better":
        if not own.since:
            return said.say("ask_how"), said.say("ask_good_plain")
        return said.say("ask_how"), said.say("ask_good", since=said.day(own.since))
    return said.say("ask_how"), said.say("ask_why")


def chart_of(said: Wording, kpi: str) -> Control | None:
    """The control chart that belongs beside the funnel: the first town's beyond the limits, where
    the finding is a town's; else the city's.
    """
    beyond = [one for one in said.agenda.on(kpi) if one.kpi == kpi and one.group == "beyond"]
    of_town = said.agenda.control(kpi, beyond[0].area) if beyond else None
    return of_town or said.agenda.control(kpi, said.review.city.code)


def page(view: View, review: Review, kpi: str) -> list[Component]:
    """The whole page; empty of a figure that the review has not."""
    said = agenda.words(view, review)
    found = of(said, kpi)
    if found is None:
        return []
    shape = [agenda.mark_of(found.mark, found.role)] if found.mark else []
    title = html.H2([*shape, found.title], className="found-title")
    value = html.Div(
        [
            agenda.large(found.value, found.role),
            html.Ul([html.Li(line) for line in found.lines], className="found-lines"),
        ],
        className="found-value",
    )
    under = html.P(found.under, className="found-under")
    head = html.Header(
        [html.Div([title, under]), value],
        className="found",
        **attributes.data(figure=kpi),
    )
    drawn: list[Component] = []
    standings = said.agenda.standing(kpi)
    if standings is not None:
        drawn.append(funnels.card(view, said, standings))
    control = chart_of(said, kpi)
    if control is not None:
        drawn.append(timelines.card(view, said, control))
    answers = [
        html.Section([html.H3(question), html.P(answer)]) for question, answer in found.answers
    ]
    return [
        head,
        html.Div(drawn, className="found-charts"),
        html.Div(answers, className="found-answers"),
    ]
