"""An island: one component that contains ready HTML, for elements that Dash has no component for.

dashboard/shell/light.py turns the plain parts of a whole page into islands.
"""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from layouts.html.elements import Quick


class Markup(Quick, Component):
    """One element with HTML inside: `tag` with `attributes` (as React names them) around `inner`.
    Drawn by assets/shell/markup.js.
    """

    _children_props: list[str] = []  # noqa: RUF012 - Dash's own protocol
    _base_nodes = ["children"]  # noqa: RUF012
    _namespace = "board_parts"
    _type = "Markup"
    _prop_names = ["id", "tag", "attributes", "inner"]  # noqa: RUF012
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_properties = _prop_names
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(self, tag: str, attributes: dict[str, Any], inner: str) -> None:
        self.tag, self.attributes, self.inner = tag, attributes, inner
