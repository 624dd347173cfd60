"""data-* and aria-* attributes as keyword arguments of html.* components, whose signatures don't
list them.
"""

from __future__ import annotations

from typing import Any


def data(**values: str) -> dict[str, Any]:
    """`data(map_of="x")` is `data-map-of="x"`; an empty text leaves the attribute
    without a value.
    """
    return {f"data-{name.replace('_', '-')}": value for name, value in values.items()}


def aria(**values: str) -> dict[str, Any]:
    return {f"aria-{name.replace('_', '-')}": value for name, value in values.items()}
