"""The bar above a table: open it as a grid to sort and filter, group it, download it.
callbacks/tables.py answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from layouts import ids
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components, labels
from layouts.view import View

GROUPS = ("kind", "size")
NO_GROUP = "none"
PATH = "/export"


def around(view: View, table: str, kpis: Sequence[str], plain: Component) -> Component:
    """A table with its bar, and the place for its grid. `table` is "towns" or a split's name."""
    name = f"{table}:{kpis[0]}"
    place = html.Div(html.Div(id=ids.grid(name)), className="grid-place")
    scroll = html.Div(plain, className="table-scroll")
    address = components.address(view, PATH, table=table, kpis=",".join(kpis), page=view.path)
    kept = [dcc.Store(id=ids.sheet_asked(name)), dcc.Store(id=ids.sheet_group_chosen(name))]
    return html.Div(
        [_bar(view, name, table, address), place, scroll, *kept],
        id=ids.sheet(name),
        className="sheet",
        **attributes.data(sheet=name, export=address),
    )


def _bar(view: View, name: str, table: str, address: str) -> Component:
    words = [
        html.Span(view.text(f"sheet.{word}"), className=f"sheet-word sheet-word--{word}")
        for word in ("sort", "plain")
    ]
    opener = html.Button(
        words,
        id=ids.sheet_open(name),
        type="button",
        className="sheet-open",
        **attributes.data(failed=view.text("sheet.failed")),
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
    group = [_group(view, name)] if table == "towns" and labels.towns(view) else []
    said = html.Span(id=ids.sheet_said(name), className="sheet-said", role="status")
    return html.Div(
        [opener, *group, said, html.Span(files, className="sheet-files")], className="sheet-bar"
    )


def _group(view: View, name: str) -> Component:
    """Which rows stand together; seen while the grid is open."""
    buttons = [
        html.Button(
            view.text(f"sheet.group_{way}"),
            id=ids.sheet_group(name, way),
            type="button",
            className="sheet-group",
            **attributes.aria(pressed=str(way == NO_GROUP).lower()),
        )
        for way in (NO_GROUP, *GROUPS)
    ]
    return html.Span(
        buttons,
        className="sheet-groups",
        role="group",
        **attributes.aria(label=view.text("sheet.group")),
    )
