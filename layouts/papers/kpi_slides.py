"""One figure of a review in a report: its funnel, its bars, the movement of its towns, its table,
and the speaker's notes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from feeds.review.review_values import Figure, TownReading
from layouts.papers import narrative, remarks
from layouts.papers.narrative import Narrator
from layouts.papers.plan import Cell, Column, Lines, Page, Slide, Table
from layouts.parts import diagrams
from layouts.parts.diagrams import Bars, Funnel, Interval, Kind, Legend, Role

SHOWN = 8  # towns named in a sentence


def slides(narrator: Narrator, figure: Figure) -> Iterator[Slide]:
    """The funnel; bars and movement; the table."""
    title, notes = narrator.title(figure.kpi), speech(narrator, figure)
    lead = summary(narrator, figure)
    drawn = funnel(narrator, figure)
    if drawn:
        yield Slide(
            f"funnel:{figure.kpi}", title, lead, "side", (drawn, reading(narrator, figure)), notes
        )
    pair = tuple(one for one in (level(narrator, figure), movement(narrator, figure)) if one)
    if pair:
        yield Slide(
            f"towns:{figure.kpi}",
            narrator.say("towns_title", title=title),
            lead,
            "stacked" if len(pair) > 1 else "whole",
            pair,
            notes,
        )
    yield Slide(
        f"table:{figure.kpi}",
        narrator.say("table_title", title=title),
        lead,
        "whole",
        (short_table(narrator, figure),),
        notes,
    )


def page(narrator: Narrator, figure: Figure) -> Page:
    """The worksheet: every number there is, and the charts."""
    charts = (funnel(narrator, figure), level(narrator, figure), movement(narrator, figure))
    lead = f"{narrator.title(figure.kpi)} · {summary(narrator, figure)}"
    drawn, said = tuple(one for one in charts if one), tuple(remarks.said(narrator, figure.kpi))
    return Page(
        figure.kpi,
        narrator.title(figure.kpi),
        lead,
        full_table(narrator, figure),
        drawn,
        said,
        is_figure=True,
    )


def summary(narrator: Narrator, figure: Figure) -> str:
    """The city's value, its target, and what it was."""
    parts = [narrator.say("city_value", value=narrator.reading(figure.city, figure))]
    if figure.target is not None:
        parts.append(narrator.say("target", value=narrator.number(figure.target, figure)))
    for name, found, change in (
        ("previous", figure.previous, figure.change),
        ("last_year", figure.last_year, figure.change_year),
    ):
        if found.value is not None:
            value = narrator.number(found.value, figure)
            parts.append(
                narrator.say(
                    f"was_{name}",
                    value=value,
                    change=narrator.change(change, figure),
                    meaning=narrator.meaning(change),
                )
            )
    return narrator.say("join").join(parts)


def speech(narrator: Narrator, figure: Figure) -> str:
    """A speaker's notes: what is counted, how the chart reads, what was frozen."""
    parts = [
        narrator.note(figure.kpi),
        summary(narrator, figure),
        *remarks.said(narrator, figure.kpi),
    ]
    if figure.funnel:
        parts.append(
            narrator.say(
                f"how_{figure.funnel.kind}",
                against=narrator.say(f"against_{figure.funnel.against or 'previous'}"),
            )
        )
        parts.append(_spread(narrator, figure))
    return "\n".join([*parts, closing(narrator)])


def closing(narrator: Narrator) -> str:
    """Under every slide's notes: freeze code, hash, and what was known when."""
    found = narrator.review.freeze
    known = narrator.say("known", at=narrator.moment(narrator.review.moment_ms))
    return (
        f"{narrator.code} · SHA-256 {found.hash} · {known}"
        if found
        else f"{narrator.code} · {known}"
    )


def _spread(narrator: Narrator, figure: Figure) -> str:
    found = figure.funnel
    if found is None or found.phi is None:
        return ""
    words = narrator.say("spread", phi=f"{found.phi:.2f}", tau=f"{found.tau2:.4f}")
    return words + narrator.say("adjusted" if found.adjusted else "unadjusted")


def funnel(narrator: Narrator, figure: Figure) -> Funnel | None:
    """Of a judged figure; None where no town has a place in it."""
    found = figure.funnel
    if found is None or not found.limits:
        return None
    is_share = found.kind == "share"
    title = narrator.say(f"funnel_{found.kind}", title=narrator.title(figure.kpi))
    groups: dict[Role, str] = {
        role: narrator.say(f"group_{role}") for role in ("common", "data", "concern", "special")
    }
    centre = diagrams.number(found.centre, "share" if is_share else "ratio", narrator.lang)
    drawn = diagrams.funnel(
        figure,
        narrator.names,
        title=remarks.tagged(narrator, title, figure.kpi),
        alt=funnel_alt(narrator, figure),
        x_title=narrator.say(f"x_{found.kind}"),
        y_title=narrator.title(figure.kpi) if is_share else narrator.say(f"y_{found.kind}"),
        legend=Legend(
            narrator.say("centre_label", value=centre),
            {"998": narrator.say("limit998"), "95": narrator.say("limit95")},
            groups,
        ),
    )
    return drawn if drawn and drawn.points else None


def funnel_alt(narrator: Narrator, figure: Figure) -> str:
    """What the funnel shows, in a sentence or two."""
    said = [
        "".join((line, "" if line.endswith(("。", ".")) else narrator.say("stop")))
        for _, line in reading(narrator, figure).lines
    ]
    return narrator.say(
        "funnel_alt", title=narrator.title(figure.kpi), count=len(figure.towns)
    ) + " ".join(said)


def reading(narrator: Narrator, figure: Figure) -> Lines:
    """Who stands beyond the limits and who is not to be told from the city."""
    stands, lines = narrator.stands(figure), list[tuple[Role, str]]()
    for cls, side in (("above998", 1), ("below998", -1)):
        if names := stands.get(cls, []):  # type: ignore[call-overload]
            role = narrative.role_of(side, figure.better, is_sure=True)
            lines.append(
                (role, narrator.say(f"line_{cls}", names=_names(narrator, names), count=len(names)))
            )
    near = [*stands.get("above95", []), *stands.get("below95", [])]
    if not lines:
        lines.append(("common", narrator.say("line_nobody")))
    if near:
        lines.append(
            ("common", narrator.say("line_near", names=_names(narrator, near), count=len(near)))
        )
    lines.append(("common", narrator.say("line_inside", count=len(stands.get("inside", [])))))
    if none := stands.get("none", []):
        lines.append(("secondary", narrator.say("line_none", names=_names(narrator, none))))
    if spread := _spread(narrator, figure):
        lines.append(("secondary", spread))
    return Lines(narrator.say("reads"), (*lines, *remarks.beside(narrator, figure.kpi)))


def _names(narrator: Narrator, names: list[str]) -> str:
    more = len(names) - SHOWN
    return narrator.comma.join(names[:SHOWN]) + (
        narrator.say("more", count=more) if more > 0 else ""
    )


def level(narrator: Narrator, figure: Figure) -> Bars | None:
    """The towns by value, highest first, the city's level across: shares with their intervals,
    counts as what the city's rate would give (1: as the city).
    """
    if figure.funnel is None:
        return None
    is_share = figure.form == "share"
    known = [(one, y) for one in figure.towns if (y := _height(one, figure)) is not None]
    if not known:
        return None
    known.sort(key=lambda pair: -pair[1])
    kind: Kind = "share" if is_share else "ratio"
    line = figure.city.value if is_share else figure.funnel.centre
    title = remarks.tagged(
        narrator,
        narrator.say(f"level_{figure.funnel.kind}", title=narrator.title(figure.kpi)),
        figure.kpi,
    )
    names = tuple(narrator.names[one.town] for one, _ in known)
    values = tuple(value for _, value in known)
    roles = tuple(_bar_role(narrative.class_role(one, figure)) for one, _ in known)
    mean = (
        None
        if line is None
        else (narrator.say("city_level", value=diagrams.number(line, kind, narrator.lang)), line)
    )
    spans = tuple(_interval(one) for one, _ in known) if is_share else ()
    return Bars(
        title,
        _bars_alt(narrator, title, names, values, kind),
        narrator.quarter(),
        kind,
        names,
        values,
        roles,
        mean,
        spans,
    )


def _height(one: TownReading, figure: Figure) -> float | None:
    if figure.form == "share":
        return one.value
    return one.spot.y if one.spot else None


def movement(narrator: Narrator, figure: Figure) -> Bars | None:
    """Each town's change on the quarter before, in the order of the bars above: only real signals
    have a colour.
    """
    above = level(narrator, figure)
    by_name = {narrator.names[one.town]: one for one in figure.towns}
    order = [by_name[name] for name in above.categories] if above else []
    is_share = figure.form == "share"
    gaps = [narrative.gap(one.change, figure) for one in order]
    values = tuple(None if by is None else by * (100 if is_share else 1) for by in gaps)
    if not any(value is not None for value in values):
        return None
    names = tuple(narrator.names[one.town] for one in order)
    words = narrator.say(
        "movement_share" if is_share else "movement_count", before=_quarter_before(narrator)
    )
    title = remarks.tagged(narrator, words, figure.kpi)
    roles = tuple(_bar_role(narrative.move_role(one.change, figure)) for one in order)
    kind: Kind = "points" if is_share else "share"
    alt = _bars_alt(narrator, title, names, values, kind)
    return Bars(title, alt, narrator.say("change"), kind, names, values, roles, is_signed=True)


def _bar_role(role: Role) -> Role:
    return "before" if role == "common" else role


def _quarter_before(narrator: Narrator) -> str:
    year, _, number = narrator.review.quarter.partition("Q")
    return narrator.quarter(f"{int(year) - 1}Q4" if number == "1" else f"{year}Q{int(number) - 1}")


def _bars_alt(
    narrator: Narrator,
    title: str,
    names: tuple[str, ...],
    values: tuple[float | None, ...],
    kind: Kind,
) -> str:
    known = sorted(
        ((v, name) for name, v in zip(names, values, strict=True) if v is not None), reverse=True
    )
    top, low = known[0], known[-1]
    shown = [diagrams.number(v, kind, narrator.lang) for v, _ in (top, low)]
    return narrator.say(
        "bars_alt",
        title=title,
        high=top[1],
        high_value=shown[0],
        low=low[1],
        low_value=shown[1],
        count=len(known),
    )


def short_table(narrator: Narrator, figure: Figure) -> Table:
    """What fits on a slide, the city first."""
    whole = full_table(narrator, figure)
    names = ["town", *(("n", "of") if figure.form == "share" else ()), "value", "interval"]
    names += (
        ["standing", "previous", "change", "moved"]
        if figure.form != "value"
        else ["previous", "last_year"]
    )
    keys = list(_columns(narrator, figure))
    at = [keys.index(name) for name in names if name in keys]
    columns = tuple(whole.columns[i] for i in at)
    return Table("", columns, tuple(tuple(row[i] for i in at) for row in whole.rows), whole.wholes)


def full_table(narrator: Narrator, figure: Figure) -> Table:
    """The city and its towns with every number the review has of them."""
    columns = _columns(narrator, figure)
    rows = [
        _city_row(narrator, figure),
        *(_town_row(narrator, figure, one) for one in figure.towns),
    ]
    cells = tuple(tuple(row.get(name) for name in columns) for row in rows)
    return Table(narrator.title(figure.kpi), tuple(columns.values()), cells, 1)


def _columns(narrator: Narrator, figure: Figure) -> dict[str, Column]:
    """By key, in the order of a file."""
    unit: Kind = figure.unit
    change: Kind = "share" if figure.form == "share" else "count"
    found: dict[str, tuple[Kind, bool, bool]] = {
        "code": ("text", False, False),
        "town": ("text", False, False),
    }
    if figure.form == "share":
        found |= {"n": ("count", False, False), "of": ("count", False, False)}
    found |= {"value": (unit, False, False)}
    if figure.form != "value":
        found |= {
            "interval": (unit, True, False),
            "x": ("count" if figure.form == "share" else "ratio", False, False),
        }
        found |= {"y": ("ratio", False, False), "standing": ("text", False, False)}
    found |= {"previous": (unit, False, False), "last_year": (unit, False, False)}
    if figure.form != "value":
        for suffix in ("", "_year"):
            found |= {
                f"change{suffix}": (change, False, True),
                f"change{suffix}_interval": (change, True, True),
            }
            found |= {f"moved{suffix}": ("text", False, False)}
    return {name: Column(narrator.say(f"col_{name}"), *kind) for name, kind in found.items()}


def _city_row(narrator: Narrator, figure: Figure) -> dict[str, Cell]:
    city = figure.city
    return {
        "code": narrator.review.city.code,
        "town": narrator.city,
        "n": city.n,
        "of": city.of,
        "value": city.value,
        "previous": figure.previous.value,
        "last_year": figure.last_year.value,
    } | _moves(narrator, figure, figure)


def _town_row(narrator: Narrator, figure: Figure, one: TownReading) -> dict[str, Cell]:
    return {
        "code": one.town,
        "town": narrator.full[one.town],
        "n": one.n,
        "of": one.of,
        "value": one.value,
        "interval": _interval(one),
        "x": one.spot.x if one.spot else None,
        "y": one.spot.y if one.spot else None,
        "standing": narrator.against_city(one, figure),
        "previous": one.previous.value,
        "last_year": one.last_year.value,
    } | _moves(narrator, figure, one)


def _interval(one: TownReading) -> Interval | None:
    return (
        None
        if one.lower is None
        else Interval(one.lower, math.inf if one.upper is None else one.upper)
    )


def _moves(narrator: Narrator, figure: Figure, one: TownReading | Figure) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for name, change in (("change", one.change), ("change_year", one.change_year)):
        found[name] = narrative.gap(change, figure)
        found[f"{name}_interval"] = narrative.steps(change, figure)
        found[name.replace("change", "moved")] = narrator.moved(change, figure)
    return found
