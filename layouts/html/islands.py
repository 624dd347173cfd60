"""Makes a page light for the browser: whatever no callback and no chart is part of travels as ready
HTML, in one component.

Dash keeps a connected wrapper around every element and asks each of them at every change: a page of
a thousand elements took it a second. Pages are written as ordinary trees; this is applied to them
last.
"""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from layouts import ids
from layouts.html import render
from layouts.html.elements import Quick


class Markup(Quick, Component):
    """One element with HTML inside: `tag` with `attributes` (as React names them) around `inner`.
    Drawn by assets/live/markup.js.
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


def light(node: Component) -> Component:
    """The same page with as few components as it can have. The tree given is changed."""
    if isinstance(node, Markup):
        return node
    if _is_plain(node):
        return _markup(node)
    children = getattr(node, "children", None)
    if isinstance(children, Component):
        node.children = light(children)
    elif isinstance(children, (list, tuple)):
        node.children = [
            light(child) if isinstance(child, Component) else child for child in children
        ]
    return node


def _is_plain(node: Any) -> bool:
    """Whether a subtree is elements and texts alone."""
    if not isinstance(node, Component):
        return True
    if isinstance(node, Markup):
        return True
    if node._namespace != "dash_html_components" or node._type.lower() in render.VOID:
        return False
    if ids.is_grid(getattr(node, "id", None)):
        return False
    return all(map(_is_inside_plain, _children(node)))


def _is_inside_plain(node: Any) -> bool:
    if ids.is_grid(getattr(node, "id", None)):
        return False
    return _is_plain(node) or (
        isinstance(node, Component)
        and node._namespace == "dash_html_components"
        and not _children(node)
    )


def _children(node: Component) -> list[Any]:
    found = getattr(node, "children", None)
    return [] if found is None else list(found) if isinstance(found, (list, tuple)) else [found]


def _markup(node: Component) -> Component:
    props = render.props_of(node)
    attributes = {
        name: value
        for name, value in props.items()
        if name not in render.UNRENDERED and value is not None
    }
    if isinstance(attributes.get("id"), dict):
        attributes["id"] = render.id_text(attributes["id"])
    return Markup(node._type.lower(), attributes, render.to_html(props.get("children")))
