"""The sections of a brief: its table, what needs attention, what is overdue, alerts, half a year by
week, and what is due next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote

from dash.development.base_component import Component

from feeds import kpis
from feeds.alerts import alert_rules, alert_wording
from feeds.city.words import Lang
from feeds.figures.trends import Trend
from feeds.figures.verdicts import Verdict
from feeds.kpis import counted
from feeds.review import brief_wording, briefs
from feeds.review.briefs import Beyond, Brief, Fired, Kind, Late, Overdue, Row
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import (
    attention,
    case_list,
    components,
    control_chart,
    labels,
    tile,
    verdicts,
)
from layouts.review import page_values
from layouts.text import numbers, times
from layouts.view import View

MOST_PLAIN: Mapping[Lang, int] = {"zh": 19, "en": 13}  # English needs more room
# So that it is one sheet.
MOST_LINES, MOST_FIRED, MOST_DUE, MOST_KINDS, MOST_BEYOND, MOST_PARTS = 4, 2, 2, 7, 2, 3
CHARTS, BLANK = 3, 3
SAFE = " =':/,()"
# Whose weeks are drawn, where no others stand out.
DRAWN = ("incidents.reported", "disputes.accepted", "traffic.accidents")


def of_state(view: View, brief: Brief) -> View:
    """The view of the state that the brief is of, so that its figures are worded as on every
    page.
    """
    period = "month" if brief.is_month else "28d"
    return replace(
        view,
        topic=brief.state,
        period=period,
        area=view.profile.code,
        now_ms=brief.end_ms - 1,
        date_range=None,
        others={},
    )


def section(name: str, title: str, note: str, parts: Sequence[Component]) -> Component:
    """A heading with a note at its right, and what stands under it."""
    return _part(name, [_bar_of(title, note), *parts])


def _bar_of(title: str, note: str) -> Component:
    said = [html.H2(title, className="brief-title"), html.Span(note, className="brief-note")]
    return html.Div(said, className="brief-bar")


def _part(name: str, content: Sequence[Component]) -> Component:
    return html.Section(content, className="brief-part", **attributes.data(part=name))


def link(view: View, kpi: str) -> Component:
    return html.A(view.title(kpi), href=components.address(view, "/kpi", kpi=kpi))


def whole(view: View, kpi: str, n: float) -> str:
    """So many of what a figure counts."""
    return f"{numbers.whole(n, view.lang)} {counted.word(kpi, n, view.lang)}"


def is_dense(brief: Brief, lang: Lang) -> bool:
    """Whether there is so much to say that a sheet of paper holds it in small type only."""
    kinds, beyond = brief.overdue.kinds[:MOST_KINDS], brief.overdue.beyond[:MOST_BEYOND]
    lines = len(brief.rows) + len(kinds) + 2 * len(beyond)
    lines += min(len(brief.coded(*briefs.ATTENTION)), MOST_LINES)
    lines += 2 * min(len(brief.fired), MOST_FIRED)
    lines += 2 * min(len(brief.commitments), MOST_DUE) + bool(brief.due_soon)
    if brief.is_month:  # whose remarks are sentences
        lines += sum(brief.code(row.kpi) != "usual" for row in brief.rows)
    return lines > MOST_PLAIN[lang]


# The day or the month in numbers


def table(view: View, brief: Brief) -> Component:
    """What there was, beside what is usual for it."""
    columns = ("value", "mean", "usual", "meaning")
    if brief.is_month:
        columns = ("value", "mean", "previous", "last_year")
    name = html.Span(view.text("find.column_name"), className="unseen")
    head = [html.Th(name)]
    head += [
        html.Th(_column(view, brief, name), **attributes.data(column=name)) for name in columns
    ]
    if brief.is_month:
        head.append(html.Th(view.text("brief.meaning"), **attributes.data(column="meaning")))
    rows = [_row(view, brief, row) for row in brief.rows]
    body = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="table table--brief")
    scroll = html.Div(body, className="table-scroll")
    return section("table", _table_title(view, brief), _table_note(view, brief), [scroll])


def _column(view: View, brief: Brief, name: str) -> str:
    if name == "value" and not brief.is_month:
        return view.text("brief.yesterday" if brief.is_yesterday else "brief.that_day")
    return view.text(f"brief.{'month' if brief.is_month else 'day'}_{name}")


def _table_title(view: View, brief: Brief) -> str:
    if brief.is_month:
        return view.text("brief.month_in_numbers")
    key = "yesterday" if brief.is_yesterday else "that_day"
    return f"{view.text(f'brief.{key}')} {day(view, brief.period)}"


def _table_note(view: View, brief: Brief) -> str:
    if brief.is_month:
        return view.text("brief.month_note")
    if brief.ends_early:
        return view.text("brief.early_note")
    weekday = view.text("brief.weekdays").split()[date.fromisoformat(brief.period).weekday()]
    return view.text("brief.day_note", weekday=weekday)


def _row(view: View, brief: Brief, row: Row) -> Component:
    def cell(name: str, value: float | None) -> Component:
        shown = "—" if value is None else _mean(view, row.kpi, value)
        return html.Td(shown, **attributes.data(column=name))

    value = html.Td(
        html.B("—" if row.value is None else whole(view, row.kpi, row.value)),
        **attributes.data(column="value", figure=row.kpi, value=str(row.value)),
    )
    cells = [html.Th(link(view, row.kpi), scope="row"), value, cell("mean", row.mean)]
    if brief.is_month:
        cells += [cell("previous", row.previous), cell("last_year", row.last_year)]
        meaning = _month_meaning(view, row)
    else:
        cells.append(html.Td(_usual(view, row), **attributes.data(column="usual")))
        meaning = [] if brief.ends_early else _day_meaning(view, row)
    beside = _beside(view, row)
    said = [*meaning, *([" · ", beside] if beside and meaning else [beside])]
    cells.append(html.Td(said, **attributes.data(column="meaning")))
    return html.Tr(cells)


def _mean(view: View, kpi: str, value: float) -> str:
    """In whole numbers; of less than one with a decimal, because that is not none."""
    if not 0 < value < 1:
        return whole(view, kpi, value)
    return f"{value:.1f} {counted.word(kpi, value, view.lang)}".rstrip()


def _usual(view: View, row: Row) -> str:
    if row.low is None or row.high is None:
        return "—"
    word = counted.word(row.kpi, row.high, view.lang)
    return f"{_range(view, row.low, row.high, row.value)} {word}"


def _range(view: View, low: float, high: float, value: float | None) -> str:
    """What is usual, in whole numbers; with a decimal where those would hide on which side of an
    end the value lies.
    """
    ends = [
        f"{edge:.1f}"
        if value is not None and _hides(edge, value)
        else numbers.whole(edge, view.lang)
        for edge in (low, high)
    ]
    return view.text("brief.range", low=ends[0], high=ends[1])


def _hides(edge: float, value: float) -> bool:
    return value != edge and numbers.rounded(edge) == numbers.rounded(value)


def _day_meaning(view: View, row: Row) -> list[Component | str]:
    """Whether the day lies in its usual range; nothing where there is none."""
    if row.value is None:
        return [view.text("verdict.nodata")]
    if row.is_late:
        return [view.text("brief.late")]
    if row.high is None:
        return [view.text("brief.no_range")]
    if not row.side:
        return [view.text("brief.in_range")]
    better = view.kpi(row.kpi).better
    is_better = (row.side > 0) == (better == "up")
    code = "changed" if better == "neutral" else "better" if is_better else "worse"
    said = view.text("brief.more" if row.side > 0 else "brief.fewer")
    return [shape(code), html.B(said, **attributes.data(code=code))]


def _month_meaning(view: View, row: Row) -> list[Component | str]:
    """The verdict that the figure has on its page."""
    code = view.verdict(row.kpi).code
    said = verdicts.sentence(view, row.kpi).rstrip("。.")
    return [said] if code == "usual" else [shape(code), said]


def _beside(view: View, row: Row) -> str:
    other = briefs.BESIDE.get(row.kpi)
    if other is None or row.beside is None:
        return ""
    return f"{view.title(other)} {whole(view, other, row.beside)}"


def shape(code: str) -> Component:
    """The shape of a verdict, without its word."""
    return html.Span(
        "",
        className="tile-verdict brief-mark",
        **attributes.data(code=code),
        **attributes.aria(hidden="true"),
    )


def day(view: View, iso: str) -> str:
    """A day without its year."""
    found = date.fromisoformat(iso)
    return f"{found.month}月{found.day}日" if view.lang == "zh" else f"{found.day} {found:%b}"


# What needs attention


def needs_attention(view: View, brief: Brief) -> Component:
    """The figures with an alert, those that got worse and those off target, as on the overview."""
    found = attention.findings(view)
    lines = [_line(view, kpi) for kpi in found[:MOST_LINES]]
    rest = len(found) - len(lines)
    more = [html.P(view.text("brief.more_lines", n=rest), className="brief-none")] if rest else []
    unknown = len(brief.unheard)
    key = "none_attention_known" if unknown else "none_attention"
    said = view.text(f"brief.{key}", n=unknown)
    none = [] if found else [html.P(said, className="brief-none")]
    key = "attention_month" if brief.is_month else "attention_day"
    listed = [html.Ul(lines, className="brief-lines")] if lines else []
    return section("attention", view.text(f"brief.{key}"), "", [*listed, *more, *none])


def _line(view: View, kpi: str) -> Component:
    """The figure with its cases and its target, and what its verdict says."""
    verdict, unit, target = view.verdict(kpi), view.kpi(kpi).unit, view.target(kpi)
    value = view.value(kpi)
    shown = "—" if value is None else numbers.beside(value, target, unit, view.lang).text
    if value is not None and unit == "count":
        shown = whole(view, kpi, value)
    cases = _cases(view, kpi)
    number = html.B(
        view.text("agenda.with_cases", value=shown, of=cases) if cases else shown,
        className="brief-value",
    )
    wanted = (
        []
        if target is None
        else [view.text("tile.target", value=numbers.text(target, unit, view.lang)), " · "]
    )
    said = html.Span([*wanted, verdicts.sentence(view, kpi)], className="brief-said")
    return html.Li(
        [_mark(view, verdict), link(view, kpi), number, said],
        **attributes.data(figure=kpi, code=verdict.code),
    )


def _mark(view: View, verdict: Verdict) -> Component:
    """The verdict's shape and word; the sentence beside it says since when."""
    word = tile.words(view)["code"][verdict.code]
    return html.Span(word, className="tile-verdict", **attributes.data(code=verdict.code))


def _cases(view: View, kpi: str) -> str:
    """The cases behind a share, or how many a duration is made of."""
    n, of = view.parts(kpi)
    if view.kpi(kpi).unit == "share":
        return numbers.cases(n, of, view.lang)
    if view.kpi(kpi).kind == "duration" and of:
        return whole(view, kpi, of)
    return ""


# What is overdue


def overdue(view: View, brief: Brief) -> list[Component]:
    """How much is overdue of each kind and which towns have too much; and the oldest cases."""
    found = brief.overdue
    moment = view.text("brief.at_end", day=_last_day(view, brief))
    title = view.text("brief.overdue", n=numbers.whole(found.total, view.lang))
    if not found.total:
        none = html.P(view.text("cases.none_overdue"), className="brief-none")
        return [section("overdue", title, moment, [none])]
    many = view.text("brief.oldest", n=len(found.oldest))
    towns = [] if brief.ends_early else _towns(view, found)
    rows = [_oldest(view, one) for one in found.oldest]
    oldest = html.Table(html.Tbody(rows), className="table table--oldest")
    bar = _bar_of(many, view.text("brief.days_over"))
    return [
        section("overdue", title, moment, [_kinds(view, found), *towns]),
        _part("oldest", [components.fold("oldest", bar, oldest)]),
    ]


def _kinds(view: View, found: Overdue) -> Component:
    """A bar for each kind, the most first; of many the last ones together."""
    most = found.kinds[0].n
    is_all = len(found.kinds) <= MOST_KINDS + 1  # one more needs no more room than the others
    shown = found.kinds if is_all else found.kinds[:MOST_KINDS]
    bars = [_bar(view, one, most) for one in shown]
    rest = sum(one.n for one in found.kinds[len(shown) :])
    if rest:
        text = view.text("brief.other_kinds", n=numbers.whole(rest, view.lang))
        bars.append(html.P(text, className="brief-none"))
    return html.Div(bars, className="brief-kinds")


def _towns(view: View, found: Overdue) -> list[Component]:
    """The towns that have more than their workload lets expect, or that none has."""
    said = [_beyond(view, one) for one in found.beyond[:MOST_BEYOND]]
    others = [
        f"{view.area_name(one.town)} {numbers.whole(one.n, view.lang)}"
        for one in found.beyond[MOST_BEYOND:]
    ]
    if others:
        towns = view.text("review.comma").join(others)
        said.append(html.P(view.text("brief.beyond_too", towns=towns), className="brief-none"))
    rest = "others_alike" if found.beyond else "towns_alike" if found.is_compared else ""
    if rest:
        said.append(html.P(view.text(f"brief.{rest}"), className="brief-none"))
    return said


def _last_day(view: View, brief: Brief) -> str:
    last = times.local(brief.end_ms - 1, view.profile.tz)
    return day(view, f"{last:%Y-%m-%d}")


def _bar(view: View, kind: Kind, most: int) -> Component:
    name = html.A(
        case_list.kind_name(view, kind.family),
        href=components.address(view, "/cases", family=kind.family),
    )
    bar = html.Span(
        className="brief-length",
        style={"--length": f"{kind.n / most:.3f}"},
        **attributes.aria(hidden="true"),
    )
    return html.Div([name, bar, html.B(numbers.whole(kind.n, view.lang))], className="brief-kind")


def _beyond(view: View, one: Beyond) -> Component:
    """A town with more overdue than its workload lets expect, and of what kinds."""
    parts = view.text("review.comma").join(
        f"{case_list.kind_name(view, kind.family)} {numbers.whole(kind.n, view.lang)}"
        for kind in one.kinds[:MOST_PARTS]
    )
    if len(one.kinds) > MOST_PARTS:
        parts = view.text("brief.and_others", parts=parts)
    n = numbers.whole(one.n, view.lang)
    expected = brief_wording.rounded(one.expected)
    name = html.B(view.text("brief.beyond", town=view.area_name(one.town), n=n))
    said = view.text("brief.beyond_said", expected=expected, parts=parts)
    return html.P(
        [name, said], className="brief-beyond", **attributes.data(area=one.town, code="worse")
    )


def _oldest(view: View, one: Late) -> Component:
    place = labels.place(view, one.town)
    stage = view.text("cases.stage_handled" if one.is_handled else "cases.stage_opened")
    span = html.B(view.text("brief.n_days", n=numbers.whole(one.days, view.lang)))
    return html.Tr(
        [
            html.Td(span),
            html.Td(place),
            html.Td(case_list.named(view, one.family, one.category)),
            html.Td(stage),
        ]
    )


# Alerts


def fired(view: View, brief: Brief) -> list[Component]:
    """The alerts of the period, those that are not over first; nothing where there was none."""
    if not brief.fired:
        return []
    rules = {rule.id: rule for rule in alert_rules.of(view.profile)}
    names = {
        name: alert_wording.titled(rule, view.profile).of(view.lang) for name, rule in rules.items()
    }
    first = sorted(brief.fired, key=lambda one: (one.over_ms is not None, one.fired_ms))
    lines = [_alert(view, one, names.get(one.rule, one.rule)) for one in first[:MOST_FIRED]]
    rest = len(brief.fired) - len(lines)
    more = [html.P(view.text("brief.more_lines", n=rest), className="brief-none")] if rest else []
    listed = html.Ul(lines, className="brief-lines")
    title = view.text("brief.fired", n=len(brief.fired))
    return [section("fired", title, "", [listed, *more])]


def _alert(view: View, one: Fired, title: str) -> Component:
    ended = view.text("brief.still")
    if one.over_ms is not None:
        ended = view.text("brief.ended", at=page_values.stamp(view, one.over_ms))
    at = page_values.stamp(view, one.fired_ms)
    said = view.text("brief.alert", place=view.area_name(one.area), title=title, at=at, ended=ended)
    code = "alarm" if one.over_ms is None else "usual"
    return html.Li([shape(code), html.Span(said)], **attributes.data(code=code))


# Half a year by week


def weeks(view: View, brief: Brief) -> list[Component]:
    """The weeks of three counts with what is usual for them: first those that stand out."""
    found = {row.kpi: trend for row in brief.rows if (trend := _weekly(view, row.kpi))}
    order = sorted(found, key=lambda kpi: (not _is_signal(view.verdict(kpi)), kpi not in DRAWN))
    shown = order[:CHARTS]
    if not shown:
        return []
    last = found[shown[0]].days[-1]
    first_day, last_day = (day(view, one.isoformat()) for one in (last, _sunday(last)))
    note = view.text("brief.weeks_note", first=first_day, last=last_day)
    charts = html.Div([_chart(view, kpi, found[kpi]) for kpi in shown], className="brief-charts")
    bar = _bar_of(view.text("brief.weeks"), note)
    return [_part("weeks", [components.fold("weeks", bar, charts)])]


def _weekly(view: View, kpi: str) -> Trend | None:
    """The figure's weeks, where they can be drawn."""
    trend = view.trend(kpi)
    if trend is None or trend.step != "week" or trend.is_between:
        return None
    return trend if sum(one is not None for one in trend.points) > 1 else None


def _is_signal(verdict: Verdict) -> bool:
    return bool(verdict.since)


def _sunday(monday: date) -> date:
    return date.fromordinal(monday.toordinal() + 6)


def _chart(view: View, kpi: str, trend: Trend) -> Component:
    """The weeks as a picture, with the last one, what is usual, and what stands out in words."""
    kinds = control_chart.types(trend)
    svg = control_chart.picture(trend, kinds[-1], view.theme)
    last = trend.points[-1]
    value = "—" if last is None else whole(view, kpi, last)
    shown = trend.days[-control_chart.SHOWN :]
    verdict = view.verdict(kpi)
    said = []
    if _is_signal(verdict):
        words = html.Span(verdicts.sentence(view, kpi))
        said = [html.P([shape(verdict.code), words], className="brief-signal")]
    return html.Div(
        [
            html.H3([link(view, kpi), html.B(value)]),
            html.Img(
                src=f"data:image/svg+xml,{quote(svg, safe=SAFE)}",
                alt="",
                className="brief-weeks",
            ),
            html.P(
                [
                    html.Span(day(view, shown[0].isoformat())),
                    html.Span(_limits(view, trend)),
                    html.Span(day(view, shown[-1].isoformat())),
                ],
                className="brief-ends",
            ),
            *said,
        ]
    )


def _limits(view: View, trend: Trend) -> str:
    lines = trend.line(len(trend.points) - 1)
    if lines is None or lines.upper is None:
        return view.text("brief.weeks_plain")
    usual = _range(view, lines.lower or 0, lines.upper, trend.points[-1])
    return view.text("brief.weeks_usual", range=usual)


# What is due next


def due(view: View, brief: Brief) -> list[Component]:
    """The commitments that fall due; nothing where there are none."""
    lines = [
        html.Li(
            view.text(
                "brief.commitment",
                day=day(view, one.due),
                town=view.area_name(one.town),
                title=view.title(one.kpi),
                target=numbers.text(one.target, kpis.CATALOGUE[one.kpi].unit, view.lang),
            )
        )
        for one in brief.commitments[:MOST_DUE]
    ]
    rest = len(brief.commitments) - len(lines)
    more = [html.P(view.text("brief.more_lines", n=rest), className="brief-none")] if rest else []
    if brief.due_soon:
        text = view.text("brief.due_soon", n=brief.due_soon)
        way = html.A(
            text, href=components.address(view, "/cases", family="commitment", state="open")
        )
        lines.append(html.Li(way))
    if not lines:
        return []
    listed = html.Ul(lines, className="brief-lines")
    return [section("due", view.text("brief.due"), "", [listed, *more])]


def to_do(view: View, brief: Brief) -> Component:
    """On paper: what is handed out at the meeting, to be filled in by hand."""
    head = [html.Th(view.text(f"brief.do_{name}")) for name in ("what", "who", "by", "before")]
    first = [
        view.text("brief.do_oldest", town=view.area_name(one.town), n=min(5, one.n))
        for one in brief.overdue.beyond[:1]
    ]
    rows = [html.Tr([html.Td(text), *(html.Td("") for _ in range(3))]) for text in first]
    blank = BLANK - len(rows) - is_dense(brief, view.lang)
    rows += [html.Tr([html.Td("\u00a0") for _ in range(4)]) for _ in range(blank)]
    body = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="table table--do")
    sign = html.P(
        [
            html.Span(view.text("brief.no_person")),
            html.Span(view.text("brief.duty")),
            html.Span(view.text("brief.signed")),
        ],
        className="brief-sign",
    )
    made = section("do", view.text("brief.do"), view.text("brief.do_note"), [body, sign])
    return html.Div(made, className="brief-paper")
