"""Renders a tree of Dash components as HTML text, for the first paint before any script has run.

It knows html.* elements, and draws a placeholder of the right size for everything that a script
draws. The browser's policy forbids style attributes, so a style is in data-style, and `rules` has
the same for a style sheet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html import escape, unescape
from typing import Any

from dash.development.base_component import Component

from layouts.html.elements import Quick

VOID = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    )
)
ATTRIBUTES = {
    "className": "class",
    "htmlFor": "for",
    "dateTime": "datetime",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    "tabIndex": "tabindex",
}
_STYLED = re.compile(r' data-style="([^"]*)"')
_ENDS_A_RULE = re.compile(r"[{}<\\\n]")
UNRENDERED = frozenset(
    (
        "children",
        "key",
        "n_clicks",
        "n_clicks_timestamp",
        "disable_n_clicks",
        "figure",
        "config",
        "responsive",
        "refresh",
    )
)


def to_html(node: Any) -> str:
    """The HTML text of a component, a text, a number or a list of them; everything is escaped. None
    gives nothing.
    """
    if node is None or isinstance(node, bool):
        return ""
    if isinstance(node, Component):
        return _element(node)
    if isinstance(node, (list, tuple)):
        return "".join(to_html(child) for child in node)
    return escape(str(node))


def _element(node: Component) -> str:
    props = props_of(node)
    if node._namespace == "dash_core_components":
        return _of_core(node, props)
    if node._namespace == "board_parts":
        opening = f"<{props['tag']}{_attributes(props['attributes'])}>"
        is_void = props["tag"] in VOID
        return opening if is_void else f"{opening}{props['inner']}</{props['tag']}>"
    tag = node._type.lower()
    opening = f"<{tag}{_attributes(props)}>"
    return opening if tag in VOID else f"{opening}{to_html(props.get('children'))}</{tag}>"


def props_of(node: Component) -> Mapping[str, Any]:
    """What was given to a component, by name."""
    if isinstance(node, Quick):
        return vars(node)
    props: dict[str, Any] = node.to_plotly_json()["props"]  # type: ignore[no-untyped-call]
    return props


def _of_core(node: Component, props: Mapping[str, Any]) -> str:
    """A link stays a link, a field a field in the box that Dash puts around it, and a chart keeps
    its place; stores and the like have nothing to paint.
    """
    if node._type == "Link":
        return f"<a{_attributes(props)}>{to_html(props.get('children'))}</a>"
    if node._type == "Input":
        own = {name: value for name, value in props.items() if name != "className"}
        box = f"dash-input-container dash-input {props.get('className', '')}".strip()
        field = f"<input{_attributes(own | {'className': 'dash-input-element'})}>"
        return f'<div class="{escape(box)}">{field}</div>'
    return f"<div{_attributes(props)}></div>" if node._type == "Graph" else ""


def _attributes(props: Mapping[str, Any]) -> str:
    return "".join(
        _attribute(name, value) for name, value in sorted(props.items()) if name not in UNRENDERED
    )


def _attribute(name: str, value: Any) -> str:
    if value is None or (value is False and not name.startswith(("data-", "aria-"))):
        return ""
    if name == "style":
        return styled(_style(value.items()))
    name = ATTRIBUTES.get(name, name)
    if value is True and not name.startswith(("data-", "aria-")):
        return f" {name}"
    return f' {name}="{escape(_value(value))}"'


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return id_text(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def tag(name: str, /, text: str = "", **attributes: str) -> str:
    """One element as HTML text, for what Dash has no component for; `_` in a name is `-`."""
    opening = "".join(
        f' {key.replace("_", "-")}="{escape(value)}"' for key, value in attributes.items()
    )
    return f"<{name}{opening}>" if name in VOID else f"<{name}{opening}>{escape(text)}</{name}>"


def styled(declarations: str) -> str:
    """A style as an attribute of an element, "" for none. Raises ValueError for one that could end
    its rule.
    """
    if _ENDS_A_RULE.search(declarations):
        raise ValueError(f"not the style of one element: {declarations}")
    return f' data-style="{escape(declarations)}"' if declarations else ""


def rules(text: str) -> str:
    """The styles of the elements in HTML that was made here, as rules. An id that nothing has makes
    them outweigh the style sheets, as attributes would.
    """
    found = dict.fromkeys(map(unescape, _STYLED.findall(text)))
    return "".join(
        f"[data-style={json.dumps(one, ensure_ascii=False)}]:not(#_){{{one}}}"
        for one in found
        if not _ENDS_A_RULE.search(one)
    )


def id_text(id: Mapping[str, Any]) -> str:
    """A dict id as Dash writes it into the document."""
    return json.dumps(id, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _style(rules: Iterable[tuple[str, Any]]) -> str:
    return ";".join(f"{_css_name(name)}:{value}" for name, value in rules)


def _css_name(name: str) -> str:
    return name if name.startswith("--") else re.sub(r"[A-Z]", lambda m: f"-{m[0].lower()}", name)
