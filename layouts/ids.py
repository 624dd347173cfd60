"""Every id on the board: constants for single things, functions returning dict ids for repeated
ones.

No other module writes an id as a literal.
"""

from __future__ import annotations

from dash.dependencies import Wildcard

Name = str | Wildcard  # MATCH or ALL in what a callback names

LOCATION = "board-location"
GRID_LIBRARY = "grid-library"
ROOT = "board-root"
MAIN = "board-main"
REST = "rest"
SEARCH, FOUND = "search", "found"
REMOTE_CODE = "remote-code"
PAIR_CODE, PAIR_NAME, PAIR_AREA = "pair-code", "pair-name", "pair-area"


def field(name: str) -> str:
    """A field of a form on a page without Dash; `hint` and `wrong` are the texts that describe
    it.
    """
    return f"field-{name}"


def field_option(name: str, n: int) -> str:
    """One of the values that a form offers."""
    return f"field-{name}-{n}"


def hint(name: str) -> str:
    return f"hint-{name}"


def option_hint(name: str, n: int) -> str:
    return f"hint-{name}-{n}"


def wrong(name: str) -> str:
    return f"wrong-{name}"


def part(name: str) -> str:
    """One subject of a page of several, for links to it."""
    return f"part-{name}"


def agenda(group: str) -> str:
    """A group of the review's findings, for links to it."""
    return f"agenda-{group}"


def chart(name: Name) -> dict[str, Name]:
    """The dcc.Graph that draws one question; `name` is unique on its page."""
    return {"type": "chart", "name": name}


def table(name: Name) -> dict[str, Name]:
    """The table view beside the chart of the same name."""
    return {"type": "table", "name": name}


def sheet(name: Name) -> dict[str, Name]:
    """A table with the bar above it; `name` is unique on its page."""
    return {"type": "sheet", "name": name}


def sheet_open(name: Name) -> dict[str, Name]:
    """The button that opens and closes a table's grid."""
    return {"type": "sheet-open", "name": name}


def sheet_group(name: Name, way: Name) -> dict[str, Name]:
    """The button that groups a table's rows in one way."""
    return {"type": "sheet-group", "name": name, "way": way}


def sheet_group_chosen(name: Name) -> dict[str, Name]:
    """Keeps how a table's rows are grouped."""
    return {"type": "sheet-group-chosen", "name": name}


def sheet_asked(name: Name) -> dict[str, Name]:
    """Keeps whether a table's grid is asked for, and for what screen."""
    return {"type": "sheet-asked", "name": name}


def sheet_said(name: Name) -> dict[str, Name]:
    """Where it is said that a grid could not be opened."""
    return {"type": "sheet-said", "name": name}


def grid(name: Name) -> dict[str, Name]:
    """The empty place above a table where its grid is put when a reader asks for it."""
    return {"type": "grid", "name": name}


def grid_view(name: Name) -> dict[str, Name]:
    """A table's grid, once it is open."""
    return {"type": "grid-view", "name": name}


def grid_tick(name: Name) -> dict[str, Name]:
    """Asks for the rows of an open grid again."""
    return {"type": "grid-tick", "name": name}
