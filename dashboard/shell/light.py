"""Makes a page light for the browser: everything that no callback and no chart needs is sent as
ready HTML, in one component.

Dash keeps a wrapper around every element and asks each of them at every change; a page of a
thousand elements took it a second (decision 0012). Pages are written as ordinary trees, and this is
applied last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash import Dash
from dash.development.base_component import Component

from layouts.html import render
from layouts.html.islands import Markup

Named = frozenset[str]


def named(app: Dash) -> Named:
    """What the callbacks of an app name: plain ids, and of pattern-matching ids their type."""
    found: set[str] = set()
    for callback in app.callback_map.values():
        outputs = callback["output"]
        found |= {_word(one.component_id) for one in _listed(outputs)}
        found |= {_word(one["id"]) for one in (*callback["inputs"], *callback["state"])}
    return frozenset(found)


def name(part: Any) -> str:
    """By what callbacks name a component: its id, or its id's type; "" of one without an id."""
    id = getattr(part, "id", None)
    return "" if id is None else _word(id)


def light(node: Component, kept: Named = frozenset()) -> Component:
    """The same page with as few components as it can have; those that `kept` names stay. The tree
    given is changed.
    """
    if isinstance(node, Markup):
        return node
    if _is_plain(node, kept):
        return _markup(node)
    children = getattr(node, "children", None)
    if isinstance(children, Component):
        node.children = light(children, kept)
    elif isinstance(children, (list, tuple)):
        node.children = [
            light(child, kept) if isinstance(child, Component) else child for child in children
        ]
    return node


def _listed(outputs: Any) -> list[Any]:
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def _word(id: str | Mapping[str, Any]) -> str:
    """A plain id, or the type of a pattern-matching one."""
    if isinstance(id, str) and id.startswith("{"):
        id = json.loads(id)
    return id if isinstance(id, str) else str(id.get("type", ""))


def _is_plain(node: Any, kept: Named) -> bool:
    """Whether a subtree is elements and texts alone."""
    if not isinstance(node, Component):
        return True
    if isinstance(node, Markup):
        return True
    if node._namespace != "dash_html_components" or node._type.lower() in render.VOID:
        return False
    if name(node) in kept:
        return False
    return all(_is_inside_plain(child, kept) for child in _children(node))


def _is_inside_plain(node: Any, kept: Named) -> bool:
    """Whether an element may be part of plain HTML. One without content may be inside it, but not
    be all of it.
    """
    if _is_plain(node, kept):
        return True
    is_element = isinstance(node, Component) and node._namespace == "dash_html_components"
    return is_element and name(node) not in kept and not _children(node)


def _children(node: Component) -> list[Any]:
    found = getattr(node, "children", None)
    if found is None:
        return []
    return list(found) if isinstance(found, (list, tuple)) else [found]


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
