"""The elements of pages: Dash's html components with a quicker constructor.

A page has thousands of them, and Dash's own constructor, which checks every prop, takes as long as
everything else of the page together. Trees and messages are the same (decision 0024).
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from dash import html
from dash.development.base_component import Component

Kind = TypeVar("Kind", bound=type[Component])


class Quick:
    """Marks a component made here: its attributes are its props, and nothing else."""


def _quick(kind: Kind) -> Kind:
    """A constructor of the same component; an unknown prop is Dash's own TypeError."""
    constructor: Any = kind
    model = constructor()
    known, wild = frozenset(model._prop_names), tuple(model._valid_wildcard_attributes)

    def start(self: Any, children: Any = None, **props: Any) -> None:
        if any(name not in known and not name.startswith(wild) for name in props):
            constructor(children, **props)
        self.children = children
        self.__dict__.update(props)

    def as_json(self: Any) -> dict[str, Any]:
        return {"props": dict(self.__dict__), "type": self._type, "namespace": self._namespace}

    registered = {
        name: getattr(kind, name) for name in ("__module__", "_namespace", "_children_props")
    }
    shared = {name: value for name, value in vars(model).items() if name != "children"}
    made = {**registered, **shared, "__init__": start, "to_plotly_json": as_json}
    register: Any = type(kind)
    return cast("Kind", register(kind.__name__, (Quick, kind), made))


A = _quick(html.A)
Article = _quick(html.Article)
Aside = _quick(html.Aside)
B = _quick(html.B)
Button = _quick(html.Button)
Code = _quick(html.Code)
Dd = _quick(html.Dd)
Details = _quick(html.Details)
Div = _quick(html.Div)
Dl = _quick(html.Dl)
Dt = _quick(html.Dt)
Fieldset = _quick(html.Fieldset)
Footer = _quick(html.Footer)
Form = _quick(html.Form)
H1 = _quick(html.H1)
H2 = _quick(html.H2)
H3 = _quick(html.H3)
H4 = _quick(html.H4)
Header = _quick(html.Header)
Img = _quick(html.Img)
Label = _quick(html.Label)
Legend = _quick(html.Legend)
Li = _quick(html.Li)
Main = _quick(html.Main)
Nav = _quick(html.Nav)
Ol = _quick(html.Ol)
P = _quick(html.P)
Section = _quick(html.Section)
Span = _quick(html.Span)
Summary = _quick(html.Summary)
Table = _quick(html.Table)
Tbody = _quick(html.Tbody)
Td = _quick(html.Td)
Th = _quick(html.Th)
Thead = _quick(html.Thead)
Tr = _quick(html.Tr)
Ul = _quick(html.Ul)
