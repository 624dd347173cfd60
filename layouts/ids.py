"""Every id on the board: constants for single things, functions returning dict ids for repeated
ones.

No other module writes an id as a literal.
"""

from __future__ import annotations

LOCATION = "board-location"
ROOT = "board-root"
MAIN = "board-main"
LESSONS = "lessons"
REMOTE_CODE = "remote-code"
PAIR_CODE, PAIR_NAME, PAIR_AREA = "pair-code", "pair-name", "pair-area"


def part(name: str) -> str:
    """One subject of a page of several, for links to it."""
    return f"part-{name}"


def chart(name: str) -> dict[str, str]:
    """The dcc.Graph that draws one question; `name` is unique on its page."""
    return {"type": "chart", "name": name}


def table(name: str) -> dict[str, str]:
    """The table view beside the chart of the same name."""
    return {"type": "table", "name": name}


def grid(name: str) -> dict[str, str]:
    """The empty place above a table where its grid is put when a reader asks for it; `name` is
    unique on its page.
    """
    return {"type": "grid", "name": name}


def is_grid(id: object) -> bool:
    return isinstance(id, dict) and id.get("type") == "grid"
