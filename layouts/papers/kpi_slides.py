"""One figure of a review for a report: its funnel, its bars, how its towns moved, its table; and
what a speaker says of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from feeds.review.review_values import Figure, TownReading
from layouts.papers import narrative, remarks
from layouts.papers.narrative import Teller
from layouts.papers.plan import Cell, Column, Lines, Page, Slide, Table
from layouts.parts import diagrams
from layouts.parts.diagrams import Bars, Funnel, Interval, Kind, Legend, Role

SHOWN = 8  # towns named in a sentence


def slides(teller: Teller, figure: Figure) -> Iterator[Slide]:
    """The funnel; bars and movement; the table."""
    title, notes = teller.title(figure.kpi), speech(teller, figure)
    lead = summary(teller, figure)
    drawn = funnel(teller, figure)
    if drawn:
        yield Slide(
            f"funnel:{figure.kpi}", title, lead, "side", (drawn, reading(teller, figure)), notes
        )
    pair = tuple(one for one in (level(teller, figure), movement(teller, figure)) if one)
    if pair:
        yield Slide(
            f"towns:{figure.kpi}",
            teller.say("towns_title", title=title),
            lead,
            "stacked" if len(pair) > 1 else "whole",
            pair,
            notes,
        )
    yield Slide(
        f"table:{figure.kpi}",
        teller.say("table_title", title=title),
        lead,
        "whole",
        (short_table(teller, figure),),
        notes,
    )


def page(teller: Teller, figure: Figure) -> Page:
    """The worksheet: every number there is, and the charts."""
    charts = (funnel(teller, figure), level(teller, figure), movement(teller, figure))
    lead = f"{teller.title(figure.kpi)} · {summary(teller, figure)}"
    drawn, said = tuple(one for one in charts if one), tuple(remarks.said(teller, figure.kpi))
    return Page(
        figure.kpi,
        teller.title(figure.kpi),
        lead,
        full_table(teller, figure),
        drawn,
        said,
        is_figure=True,
    )


def summary(teller: Teller, figure: Figure) -> str:
    """The city's value, its target, and what it was."""
    parts = [teller.say("city_value", value=teller.reading(figure.city, figure))]
    if figure.target is not None:
        parts.append(teller.say("target", value=teller.number(figure.target, figure)))
    for name, found, change in (
        ("previous", figure.previous, figure.change),
        ("last_year", figure.last_year, figure.change_year),
    ):
        if found.value is not None:
            value = teller.number(found.value, figure)
            parts.append(
                teller.say(
                    f"was_{name}",
                    value=value,
                    change=teller.change(change, figure),
                    meaning=teller.meaning(change),
                )
            )
    return teller.say("join").join(parts)


def speech(teller: Teller, figure: Figure) -> str:
    """A speaker's notes: what is counted, how the chart reads, what was frozen."""
    parts = [teller.note(figure.kpi), summary(teller, figure), *remarks.said(teller, figure.kpi)]
    if figure.funnel:
        parts.append(
            teller.say(
                f"how_{figure.funnel.kind}",
                against=teller.say(f"against_{figure.funnel.against or 'previous'}"),
            )
        )
        parts.append(_spread(teller, figure))
    return "\n".join([*parts, closing(teller)])


def closing(teller: Teller) -> str:
    """Under every slide's notes: freeze code, hash, and what was known when."""
    found = teller.review.freeze
    known = teller.say("known", at=teller.moment(teller.review.moment_ms))
    return (
        f"{teller.code} · SHA-256 {found.hash} · {known}" if found else f"{teller.code} · {known}"
    )


def _spread(teller: Teller, figure: Figure) -> str:
    found = figure.funnel
    if found is None or found.phi is None:
        return ""
    words = teller.say("spread", phi=f"{found.phi:.2f}", tau=f"{found.tau2:.4f}")
    return words + teller.say("adjusted" if found.adjusted else "unadjusted")


def funnel(teller: Teller, figure: Figure) -> Funnel | None:
    """Of a judged figure; None where no town has a place in it."""
    found = figure.funnel
    if found is None or not found.limits:
        return None
    is_share = found.kind == "share"
    title = teller.say(f"funnel_{found.kind}", title=teller.title(figure.kpi))
    groups: dict[Role, str] = {
        role: teller.say(f"group_{role}") for role in ("common", "data", "concern", "special")
    }
    centre = diagrams.number(found.centre, "share" if is_share else "ratio", teller.lang)
    drawn = diagrams.funnel(
        figure,
        teller.names,
        title=remarks.tagged(teller, title, figure.kpi),
        alt=funnel_alt(teller, figure),
        x_title=teller.say(f"x_{found.kind}"),
        y_title=teller.title(figure.kpi) if is_share else teller.say(f"y_{found.kind}"),
        legend=Legend(
            teller.say("centre_label", value=centre),
            {"998": teller.say("limit998"), "95": teller.say("limit95")},
            groups,
        ),
    )
    return drawn if drawn and drawn.points else None


def funnel_alt(teller: Teller, figure: Figure) -> str:
    """What the funnel shows, in a sentence or two."""
    said = [
        "".join((line, "" if line.endswith(("。", ".")) else teller.say("stop")))
        for _, line in reading(teller, figure).lines
    ]
    return teller.say(
        "funnel_alt", title=teller.title(figure.kpi), count=len(figure.towns)
    ) + " ".join(said)


def reading(teller: Teller, figure: Figure) -> Lines:
    """Who stands beyond the limits and who is not to be told from the city."""
    stands, lines = teller.stands(figure), list[tuple[Role, str]]()
    for cls, side in (("above998", 1), ("below998", -1)):
        if names := stands.get(cls, []):  # type: ignore[call-overload]
            role = narrative.role_of(side, figure.better, is_sure=True)
            lines.append(
                (role, teller.say(f"line_{cls}", names=_names(teller, names), count=len(names)))
            )
    near = [*stands.get("above95", []), *stands.get("below95", [])]
    if not lines:
        lines.append(("common", teller.say("line_nobody")))
    if near:
        lines.append(
            ("common", teller.say("line_near", names=_names(teller, near), count=len(near)))
        )
    lines.append(("common", teller.say("line_inside", count=len(stands.get("inside", [])))))
    if none := stands.get("none", []):
        lines.append(("secondary", teller.say("line_none", names=_names(teller, none))))
    if spread := _spread(teller, figure):
        lines.append(("secondary", spread))
    return Lines(teller.say("reads"), (*lines, *remarks.beside(teller, figure.kpi)))


def _names(teller: Teller, names: list[str]) -> str:
    more = len(names) - SHOWN
    return teller.comma.join(names[:SHOWN]) + (teller.say("more", count=more) if more > 0 else "")


def level(teller: Teller, figure: Figure) -> Bars | None:
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
        teller,
        teller.say(f"level_{figure.funnel.kind}", title=teller.title(figure.kpi)),
        figure.kpi,
    )
    names, values = (
        tuple(teller.names[one.town] for one, _ in known),
        tuple(value for _, value in known),
    )
    roles = tuple(_bar_role(narrative.class_role(one, figure)) for one, _ in known)
    mean = (
        None
        if line is None
        else (teller.say("city_level", value=diagrams.number(line, kind, teller.lang)), line)
    )
    spans = tuple(_interval(one) for one, _ in known) if is_share else ()
    return Bars(
        title,
        _bars_alt(teller, title, names, values, kind),
        teller.quarter(),
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


def movement(teller: Teller, figure: Figure) -> Bars | None:
    """Each town's change on the quarter before, in the order of the bars above: only real signals
    have a colour.
    """
    above = level(teller, figure)
    by_name = {teller.names[one.town]: one for one in figure.towns}
    order = [by_name[name] for name in above.categories] if above else []
    is_share = figure.form == "share"
    gaps = [narrative.gap(one.change, figure) for one in order]
    values = tuple(None if by is None else by * (100 if is_share else 1) for by in gaps)
    if not any(value is not None for value in values):
        return None
    names = tuple(teller.names[one.town] for one in order)
    words = teller.say(
        "movement_share" if is_share else "movement_count", before=_quarter_before(teller)
    )
    title = remarks.tagged(teller, words, figure.kpi)
    roles = tuple(_bar_role(narrative.move_role(one.change, figure)) for one in order)
    kind: Kind = "points" if is_share else "share"
    alt = _bars_alt(teller, title, names, values, kind)
    return Bars(title, alt, teller.say("change"), kind, names, values, roles, is_signed=True)


def _bar_role(role: Role) -> Role:
    return "before" if role == "common" else role


def _quarter_before(teller: Teller) -> str:
    year, _, number = teller.review.quarter.partition("Q")
    return teller.quarter(f"{int(year) - 1}Q4" if number == "1" else f"{year}Q{int(number) - 1}")


def _bars_alt(
    teller: Teller, title: str, names: tuple[str, ...], values: tuple[float | None, ...], kind: Kind
) -> str:
    known = sorted(
        ((v, name) for name, v in zip(names, values, strict=True) if v is not None), reverse=True
    )
    top, low = known[0], known[-1]
    shown = [diagrams.number(v, kind, teller.lang) for v, _ in (top, low)]
    return teller.say(
        "bars_alt",
        title=title,
        high=top[1],
        high_value=shown[0],
        low=low[1],
        low_value=shown[1],
        count=len(known),
    )


def short_table(teller: Teller, figure: Figure) -> Table:
    """What fits on a slide, the city first."""
    whole = full_table(teller, figure)
    names = ["town", *(("n", "of") if figure.form == "share" else ()), "value", "interval"]
    names += (
        ["standing", "previous", "change", "moved"]
        if figure.form != "value"
        else ["previous", "last_year"]
    )
    keys = list(_columns(teller, figure))
    at = [keys.index(name) for name in names if name in keys]
    columns = tuple(whole.columns[i] for i in at)
    return Table("", columns, tuple(tuple(row[i] for i in at) for row in whole.rows), whole.wholes)


def full_table(teller: Teller, figure: Figure) -> Table:
    """The city and its towns with every number the review has of them."""
    columns = _columns(teller, figure)
    rows = [_city_row(teller, figure), *(_town_row(teller, figure, one) for one in figure.towns)]
    cells = tuple(tuple(row.get(name) for name in columns) for row in rows)
    return Table(teller.title(figure.kpi), tuple(columns.values()), cells, 1)


def _columns(teller: Teller, figure: Figure) -> dict[str, Column]:
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
    return {name: Column(teller.say(f"col_{name}"), *kind) for name, kind in found.items()}


def _city_row(teller: Teller, figure: Figure) -> dict[str, Cell]:
    city = figure.city
    return {
        "code": teller.review.city.code,
        "town": teller.city,
        "n": city.n,
        "of": city.of,
        "value": city.value,
        "previous": figure.previous.value,
        "last_year": figure.last_year.value,
    } | _moves(teller, figure, figure)


def _town_row(teller: Teller, figure: Figure, one: TownReading) -> dict[str, Cell]:
    return {
        "code": one.town,
        "town": teller.full[one.town],
        "n": one.n,
        "of": one.of,
        "value": one.value,
        "interval": _interval(one),
        "x": one.spot.x if one.spot else None,
        "y": one.spot.y if one.spot else None,
        "standing": teller.against_city(one, figure),
        "previous": one.previous.value,
        "last_year": one.last_year.value,
    } | _moves(teller, figure, one)


def _interval(one: TownReading) -> Interval | None:
    return (
        None
        if one.lower is None
        else Interval(one.lower, math.inf if one.upper is None else one.upper)
    )


def _moves(teller: Teller, figure: Figure, one: TownReading | Figure) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for name, change in (("change", one.change), ("change_year", one.change_year)):
        found[name] = narrative.gap(change, figure)
        found[f"{name}_interval"] = narrative.steps(change, figure)
        found[name.replace("change", "moved")] = teller.moved(change, figure)
    return found
