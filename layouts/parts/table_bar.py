"""The quiet bar above a table: open it for sorting and filtering, group it, take it away as a file.
assets/live/sheets.js works it.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from layouts import ids
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels
from layouts.view import View

GROUPS = ("kind", "size")
PATH = "/export"


def around(view: View, table: str, kpis: Sequence[str], plain: Component) -> Component:
    """A table with its bar, and the place for its grid. `table` is "towns" or a split's name."""
    name = f"{table}:{kpis[0]}"
    place = html.Div([html.Div(id=ids.grid(name))], className="grid-place")
    scroll = html.Div(plain, className="table-scroll")
    address = components.address(view, PATH, table=table, kpis=",".join(kpis), page=view.path)
    return html.Div(
        [_bar(view, table, address), place, scroll],
        className="sheet",
        **attributes.data(sheet=name, export=address),
    )


def _bar(view: View, table: str, address: str) -> Component:
    words = {name: view.text(f"sheet.{name}") for name in ("sort", "plain", "failed")}
    opener = html.Button(
        words["sort"],
        type="button",
        className="sheet-open",
        **attributes.data(**words),
        **attributes.aria(expanded="false"),
    )
    files = [
        html.A(
            label,
            href=f"{address}&as={kind}",
            download="",
            className="sheet-file",
            title=view.text(f"sheet.{kind}_help"),
            **attributes.data(sheet_as=kind),
        )
        for kind, label in (("csv", "CSV"), ("xlsx", "Excel"))
    ]
    group = [_group(view)] if table == "towns" and labels.towns(view) else []
    said = html.Span(className="sheet-said", role="status")
    return html.Div(
        [opener, *group, said, html.Span(files, className="sheet-files")], className="sheet-bar"
    )


def _group(view: View) -> Component:
    """Links rather than a select, so that the page stays HTML; the script marks the one that
    holds.
    """
    ways = ("", *GROUPS)
    buttons = [
        html.Button(
            view.text(f"sheet.group_{way or 'none'}"),
            type="button",
            className="sheet-group",
            **attributes.data(group=way),
            **attributes.aria(pressed=str(not way).lower()),
        )
        for way in ways
    ]
    return html.Span(
        buttons,
        className="sheet-groups",
        role="group",
        **attributes.aria(label=view.text("sheet.group")),
    )
