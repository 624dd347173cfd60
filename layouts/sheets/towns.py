"""The tables of towns and splits as sheets: the figures of layouts/parts/tables.py, with what a
file needs to be understood alone.

The figure of a group is computed from sums of numerators and denominators, never from the shares of
its towns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast
from zoneinfo import ZoneInfo

from feeds.city import periods
from feeds.city.profile import Town
from feeds.kpis import splits
from feeds.kpis.formulas import Quantile
from layouts.parts import comparison, labels
from layouts.sheets.sheets import Cell, Column, Row, Sheet
from layouts.text import texts, times
from layouts.view import View

SIZES = 3
Part = tuple[float | None, float | None]


def of_towns(view: View, kpis: Sequence[str], group: str = "") -> Sheet:
    """The city, then its towns; with `group` (kind or size) each group's total before its towns."""
    parts = {kpi: comparison.town_parts(view, kpi) for kpi in kpis}
    names = labels.towns(view)
    rows = [_city(view, kpis)]
    for n, (title, towns) in enumerate(_groups(view, group), 1):
        if group:
            rows.append(
                Row(
                    f"group-{n}",
                    (title, *_totals(view, kpis, parts, [t.code for t in towns])),
                    "group",
                    n,
                )
            )
        rows += [
            Row(
                t.code,
                (
                    names[t.code],
                    *_cells(view, kpis, {k: _of_town(view, k, parts[k], t.code) for k in kpis}),
                ),
                group=n if group else 0,
            )
            for t in towns
        ]
    return _sheet(view, "towns", view.text("chart.town"), kpis, rows)


def of_split(view: View, name: str) -> Sheet:
    """The sum of all, then a row a value of the split; what has no name shows its code."""
    kpis, names = splits.SPLITS[name].kpis, labels.of_split(view, name)
    found = {kpi: view.series(f"by_{name}:{kpi}") or {} for kpi in kpis}
    codes = [*names, *sorted({code for cells in found.values() for code in cells} - names.keys())]
    rows = [Row("all", (view.text("split.all"), *_cells(view, kpis, _whole(view, kpis))), "all")]
    for code in codes:
        values = {kpi: (found[kpi].get(code), (None, None)) for kpi in kpis}
        rows.append(Row(code, (names.get(code, code), *_cells(view, kpis, values))))
    return _sheet(view, name, view.text(f"split.{name}"), kpis, rows)


def head(
    view: View, now_ms: int, source: str, chosen: Sequence[tuple[str, str]] = ()
) -> tuple[tuple[str, str], ...]:
    """What makes a file readable alone: area, days, what was chosen, and of when and where it
    is.
    """
    tz = view.profile.tz
    demo = [("demo", view.text("sheet.demo_text"))] if view.demo else []
    lines = [("area", view.area_name()), ("period", _period(view, now_ms))]
    after = [
        ("as_of", stamp(view.at, tz) if view.at else "—"),
        ("exported", stamp(now_ms, tz)),
        ("state", f"{view.epoch} · {view.seq}"),
        ("build", view.build),
        ("source", source),
        *demo,
    ]
    say = [(view.text(f"sheet.{label}"), text) for label, text in lines]
    return (*say, *chosen, *((view.text(f"sheet.{label}"), text) for label, text in after))


def stamp(at_ms: int, tz: ZoneInfo) -> str:
    """Date, time of day and zone."""
    at = times.local(at_ms, tz)
    offset = at.strftime("%z")
    return f"{at:%Y-%m-%d %H:%M:%S} UTC{offset[:3]}:{offset[3:]} ({tz.key})"


def _period(view: View, now_ms: int) -> str:
    name = view.text(f"period.{view.period}")
    if view.date_range:
        return view.text(
            "sheet.period_days",
            name=name,
            days=times.days(view.date_range.start, view.date_range.last, view.lang),
        )
    today = periods.day_of(now_ms, view.profile.tz)
    first, after = periods.days(cast(periods.Period, view.period), today)
    return view.text(
        "sheet.period_now",
        name=name,
        days=times.days(first, min(today, after - timedelta(1)), view.lang),
    )


def _sheet(view: View, name: str, first: str, kpis: Sequence[str], rows: Sequence[Row]) -> Sheet:
    columns = [
        Column("name", first, "text"),
        *(column for kpi in kpis for column in _columns(view, kpi)),
    ]
    title = " · ".join((view.area_name(), labels.domain(view, view.kpi(kpis[0]).domain), first))
    return Sheet(name, title, (), tuple(columns), tuple(rows))


def _columns(view: View, kpi: str) -> list[Column]:
    declared, title = view.kpi(kpi), view.title(kpi)
    unit = view.text(f"sheet.unit_{declared.unit}")
    whole = Column(
        kpi,
        title,
        declared.unit,
        view.text("sheet.definition", note=declared.meaning.of(view.lang), unit=unit),
    )
    if declared.unit != "share":
        return [whole]
    pair = (("n", "numerator"), ("of", "denominator"))
    return [
        whole,
        *(
            Column(
                f"{kpi}.{key}", view.text(f"sheet.{word}", title=title), "count", is_file_only=True
            )
            for key, word in pair
        ),
    ]


def _cells(
    view: View, kpis: Sequence[str], found: Mapping[str, tuple[float | None, Part]]
) -> list[Cell]:
    """A figure, and of a share its two parts; words where there were no cases to make a figure
    from.
    """
    cells: list[Cell] = []
    for kpi in kpis:
        value, (n, of) = found[kpi]
        cells.append(view.text("live.no_cases") if value is None and of == 0 else value)
        cells += [n, of] if view.kpi(kpi).unit == "share" else []
    return cells


def _whole(view: View, kpis: Sequence[str]) -> dict[str, tuple[float | None, Part]]:
    return {kpi: (view.value(kpi), view.parts(kpi)) for kpi in kpis}


def _city(view: View, kpis: Sequence[str]) -> Row:
    return Row("all", (view.area_name(), *_cells(view, kpis, _whole(view, kpis))), "all")


def _of_town(
    view: View, kpi: str, parts: Mapping[str, Part], town: str
) -> tuple[float | None, Part]:
    """A share from its own two parts, so that the three columns agree even while the figures
    move.
    """
    part = parts.get(town, (None, None))
    if view.kpi(kpi).unit == "share" and part[0] is not None and part[1]:
        return part[0] / part[1], part
    return (view.series(f"towns:{kpi}") or {}).get(town), part


def _totals(
    view: View, kpis: Sequence[str], parts: Mapping[str, Mapping[str, Part]], towns: Sequence[str]
) -> list[Cell]:
    found: list[Cell] = []
    for kpi in kpis:
        cells = [_of_town(view, kpi, parts[kpi], town) for town in towns]
        if view.kpi(kpi).unit == "share":
            found += _total_share(view, [part for _, part in cells])
        elif isinstance(view.kpi(kpi).formula, Quantile) or view.kpi(kpi).unit in ("hours", "days"):
            found.append(view.text("sheet.not_summed"))
        else:
            known = [value for value, _ in cells if value is not None]
            found.append(math.fsum(known) if known else None)
    return found


def _total_share(view: View, parts: Sequence[Part]) -> list[Cell]:
    known = [(n, of) for n, of in parts if n is not None and of is not None]
    n, of = math.fsum(n for n, _ in known), math.fsum(of for _, of in known)
    if not known:
        return [None, None, None]
    return [n / of if of else view.text("live.no_cases"), n, of]


def _groups(view: View, by: str) -> list[tuple[str, Sequence[Town]]]:
    """Groups of towns by name, in the register's order; all in one where none is wanted."""
    towns = view.profile.towns
    found: list[tuple[str, Sequence[Town]]]
    if by == "kind":
        kinds = list(dict.fromkeys(t.kind for t in towns))
        found = [(_kind(view, kind), [t for t in towns if t.kind == kind]) for kind in kinds]
    elif by == "size":
        found = _sizes(view, towns)
    else:
        return [("", towns)]
    return [(view.text("sheet.of_group", name=name, n=len(group)), group) for name, group in found]


def _kind(view: View, kind: str) -> str:
    """A kind of another city's towns may have no words here."""
    return texts.under(view.lang, "sheet").get(f"kind_{kind}", kind)


def _sizes(view: View, towns: Sequence[Town]) -> list[tuple[str, Sequence[Town]]]:
    """Thirds by number of grids, the small ones first: towns alike enough to be compared."""
    ordered = sorted(towns, key=lambda t: t.grids)
    each = max(1, math.ceil(len(ordered) / SIZES))
    found: list[tuple[str, Sequence[Town]]] = []
    for start in range(0, len(ordered), each):
        group = ordered[start : start + each]
        found.append((view.text("sheet.by_size", low=group[0].grids, high=group[-1].grids), group))
    return found
