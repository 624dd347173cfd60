"""Remarks on the screen: numbered lines and bands on a chart, the list below it, and the form for
those who may add one.

A remark has one number on a page, by its day, so that chart and list use the same one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from dash.development.base_component import Component

from feeds.remarks import remarks
from feeds.remarks.remarks import Remark
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import forms
from layouts.parts.forms import Editor
from layouts.parts.plots import Figure
from layouts.text import numbers, times
from layouts.theme import Tokens
from layouts.view import View

LABEL_PX, ROOM_PX = 12, 26
DECLARED = "declared:"  # begins the id of a change that the catalogue declares
NEAR = 0.05  # of a chart's width: labels nearer than this would cover each other


class Mark(NamedTuple):
    """A remark and its number on the page."""

    number: int
    remark: Remark


def on(view: View, kpi: str) -> list[Mark]:
    """The remarks of View.page_data on a KPI and the declared changes of its definition, oldest
    first.
    """
    found = [one for one in view.page_data.get("remarks") or () if one.is_on(kpi)]
    found += _declared(view, kpi)
    return [
        Mark(n, one)
        for n, one in enumerate(sorted(found, key=lambda one: (one.first, one.at, one.id)), 1)
    ]


def _declared(view: View, kpi: str) -> list[Remark]:
    """The changes of a definition that are in force, as remarks that nobody can withdraw."""
    today = times.local(view.now_ms, view.profile.tz).date()
    found = []
    for change in view.kpi(kpi).changes:
        if change.day <= today:
            said = change.said.of(view.lang)
            by = view.text("remark.declared")
            day = change.day
            id = f"{DECLARED}{day.isoformat()}"
            found.append(
                Remark(id, kpi, view.profile.code, day, day, "definition", said, "", by, 0)
            )
    return found


def within(marks: Iterable[Mark], xs: Sequence[date]) -> list[Mark]:
    """Those that touch the days, weeks or months that begin on `xs`."""
    return [
        mark
        for mark in marks
        if xs and mark.remark.last >= xs[0] and mark.remark.first < _after(xs)
    ]


def marked(figure: Figure, marks: Sequence[Mark], xs: Sequence[date], t: Tokens) -> Figure:
    """A figure over days, weeks or months with its remarks: a line for a day, a band for several,
    a dashed line for a break.
    """
    if not marks:
        return figure
    old = figure["layout"]
    margin = old.get("margin", {})
    room = {"margin": margin | {"t": max(margin.get("t", 0), ROOM_PX)}} if margin else {}
    return figure | {
        "layout": old
        | room
        | {
            "shapes": [*old.get("shapes", ()), *(_shape(mark.remark, xs, t) for mark in marks)],
            "annotations": [
                *old.get("annotations", ()),
                *(_label(group, xs, t) for group in _groups(marks, xs)),
            ],
        }
    }


def tag(view: View, marks: Sequence[Mark]) -> list[Component]:
    """The numbers of remarks beside the title of a chart without days, with their
    texts on hover.
    """
    if not marks:
        return []
    text = view.text("remark.tag", numbers=numbers.listed([mark.number for mark in marks]))
    return [
        html.Span(
            text,
            className="title-tag",
            title=_summary(view, marks),
            **attributes.aria(label=_summary(view, marks)),
            role="img",
        )
    ]


def behind(
    view: View, marks: Sequence[Mark], xs: Sequence[date], inset: float, picture: str = ""
) -> dict[str, Any]:
    """What a sparkline's element has around its line: its own background `picture`, before it a
    tick for each remark, dashed where it is a break, and their texts as its name. `inset` is the
    share of the width that is free on each side.
    """
    layers = [
        (_tick(mark), "2px 100%", f"{100 * _share(mark.remark, xs, inset):.1f}% 0")
        for mark in marks
    ]
    layers += [(picture, "100% 100%", "0 0")] if picture else []
    if not layers:
        return attributes.aria(hidden="true")
    names = ("backgroundImage", "backgroundSize", "backgroundPosition")
    looks = {"backgroundRepeat": "no-repeat"} | {
        name: ",".join(parts) for name, *parts in zip(names, *layers, strict=True)
    }
    summary = _summary(view, marks)
    named = (
        {"role": "img", "title": summary, **attributes.aria(label=summary)}
        if marks
        else attributes.aria(hidden="true")
    )
    return named | {"style": looks}


def listing(view: View, marks: Sequence[Mark], editor: Editor | None = None) -> Component:
    """The remarks by day with kind, text, reason and office; for an editor each with a button that
    withdraws it.
    """
    rows = [
        html.Li(
            _entry(view, mark, editor), className="remark", **attributes.data(remark=mark.remark.id)
        )
        for mark in marks
    ]
    return (
        html.Ol(rows, className="remarks")
        if rows
        else html.P(view.text("remark.none"), className="remarks-none")
    )


def beneath(view: View, marks: Sequence[Mark]) -> list[Component]:
    """The list under a chart, where there is anything to list."""
    return [listing(view, marks)] if marks else []


def form(view: View, kpi: str) -> list[Component]:
    """The form that makes a remark on a KPI in the view's area; nothing for those who may not."""
    editor = forms.editor(view, "remark", view.area)
    if editor is None:
        return []
    today = times.local(view.now_ms, view.profile.tz).date()
    kinds = "".join(
        markup.tag("option", text=remarks.TITLES[kind].of(view.lang), value=kind)
        for kind in remarks.KINDS
    )
    fields = [
        _labelled(view, "kind", _wrapped("select", kinds, name="kind", required="")),
        _labelled(
            view,
            "first",
            markup.tag("input", type="date", name="first", required="", value=today.isoformat()),
        ),
        _labelled(view, "last", markup.tag("input", type="date", name="last")),
        _labelled(view, "text", _line("text", required=""), "remark-field--wide"),
        _labelled(view, "reason", _line("reason"), "remark-field--wide"),
    ]
    hidden = forms.carried(view, editor, kpi=kpi, area=view.area)
    foot = [
        markup.tag("button", text=view.text("remark.add"), type="submit"),
        markup.tag(
            "span", text=view.text("remark.as", office=editor.name), **{"class": "remark-office"}
        ),
        markup.tag("p", text=view.text("remark.rule"), **{"class": "remark-rule"}),
        forms.error(),
    ]
    inner = "".join([*fields, hidden, *foot])
    summary = html.Summary(view.text("remark.make"))
    return [
        html.Details(
            [summary, forms.form("/remarks", "remark-form", inner)], className="remark-make"
        )
    ]


def _entry(view: View, mark: Mark, editor: Editor | None) -> list[Component]:
    one = mark.remark
    where = (
        []
        if one.area == view.area
        else [html.Span(view.area_name(one.area), className="title-tag")]
    )
    reason = [html.Span(one.reason, className="remark-reason")] if one.reason else []
    is_theirs = editor is not None and editor.rights.may("remark", one.area)
    is_declared = one.id.startswith(DECLARED)
    withdraw = [_withdraw(view, one, editor)] if editor and is_theirs and not is_declared else []
    kind = "break" if one.is_break else "note"
    return [
        html.Span(str(mark.number), className=f"remark-number remark-number--{kind}"),
        html.Span(times.days(one.first, one.last, view.lang), className="remark-days"),
        html.Span(remarks.TITLES[one.kind].of(view.lang), className="title-tag"),
        *where,
        html.Span(one.said(view.lang), className="remark-text"),
        *reason,
        html.Span(one.by, className="remark-by"),
        *withdraw,
    ]


def _withdraw(view: View, one: Remark, editor: Editor) -> Component:
    word = view.text("remark.withdraw")
    button = markup.tag("button", text=word, type="submit", aria_label=f"{word}: {one.text}")
    inner = forms.carried(view, editor) + button + forms.error()
    return forms.form(f"/remarks/{one.id}/withdraw", "remark-withdraw", inner)


def _line(name: str, **attributes: str) -> str:
    return markup.tag(
        "input",
        type="text",
        name=name,
        maxlength=str(remarks.LONGEST[name]),
        autocomplete="off",
        **attributes,
    )


def _labelled(view: View, name: str, field: str, kind: str = "") -> str:
    return _wrapped(
        "label",
        markup.tag("span", text=view.text(f"remark.field_{name}")) + field,
        className=f"remark-field {kind}".strip(),
    )


def _wrapped(tag: str, inner: str, **attributes: str) -> str:
    return markup.to_html(islands.Markup(tag, attributes, inner))


def _shape(one: Remark, xs: Sequence[date], t: Tokens) -> dict[str, Any]:
    first = _index(xs, one.first)
    last = _index(xs, one.last)
    at = _at(one, xs).isoformat()
    across = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    if one.is_break:
        return across | {
            "type": "line",
            "x0": at,
            "x1": at,
            "line": {"color": t.special, "width": 1.5, "dash": "dash"},
        }
    if first != last:
        ends = {"x0": _edge(xs, first).isoformat(), "x1": _edge(xs, last + 1).isoformat()}
        return (
            across
            | ends
            | {"type": "rect", "fillcolor": t.common, "opacity": 0.18, "line": {"width": 0}}
        )
    return across | {"type": "line", "x0": at, "x1": at, "line": {"color": t.common, "width": 1}}


def _tick(mark: Mark) -> str:
    """A line as a layer of a background, so that a script can redraw the figure's
    own line inside.
    """
    one = mark.remark
    return (
        "repeating-linear-gradient(var(--special) 0 4px,transparent 4px 6px)"
        if one.is_break
        else "linear-gradient(var(--common) 0 0)"
    )


def _share(one: Remark, xs: Sequence[date], inset: float) -> float:
    """The position of a remark between the ends of a sparkline, whose steps are equally wide."""
    step = bisect_left(xs, one.first) - 0.5 if one.is_break else _index(xs, one.first)
    return inset + (1 - 2 * inset) * min(max(step / max(len(xs) - 1, 1), 0), 1)


def _summary(view: View, marks: Iterable[Mark]) -> str:
    """Remarks as one line of text."""
    rows = [
        f"{times.days(m.remark.first, m.remark.last, view.lang)} {m.remark.said(view.lang)}"
        for m in marks
    ]
    return view.text("remark.told", said=("；" if view.lang == "zh" else "; ").join(rows))


def _groups(marks: Sequence[Mark], xs: Sequence[date]) -> list[list[Mark]]:
    """Marks whose labels would cover each other share one."""
    found: list[list[Mark]] = []
    room = NEAR * (_after(xs) - xs[0])
    for mark in marks:
        near = found and _at(mark.remark, xs) - _at(found[-1][0].remark, xs) < room
        found[-1].append(mark) if near else found.append([mark])
    return found


def _label(group: Sequence[Mark], xs: Sequence[date], t: Tokens) -> dict[str, Any]:
    """The numbers above the plot, with their texts on hover."""
    text = numbers.listed([mark.number for mark in group])
    colour = t.special if any(mark.remark.is_break for mark in group) else t.secondary
    said = "<br>".join(f"{mark.number} {_plain(mark.remark.text)}" for mark in group)
    return {
        "x": _at(group[0].remark, xs).isoformat(),
        "xref": "x",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 4,
        "showarrow": False,
        "text": text,
        "hovertext": said,
        "bgcolor": t.raised,
        "bordercolor": colour,
        "borderwidth": 1,
        "borderpad": 2,
        "font": {"color": colour, "size": LABEL_PX},
    }


def _plain(text: str) -> str:
    """Without what Plotly would take for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _at(one: Remark, xs: Sequence[date]) -> datetime:
    """The position of a remark: the middle of its step; for a break, before the first step that is
    wholly after it.
    """
    return (
        _edge(xs, bisect_left(xs, one.first))
        if one.is_break
        else datetime.combine(xs[_index(xs, one.first)], time())
    )


def _index(xs: Sequence[date], day: date) -> int:
    """The step that a day is in; the first or last of those there are."""
    return max(bisect_right(xs, day) - 1, 0)


def _edge(xs: Sequence[date], i: int) -> datetime:
    """Half-way between a step and the one before it."""
    after = xs[i] if i < len(xs) else _after(xs)
    before = xs[i - 1] if i else xs[0] - ([*xs, _after(xs)][1] - xs[0])
    return datetime.combine(before, time()) + (after - before) / 2


def _after(xs: Sequence[date]) -> date:
    """The day after the last step."""
    gap = xs[-1] - xs[-2] if len(xs) > 1 else timedelta(1)
    return (
        (xs[-1].replace(day=1) + timedelta(32)).replace(day=1) if gap.days >= 28 else xs[-1] + gap
    )
